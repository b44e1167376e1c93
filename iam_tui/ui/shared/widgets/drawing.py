"""How the console's widgets turn spans into strips: in the theme's tones, made visible, cut to cells."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import TONE_CLASSES, Line, Span, Tone, cut, pad

if TYPE_CHECKING:
    from iam_tui.ui.shared.host import Host


LOOKS = frozenset({*TONE_CLASSES, "table--cursor", "table--heading", "table--rule"})
"""The component classes that a screen has for its drawings.

The screen, and not each drawing: Textual styles every such class anew for every widget that names it.
"""


class Drawing(ScrollView):
    """A widget that draws lines of spans itself, in its screen's `LOOKS`; all text is shown literally."""

    ALLOW_SELECT = False

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return cast("Host", self.app).glyphs

    def look(self, name: str) -> Style:
        """The style of one of the screen's `LOOKS`."""
        return self.screen.get_component_rich_style(name)

    def tone(self, tone: Tone, *over: str) -> Style:
        """The style of a tone on the ground of the component classes in `over`."""
        name = f"tone--{tone}"
        if not over:
            return self.look(name)
        ground = self.screen.get_component_rich_style(*over)
        return ground + self.screen.get_component_rich_style(name, partial=True)

    def segment(
        self, span: Span, width: int, *over: str, right: bool = False, middle: bool = False
    ) -> Segment:
        """The span in exactly `width` cells; the component classes in `over` go over its tone."""
        text = cut(escape_controls(span.text), width, ellipsis=self.glyphs.ellipsis, middle=middle)
        style = self.tone(span.tone, *over)
        return Segment(pad(text, width, right=right), style)

    def strip(self, line: Line, width: int, *over: str) -> Strip:
        """The line in exactly `width` cells."""
        return thrifty(list(self._segments(line, width, over)), width)

    def _segments(self, line: Line, width: int, over: tuple[str, ...]) -> Iterable[Segment]:
        left = width
        for span in line:
            text = cut(escape_controls(span.text), left, ellipsis=self.glyphs.ellipsis)
            if not text:
                continue
            left -= cell_len(text)
            yield Segment(text, self.tone(span.tone, *over))
            if left <= 0:
                return
        yield Segment(" " * left, self.tone(Tone.PLAIN, *over))


def thrifty(segments: Iterable[Segment], width: int) -> Strip:
    """The segments as a strip that takes few bytes: blanks get the style of what is before them.

    All segments need the same background, since that is all that shows of a blank.
    """
    kept: list[Segment] = []
    for segment in segments:
        if kept and (segment.style == kept[-1].style or not segment.text.strip(" ")):
            kept[-1] = Segment(kept[-1].text + segment.text, kept[-1].style)
        else:
            kept.append(segment)
    return Strip(kept, width)
