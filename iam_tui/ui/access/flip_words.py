"""What flipping a switch, or saving what is staged, would do to the images in use."""

from iam_tui.core.draft import Draft
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import damage_words, flip_words, used_by
from iam_tui.core.usage_index import RepositoryGroup
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import name_of
from iam_tui.ui.shared.text import Line, Span, Tone, cut, line


def staged_damage(draft: Draft, impact: Impact, glyphs: Glyphs) -> Line:
    """How much is staged, and what saving it would break."""
    return line(Span(f" {glyphs.staged} {len(draft.changes)} staged. {damage_words(impact)}", Tone.STAGED))


def flip_span(impact: Impact) -> Span:
    """What flipping a switch now would do, for the cell beside it; the worst first."""
    counts = impact.counts
    if counts.stops:
        return Span(f"blocks {counts.stops:,}", Tone.BLOCKED)
    if counts.may_stop:
        return Span(f"may block {counts.may_stop:,}", Tone.STAGED)
    if counts.starts:
        return Span(f"allows {counts.starts:,}", Tone.ALLOWED)
    if counts.may_start:
        return Span(f"may allow {counts.may_start:,}", Tone.STAGED)
    return Span("nothing" if counts.is_all_clear else "none known", Tone.MUTED)


def flip_lines(impact: Impact, most: int, width: int, glyphs: Glyphs) -> tuple[Line, ...]:
    """What flipping a switch now would do, and the `most` images used most, with who pulls them.

    Each image takes one line of `width` cells: a long name is cut in its middle.
    """
    worst_first = (Effect.STOPS, Effect.MAY_STOP, Effect.STARTS, Effect.MAY_START)
    shown = next((one for one in worst_first if impact.counts.of(one)), Effect.STOPS)
    return (
        line(Span(flip_words(impact), flip_span(impact).tone)),
        *(_used(row.group, width, glyphs) for row in impact.worst(shown, most)),
    )


def _used(group: RepositoryGroup, width: int, glyphs: Glyphs) -> Line:
    users = used_by(group)
    room = width - len(users) - 4
    name = cut(escape_controls(name_of(group)), room, ellipsis=glyphs.ellipsis, middle=True)
    return line(f"  {name}  ", Span(users, Tone.MUTED))
