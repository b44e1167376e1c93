"""The console's one table: rows with a cursor, drawn line by line to send few bytes.

Textual's `DataTable` draws the whole table again when a row changes, which costs a slow connection too much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from iam_tui.ui.shared.table_rows import CellLayout, Look, TableRow, heading_row
from iam_tui.ui.shared.text import Span
from iam_tui.ui.shared.widgets.drawing import Drawing, thrifty

_AROUND: Final = 4
_WIDE: Final = 106
"""From how many cells on a table is wide: that of a screen of 110 columns, without the cells around it."""


class Table(Drawing, can_focus=True, inherit_bindings=False):
    """Rows with a cursor. `rows` may be any sequence; only the rows on the screen are read.

    The three cells before a row are for the cursor, the one after it for the scrollbar.
    """

    DEFAULT_CSS = """
    Table {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Move", id="table.down", tooltip="Next row", show=False),
        Binding("up,k", "move(-1)", "Move", id="table.up", tooltip="Previous row", show=False),
        Binding("pagedown", "page(1)", "Page", id="table.page_down", tooltip="A page down", show=False),
        Binding("pageup", "page(-1)", "Page", id="table.page_up", tooltip="A page up", show=False),
        Binding("g,home", "edge(-1)", "First", id="table.first", tooltip="First row", show=False),
        Binding("G,end", "edge(1)", "Last", id="table.last", tooltip="Last row", show=False),
        Binding("enter", "choose", "open", id="table.choose", tooltip="Open the row"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        table: "Table"
        key: str

        @property
        def control(self) -> "Table":
            """The table, for selectors."""
            return self.table

    @dataclass
    class Chosen(Message):
        """A row was opened, by enter or a click; `column` is the title of the column clicked, None for a key.

        Keys typed ahead may have moved the cursor by the time this is handled: `index` is where it was.
        """

        table: "Table"
        key: str
        index: int
        column: str | None = None

        @property
        def control(self) -> "Table":
            """The table, for selectors."""
            return self.table

    def __init__(
        self,
        rows: Sequence[TableRow] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
        opens_rows: bool = True,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[TableRow] = rows
        self._opens_rows = opens_rows
        self._cursor = 0

    @property
    def rows(self) -> Sequence[TableRow]:
        """The rows as they were last given."""
        return self._rows

    @property
    def cursor(self) -> str | None:
        """The key of the row under the cursor; None while there is none."""
        row = self._row(self._cursor)
        return row.key if row is not None and row.look is Look.DATA else None

    @property
    def index(self) -> int:
        """The number of the row under the cursor, counted from 0."""
        return self._cursor

    def show(self, rows: Sequence[TableRow], cursor: str | int | None = None) -> None:
        """Draw these rows, with the cursor on the row of that key or number, or where it is now.

        If the row under the cursor is gone, the cursor goes to the row that took its place.
        """
        had_cursor = self.cursor is not None
        key = cursor if cursor is not None else self.cursor
        old, self._rows = self._rows, rows
        changed = None if len(old) != len(rows) else [y for y in self._shown() if old[y] != rows[y]]
        if len(old) != len(rows):
            self.virtual_size = Size(0, len(rows))
        if isinstance(key, str):
            key = self._cursor if self.cursor == key else self._find(key)
        self._place(self._cursor if key is None else key)
        if changed is None:
            self.refresh()
        else:
            for y in changed:
                self._refresh_row(y)
        if had_cursor != (self.cursor is not None) and self.is_mounted:
            self.screen.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A row is opened only where there is one, and where the screen opens rows at all."""
        return self._opens_rows and self.cursor is not None if action == "choose" else True

    def move_to(self, row: str | int) -> None:
        """Put the cursor on the row of that key, if there is one, or of that number."""
        self._place(self._find(row) if isinstance(row, str) else row)

    def on_mount(self) -> None:
        """Start on the first row that can be chosen."""
        self.virtual_size = Size(0, len(self._rows))
        self._place(self._cursor)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._show_cursor()

    def action_move(self, step: int) -> None:
        """To the next row in that direction, over headings and rules."""
        before, y = self._cursor, self._cursor + step
        while (row := self._row(y)) is not None and row.look is not Look.DATA:
            y += step
        if row is not None:
            self._cursor = y
            self._moved(before)
        elif step < 0:
            self.scroll_to(y=0, animate=False)

    def action_page(self, step: int) -> None:
        """A screenful of rows in that direction."""
        self._place(self._cursor + step * max(self.size.height - 1, 1))

    def action_edge(self, step: int) -> None:
        """To the first or the last row."""
        self._place(0 if step < 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self.cursor, self._cursor))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the click was; a click on the cursor's row opens it."""
        y = event.y + self.scroll_offset.y
        row = self._row(y)
        if row is None or row.look is not Look.DATA:
            return
        before, self._cursor = self._cursor, y
        self._moved(before)
        column = self._title_at(row, event.x)
        if before == y or (column is not None and event.chain > 1):
            self.post_message(self.Chosen(self, row.key, y, column))

    def watch_has_focus(self, _focused: bool) -> None:
        """The cursor shows in another tone while another widget has the focus."""
        self._refresh_row(self._cursor)

    def render_line(self, y: int) -> Strip:
        """One row, or nothing below the last."""
        index, width = y + self.scroll_offset.y, self.size.width
        row = self._row(index)
        if row is None:
            return Strip.blank(width, self.rich_style)
        if row.look is Look.RULE:
            style = self.look("table--rule")
            return Strip([Segment(self.glyphs.rule * width, style)], width)
        over = ("table--heading",) if row.look is Look.HEADING else ()
        under_cursor = index == self._cursor and row.look is Look.DATA
        # A table that another widget steers is always lit.
        if under_cursor and (self.has_focus or self.has_class("-lit")):
            over = ("table--cursor",)
        mark = self.glyphs.cursor if under_cursor else " "
        gutter = self.segment(Span(f" {mark} "), 3, *over)
        return thrifty([gutter, *self._cells(row, width - _AROUND, over)], width)

    def _cells(self, row: TableRow, width: int, over: tuple[str, ...]) -> list[Segment]:
        gap = self.segment(Span("  "), 2, *over)
        segments: list[Segment] = []
        for cell, layout, size in self._laid_out(row, width):
            segments += [self.segment(cell, size, *over, right=layout.right, middle=layout.middle), gap]
        segments = segments[:-1]
        rest = width + 1 - sum(segment.cell_length for segment in segments)
        return [*segments, self.segment(Span(""), rest, *over)]

    def _laid_out(self, row: TableRow, width: int) -> list[tuple[Span, CellLayout, int]]:
        kept = [
            (cell, layout)
            for cell, layout in zip(row.cells, row.layout, strict=False)
            if width >= layout.drop_below
        ]
        is_wide = width >= _WIDE
        widths = [layout.wide if is_wide and layout.wide else layout.width for _, layout in kept]
        left = max(width - sum(widths) - 2 * (len(kept) - 1), 0)
        room = width
        sized = []
        for (cell, layout), fixed in zip(kept, widths, strict=True):
            size = min(fixed or left, max(room, 0))
            is_short = layout.short and row.look is Look.HEADING and not is_wide
            sized.append((Span(layout.short, cell.tone) if is_short else cell, layout, size))
            room -= size + 2
        return sized

    def _title_at(self, row: TableRow, x: int) -> str | None:
        """The title of the column at that cell; None between columns and beside them."""
        left = 3
        for _, layout, size in self._laid_out(row, self.size.width - _AROUND):
            if left <= x < left + size:
                return layout.title
            left += size + 2
        return None

    def _row(self, y: int) -> TableRow | None:
        return self._rows[y] if 0 <= y < len(self._rows) else None

    def _find(self, key: str) -> int:
        """Where the row of that key is; where the cursor is now if there is none."""
        rows = enumerate(self._rows)
        return next((y for y, row in rows if row.key == key and row.look is Look.DATA), self._cursor)

    def _place(self, y: int) -> None:
        """Put the cursor on the row nearest to `y` that it can be on, downwards first."""
        y = max(0, min(y, len(self._rows) - 1))
        ways = chain(range(y, len(self._rows)), range(y - 1, -1, -1))
        before = self._cursor
        self._cursor = next((i for i in ways if self._rows[i].look is Look.DATA), 0)
        self._moved(before)

    def _moved(self, before: int) -> None:
        if before == self._cursor:
            return
        self._refresh_row(before)
        self._refresh_row(self._cursor)
        self._show_cursor()
        if self.cursor is not None and self.is_mounted:
            self.post_message(self.Moved(self, self.cursor))

    def _show_cursor(self) -> None:
        """Scroll so that the row under the cursor can be seen, with the headings above it."""
        top = self._cursor
        while top > 0 and self._rows[top - 1].look is not Look.DATA:
            top -= 1
        if self._cursor - top >= self.size.height:
            top = self._cursor
        if self.size.height:
            region = Region(0, top, 1, self._cursor - top + 1)
            self.scroll_to_region(region, animate=False, force=True)

    def _shown(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, len(self._rows)))

    def _refresh_row(self, y: int) -> None:
        self.refresh(Region(0, y - self.scroll_offset.y, self.size.width, 1))


class Heading(Table, can_focus=False):
    """The titles of a table's columns, in one row that stays while the table below it scrolls."""

    DEFAULT_CSS = """
    Heading {
        height: 1;
        overflow: hidden hidden;
    }
    """

    def __init__(self, columns: Sequence[CellLayout]) -> None:
        super().__init__([heading_row(columns)])

    def show_columns(self, columns: Sequence[CellLayout]) -> None:
        """Show the titles of these columns from now on."""
        self.show([heading_row(columns)])
