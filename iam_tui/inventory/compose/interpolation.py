"""Variables in the values of a Compose file: `$X`, `${X:-default}` and so on.

See https://docs.docker.com/reference/compose-file/interpolation/
"""

import re
from collections.abc import Mapping

from iam_tui.inventory.uncertainty import (
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
    """The text has no value; the message, a sentence, says why."""


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
    return FilledText(value, collect_assumptions([tuple(filling.assumptions)]))


class _Interpolation:
    """One pass over a text; `assumptions` collects those that its value needs."""

    def __init__(self, text: str, variables: Mapping[str, FilledText]) -> None:
        self.assumptions: list[str] = []
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
        before = len(self.assumptions)
        word = self._until_end(depth)
        value, assumptions = self._variable(name)
        given = bool(value) if colon else value is not None
        if operator == "-" and not given:
            self.assumptions[before:before] = [assumption(self._why(name), word), *assumptions]
            return word
        if operator == "+" and given:
            # That it is set is certain; its value may not be.
            self.assumptions += assumptions if colon else ()
            return word
        del self.assumptions[before:]
        if operator == "?" and not given:
            raise _NoValue(f"{self._why(name)}, but it is required" + (f": {excerpt(word)}" if word else ""))
        return self._plain(name)

    def _plain(self, name: str) -> str:
        value, assumptions = self._variable(name)
        self.assumptions += assumptions if value or assumptions else [assumption(self._why(name), "")]
        return value or ""

    def _variable(self, name: str) -> FilledText:
        """The variable's value, None if it is not set, and its assumptions."""
        value = self._variables.get(name)
        if value is None and name in _ONLY_COMPOSE_KNOWS:
            raise _NoValue(f"{name} is known only when Compose runs")
        if value and value.value is None:
            raise _NoValue(value.problem)
        return value or FilledText(None)

    def _why(self, name: str) -> str:
        return is_empty(name) if name in self._variables else not_set(name)
