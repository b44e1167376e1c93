"""What is staged, as rows: settings and allowlist entries as they are now and after saving."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from iam_tui.core.draft import Change, Draft, EntryChange, SettingChange
from iam_tui.core.policy import AllowlistEntry
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import short_repository, switch_span
from iam_tui.ui.shared.table_rows import Column, TableRow, heading_row, note, row_of
from iam_tui.ui.shared.text import Span, Tone

ENTRY_PREFIX: Final = "allow:"
"""How the key of an allowlist entry's row begins; the repository follows."""


class NowAndAfter(NamedTuple):
    """Something as it is now and as it will be after saving."""

    name: Span
    now: Span
    after: Span


NOW_AND_AFTER: Final[Sequence[Column[NowAndAfter]]] = (
    Column("", 0, lambda one: one.name, middle=True),
    Column("Now", 13, lambda one: one.now),
    Column("After", 13, lambda one: one.after),
)


def staged_rows(draft: Draft, today: date, glyphs: Glyphs) -> Iterator[TableRow]:
    """What is staged, setting by setting and entry by entry, under a heading."""
    yield heading_row(NOW_AND_AFTER, "Staged")
    for change in draft.changes:
        yield from _change_rows(change, today, glyphs)


def key_of(change: Change) -> str:
    """The key of the row that shows a change."""
    if isinstance(change, SettingChange):
        return change.setting.value
    return f"{ENTRY_PREFIX}{change.repository}"


def entry_words(entry: AllowlistEntry, today: date) -> str:
    """Why an entry is there and when it is due for review."""
    review = f"review by {day(entry.review_by, today)}" if entry.review_by else "no review date"
    return f"{entry.reason or 'no reason given'}; {review}"


def _change_rows(change: Change, today: date, glyphs: Glyphs) -> Iterator[TableRow]:
    if isinstance(change, SettingChange):
        now, after = switch_span(change.before, glyphs), switch_span(change.after, glyphs)
        shown = NowAndAfter(Span(change.setting.label), now, after)
        yield row_of(key_of(change), shown, NOW_AND_AFTER)
        return
    before, then, notes = _entry_words(change, today)
    shown = NowAndAfter(Span(short_repository(change.repository)), Span(before, Tone.MUTED), Span(then))
    yield row_of(key_of(change), shown, NOW_AND_AFTER)
    yield from (note(f"  {words}") for words in notes)


def _entry_words(change: EntryChange, today: date) -> tuple[str, str, tuple[str, ...]]:
    if change.before is None and change.after is not None:
        return "not listed", "allowlisted", (entry_words(change.after, today),)
    if change.before is not None and change.after is None:
        return "allowlisted", "not listed", (entry_words(change.before, today),)
    if change.before is None or change.after is None:
        raise ValueError("an entry exists before or after a change")
    return (
        "allowlisted",
        "edited",
        (f"was: {entry_words(change.before, today)}", f"now: {entry_words(change.after, today)}"),
    )
