"""A hairline across the screen."""

from rich.segment import Segment
from textual.strip import Strip

from iam_tui.ui.shared.widgets.drawing import Drawing


class Rule(Drawing, can_focus=False):
    """One row of the rule sign."""

    DEFAULT_CSS = """
    Rule {
        height: 1;
        overflow: hidden hidden;
    }
    """

    def render_line(self, y: int) -> Strip:
        """The one row."""
        width = self.size.width
        return Strip([Segment(self.glyphs.rule * width, self.look("table--rule"))], width)
