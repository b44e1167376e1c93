"""The sources of an inventory as rows and lines."""

from collections.abc import Sequence
from datetime import datetime

from iam_tui.application.source_import import ImportProgress
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.table import Column, TableRow

COLUMNS = (Column(middle=True), Column(11), Column(9, right=True), Column(21, drop_below=72), Column(6))
TITLES = ("Source", "What", "Rows", "Pulls between", "Read")
ADD_REPORT = "+report"
ADD_SCAN = "+scan"
ABOUT = {
    ADD_REPORT: (
        "Who pulled what from Docker Hub, and how often.",
        "Docker Hub mails it to owners as CSV: hub.docker.com, the organization, Usage, Pulls.",
    ),
    ADD_SCAN: (
        "Which files and lines of your projects name which images.",
        "Dockerfiles, Compose files, Kubernetes manifests, GitHub workflows; what git ignores is left out.",
    ),
}
BAR = 24
"""Cells of the bar that shows how far a reading is."""
KINDS = {SourceKind.REPORT: "pull report", SourceKind.SCAN: "scan", SourceKind.LIST: "list"}


def source_rows(sources: Sequence[Source], now: datetime, *, may_report: bool) -> list[TableRow]:
    """One row a source, the latest first, and those that add one."""
    rows = [_row(source, now) for source in sources]
    if may_report:
        rows.append(TableRow(ADD_REPORT, (Span("+ bring in Docker Hub's pull report", Tone.MUTED),)))
    return [*rows, TableRow(ADD_SCAN, (Span("+ scan a folder", Tone.MUTED),))]


def source_lines(source: Source) -> tuple[Line, ...]:
    """What was read from a source and what was left out."""
    return (line(Span(f" {source.name}", Tone.STRONG)), line(f" {source.summary}"))


def about_adding(key: str | None) -> tuple[Line, ...]:
    """What a row that adds a source is about."""
    return tuple(line(Span(f" {words}", Tone.MUTED)) for words in ABOUT.get(key or "", ()))


def progress_line(progress: ImportProgress, glyphs: Glyphs) -> Line:
    """How far the reading is, with a bar where it is known how much there is."""
    spans = [Span(f" Reading{glyphs.ellipsis} {progress.words}".rstrip(), Tone.STAGED)]
    if progress.part is not None:
        done = round(progress.part * BAR)
        bar = (Span(glyphs.done * done, Tone.STAGED), Span(glyphs.rule * (BAR - done), Tone.MUTED))
        spans += [Span("  "), *bar]
    return (*spans, Span("  esc stops", Tone.MUTED))


def _row(source: Source, now: datetime) -> TableRow:
    between = ""
    if source.since and source.until:
        between = f"{day(source.since.date(), now.date())} to {day(source.until.date(), now.date())}"
    cells = (
        Span(source.name),
        Span(KINDS[source.kind], Tone.MUTED),
        Span(f"{source.rows:,}"),
        Span(between, Tone.MUTED),
        Span(moment(source.imported_at, now), Tone.MUTED),
    )
    return TableRow(f"{source.kind}:{source.name}", cells, COLUMNS)
