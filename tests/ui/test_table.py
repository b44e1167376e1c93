"""The one table: its cursor, its columns, its mouse."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.table_rows import RULE, CellLayout, TableRow, heading_row
from iam_tui.ui.shared.text import Span
from iam_tui.ui.shared.widgets.drawing import LOOKS
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole

COLUMNS = (CellLayout("Name", 0), CellLayout("", 6, drop_below=40), CellLayout("Count", 4, right=True))


def row(key: str) -> TableRow:
    return TableRow(key, (Span(f"name {key}"), Span("middle"), Span("7")), COLUMNS)


HEADING = heading_row(COLUMNS)
ROWS = [HEADING, row("a"), RULE, row("b"), row("c")]


class TableScreen(Screen[None]):
    """A screen with one table that remembers what it was told."""

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


def table_of(app: IamApp) -> Table:
    return app.screen.query_one(Table)


def text_of(table: Table, y: int) -> str:
    return table.render_line(y).text


async def test_the_cursor_steps_over_headings_and_rules(make_console: MakeConsole) -> None:
    app = make_console()
    async with app.run_test(size=(60, 12)) as pilot:
        screen = TableScreen()
        await app.push_screen(screen)
        await pilot.pause()
        table = table_of(app)
        assert table.cursor == "a"
        await pilot.press("down")
        assert table.cursor == "b"
        await pilot.press("j", "j")
        assert table.cursor == "c"
        await pilot.press("g")
        assert table.cursor == "a"
        await pilot.press("G", "enter")
        await pilot.pause()
        assert screen.told == ["moved b", "moved c", "moved a", "moved c", "chosen c None"]


async def test_every_line_is_as_wide_as_the_table(make_console: MakeConsole) -> None:
    app = make_console()
    async with app.run_test(size=(60, 12)) as pilot:
        await app.push_screen(TableScreen())
        await pilot.pause()
        table = table_of(app)
        table.show([*ROWS, TableRow("wide", (Span("日本" * 40), Span("middle"), Span("7")), COLUMNS)])
        for width in (60, 38, 12, 5, 1):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
            assert {table.render_line(y).cell_length for y in range(12)} == {table.size.width}
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert "middle" in text_of(table, 1)
        await pilot.resize_terminal(38, 12)
        await pilot.pause()
        assert "middle" not in text_of(table, 1)
        assert text_of(table, 1).rstrip().endswith("7")


async def test_the_cursor_stays_with_its_row_or_takes_the_place_of_one_that_went(
    make_console: MakeConsole,
) -> None:
    app = make_console()
    async with app.run_test(size=(60, 12)) as pilot:
        await app.push_screen(TableScreen())
        await pilot.pause()
        table = table_of(app)
        table.move_to("b")
        table.show([row("new"), *ROWS])
        assert table.cursor == "b"
        table.show([HEADING, row("a"), row("c")])
        assert table.cursor in {"a", "c"}
        table.show([HEADING])
        assert table_of(app).cursor is None
        await pilot.press("down", "enter", "pagedown")
        table.show(ROWS)
        assert table.cursor == "a"


async def test_a_click_moves_the_cursor_and_a_second_one_opens(make_console: MakeConsole) -> None:
    app = make_console()
    async with app.run_test(size=(60, 12)) as pilot:
        screen = TableScreen()
        await app.push_screen(screen)
        await pilot.pause()
        await pilot.click(Table, offset=(5, 3))
        await pilot.click(Table, offset=(58, 3))
        await pilot.click(Table, offset=(5, 0))
        await pilot.pause()
        assert screen.told == ["moved b", "chosen b Count"]


async def test_a_long_table_scrolls_with_its_cursor(make_console: MakeConsole) -> None:
    app = make_console()
    async with app.run_test(size=(60, 12)) as pilot:
        await app.push_screen(TableScreen())
        await pilot.pause()
        table = table_of(app)
        table.show([row(str(number)) for number in range(1000)])
        await pilot.press("G")
        await pilot.pause()
        assert table.cursor == "999"
        assert "name 999" in text_of(table, 11)
        await pilot.press("pageup")
        assert table.cursor == "988"
