"""Two people changed one policy: what differs, whose version is kept, and the draft that results."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from iam_tui.core.draft import Change, Draft, EntryChange, SettingChange, apply_change, changes_between
from iam_tui.core.policy import AllowlistEntry, Revision
from iam_tui.ui.shared.change_rows import entry_words, key_of
from iam_tui.ui.shared.dates import stamp
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import short_repository, switch_span
from iam_tui.ui.shared.table_rows import Column, TableRow, heading_row, note, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line


class DisputedItem(NamedTuple):
    """Something that two people see differently, in the versions there are."""

    name: Span
    opened: Span
    saved: Span
    yours: Span
    is_kept: bool
    """Whether yours is kept."""


KEEP_CELL: Final = "Keep"
"""The title of the column whose cells a click flips."""
COLUMNS: Final[Sequence[Column[DisputedItem]]] = (
    Column("Setting", 0, lambda one: one.name, middle=True),
    Column("You opened", 10, lambda one: one.opened, drop_below=66),
    Column("Saved now", 9, lambda one: one.saved),
    Column("Yours", 9, lambda one: one.yours),
    Column(
        KEEP_CELL, 6, lambda one: Span("yours", Tone.STAGED) if one.is_kept else Span("theirs", Tone.STRONG)
    ),
)


def disputed(draft: Draft, newest: Revision) -> tuple[Change, ...]:
    """What differs between what is saved now (`before`) and what was to be saved (`after`)."""
    return changes_between(newest.policy, draft.policy)


def own_changes(draft: Draft) -> frozenset[str]:
    """The keys of the rows that this draft changed; those are kept unless the user chooses otherwise."""
    return frozenset(map(key_of, draft.changes))


def merged(draft: Draft, newest: Revision, kept: Collection[str]) -> Draft:
    """A draft over the newest revision with the rows in `kept` as they were to be saved.

    Earlier undo steps are gone: they belong to another base.
    """
    policy = newest.policy
    for change in disputed(draft, newest):
        if key_of(change) in kept:
            policy = apply_change(policy, change)
    return Draft.of(newest).stage(policy)


def saved_words(draft: Draft, newest: Revision, now: datetime, glyphs: Glyphs) -> Line:
    """Who saved in between, and when."""
    who, when = newest.author or "Somebody", stamp(newest.saved_at, now)
    words = f" {glyphs.warning} {who} saved revision {newest.number} on {when}"
    # A backup that was restored meanwhile can have another revision of the same number.
    other = "another " if newest.number == draft.base.number else ""
    return line(Span(words, Tone.BLOCKED), f"; you opened {other}revision {draft.base.number}.")


def conflict_rows(
    draft: Draft, newest: Revision, kept: Collection[str], today: date, glyphs: Glyphs
) -> Iterator[TableRow]:
    """The rows that differ: what was opened, what is saved now, what is staged, and which is kept."""
    yield heading_row(COLUMNS)
    for change in disputed(draft, newest):
        is_kept = key_of(change) in kept
        if isinstance(change, SettingChange):
            opened = draft.base.policy.setting(change.setting)
            item = DisputedItem(
                Span(change.setting.label),
                switch_span(opened, glyphs),
                switch_span(change.before, glyphs),
                switch_span(change.after, glyphs),
                is_kept,
            )
            yield row_of(key_of(change), item, COLUMNS)
        else:
            yield from _entry_rows(change, draft.base.policy.entry(change.repository), is_kept, today)


def _entry_rows(
    change: EntryChange, opened: AllowlistEntry | None, is_kept: bool, today: date
) -> Iterator[TableRow]:
    item = DisputedItem(
        Span(short_repository(change.repository)),
        Span("listed" if opened else "absent"),
        Span(_entry_word(opened, change.before)),
        Span(_entry_word(opened, change.after)),
        is_kept,
    )
    yield row_of(key_of(change), item, COLUMNS)
    for whose, entry in (("saved now", change.before), ("yours", change.after)):
        if entry is not None:
            yield note(f"  {whose}: {entry_words(entry, today)}")


def _entry_word(opened: AllowlistEntry | None, entry: AllowlistEntry | None) -> str:
    if entry is None:
        return "removed" if opened else "absent"
    if opened is None:
        return "added"
    return "listed" if entry.says_the_same(opened) else "edited"
