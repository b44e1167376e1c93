"""The lists of an impact: images and the people behind them, places, and everything known of one row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from iam_tui.core.counted import counted
from iam_tui.core.impact import ImpactRow
from iam_tui.core.impact_effect import Effect
from iam_tui.core.reference import HUB
from iam_tui.core.usage import Usage
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.dates import ago, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import category_words, name_of
from iam_tui.ui.shared.table_rows import Column, LazyRows, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import TONES, verdict_span


class ImageItem(NamedTuple):
    """An image in use with the change's effect on it, and what its cells are made with."""

    row: ImpactRow
    is_marked: bool
    now: datetime
    glyphs: Glyphs


def _image(one: ImageItem) -> Span:
    return Span(name_of(one.row.group))


def _mark(one: ImageItem) -> Span:
    return Span(one.glyphs.staged if one.is_marked else "", Tone.STAGED)


def _category(one: ImageItem) -> Span:
    group = one.row.group
    words = category_words(group.category).lower() if group.registry == HUB else "elsewhere"
    return Span(words, Tone.MUTED)


def _last_pull(one: ImageItem) -> Span:
    last = one.row.group.last_pull
    return Span(ago(last, one.now) if last else "", Tone.MUTED)


def _count(names: Collection[str]) -> Span:
    return Span(f"{len(names):,}" if names else "")


@cache
def image_columns(effect: Effect, *, of_today: bool = False) -> Sequence[Column[ImageItem]]:
    """The columns of the images with one effect; `of_today` compares today's policy with none.

    Where the room is short and the effect is uncertain, both verdicts matter more than the category.
    """
    before, after = ("Switched off", "Now") if of_today else ("Now", "After")
    is_uncertain = effect in {Effect.MAY_STOP, Effect.MAY_START}
    return (
        Column("Image", 0, _image, middle=True),
        Column("", 1, _mark),
        Column("Category", 9, _category, drop_below=86 if is_uncertain else 68),
        Column(
            before,
            11,
            lambda one: verdict_span(one.row.before.verdict),
            drop_below=68 if is_uncertain else 86,
        ),
        Column(after, 11, lambda one: verdict_span(one.row.after.verdict)),
        Column("People", 6, lambda one: _count(one.row.group.people), right=True),
        Column("CI", 3, lambda one: _count(one.row.group.tokens), right=True),
        Column("Last", 6, _last_pull, right=True),
    )


PLACE_COLUMNS: Final[Sequence[Column[Usage]]] = (
    Column("Where", 0, lambda usage: Span(f"{usage.file}:{usage.line}"), middle=True),
    Column("As written", 30, lambda usage: Span(usage.text), middle=True),
    Column("What it is", 24, lambda usage: Span(usage.place, Tone.MUTED), drop_below=80),
)


def image_rows(
    rows: Sequence[ImpactRow],
    columns: Sequence[Column[ImageItem]],
    marked: Collection[str],
    now: datetime,
    glyphs: Glyphs,
) -> Sequence[TableRow]:
    """The rows of the images, each made when it is drawn; `marked` are repositories."""
    are_marked = frozenset(marked)

    def image_row(row: ImpactRow) -> TableRow:
        group = row.group
        item = ImageItem(row, group.repository in are_marked, now, glyphs)
        return row_of(f"{group.registry}/{group.repository}", item, columns)

    return LazyRows(rows, image_row)


def place_rows(usages: Sequence[Usage]) -> list[TableRow]:
    """The places that name no certain image."""
    return [row_of(str(number), usage, PLACE_COLUMNS) for number, usage in enumerate(usages)]


def image_lines(row: ImpactRow, now: datetime, most: int) -> tuple[Line, ...]:
    """What is known of one repository: verdicts, who pulls it, and `most` places at most."""
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
    """The same in one line, where there is no room beside the table."""
    group = row.group
    parts = [_some(group.people, 3)] if group.people else []
    parts += [f"token {_some(group.tokens, 1)}"] if group.tokens else []
    parts += [f"{group.usages[0].file}:{group.usages[0].line}"] if group.usages else []
    return line(Span(f" {name_of(group)}  ", Tone.STRONG), "  ".join(parts))


def place_lines(usage: Usage) -> tuple[Line, ...]:
    """A place that names no certain image, and why."""
    return (
        line(Span(f"{usage.file}:{usage.line}", Tone.TITLE)),
        line(""),
        line(usage.text),
        line(Span(f"  {usage.place}", Tone.MUTED)),
        line(""),
        line(usage.problem),
    )


def copied_images(rows: Sequence[ImpactRow], arrow: str) -> str:
    """The list as text, for the owners of the files: one repository a line, its places below."""
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


def _ruled(when: str, verdict: Verdict) -> Line:
    return line(Span(f"{when:<8}", Tone.MUTED), Span(verdict.words, TONES[verdict]))


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
