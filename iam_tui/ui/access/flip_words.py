"""What flipping a switch, or saving what is staged, would do to the images in use."""

from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import damage_words, flip_words, used_by
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import name_of
from iam_tui.ui.shared.text import Line, Span, Tone, line


def staged_damage(draft: Draft, impact: Impact, glyphs: Glyphs) -> Line:
    """How much is staged, and what saving it would break."""
    return line(Span(f" {glyphs.staged} {len(draft.changes)} staged. {damage_words(impact)}", Tone.STAGED))


def flip_span(impact: Impact) -> Span:
    """What flipping a switch now would do, for the cell beside it."""
    counts = impact.counts
    if counts.newly_blocked:
        return Span(f"blocks {counts.newly_blocked:,}", Tone.BLOCKED)
    if counts.newly_allowed:
        return Span(f"allows {counts.newly_allowed:,}", Tone.ALLOWED)
    if impact.unsure:
        return Span(f"unsure {impact.unsure:,}", Tone.STAGED)
    return Span("nothing", Tone.MUTED)


def flip_lines(impact: Impact, most: int) -> tuple[Line, ...]:
    """What flipping a switch now would do, and the `most` images used most, with who pulls them."""
    is_blocking = bool(impact.counts.newly_blocked)
    worst = impact.worst(Effect.NEWLY_BLOCKED if is_blocking else Effect.NEWLY_ALLOWED, most)
    return (
        line(Span(flip_words(impact), flip_span(impact).tone)),
        *(line(f"  {name_of(row.group)}  ", Span(used_by(row.group), Tone.MUTED)) for row in worst),
    )
