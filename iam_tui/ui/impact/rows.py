"""The lists of an impact: images and the people behind them, places, and everything known of one row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, overload

from iam_tui.core.impact import ImpactRow
from iam_tui.core.impact_words import counted
from iam_tui.core.reference import HUB
from iam_tui.core.usage import Usage
from iam_tui.core.usage_index import RepositoryGroup
from iam_tui.core.verdict import Verdict
from iam_tui.ui.impact.words import name_of
from iam_tui.ui.shared.dates import ago, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import TONES, verdict_span
from iam_tui.ui.shared.widgets import table
from iam_tui.ui.shared.widgets.table import Column

IMAGE_COLUMNS: Final = (
    Column(middle=True),
    Column(1),
    Column(9, drop_below=68),
    Column(11, drop_below=86),
    Column(11),
    Column(6, right=True),
    Column(3, right=True),
    Column(6, right=True),
)
STAGED_TITLES: Final = ("Image", "", "Category", "Now", "After", "People", "CI", "Last")
TODAY_TITLES: Final = ("Image", "", "Category", "Switched off", "Now", "People", "CI", "Last")
PLACE_COLUMNS: Final = (Column(middle=True), Column(30, middle=True), Column(24, drop_below=80))
PLACE_TITLES: Final = ("Where", "As written", "What it is")


class ImageRows(Sequence[table.TableRow]):
    """The rows of an impact's list, each made when it is drawn."""

    def __init__(
        self, rows: Sequence[ImpactRow], marked: Collection[str], now: datetime, glyphs: Glyphs
    ) -> None:
        self._rows = rows
        self._marked = frozenset(marked)
        self._now = now
        self._glyphs = glyphs

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> table.TableRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[table.TableRow]: ...
    def __getitem__(self, index: int | slice) -> table.TableRow | Sequence[table.TableRow]:
        if isinstance(index, slice):
            return [self._row(row) for row in self._rows[index]]
        return self._row(self._rows[index])

    def _row(self, row: ImpactRow) -> table.TableRow:
        group = row.group
        cells = (
            Span(name_of(group)),
            Span(self._glyphs.staged if group.repository in self._marked else "", Tone.STAGED),
            Span(_category(group), Tone.MUTED),
            verdict_span(row.before.verdict),
            verdict_span(row.after.verdict),
            Span(f"{len(group.people):,}" if group.people else ""),
            Span(f"{len(group.tokens):,}" if group.tokens else ""),
            Span(ago(group.last_pull, self._now) if group.last_pull else "", Tone.MUTED),
        )
        return table.TableRow(f"{group.registry}/{group.repository}", cells, IMAGE_COLUMNS)


def place_rows(usages: Sequence[Usage]) -> list[table.TableRow]:
    """The places that name no certain image."""
    return [
        table.TableRow(
            str(number),
            (Span(f"{usage.file}:{usage.line}"), Span(usage.text), Span(usage.place, Tone.MUTED)),
            PLACE_COLUMNS,
        )
        for number, usage in enumerate(usages)
    ]


def image_lines(row: ImpactRow, now: datetime, most: int) -> tuple[Line, ...]:
    """What is known of one repository: the verdicts, who pulls it, and at most so many places."""
    group = row.group
    lines = [line(Span(name_of(group), Tone.TITLE)), line("")]
    if row.before.verdict is not row.after.verdict:
        lines += [_ruled("before", row.before.verdict), line(f"  {row.before.reason}")]
    lines += [_ruled("after", row.after.verdict), line(f"  {row.after.reason}"), line("")]
    if group.people or group.tokens:
        last = f", the last {moment(group.last_pull, now)}" if group.last_pull else ""
        lines.append(line(f"{counted(group.pulls, 'pull', 'pulls')}{last}"))
        lines += [line(Span("people  ", Tone.MUTED), _some(group.people, most))] if group.people else []
        lines += [line(Span("tokens  ", Tone.MUTED), _some(group.tokens, most))] if group.tokens else []
        lines.append(line(""))
    for usage in group.usages[:most]:
        lines.append(line(f"{usage.file}:{usage.line}"))
        lines.append(line(Span(f"  {usage.place}  {usage.text}", Tone.MUTED)))
    if len(group.usages) > most:
        lines.append(line(Span(f"and {len(group.usages) - most:,} more places; c copies all", Tone.MUTED)))
    return tuple(lines)


def foot_line(row: ImpactRow) -> Line:
    """The same in one line, for where there is no room beside the table."""
    group = row.group
    told = [_some(group.people, 3)] if group.people else []
    told += [f"token {_some(group.tokens, 1)}"] if group.tokens else []
    told += [f"{group.usages[0].file}:{group.usages[0].line}"] if group.usages else []
    return line(Span(f" {name_of(group)}  ", Tone.STRONG), "  ".join(told))


def place_lines(usage: Usage) -> tuple[Line, ...]:
    """Why nobody can tell which image a place names."""
    return (
        line(Span(f"{usage.file}:{usage.line}", Tone.TITLE)),
        line(""),
        line(usage.text),
        line(Span(f"  {usage.place}", Tone.MUTED)),
        line(""),
        line(usage.problem),
    )


def copied_images(rows: Sequence[ImpactRow], arrow: str) -> str:
    """The list as text, for whoever owns the files: one repository a line, its places below."""
    lines = []
    for row in rows:
        before, after = row.before.verdict.words, row.after.verdict.words
        words = after if before == after else f"{before} {arrow} {after}"
        lines.append(f"{name_of(row.group)}  {words}")
        lines += [f"    {usage.file}:{usage.line}  {usage.place}" for usage in row.group.usages]
    return "\n".join(lines)


def copied_places(usages: Sequence[Usage]) -> str:
    """The places that name no certain image as text, each with why."""
    return "\n".join(f"{one.file}:{one.line}  {one.text}  {one.problem}" for one in usages)


def _category(group: RepositoryGroup) -> str:
    if group.registry != HUB:
        return "elsewhere"
    return group.category.names.narrow.lower() if group.category else "unknown"


def _ruled(when: str, verdict: Verdict) -> Line:
    return line(Span(f"{when:<8}", Tone.MUTED), Span(verdict.words, TONES[verdict]))


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
