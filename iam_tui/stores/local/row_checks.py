"""Checks the values of rows: a damaged file can have any value of any type, even in strict tables.

Each function returns the value as the type in its name, and raises `UnreadableRow` for any other.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from iam_tui.stores.local.sqlite_errors import UnreadableRow

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

HIGHEST: Final = 2**63 - 1
"""The highest integer that a column can have."""
# Typed or pasted text may contain lone surrogates, which a text column cannot store. What people typed is
# kept anyway, as JSON in bytes, which can.
SURROGATES: Final = "surrogatepass"
_YEARS: Final = range(1970, 9999)
"""The years of times that can be shown in any time zone."""


def row_reader(read: Callable[P, T]) -> Callable[P, T]:
    """Make a function that reads rows raise `UnreadableRow` for those it cannot read."""

    @wraps(read)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            raise UnreadableRow(f"a row cannot be read ({error})") from error

    return wrapper


def text(value: Any) -> str:  # noqa: ANN401 - a column may contain anything, as everywhere here
    """A text."""
    if type(value) is str:
        return value
    raise UnreadableRow("a row has something else where a text should be")


def text_of_bytes(value: Any) -> str:  # noqa: ANN401
    """A text that is kept as bytes."""
    if type(value) is not bytes:
        raise UnreadableRow("a row has something else where bytes should be")
    try:
        return value.decode("utf-8", SURROGATES)
    except UnicodeDecodeError:
        raise UnreadableRow("a row has a text that is not UTF-8") from None


def whole(value: Any, lowest: int = 0) -> int:  # noqa: ANN401
    """An integer, at least `lowest`."""
    if type(value) is int and lowest <= value <= HIGHEST:
        return value
    raise UnreadableRow(f"a row has something else where a number of at least {lowest} should be")


def switch(value: Any) -> bool:  # noqa: ANN401
    """A switch: 0 or 1 in a column, true or false in JSON."""
    if value in (0, 1):
        return bool(value)
    raise UnreadableRow("a row has something else where a switch should be")


def switch_or_unknown(value: Any) -> bool | None:  # noqa: ANN401
    """A switch, or None for unknown."""
    return None if value is None else switch(value)


def one_of(kind: type[E], value: Any) -> E:  # noqa: ANN401
    """A member of an enumeration."""
    try:
        return kind(value)
    except ValueError:
        raise UnreadableRow(f"a row has an unknown {kind.__name__.lower()}") from None


def moment(value: Any) -> datetime:  # noqa: ANN401
    """A time in UTC."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        raise UnreadableRow("a row has something else where a time should be") from None
    if found.tzinfo is None or found.year not in _YEARS:
        raise UnreadableRow("a row has a time that cannot be right")
    return found.astimezone(UTC)


def moment_or_none(value: Any) -> datetime | None:  # noqa: ANN401
    """A time in UTC, or None."""
    return None if value is None else moment(value)


def day(value: Any) -> date:  # noqa: ANN401
    """A day; people may type any, such as 9999-12-31 for never."""
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise UnreadableRow("a row has something else where a date should be") from None
