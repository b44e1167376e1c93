"""What an impact says and draws: the damage in a sentence, the counts beside the switches, the lists."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import overload

from iam_tui.core.draft import Draft
from iam_tui.core.impact import Counts, Impact, Row
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_groups import Group
from iam_tui.core.impact_words import damage_words
from iam_tui.core.reference import HUB
from iam_tui.core.usage import Usage
from iam_tui.stores.protocol import Source
from iam_tui.ui.dates import day, moment
from iam_tui.ui.glyphs import Glyphs
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.verdict_view import verdict_span
from iam_tui.ui.widgets import table
from iam_tui.ui.widgets.table import Column

IMAGE_COLUMNS = (
    Column(1),
    Column(middle=True),
    Column(9, drop_below=72),
    Column(11, drop_below=88),
    Column(11),
    Column(9),
    Column(6),
)
IMAGE_TITLES = ("", "Image", "Category", "Now", "After", "People", "Last")
PLACE_COLUMNS = (Column(1), Column(middle=True), Column(18, drop_below=60), Column(middle=True))
PLACE_TITLES = ("", "Where", "Names it in", "As written")
SHORT_CATEGORY = {
    None: "unknown",
    "organization": "own",
    "official": "official",
    "verified_publisher": "publisher",
    "community": "community",
}
UNRESOLVED = "unresolved"
FILTERS = (Effect.NEWLY_BLOCKED, Effect.NEWLY_ALLOWED, Effect.UNCHANGED, Effect.CANNOT_TELL)
FILTER_WORDS = ("blocked", "allowed", "the same", "cannot tell", "unresolved")
SORTS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "people": lambda row: (),
    "pulls": lambda row: (-row.group.pulls, row.group.repository),
    "files": lambda row: (-len(row.group.usages), row.group.repository),
    "name": lambda row: (row.group.repository,),
}
"""How the list can be sorted; `people` is how it comes."""


def staged_damage(draft: Draft, impact: Impact, glyphs: Glyphs) -> Line:
    """How much is staged, and what saving it would break."""
    count = len(draft.changes)
    return line(
        Span(f" {glyphs.staged} {count} staged, nothing saved yet. {damage_words(impact)}", Tone.STAGED)
    )


def flip_span(counts: Counts) -> Span:
    """What flipping a switch now would do, for the cell beside it."""
    if counts.newly_blocked:
        return Span(f"blocks {counts.newly_blocked:,}", Tone.BLOCKED)
    if counts.newly_allowed:
        return Span(f"allows {counts.newly_allowed:,}", Tone.ALLOWED)
    if counts.cannot_tell:
        return Span(f"unsure {counts.cannot_tell:,}", Tone.STAGED)
    return Span("nothing", Tone.MUTED)


def filter_line(counts: Counts, chosen: int) -> Line:
    """The filters with their keys and counts; the chosen one stands out."""
    numbers = (
        counts.newly_blocked,
        counts.newly_allowed,
        counts.unchanged,
        counts.cannot_tell,
        counts.unresolved,
    )
    spans = [Span(" ")]
    for index, (words, number) in enumerate(zip(FILTER_WORDS, numbers, strict=True)):
        tone = Tone.STRONG if index == chosen else Tone.MUTED
        spans += [Span(f"{index + 1} ", Tone.ACCENT), Span(f"{words} {number:,}", tone), Span("  ")]
    return tuple(spans)


def sources_line(sources: Sequence[Source], now: datetime) -> Line:
    """Where the numbers come from."""
    if not sources:
        return line(Span(" Nothing to compare yet: m brings in a pull report or scans a folder.", Tone.MUTED))
    told = [f"{source.name}{_period(source, now)}" for source in sources[:2]]
    more = f" and {len(sources) - 2} more" if len(sources) > 2 else ""
    return line(Span(f" From {', '.join(told)}{more}", Tone.MUTED))


def people_words(group: Group) -> str:
    """How many people pulled it, and how many CI tokens."""
    ci = f" +{len(group.tokens)} ci" if group.tokens else ""
    return f"{len(group.people):,}{ci}" if group.people or group.tokens else ""


def name_of(group: Group) -> str:
    """The repository as people write it."""
    if group.registry == HUB:
        return group.repository.removeprefix("library/")
    return f"{group.registry}/{group.repository}"


def details_lines(row: Row, now: datetime) -> tuple[Line, ...]:
    """Everything known of one repository: who pulled it, and where it stands."""
    group = row.group
    lines = [line(Span(name_of(group), Tone.TITLE)), line(row.after.reason), line("")]
    if group.pulls or group.people:
        last = f", last {moment(group.last_pull, now)}" if group.last_pull else ""
        lines.append(line(f"{group.pulls:,} pulls{last}"))
        lines.append(line(Span("people  ", Tone.MUTED), _some(group.people, 8)))
        if group.tokens:
            lines.append(line(Span("tokens  ", Tone.MUTED), _some(group.tokens, 6)))
    lines += [
        line(Span(f"{usage.file}:{usage.line}"), Span(f"  {usage.place}", Tone.MUTED))
        for usage in group.usages[:12]
    ]
    if len(group.usages) > 12:
        lines.append(line(Span(f"and {len(group.usages) - 12:,} more places", Tone.MUTED)))
    return tuple(lines)


def foot_line(row: Row) -> Line:
    """The same in one line, for where there is no room beside the table."""
    group = row.group
    told = [_some(group.people, 3)] if group.people else []
    told += [f"token {_some(group.tokens, 1)}"] if group.tokens else []
    told += [f"{group.usages[0].file}:{group.usages[0].line}"] if group.usages else []
    return line(Span(f" {name_of(group)}  ", Tone.STRONG), "  ".join(told))


def unresolved_lines(usage: Usage) -> tuple[Line, ...]:
    """Why nobody can tell which image a place names."""
    return (
        line(Span(f"{usage.file}:{usage.line}", Tone.TITLE)),
        line(Span(f"{usage.place}  ", Tone.MUTED), usage.text),
        line(""),
        line(usage.problem),
    )


def copied(rows: Sequence[Row]) -> str:
    """The list as text, for whoever owns the files: one repository a line, its places below."""
    lines = []
    for row in rows:
        lines.append(f"{name_of(row.group)}  {row.before.verdict.words} -> {row.after.verdict.words}")
        lines += [f"    {usage.file}:{usage.line}  {usage.place}" for usage in row.group.usages]
    return "\n".join(lines)


class ImageRows(Sequence[table.Row]):
    """The rows of an impact's list, each made when it is drawn."""

    def __init__(self, rows: Sequence[Row], marked: Collection[str], now: datetime, glyphs: Glyphs) -> None:
        self._rows = rows
        self._marked = frozenset(marked)
        self._now = now
        self._glyphs = glyphs

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> table.Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[table.Row]: ...
    def __getitem__(self, index: int | slice) -> table.Row | Sequence[table.Row]:
        if isinstance(index, slice):
            return [self._row(row) for row in self._rows[index]]
        return self._row(self._rows[index])

    def _row(self, row: Row) -> table.Row:
        group = row.group
        same = row.before.verdict is row.after.verdict
        cells = (
            Span(self._glyphs.staged if group.repository in self._marked else "", Tone.STAGED),
            Span(name_of(group)),
            Span(SHORT_CATEGORY[group.category], Tone.MUTED),
            verdict_span(row.before.verdict),
            Span("the same", Tone.MUTED) if same else verdict_span(row.after.verdict),
            Span(people_words(group)),
            Span(moment(group.last_pull, self._now) if group.last_pull else "", Tone.MUTED),
        )
        return table.Row(f"{group.registry}/{group.repository}", cells, IMAGE_COLUMNS)


def unresolved_rows(usages: Sequence[Usage]) -> list[table.Row]:
    """The places that name no certain image."""
    return [
        table.Row(
            f"{number}",
            (Span(""), Span(f"{usage.file}:{usage.line}"), Span(usage.place, Tone.MUTED), Span(usage.text)),
            PLACE_COLUMNS,
        )
        for number, usage in enumerate(usages)
    ]


def _some(names: Sequence[str], most: int) -> str:
    more = f" +{len(names) - most:,}" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def _period(source: Source, now: datetime) -> str:
    if source.since is None or source.until is None:
        return f" ({moment(source.imported_at, now)})"
    return f" ({day(source.since.date(), now.date())} to {day(source.until.date(), now.date())})"
