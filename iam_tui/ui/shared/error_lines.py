"""The one presenter of errors: what happened, what became of the work, what to do."""

from iam_tui.core.errors import IamError
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line


def error_lines(error: IamError, glyphs: Glyphs) -> tuple[Line, ...]:
    """The error as three lines at most, to stay on the screen until the next step."""
    return (
        line(Span(f" {glyphs.warning} {error.title}. ", Tone.BLOCKED), error.detail),
        line(Span(f"   {error.meaning} {error.advice}".rstrip(), Tone.MUTED)),
    )
