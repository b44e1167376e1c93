"""The one table: its cursor, its columns, its mouse."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from iam_tui.ui.shared.table_rows import RULE, CellLayout, TableRow, heading_row
from iam_tui.ui.shared.text import Span
from iam_tui.ui.shared.widgets.drawing import LOOKS
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.driver import OpenConsole

COLUMNS = (CellLayout("Name", 0), CellLayout("", 6, drop_below=40), CellLayout("Count", 4, right=True))


def row(key: str) -> TableRow:
    return TableRow(key, (Span(f"name {key}"), Span("middle"), Span("7")), COLUMNS)


HEADING = heading_row(COLUMNS)
ROWS = [HEADING, row("a"), RULE, row("b"), row("c")]


class TableScreen(Screen[None]):
    """A screen with one table that records its messages."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(LOOKS)

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield Table(ROWS, id="table")

    def on_table_moved(self, event: Table.Moved) -> None:
        self.told.append(f"moved {event.key}")

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.told.append(f"chosen {event.key} {event.column}")


def text_of(table: Table, y: int) -> str:
    return table.render_line(y).text


async def test_the_cursor_steps_over_headings_and_rules(console: OpenConsole) -> None:
    async with console(size=(60, 12)) as c:
        screen = TableScreen()
        await c.push(screen)
        assert c.cursor("#table") == "a"
        await c.press("down")
        assert c.cursor("#table") == "b"
        await c.press("j", "j")
        assert c.cursor("#table") == "c"
        await c.press("g")
        assert c.cursor("#table") == "a"
        await c.press("G", "enter")
        assert screen.told == ["moved b", "moved c", "moved a", "moved c", "chosen c None"]


async def test_every_line_is_as_wide_as_the_table(console: OpenConsole) -> None:
    async with console(size=(60, 12)) as c:
        await c.push(TableScreen())
        table = c.table("#table")
        table.show([*ROWS, TableRow("wide", (Span("日本" * 40), Span("middle"), Span("7")), COLUMNS)])
        for width in (60, 38, 12, 5, 1):
            await c.resize(width, 12)
            assert {table.render_line(y).cell_length for y in range(12)} == {table.size.width}
        await c.resize(60, 12)
        assert "middle" in text_of(table, 1)
        await c.resize(38, 12)
        assert "middle" not in text_of(table, 1)
        assert text_of(table, 1).rstrip().endswith("7")


async def test_the_cursor_stays_with_its_row_or_takes_the_place_of_one_that_went(
    console: OpenConsole,
) -> None:
    async with console(size=(60, 12)) as c:
        await c.push(TableScreen())
        table = c.table("#table")
        table.move_to("b")
        table.show([row("new"), *ROWS])
        assert c.cursor("#table") == "b"
        table.show([HEADING, row("a"), row("c")])
        assert c.cursor("#table") in {"a", "c"}
        table.show([HEADING])
        assert c.cursor("#table") is None
        await c.press("down", "enter", "pagedown")
        table.show(ROWS)
        assert c.cursor("#table") == "a"


async def test_a_click_moves_the_cursor_and_a_second_one_opens(console: OpenConsole) -> None:
    async with console(size=(60, 12)) as c:
        screen = TableScreen()
        await c.push(screen)
        await c.click("#table", 5, 3)
        await c.click("#table", 58, 3)
        await c.click("#table", 5, 0)
        assert screen.told == ["moved b", "chosen b Count"]


async def test_a_long_table_scrolls_with_its_cursor(console: OpenConsole) -> None:
    async with console(size=(60, 12)) as c:
        await c.push(TableScreen())
        table = c.table("#table")
        table.show([row(str(number)) for number in range(1000)])
        await c.press("G")
        assert c.cursor("#table") == "999"
        assert "name 999" in text_of(table, 11)
        await c.press("pageup")
        assert c.cursor("#table") == "988"


async def test_enter_is_offered_only_where_there_is_a_row(console: OpenConsole) -> None:
    async with console(size=(60, 12)) as c:
        await c.push(TableScreen())
        assert "enter open" in c.keys
        c.table("#table").show([HEADING])
        assert "enter open" not in c.keys
        c.table("#table").show(ROWS)
        assert "enter open" in c.keys
