"""Variables in the values of a Compose file: `$X`, `${X:-default}` and so on.

See https://docs.docker.com/reference/compose-file/interpolation/
"""

import re
from collections.abc import Mapping

from iam_tui.inventory.uncertainty import (
    UNKNOWN,
    FilledText,
    assumption,
    collect_assumptions,
    excerpt,
    is_empty,
    not_set,
)

MOST_DEPTH = 50
"""How deep defaults may be nested."""
LONGEST = 1 << 20
"""How many characters a value may have once its variables are filled in."""

_PIECE = re.compile(r"[^${}]++|[{}]|\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*+)|(\{))?")
_HEAD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*+)(?:(:?)([-+?])|\})")
_ONLY_COMPOSE_KNOWS = frozenset({"COMPOSE_PROJECT_NAME"})


class _NoValue(Exception):
    """Nothing is known of the text; the message, a sentence, says why."""


def fill(text: str, variables: Mapping[str, FilledText]) -> FilledText:
    """The text as Compose reads it with these variables, in time proportional to the result; never raises.

    The text gets the assumptions of every variable that it uses, or the reasons why a variable is unknown.
    """
    if "$" not in text:
        return FilledText(text)
    filling = _Interpolation(text, variables)
    try:
        value = filling.whole()
    except _NoValue as error:
        return FilledText(None, (str(error),))
    if filling.unknown:
        return FilledText(None, collect_assumptions([tuple(filling.unknown)]), value)
    return FilledText(value, collect_assumptions([tuple(filling.assumptions)]))


class _Interpolation:
    """One pass over a text; `assumptions` collects those that its value needs.

    `unknown` collects why parts of it cannot be known; `UNKNOWN` takes their place.
    """

    def __init__(self, text: str, variables: Mapping[str, FilledText]) -> None:
        self.assumptions: list[str] = []
        self.unknown: list[str] = []
        self._text = text
        self._variables = variables
        self._at = 0
        self._room = LONGEST

    def whole(self) -> str:
        """The text with its variables filled in; raises `_NoValue`."""
        return self._until_end(depth=0)

    def _until_end(self, depth: int) -> str:
        """The text up to its end or, within an expression, up to the closing brace."""
        pieces: list[str] = []
        braces = 0
        while match := _PIECE.match(self._text, self._at):
            self._at = match.end()
            piece = match[0]
            if depth and piece in "{}":
                braces += 1 if piece == "{" else -1
                if braces < 0:
                    return "".join(pieces)
            elif match[1]:
                piece = "$"
            elif match[2]:
                piece = self._plain(match[2])
            elif match[3]:
                piece = self._expression(depth + 1)
            pieces.append(piece)
            self._room -= len(piece)
            if self._room < 0:
                raise _NoValue(f"with its variables filled in it has more than {LONGEST} characters")
        if depth:
            raise _NoValue("a closing brace is missing")
        return "".join(pieces)

    def _expression(self, depth: int) -> str:
        """The value of the expression whose `${` has just been read, up to its closing brace."""
        head = _HEAD.match(self._text, self._at)
        if head is None:
            raise _NoValue("Compose cannot read what follows ${")
        if depth > MOST_DEPTH:
            raise _NoValue(f"defaults are nested more than {MOST_DEPTH} levels deep")
        self._at = head.end()
        name, colon, operator = head.groups()
        if not operator:
            return self._plain(name)
        before, known_before = len(self.assumptions), len(self.unknown)
        word = self._until_end(depth)
        value, assumptions, _ = variable = self._variable(name)
        given = _is_unknown(variable) or (bool(value) if colon else value is not None)
        if operator == "-" and not given:
            self.assumptions[before:before] = [assumption(self._why(name), word), *assumptions]
            return word
        if operator == "+" and given and not _is_unknown(variable):
            # That it is set is certain; its value may not be.
            self.assumptions += assumptions if colon else ()
            return word
        del self.assumptions[before:], self.unknown[known_before:]
        if operator == "?" and not given:
            required = f"{self._why(name)}, but it is required"
            self.unknown.append(f"{required}: {excerpt(word)}" if word else required)
            return UNKNOWN
        return self._plain(name)

    def _plain(self, name: str) -> str:
        value, reasons, outline = variable = self._variable(name)
        if _is_unknown(variable):
            self.unknown += reasons
            return outline
        self.assumptions += reasons if value or reasons else [assumption(self._why(name), "")]
        return value or ""

    def _variable(self, name: str) -> FilledText:
        """The variable's value and its assumptions; no value and no reasons if it is not set."""
        value = self._variables.get(name)
        if value is None and name in _ONLY_COMPOSE_KNOWS:
            return FilledText(None, (f"{name} is known only when Compose runs",))
        return value or FilledText(None)

    def _why(self, name: str) -> str:
        return is_empty(name) if name in self._variables else not_set(name)


def _is_unknown(variable: FilledText) -> bool:
    return variable.value is None and bool(variable.reasons)
