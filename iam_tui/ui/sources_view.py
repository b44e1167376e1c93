"""The sources of an inventory as rows and lines."""

from collections.abc import Sequence
from datetime import datetime

from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.dates import day, moment
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.widgets.table import Column, Row

COLUMNS = (Column(middle=True), Column(12), Column(9, right=True), Column(20, drop_below=72), Column(10))
TITLES = ("Source", "What", "Rows", "Pulls between", "Read")
ADD_REPORT = "+report"
ADD_SCAN = "+scan"
KINDS = {SourceKind.REPORT: "pull report", SourceKind.SCAN: "scan", SourceKind.LIST: "list"}


def source_rows(sources: Sequence[Source], now: datetime, *, may_report: bool) -> list[Row]:
    """One row a source, the latest first, and those that add one."""
    rows = [_row(source, now) for source in sources]
    if may_report:
        rows.append(Row(ADD_REPORT, (Span("+ bring in Docker Hub's pull report", Tone.MUTED),)))
    return [*rows, Row(ADD_SCAN, (Span("+ scan a folder", Tone.MUTED),))]


def source_lines(source: Source) -> tuple[Line, ...]:
    """What was read from a source and what was left out."""
    return (line(Span(f" {source.name}", Tone.STRONG)), line(f" {source.summary}"))


def _row(source: Source, now: datetime) -> Row:
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
    return Row(f"{source.kind}:{source.name}", cells, COLUMNS)
