"""The rows of a table as data: columns with title, layout and how to make a cell, and the rows they make."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar, overload

from iam_tui.ui.shared.text import Span, Tone

Item = TypeVar("Item")


@dataclass(frozen=True)
class CellLayout:
    """How one cell of a row is laid out, in terminal cells; width 0 takes what is left (once a row)."""

    title: str
    width: int
    _: KW_ONLY
    right: bool = False
    """Whether it is aligned to the right."""
    middle: bool = False
    """Whether a text that is too long is cut in its middle, as fits repositories."""
    drop_below: int = 0
    """The column is left out where the table is narrower than this."""
    wide: int = 0
    """The width in a wide table, if it is another one there."""
    short: str = ""
    """The title where the table is not wide, if it is another one there."""


@dataclass(frozen=True)
class Column(CellLayout, Generic[Item]):
    """A column of a table: its title, its layout, and how its cell is made from what the row shows."""

    cell: Callable[[Item], Span]


class Look(StrEnum):
    """What kind of row it is: one that the cursor can be on, or one that only structures the table."""

    DATA = "data"
    HEADING = "heading"
    RULE = "rule"
    NOTE = "note"


class TableRow(NamedTuple):
    """One row: a key that names it in messages, its cells, and their layout (two blanks between)."""

    key: str
    cells: tuple[Span, ...] = ()
    layout: Sequence[CellLayout] = (CellLayout("", 0),)
    look: Look = Look.DATA


RULE = TableRow("", look=Look.RULE)


def row_of(key: str, item: Item, columns: Sequence[Column[Item]], look: Look = Look.DATA) -> TableRow:
    """The row that shows an item in these columns."""
    return TableRow(key, tuple(column.cell(item) for column in columns), columns, look)


def heading_row(columns: Sequence[CellLayout], first: str | None = None) -> TableRow:
    """The titles of these columns; `first` is another title for the first one."""
    titles = [column.title for column in columns]
    if first is not None:
        titles[0] = first
    return TableRow("", tuple(Span(title, Tone.MUTED) for title in titles), columns, Look.HEADING)


def note(text: str) -> TableRow:
    """A row of muted words that the cursor skips."""
    return TableRow("", (Span(text, Tone.MUTED),), look=Look.NOTE)


class LazyRows(Sequence[TableRow], Generic[Item]):
    """The rows of many items, each made when it is drawn; items added later are not among them."""

    def __init__(self, items: Sequence[Item], make: Callable[[Item], TableRow]) -> None:
        self._items, self._count = items, len(items)
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> TableRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TableRow]: ...
    def __getitem__(self, index: int | slice) -> TableRow | Sequence[TableRow]:
        if isinstance(index, slice):
            return [self._make(item) for item in self._items[index]]
        return self._make(self._items[index])
