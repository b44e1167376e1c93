"""How a verdict is shown: a sign, a word and a tone; the word alone must be enough."""

from iam_tui.core.impact import ImpactCounts
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Span, Tone

TONES = {
    Verdict.ALLOWED: Tone.ALLOWED,
    Verdict.BLOCKED: Tone.BLOCKED,
    Verdict.NOT_COVERED: Tone.MUTED,
    Verdict.NOT_ENFORCED: Tone.STAGED,
    Verdict.CANNOT_TELL: Tone.STAGED,
    Verdict.INVALID: Tone.BLOCKED,
}


def sign(verdict: Verdict, glyphs: Glyphs) -> str:
    """The one sign of a verdict."""
    return {
        Verdict.ALLOWED: glyphs.allowed,
        Verdict.BLOCKED: glyphs.blocked,
        Verdict.NOT_COVERED: glyphs.outside,
        Verdict.NOT_ENFORCED: glyphs.outside,
        Verdict.CANNOT_TELL: glyphs.unknown,
        Verdict.INVALID: glyphs.warning,
    }[verdict]


def verdict_span(verdict: Verdict) -> Span:
    """The verdict's word for a table: lower case unless it needs attention."""
    calm = verdict in {Verdict.ALLOWED, Verdict.NOT_COVERED}
    return Span(verdict.words.lower() if calm else verdict.words, TONES[verdict])


def sign_span(verdict: Verdict, glyphs: Glyphs) -> Span:
    """The verdict's sign in its tone."""
    return Span(sign(verdict, glyphs), TONES[verdict])


def damage_tone(counts: ImpactCounts) -> Tone:
    """The tone of what a change breaks: certain, uncertain, or nothing."""
    if counts.stops:
        return Tone.BLOCKED
    return Tone.PLAIN if counts.is_all_clear else Tone.STAGED
