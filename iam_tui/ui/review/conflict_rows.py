"""Two people changed one policy: what differs, whose is kept, and the draft that comes of it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from iam_tui.core.draft import Change, Draft, EntryChange, SettingChange, apply_change, changes_between
from iam_tui.core.policy import AllowlistEntry, Revision
from iam_tui.ui.access.rows import switch_span
from iam_tui.ui.review.rows import entry_words, key_of
from iam_tui.ui.shared.dates import stamp
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.table import Column, Look, TableRow, note

COLUMNS = (Column(middle=True), Column(10, drop_below=66), Column(9), Column(9), Column(6))
TITLES = ("Setting", "You opened", "Saved now", "Yours", "Keep")
KEEP_CELL = 4
"""Which cell of a row a click flips."""


def disputed(draft: Draft, newest: Revision) -> tuple[Change, ...]:
    """What differs between what is saved now (`before`) and what was to be saved (`after`)."""
    return changes_between(newest.policy, draft.policy)


def own_changes(draft: Draft) -> frozenset[str]:
    """The keys of the rows that this draft changed; those are kept unless one chooses otherwise."""
    return frozenset(map(key_of, draft.changes))


def merged(draft: Draft, newest: Revision, kept: Collection[str]) -> Draft:
    """A draft over the newest revision with the rows in `kept` as they were to be saved.

    Undo steps from before do not survive: they spoke of another base.
    """
    policy = newest.policy
    for change in disputed(draft, newest):
        if key_of(change) in kept:
            policy = apply_change(policy, change)
    return Draft.of(newest).stage(policy)


def saved_words(draft: Draft, newest: Revision, now: datetime, glyphs: Glyphs) -> Line:
    """Who saved in between, and when."""
    who, when = newest.author or "Somebody", stamp(newest.saved_at, now)
    told = f" {glyphs.warning} {who} saved revision {newest.number} on {when}"
    return line(Span(told, Tone.BLOCKED), f"; you opened revision {draft.base.number}.")


def conflict_rows(
    draft: Draft, newest: Revision, kept: Collection[str], today: date, glyphs: Glyphs
) -> Iterator[TableRow]:
    """The rows that differ: what one opened, what is saved now, what is staged, and whose is kept."""
    yield TableRow("", tuple(Span(title, Tone.MUTED) for title in TITLES), COLUMNS, Look.HEADING)
    for change in disputed(draft, newest):
        key = key_of(change)
        keep = Span("yours", Tone.STAGED) if key in kept else Span("theirs", Tone.STRONG)
        if isinstance(change, SettingChange):
            opened = draft.base.policy.setting(change.setting)
            values = (switch_span(value, glyphs) for value in (opened, change.before, change.after))
            yield TableRow(key, (Span(change.setting.label), *values, keep), COLUMNS)
        else:
            yield from _entry_rows(key, change, draft.base.policy.entry(change.repository), keep, today)


def _entry_rows(
    key: str, change: EntryChange, opened: AllowlistEntry | None, keep: Span, today: date
) -> Iterator[TableRow]:
    words = (
        "listed" if opened else "absent",
        _entry_word(opened, change.before),
        _entry_word(opened, change.after),
    )
    name = Span(change.repository.removeprefix("library/"))
    yield TableRow(key, (name, *map(Span, words), keep), COLUMNS)
    for whose, entry in (("saved now", change.before), ("yours", change.after)):
        if entry is not None:
            yield note(f"  {whose}: {entry_words(entry, today)}")


def _entry_word(opened: AllowlistEntry | None, entry: AllowlistEntry | None) -> str:
    if entry is None:
        return "removed" if opened else "absent"
    if opened is None:
        return "added"
    return "listed" if entry.says_the_same(opened) else "edited"
