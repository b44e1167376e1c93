"""Variables in a Compose file's values, `$X`, `${X:-d}` and so on, as Compose reads them (references 3)."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from iam_tui.inventory.uncertainty import is_empty, join_doubts, not_set, shown, stands_in, told

MOST_DEPTH = 50
"""How many defaults may stand in each other."""
LONGEST = 1 << 20
"""How many characters a value may grow to."""

_PIECE = re.compile(r"[^${}]++|[{}]|\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*+)|(\{))?")
_HEAD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*+)(?:(:?)([-+?])|\})")
_ONLY_COMPOSE_KNOWS = frozenset({"COMPOSE_PROJECT_NAME"})


class Filled(NamedTuple):
    """A text with its variables filled in.

    `value` is None where nobody can tell; `reasons`, sentences, then say why. With a value they are its
    doubts, which blanks and defaults it hangs on (see `doubts`).
    """

    value: str | None
    reasons: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """The reasons in one text, empty if there are none."""
        return told(self.reasons)


class _Unusable(Exception):
    """The text is no value: the reason, a sentence."""


def fill(text: str, variables: Mapping[str, Filled]) -> Filled:
    """The text as Compose reads it with these variables. Takes time in proportion to what it gives.

    What a variable's own value hangs on passes on to the text, and so does why nobody can tell it.
    """
    if "$" not in text:
        return Filled(text)
    filling = _Filling(text, variables)
    try:
        value = filling.whole()
    except _Unusable as error:
        return Filled(None, (str(error),))
    return Filled(value, join_doubts([tuple(filling.doubts)]))


class _Filling:
    """One pass over a text; `doubts` gathers which blanks and defaults the value hangs on."""

    def __init__(self, text: str, variables: Mapping[str, Filled]) -> None:
        self.doubts: list[str] = []
        self._text = text
        self._variables = variables
        self._at = 0
        self._room = LONGEST

    def whole(self) -> str:
        """The text filled in."""
        return self._until_end(depth=0)

    def _until_end(self, depth: int) -> str:
        """Up to the text's end or, in an expression, past the brace that closes it."""
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
                raise _Unusable(f"with its variables filled in it is longer than {LONGEST} characters")
        if depth:
            raise _Unusable("a brace is never closed")
        return "".join(pieces)

    def _expression(self, depth: int) -> str:
        """What a `${` stands for, read up to its closing brace."""
        head = _HEAD.match(self._text, self._at)
        if head is None:
            raise _Unusable("after ${ stands nothing that Compose reads")
        if depth > MOST_DEPTH:
            raise _Unusable(f"more than {MOST_DEPTH} defaults in each other")
        self._at = head.end()
        name, colon, operator = head.groups()
        if not operator:
            return self._plain(name)
        before = len(self.doubts)
        word = self._until_end(depth)
        value, doubts = self._variable(name)
        given = bool(value) if colon else value is not None
        if operator == "-" and not given:
            self.doubts[before:before] = [stands_in(self._lack(name), word), *doubts]
            return word
        if operator == "+" and given:
            # Whether it is set at all is sure, what it is set to may not be.
            self.doubts += doubts if colon else ()
            return word
        del self.doubts[before:]
        if operator == "?" and not given:
            raise _Unusable(f"{self._lack(name)}, and is required" + (f": {shown(word)}" if word else ""))
        return self._plain(name)

    def _plain(self, name: str) -> str:
        value, doubts = self._variable(name)
        self.doubts += doubts if value or doubts else [stands_in(self._lack(name), "")]
        return value or ""

    def _variable(self, name: str) -> Filled:
        """The variable's value, None if it is not set, and the doubts about it."""
        value = self._variables.get(name)
        if value is None and name in _ONLY_COMPOSE_KNOWS:
            raise _Unusable(f"{name} is known only when Compose runs")
        if value and value.value is None:
            raise _Unusable(value.problem)
        return value or Filled(None)

    def _lack(self, name: str) -> str:
        return is_empty(name) if name in self._variables else not_set(name)
