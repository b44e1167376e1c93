"""A table to choose from, filtered while typing: the field has the focus, the arrows move in the table."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.ui.shared.base_screen import BaseScreen, Result
from iam_tui.ui.shared.table_rows import TableRow, note
from iam_tui.ui.shared.text import Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table


class Finder(BaseScreen[Result]):
    """What screens share that find a row by typing and choose it with enter."""

    AUTO_FOCUS = "#find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "next", id="finder.down", show=False, tooltip="Next row"),
        Binding("up", "step(-1)", "previous", id="finder.up", show=False, tooltip="Previous row"),
        Binding(
            "pagedown", "page_rows(1)", "page down", id="finder.page_down", show=False, tooltip="A page down"
        ),
        Binding("pageup", "page_rows(-1)", "page up", id="finder.page_up", show=False, tooltip="A page up"),
        Binding("escape", "back", "back", id="finder.back", tooltip="Clear what was typed, then go back"),
    ]
    DEFAULT_CSS = """
    Finder {
        #find-row { height: 1; margin-bottom: 1; }
        #find-label { width: 9; }
        #find { width: 1fr; }
        #found { width: 1fr; height: 1fr; }
    }
    """
    PLACEHOLDER: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self._sought = ""

    def body(self) -> ComposeResult:
        """The field and the table."""
        with Horizontal(id="find-row"):
            yield TextBlock(line(Span("   find", Tone.MUTED)), id="find-label")
            yield Field(id="find", placeholder=self.PLACEHOLDER)
        yield Table(id="found", classes="-lit")

    def matching(self, wanted: str) -> Sequence[TableRow]:
        """The rows for what was typed, which is in lower case; all of them for nothing."""
        raise NotImplementedError

    def choose(self, key: str) -> None:
        """Act on the row of that key."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show all rows."""
        super().on_mount()
        self.find()

    def find(self) -> None:
        """Show the rows for what is typed now."""
        self._sought = self.query_one("#find", Input).value
        wanted = self._sought.strip().casefold()
        rows = self.matching(wanted)
        if wanted and not rows:
            rows = [note("Nothing matches.")]
        self.query_one("#found", Table).show(rows)
        self.show_frame()
        self.refresh_bindings()

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        return self.query_one("#found", Table).cursor if self.is_mounted else None

    def action_step(self, step: int) -> None:
        """To the next row in that direction."""
        self.query_one("#found", Table).action_move(step)

    def action_page_rows(self, step: int) -> None:
        """A screenful of rows in that direction."""
        self.query_one("#found", Table).action_page(step)

    def action_choose(self) -> None:
        """Act on the row under the cursor, once the field has taken what was typed before the key."""
        self.query_one("#find", Input).call_later(self._choose_found)

    def _choose_found(self) -> None:
        if self.query_one("#find", Input).value != self._sought:
            self._typed()
        if self.chosen is not None:
            self.choose(self.chosen)

    def action_back(self) -> None:
        """Clear what was typed; if there is nothing, go back."""
        field = self.query_one("#find", Input)
        if field.value:
            field.value = ""
        else:
            self.dismiss()

    @on(Input.Changed, "#find")
    def _typed(self) -> None:
        self.query_one("#found", Table).action_edge(-1)
        self.find()

    @on(Table.Moved, "#found")
    def _moved(self) -> None:
        self.show_frame()
        self.refresh_bindings()

    @on(Table.Chosen, "#found")
    def _clicked(self, event: Table.Chosen) -> None:
        self.choose(event.key)
        self.query_one("#find", Input).focus()
