"""What a screen says, as plain text."""

from textual.screen import Screen
from textual.widget import Widget

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.widgets.drawing import Drawing
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table


def plain_text(screen: Screen[object]) -> tuple[str, ...]:
    """The lines of everything on the screen that can be read now, from top to bottom, rows in full."""
    lines: list[str] = []
    for widget in screen.query(Drawing):
        if all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget)):
            lines += _lines(widget)
    return tuple(escape_controls(text) for text in lines)


def _lines(widget: Drawing) -> list[str]:
    if isinstance(widget, Table):
        return ["  ".join(cell.text for cell in row.cells if cell.text.strip()) for row in widget.rows]
    return [text.strip() for text in widget.plain.split("\n")] if isinstance(widget, TextBlock) else []
