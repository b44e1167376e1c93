"""The text of a screen alone, for selecting it with the mouse."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.drawing import Drawing
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table


class PlainScreen(BaseScreen[None]):
    """Lines of text from the left edge on, to select with the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_lines(1)", "down", id="plain.down", show=False, tooltip="A line down"),
        Binding("up,k", "scroll_lines(-1)", "up", id="plain.up", show=False, tooltip="A line up"),
        Binding("c", "copy", "copy", id="plain.copy", tooltip="Send it to the terminal's clipboard"),
        Binding("escape,enter", "back", "back", id="plain.back", tooltip="Back to the screen"),
    ]
    DEFAULT_CSS = """
    PlainScreen #text { height: 1fr; }
    """

    def __init__(self, text: Sequence[str]) -> None:
        super().__init__()
        self._text = text

    def crumbs(self) -> tuple[str, ...]:
        """Only what it is."""
        return ("Plain text",)

    def summary_lines(self) -> tuple[Line, Line]:
        """How to select it."""
        return line(" Hold shift and drag to select, then copy as in any other program."), line(
            Span(" Some terminals use option or fn instead of shift.", Tone.MUTED)
        )

    def body(self) -> ComposeResult:
        """The lines."""
        yield TextBlock(*(line(text) for text in self._text), wrapped=True, id="text")

    def action_scroll_lines(self, step: int) -> None:
        """Up or down by a line."""
        self.query_one("#text", TextBlock).scroll_relative(y=step, animate=False, force=True)

    def action_copy(self) -> None:
        """Send it to the terminal's clipboard."""
        self.host.copy("\n".join(self._text))

    def action_back(self) -> None:
        """Back to the screen it came from."""
        self.dismiss()


def plain_text(screen: Screen[object]) -> tuple[str, ...]:
    """The lines of everything that is visible on the screen, from top to bottom, rows in full."""
    lines: list[str] = []
    for widget in screen.query(Drawing):
        if all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget)):
            lines += _lines(widget)
    return tuple(escape_controls(text) for text in lines)


def _lines(widget: Drawing) -> list[str]:
    if isinstance(widget, Table):
        return ["  ".join(cell.text for cell in row.cells if cell.text.strip()) for row in widget.rows]
    return [text.strip() for text in widget.plain.split("\n")] if isinstance(widget, TextBlock) else []
