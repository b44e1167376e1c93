"""What is said of an organization that cannot be read now."""

from datetime import datetime

from iam_tui.stores.errors import Forbidden, RateLimited, StoreError, Unavailable
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.dates import stamp
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line


def old_words(state: OrganizationState, now: datetime, glyphs: Glyphs) -> Line:
    """That an organization is shown as it was last known, and why nothing can be staged."""
    when = f", as of {stamp(state.as_of, now)}" if state.as_of else ""
    return line(
        Span(f" {glyphs.warning} Not readable now{when}; read-only. ", Tone.BLOCKED), Span("r tries again.")
    )


def trouble_word(error: StoreError) -> str:
    """Why an organization cannot be read, in a word or two."""
    if isinstance(error, Forbidden):
        return "no access"
    return "no answer" if isinstance(error, Unavailable | RateLimited) else "unreadable"


def trouble_words(state: OrganizationState, glyphs: Glyphs) -> Line:
    """Why an organization cannot be read, and what to do, in one line."""
    error = state.error
    if isinstance(error, Forbidden):
        told = "You may not read its settings. Ask an owner; enter tells who that is."
    else:
        told = "" if error is None else f"{error.detail} enter tries again."
    return line(Span(f" {glyphs.warning} ", Tone.BLOCKED), told)
