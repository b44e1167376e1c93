"""What an impact says in words: its filters, its sources, and what was staged to avoid it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Final

from iam_tui.application.images_in_use import days_unknown
from iam_tui.core.counted import counted
from iam_tui.core.draft import Draft
from iam_tui.core.impact import ImpactCounts
from iam_tui.core.impact_allowlist import AllowlistProposal
from iam_tui.core.impact_effect import Effect
from iam_tui.inventory import FORMATS
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line

GROUPS: Final = (*Effect, None)
"""What each list shows: the images with one effect; None is the places that name no certain image."""
GROUP_WORDS: Final = ("stops", "may stop", "starts", "may start", "same", "not covered", "unresolved")
NOTHING_WORDS: Final = (
    "No image in use is certain to stop.",
    "No image in use may stop, as far as is known.",
    "No blocked image in use is certain to be allowed.",
    "No blocked image in use may be allowed.",
    "No image in use keeps the same verdict.",
    "Every image in use is on Docker Hub.",
    "Every image reference that was found is resolved.",
)
"""What an empty list says."""


def group_lines(counts: ImpactCounts, chosen: int, glyphs: Glyphs, width: int) -> tuple[Line, ...]:
    """The groups with their keys and counts in as many lines as needed; the chosen one is marked."""
    lines: list[list[Span]] = [[]]
    used = 0
    for index, (words, number) in enumerate(zip(GROUP_WORDS, counts, strict=True)):
        tone = Tone.STRONG if index == chosen else Tone.MUTED
        mark = glyphs.cursor if index == chosen else " "
        item = [Span(f" {mark}"), Span(f"{index + 1} ", Tone.ACCENT), Span(f"{words} {number:,}", tone)]
        cells = sum(len(span.text) for span in item)
        if used and used + cells > width:
            lines.append([])
            used = 0
        lines[-1] += item
        used += cells
    return tuple(tuple(spans) for spans in lines)


def sources_line(sources: Sequence[Source], now: datetime, glyphs: Glyphs, *, may_add: bool) -> Line:
    """Where the numbers come from, and whether all of that is old."""
    if not sources:
        return line(" Press m to bring in a source:" if may_add else " There are no sources.")
    days = days_unknown(sources, now)
    old = f" {glyphs.warning} {days:,} days old." if days else ""
    shown = [_source_words(source, now) for source in sources[:2]]
    more = f" and {len(sources) - 2:,} more" if len(sources) > 2 else ""
    return line(Span(old, Tone.STAGED), Span(f" From {', '.join(shown)}{more}", Tone.MUTED))


def first_use_lines(*, may_add: bool, may_report: bool) -> tuple[str, ...]:
    """What the list shows while there are no sources: what to bring in, and where to get it."""
    if not may_add:
        return ("Opened read-only: sources are brought in without --read-only.",)
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


def proposal_words(proposal: AllowlistProposal, draft: Draft, counts: ImpactCounts) -> str:
    """What was just staged of a proposal, and what may still stop; `draft` has it, `counts` are with it."""
    if draft.is_clean:
        return "Nothing is staged any more; the allowlist stays on."
    entries = len(proposal.repositories)
    parts = [counted(entries, "allowlist entry", "allowlist entries")] if entries else []
    parts += ["the allowlist on"] if proposal.switch_on else []
    left = f"{counts.may_stop:,} may still stop; a allows one." if counts.may_stop else "w reviews."
    return f"Staged: {', '.join(parts)}. {left}"


def _source_words(source: Source, now: datetime) -> str:
    if source.kind is not SourceKind.REPORT:
        return f"{source.name} (scanned {moment(source.imported_at, now)})"
    name = PurePath(source.name).name
    if source.since is None or source.until is None:
        return f"{name} (no pulls)"
    today = now.date()
    return f"{name} ({day(source.since.date(), today)} to {day(source.until.date(), today)})"
