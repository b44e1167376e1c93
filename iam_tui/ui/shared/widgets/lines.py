"""A block of text lines.

Textual's `Static` arranges the whole screen again when its text changes, and then draws all of it.
"""

from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.text import Line, Span, wrap
from iam_tui.ui.shared.widgets.drawing import Drawing


class Split(NamedTuple):
    """A line with a left part and a right part; the right one keeps its room."""

    left: Line
    right: Line


class TextBlock(Drawing, can_focus=False):
    """Lines of spans, cut at the edge or wrapped; a change is drawn in the same turn, with no new layout."""

    DEFAULT_CSS = """
    TextBlock {
        height: 1;
        overflow: hidden hidden;
    }
    """

    def __init__(
        self,
        *lines: Line | Split,
        wrapped: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines = lines
        self._wrapped = wrapped
        self._drawn: list[Line | Split] = []

    def show(self, *lines: Line | Split) -> None:
        """Draw these lines from now on."""
        if lines != self._lines:
            self._lines = lines
            self._arrange()

    @property
    def plain(self) -> str:
        """The lines as text, as they were given: for copying, and for tests."""
        return "\n".join(
            "  ".join(map(_text, shown)) if isinstance(shown, Split) else _text(shown)
            for shown in self._lines
        )

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap again at the new width."""
        self._arrange()

    def _arrange(self) -> None:
        width, before = self.size.width, self._drawn
        self._drawn = []
        for shown in self._lines:
            if isinstance(shown, Split) or not self._wrapped or width == 0:
                self._drawn.append(shown)
            else:
                self._drawn.extend(
                    wrap(tuple(Span(escape_controls(text), tone) for text, tone in shown), width)
                )
        # Never less than there is room for: each new size arranges the whole screen anew.
        self.virtual_size = Size(width, max(len(self._drawn), self.size.height))
        for y, (old, new) in enumerate(zip_longest(before, self._drawn)):
            if old != new:
                self.refresh(Region(0, y - self.scroll_offset.y, width, 1))

    def render_line(self, y: int) -> Strip:
        """One line, cut at the edge."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._drawn):
            return Strip.blank(width, self.rich_style)
        shown = self._drawn[index]
        if not isinstance(shown, Split):
            return self.strip(shown, width)
        text = escape_controls(_text(shown.right))
        right = min(cell_len(text), width)
        # A left part that is cut does not touch the right one.
        gap = 1 if text and not text.startswith(" ") and right < width else 0
        left = self.strip(shown.left, width - right - gap)
        return Strip.join([left, self.strip((), gap), self.strip(shown.right, right)])


def _text(line: Line) -> str:
    return "".join(span.text for span in line)
