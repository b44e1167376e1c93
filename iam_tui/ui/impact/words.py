"""What an impact says in words: its filters, its sources, and what was staged to avoid it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Final

from iam_tui.core.draft import Draft
from iam_tui.core.impact import ImpactCounts
from iam_tui.core.impact_allowlist import AllowlistProposal
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import counted
from iam_tui.inventory import FORMATS
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line

FILTERS: Final = (
    (Effect.NEWLY_BLOCKED,),
    (Effect.NEWLY_ALLOWED,),
    (Effect.UNCHANGED, Effect.NOT_COVERED),
    (Effect.CANNOT_TELL,),
)
"""What each list of images shows; one more shows the places that name no certain image."""
UNRESOLVED: Final = len(FILTERS)
FILTER_WORDS: Final = ("blocked", "allowed", "same", "cannot tell", "unresolved")
NOTHING_WORDS: Final = (
    "This blocks no image in use.",
    "This allows no image in use that was blocked before.",
    "No image in use keeps the same verdict.",
    "No image in use is uncertain.",
    "Every image reference that was found is resolved.",
)
"""What an empty list says."""


def filter_line(counts: ImpactCounts, chosen: int, glyphs: Glyphs) -> Line:
    """The filters with their keys and counts; the chosen one is marked."""
    numbers = (
        counts.newly_blocked,
        counts.newly_allowed,
        counts.unchanged + counts.not_covered,
        counts.cannot_tell,
        counts.unresolved,
    )
    spans = []
    for index, (words, number) in enumerate(zip(FILTER_WORDS, numbers, strict=True)):
        tone = Tone.STRONG if index == chosen else Tone.MUTED
        mark = glyphs.cursor if index == chosen else " "
        spans += [Span(f" {mark}"), Span(f"{index + 1} ", Tone.ACCENT), Span(f"{words} {number:,}", tone)]
    return tuple(spans)


def sources_line(sources: Sequence[Source], now: datetime) -> Line:
    """Where the numbers come from."""
    if not sources:
        return line(" Press m to bring in a source:")
    shown = [_source_words(source, now) for source in sources[:2]]
    more = f" and {len(sources) - 2:,} more" if len(sources) > 2 else ""
    return line(Span(f" From {', '.join(shown)}{more}", Tone.MUTED))


def first_use_lines(*, may_report: bool) -> tuple[str, ...]:
    """What the list shows while there are no sources: what to bring in, and where to get it."""
    report = (
        "Docker Hub's pull report: who pulled what, how often.",
        "Owners get it by mail as CSV from hub.docker.com: Usage, Pulls.",
        "",
    )
    return (
        *(report if may_report else ()),
        "A scan of a folder: which files and lines name which images.",
        f"{FORMATS}.",
    )


def proposal_words(proposal: AllowlistProposal, draft: Draft) -> str:
    """What was just staged of a proposal, in one sentence; `draft` has it."""
    if draft.is_clean:
        return "Nothing is staged any more; the allowlist stays on."
    entries = len(proposal.repositories)
    parts = [counted(entries, "allowlist entry", "allowlist entries")] if entries else []
    parts += ["the allowlist on"] if proposal.switch_on else []
    return f"Staged: {', '.join(parts)}. w reviews."


def _source_words(source: Source, now: datetime) -> str:
    if source.kind is not SourceKind.REPORT:
        return f"{source.name} (scanned {moment(source.imported_at, now)})"
    name = PurePath(source.name).name
    if source.since is None or source.until is None:
        return f"{name} (no pulls)"
    today = now.date()
    return f"{name} ({day(source.since.date(), today)} to {day(source.until.date(), today)})"
