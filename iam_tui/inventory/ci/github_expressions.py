"""Expressions of GitHub workflows: which values they can have, as far as the file says.

See https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from iam_tui.inventory.uncertainty import UNKNOWN, collect_assumptions, excerpt

MOST_VALUES = 20
"""How many values one expression may have."""
_MOST_DEPTH = 20

_TOKEN = re.compile(
    r"\s*+(?:(?P<text>'(?:[^']|'')*+')|(?P<number>-?[0-9][0-9.]*+)|(?P<operator>\|\||&&|[=!<>]=|[!<>().,\[\]*])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*+))"
)
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
_CLOSES = {"(": ")", "[": "]"}
_CONSTANTS: Final[Mapping[str, str | bool]] = {"true": True, "false": False, "null": ""}
_WHEN_IT_RUNS = "the expression ${{ ... }} is known only when the workflow runs"


class Possible(NamedTuple):
    """One value that an expression can have; `reasons` say why it is in doubt.

    `value` is None where it cannot be known. A text may have `UNKNOWN` for a part that cannot be known.
    """

    value: str | bool | None
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool | None:
        """Whether it counts as true; None if that cannot be known."""
        if self.value is None or (isinstance(self.value, str) and self.value == UNKNOWN):
            return None
        return bool(self.value)

    def because(self, other: "Possible") -> "Possible":
        """The same value, in doubt also for the reasons of another one."""
        return self._replace(reasons=collect_assumptions((self.reasons, other.reasons)))


NOT_KNOWN = Possible(None, (_WHEN_IT_RUNS,))

LookUp = Callable[[Sequence[str]], Sequence[Possible]]
"""The values of a context's property, by its path: `("matrix", "os")`."""


def values_of(expression: str, look_up: LookUp) -> list[Possible]:
    """The values that the text between `${{` and `}}` can have; never raises.

    Of `condition && a || b`, where the condition is not known, both are values, in doubt.
    """
    try:
        found = _Evaluation(expression, look_up).whole()
    except _CannotRead:
        return [NOT_KNOWN]
    return list(dict.fromkeys(found)) if len(found) <= MOST_VALUES else [NOT_KNOWN]


class _CannotRead(Exception):
    """The expression is not read: a function, or no expression at all."""


class _Evaluation:
    """One pass over an expression, from the operator that binds least to the one that binds most."""

    def __init__(self, text: str, look_up: LookUp) -> None:
        self._text = text.strip()
        self._look_up = look_up
        self._at = 0
        self._depth = 0

    def whole(self) -> list[Possible]:
        found = self._or()
        if self._at < len(self._text):
            raise _CannotRead
        return found

    def _or(self) -> list[Possible]:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise _CannotRead
        found = self._and()
        while self._take("||"):
            right = self._and()
            found = [one for left in found for one in _otherwise(left, right)]
            self._check(found)
        self._depth -= 1
        return found

    def _and(self) -> list[Possible]:
        start = self._at
        found = self._comparison()
        while self._take("&&"):
            condition = self._text[start : self._at - 2].strip()
            right = self._comparison()
            found = [one for left in found for one in _if_it_holds(left, right, condition)]
            self._check(found)
        return found

    def _comparison(self) -> list[Possible]:
        found = self._negation()
        while (operator := self._peek()[1]) in _COMPARISONS:
            self._take(operator)
            right = self._negation()
            found = [_compared(one, operator, other) for one in found for other in right]
            self._check(found)
        return found

    def _negation(self) -> list[Possible]:
        signs = 0
        while self._take("!"):
            signs += 1
        found = self._operand()
        for _ in range(signs and 2 - signs % 2):
            found = [_negated(one) for one in found]
        return found

    def _operand(self) -> list[Possible]:
        kind, word = self._peek()
        self._take(word)
        if kind == "text":
            return [Possible(word[1:-1].replace("''", "'"))]
        if kind == "number":
            return [Possible(word)]
        if word == "(":
            found = self._or()
            self._expect(")")
            return found
        if kind == "name" and word.lower() in _CONSTANTS and self._peek()[1] not in (".", "[", "("):
            return [Possible(_CONSTANTS[word.lower()])]
        if kind == "name":
            return self._property(word)
        raise _CannotRead

    def _property(self, name: str) -> list[Possible]:
        path, computed = [name], False
        while (operator := self._peek()[1]) in (".", "[", "("):
            self._take(operator)
            kind, word = self._peek()
            self._take(word)
            if operator == "." and kind in ("name", "number"):
                path.append(word)
            elif operator == "[" and kind == "text":
                path.append(word[1:-1])
                self._expect("]")
            else:
                self._skip("]" if operator == "[" else ")", word)
                computed = True
        return [NOT_KNOWN] if computed else list(self._look_up(path))

    def _skip(self, end: str, word: str) -> None:
        """Go on after the bracket that ends what is not worked out, of which `word` has been taken."""
        open_brackets = [end]
        while word:
            if word in _CLOSES:
                open_brackets.append(_CLOSES[word])
            elif word == open_brackets[-1]:
                open_brackets.pop()
                if not open_brackets:
                    return
            word = self._peek()[1]
            self._take(word)
        raise _CannotRead

    def _peek(self) -> tuple[str, str]:
        """The kind and text of the next token; both empty at the end."""
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            return "", ""
        kind = found.lastgroup or ""
        return kind, found[kind]

    def _take(self, word: str) -> bool:
        found = _TOKEN.match(self._text, self._at)
        if found is None or found[found.lastgroup or 0] != word:
            return False
        self._at = found.end()
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise _CannotRead

    def _check(self, found: list[Possible]) -> None:
        if len(found) > MOST_VALUES * MOST_VALUES:
            raise _CannotRead


def _otherwise(left: Possible, right: list[Possible]) -> list[Possible]:
    """The values of `left || right`."""
    if left.holds:
        return [left]
    others = [one.because(left) for one in right]
    return others if left.holds is False else [left, *others]


def _if_it_holds(left: Possible, right: list[Possible], condition: str) -> list[Possible]:
    """The values of `left && right`, where `left` is written as `condition`."""
    if left.holds is False:
        return [left]
    if left.holds:
        return [one.because(left) for one in right]
    doubt = Possible("", (f"{excerpt(condition)} is known only when the workflow runs",))
    return [doubt, *(one.because(doubt) for one in right)]


def _compared(one: Possible, operator: str, other: Possible) -> Possible:
    """Texts are compared without regard to case; anything but equality of texts is not worked out here."""
    if (
        not isinstance(one.value, str)
        or not isinstance(other.value, str)
        or UNKNOWN in one.value + other.value
        or operator not in ("==", "!=")
    ):
        return NOT_KNOWN
    equal = one.value.lower() == other.value.lower()
    return Possible(equal == (operator == "=="), one.because(other).reasons)


def _negated(one: Possible) -> Possible:
    return NOT_KNOWN if one.holds is None else one._replace(value=not one.holds)
