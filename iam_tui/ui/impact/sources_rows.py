"""The sources of an inventory as rows and lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from iam_tui.application.source_import import ImportProgress
from iam_tui.inventory import FORMATS
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import Column, TableRow, note, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line

ADD_REPORT = "+report"
ADD_SCAN = "+scan"
ABOUT = {
    ADD_REPORT: (
        "Who pulled what from Docker Hub, and how often.",
        "Owners get it by mail as CSV: hub.docker.com, the organization, Usage, Pulls.",
    ),
    ADD_SCAN: (
        "Which files and lines of your projects name which images.",
        f"{FORMATS}; not what git ignores.",
    ),
}
BAR = 24
"""Cells of the bar that shows how far a reading is."""
KINDS = {SourceKind.REPORT: "pull report", SourceKind.SCAN: "scan", SourceKind.LIST: "list"}


class SourceItem(NamedTuple):
    """A source and the time that its cells are made with."""

    source: Source
    now: datetime


def _between(one: SourceItem) -> Span:
    if one.source.left_out:
        return Span("not counted", Tone.STAGED)
    since, until, today = one.source.since, one.source.until, one.now.date()
    words = f"{day(since.date(), today)} to {day(until.date(), today)}" if since and until else ""
    return Span(words, Tone.MUTED)


COLUMNS: Final[Sequence[Column[SourceItem]]] = (
    Column("Source", 0, lambda one: Span(one.source.name), middle=True),
    Column("What", 11, lambda one: Span(KINDS[one.source.kind], Tone.MUTED)),
    Column("Rows", 9, lambda one: Span(f"{one.source.rows:,}"), right=True),
    Column("Pulls between", 21, _between, drop_below=72),
    Column("Read", 6, lambda one: Span(moment(one.source.imported_at, one.now), Tone.MUTED)),
)


def source_rows(
    sources: Sequence[Source], now: datetime, *, may_add: bool, may_report: bool
) -> list[TableRow]:
    """One row for each source, the latest first, and with `may_add` the rows that add one."""
    rows = [row_of(f"{one.kind}:{one.name}", SourceItem(one, now), COLUMNS) for one in sources]
    if not may_add:
        return rows or [note("No sources yet.")]
    if may_report:
        rows.append(TableRow(ADD_REPORT, (Span("+ bring in Docker Hub's pull report", Tone.MUTED),)))
    return [*rows, TableRow(ADD_SCAN, (Span("+ scan a folder", Tone.MUTED),))]


def source_lines(source: Source) -> tuple[Line, ...]:
    """What was read from a source, and what was left out."""
    lines = [line(Span(f" {source.name}", Tone.STRONG))]
    if source.left_out:
        lines.append(line(Span(f" {source.left_out}", Tone.STAGED)))
    return (*lines, line(f" {source.summary}"))


def about_adding(key: str | None) -> tuple[Line, ...]:
    """What the source is that a row adds."""
    return tuple(line(Span(f" {words}", Tone.MUTED)) for words in ABOUT.get(key or "", ()))


def progress_line(progress: ImportProgress, glyphs: Glyphs) -> Line:
    """How far the reading is, with a bar where the total is known."""
    spans = [Span(f" Reading{glyphs.ellipsis} {progress.words}".rstrip(), Tone.STAGED)]
    if progress.part is not None:
        done = round(progress.part * BAR)
        bar = (Span(glyphs.done * done, Tone.STAGED), Span(glyphs.rule * (BAR - done), Tone.MUTED))
        spans += [Span("  "), *bar]
    return (*spans, Span("  esc stops", Tone.MUTED))
