"""Expressions of GitHub workflows: which values they can have, as far as the file says.

See https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, TypeAlias

from iam_tui.inventory.ci.github_values import COMPARISONS, as_number, as_text, compare
from iam_tui.inventory.uncertainty import UNKNOWN, collect_assumptions, excerpt
from iam_tui.inventory.yaml_nodes import Scalar

MOST_VALUES = 20
"""How many values one expression may have."""
_MOST_DEPTH = 20

_TOKEN = re.compile(
    r"\s*+(?:(?P<text>'(?:[^']|'')*+')|(?P<number>[-+]?(?:0x[0-9a-fA-F]++|0o[0-7]++|[0-9]++(?:\.[0-9]*+)?+(?:[eE][-+]?[0-9]++)?+))|(?P<operator>\|\||&&|[=!<>]=|[!<>().,\[\]*])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*+))"
)
_EQUALITIES = frozenset({"==", "!="})
_ORDERS = COMPARISONS.keys() - _EQUALITIES
_CLOSES = {"(": ")", "[": "]"}
_CONSTANTS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_WHEN_IT_RUNS = "the expression ${{ ... }} is known only when the workflow runs"


Path: TypeAlias = tuple[str, ...]
"""A context's property: `("matrix", "os")`."""


class Possible(NamedTuple):
    """One value that an expression can have; `reasons` say why it is in doubt.

    A text has `UNKNOWN` for a part that cannot be known; a value of which nothing is known is `UNKNOWN`.
    """

    value: Scalar
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value in a text."""
        return as_text(self.value)

    @property
    def holds(self) -> bool | None:
        """Whether it counts as true; None if that cannot be known."""
        if isinstance(self.value, str) and self.value and not self.value.strip(UNKNOWN):
            return None
        return bool(self.value)

    def because(self, other: "Possible") -> "Possible":
        """The same value, in doubt also for the reasons of another one."""
        return self._replace(reasons=collect_assumptions((self.reasons, other.reasons)))


NOT_KNOWN = Possible(UNKNOWN, (_WHEN_IT_RUNS,))

LookUp = Callable[[Path], Sequence[Possible]]
"""The values of a context's property."""


class Expression(NamedTuple):
    """What is between `${{` and `}}`; `paths` are the properties that it uses."""

    paths: Sequence[Path]
    node: "_Node"

    def values(self, look_up: LookUp) -> list[Possible]:
        """The values that it can have; never raises.

        Of `condition && a || b`, where the condition is not known, both are values, in doubt.
        """
        try:
            found = self.node.values(look_up)
        except _CannotRead:
            return [NOT_KNOWN]
        distinct = {(type(one.value), one): one for one in found}
        return list(distinct.values()) if len(found) <= MOST_VALUES else [NOT_KNOWN]


@lru_cache(maxsize=256)
def parse_expression(text: str) -> Expression:
    """The expression that the text is; one that is not known if it cannot be read. Never raises."""
    parser = _Parser(text)
    try:
        node = parser.whole()
    except _CannotRead:
        return Expression((), _Constant(NOT_KNOWN))
    return Expression(parser.paths, node)


class _CannotRead(Exception):
    """The expression is not read: it is no expression at all, or has too many values."""


class _Node(Protocol):
    """A part of an expression."""

    def values(self, look_up: LookUp) -> Sequence[Possible]: ...


class _Constant(NamedTuple):
    value: Possible

    def values(self, look_up: LookUp) -> Sequence[Possible]:
        return [self.value]


class _Property(NamedTuple):
    path: Path

    def values(self, look_up: LookUp) -> Sequence[Possible]:
        return look_up(self.path)


class _Not(NamedTuple):
    operand: _Node

    def values(self, look_up: LookUp) -> Sequence[Possible]:
        return [_negated(one) for one in self.operand.values(look_up)]


class _Chain(NamedTuple):
    """Operands, and between them operators of the same rank, each with the text before it."""

    first: _Node
    others: Sequence[tuple[str, str, _Node]]

    def values(self, look_up: LookUp) -> Sequence[Possible]:
        found = self.first.values(look_up)
        for before, operator, operand in self.others:
            right = operand.values(look_up)
            found = [value for left in found for value in _joined(left, operator, right, before)]
            if len(found) > MOST_VALUES * MOST_VALUES:
                raise _CannotRead
        return found


class _Parser:
    """One pass over an expression, from the operator that binds least to the one that binds most."""

    def __init__(self, text: str) -> None:
        self.paths: list[Path] = []
        self._text = text.strip()
        self._at = 0
        self._depth = 0

    def whole(self) -> _Node:
        found = self._or()
        if self._at < len(self._text):
            raise _CannotRead
        return found

    def _or(self) -> _Node:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise _CannotRead
        found = self._chain({"||"}, self._and)
        self._depth -= 1
        return found

    def _and(self) -> _Node:
        return self._chain({"&&"}, self._equality)

    def _equality(self) -> _Node:
        return self._chain(_EQUALITIES, self._order)

    def _order(self) -> _Node:
        return self._chain(_ORDERS, self._negation)

    def _chain(self, operators: Set[str], operand: Callable[[], _Node]) -> _Node:
        start = self._at
        first = operand()
        others: list[tuple[str, str, _Node]] = []
        while (operator := self._peek()[1]) in operators:
            before = self._text[start : self._at].strip()
            self._take(operator)
            others.append((before, operator, operand()))
        return _Chain(first, others) if others else first

    def _negation(self) -> _Node:
        signs = 0
        while self._take("!"):
            signs += 1
        found = self._operand()
        for _ in range(signs and 2 - signs % 2):
            found = _Not(found)
        return found

    def _operand(self) -> _Node:
        kind, word = self._peek()
        self._take(word)
        if kind == "text":
            return _Constant(Possible(word[1:-1].replace("''", "'")))
        if kind == "number":
            return _Constant(Possible(as_number(word)))
        if word == "(":
            found = self._or()
            self._expect(")")
            return found
        if kind == "name" and word.lower() in _CONSTANTS and self._peek()[1] not in (".", "[", "("):
            return _Constant(Possible(_CONSTANTS[word.lower()]))
        if kind == "name":
            return self._property(word)
        raise _CannotRead

    def _property(self, name: str) -> _Node:
        path, computed = [name], False
        while (operator := self._peek()[1]) in (".", "[", "("):
            self._take(operator)
            kind, word = self._peek()
            self._take(word)
            if operator == "." and kind == "name":
                path.append(word)
            elif operator == "[" and kind == "text":
                path.append(word[1:-1])
                self._expect("]")
            else:
                self._skip("]" if operator == "[" else ")", word)
                computed = True
        if computed:
            return _Constant(NOT_KNOWN)
        self.paths.append(tuple(path))
        return _Property(tuple(path))

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


def _joined(left: Possible, operator: str, right: Sequence[Possible], before: str) -> Sequence[Possible]:
    """The values of `left OPERATOR right`, where what is left of the operator is written as `before`."""
    if operator == "||":
        return _otherwise(left, right)
    if operator == "&&":
        return _if_it_holds(left, right, before)
    return [_compared(left, operator, one) for one in right]


def _otherwise(left: Possible, right: Sequence[Possible]) -> list[Possible]:
    """The values of `left || right`."""
    if left.holds:
        return [left]
    others = [one.because(left) for one in right]
    return others if left.holds is False else [left, *others]


def _if_it_holds(left: Possible, right: Sequence[Possible], condition: str) -> list[Possible]:
    """The values of `left && right`, where `left` is written as `condition`."""
    if left.holds is False:
        return [left]
    if left.holds:
        return [one.because(left) for one in right]
    doubt = Possible("", (f"{excerpt(condition)} is known only when the workflow runs",))
    return [doubt, *(one.because(doubt) for one in right)]


def _compared(one: Possible, operator: str, other: Possible) -> Possible:
    if UNKNOWN in one.text or UNKNOWN in other.text:
        return NOT_KNOWN
    return Possible(compare(one.value, operator, other.value), one.because(other).reasons)


def _negated(one: Possible) -> Possible:
    return NOT_KNOWN if one.holds is None else one._replace(value=not one.holds)
