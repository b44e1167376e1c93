"""The one table of the Image access screen: its columns, and its rows from revision, draft and use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.decision import category_verdict
from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact
from iam_tui.core.organization import Role
from iam_tui.core.policy import BY_HAND_SETTINGS, AllowlistEntry, Revision, Setting
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.access.flip_words import flip_span
from iam_tui.ui.shared.change_rows import ENTRY_PREFIX
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import on_off, short_repository, switch_span
from iam_tui.ui.shared.table_rows import RULE, Column, TableRow, heading_row, note, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span

ORGANIZATION_ROW: Final = "organization"
ADD_ROW: Final = "add"
SWITCH_CELL: Final = "Switch"
"""The title of the column whose cells a click flips."""
_UNKNOWN_LIST: Final = "Docker's API does not show what is on it; Docker Home does."


class Changed(NamedTuple):
    """Who last changed a setting, and when."""

    author: str
    at: datetime


NOTHING_IN_USE: Final[Mapping[Setting, Impact]] = {}
"""What flipping does where no images are known to be in use."""


class SwitchItem(NamedTuple):
    """A switch and what its cells are made with; `setting` is None for the organization's own images."""

    setting: Setting | None
    draft: Draft
    state: OrganizationState
    changes: Mapping[Setting, Changed]
    flips: Mapping[Setting, Impact]
    now: datetime
    glyphs: Glyphs

    @property
    def saved(self) -> bool | None:
        """The position as saved; None is unknown."""
        return self.draft.base.policy.setting(self.setting) if self.setting else None

    @property
    def staged(self) -> bool | None:
        """The position as staged; None is unknown."""
        return self.draft.policy.setting(self.setting) if self.setting else None


def _name(one: SwitchItem) -> Span:
    if one.setting is None:
        return Span(Category.ORGANIZATION.label)
    return Span(one.setting.label, Tone.STRONG if one.setting is Setting.ENABLED else Tone.PLAIN)


def _mark(one: SwitchItem) -> Span:
    return Span(one.glyphs.staged if one.saved != one.staged else "", Tone.STAGED)


def _switch(one: SwitchItem) -> Span:
    """On or off; or where to look for a switch that the store does not have."""
    if one.setting is None:
        return Span(f"{one.glyphs.locked} always", Tone.MUTED)
    if one.staged is None:
        return Span(f"{one.glyphs.unknown} Docker Home", Tone.STAGED)
    return switch_span(one.staged, one.glyphs)


def _effect(one: SwitchItem) -> Span:
    """What the switch as staged means for members."""
    policy = one.draft.policy
    if one.setting is None:
        return Span("allowed", Tone.ALLOWED)
    if one.setting is Setting.ENABLED:
        return Span("")
    if one.setting is Setting.ALLOWLIST:
        if policy.allowlist is None:
            return Span("unknown" if policy.allowlist_enabled is not False else "not used", Tone.STAGED)
        count = len(policy.allowlist)
        tone = Tone.PLAIN if policy.allowlist_enabled else Tone.MUTED
        return Span(f"{count} {'repo' if count == 1 else 'repos'}", tone)
    if not policy.enabled or not one.state.organization.has_image_access:
        return Span("allowed", Tone.MUTED)
    return verdict_span(category_verdict(Category(one.setting.value), one.state.organization, policy))


def _flip(one: SwitchItem) -> Span:
    impact = one.flips.get(one.setting) if one.setting else None
    return flip_span(impact) if impact else Span("")


def _changed(one: SwitchItem) -> Span:
    if one.setting is None:
        return Span("")
    if one.saved != one.staged:
        return Span(f"staged, was {'?' if one.saved is None else on_off(one.saved)}", Tone.STAGED)
    by_hand = one.state.by_hand
    if by_hand is not None and one.setting in BY_HAND_SETTINGS and one.saved is not None:
        return Span(f"by hand {moment(by_hand, one.now)}", Tone.MUTED)
    changed = one.changes.get(one.setting)
    words = f"{moment(changed.at, one.now)} {changed.author or 'elsewhere'}" if changed else ""
    return Span(words, Tone.MUTED)


@cache
def switch_columns(
    members: str, *, knows_use: bool = False, is_unknown: bool = False
) -> Sequence[Column[SwitchItem]]:
    """The columns of the switches; `members` is the title of the one with what they mean for people.

    `knows_use` adds what flipping a switch would do to the images in use; `is_unknown` makes room to say
    where to look for a switch that only Docker Home has.
    """
    name, mark = Column("Category", 0, _name), Column("", 1, _mark)
    if knows_use:
        return (
            name,
            mark,
            Column(SWITCH_CELL, 8, _switch),
            Column(members, 11 if is_unknown else 8, _effect, drop_below=64),
            Column("Toggling it", 12, _flip),
            Column("Changed", 16, _changed, drop_below=96),
        )
    if is_unknown:
        rest = (Column(members, 11, _effect), Column("Changed", 14, _changed, drop_below=76))
        return (name, mark, Column(SWITCH_CELL, 13, _switch), *rest)
    rest = (Column(members, 11, _effect), Column("Changed", 16, _changed, drop_below=72))
    return (name, mark, Column(SWITCH_CELL, 8, _switch), *rest)


class EntryItem(NamedTuple):
    """An allowlist entry as saved and as staged, and what its cells are made with; one of the two exists."""

    repository: str
    before: AllowlistEntry | None
    after: AllowlistEntry | None
    today: date
    glyphs: Glyphs


def _repository(one: EntryItem) -> Span:
    return Span(short_repository(one.repository), Tone.MUTED if one.after is None else Tone.PLAIN)


def _entry_mark(one: EntryItem) -> Span:
    return Span(one.glyphs.staged if one.before != one.after else "", Tone.STAGED)


def _reason(one: EntryItem) -> Span:
    entry = one.after or one.before
    return Span(entry.reason if entry else "", Tone.MUTED)


def _review(one: EntryItem) -> Span:
    if one.after is None:
        return Span("staged: remove", Tone.STAGED)
    if one.before is None:
        return Span("staged: new", Tone.STAGED)
    review_by = one.after.review_by
    if review_by is None:
        return Span("no date", Tone.MUTED)
    if review_by < one.today:
        return Span(f"{one.glyphs.warning} overdue {day(review_by, one.today)}", Tone.STAGED)
    return Span(day(review_by, one.today))


ENTRY_COLUMNS: Final[Sequence[Column[EntryItem]]] = (
    Column("Allowlisted repository", 0, _repository, middle=True),
    Column("", 1, _entry_mark),
    Column("Reason", 24, _reason, drop_below=72),
    Column("Review by", 16, _review),
)


def last_changes(revisions: Sequence[Revision]) -> Mapping[Setting, Changed]:
    """Who last changed each setting, from revisions newest first; a setting never changed is absent."""
    changes: dict[Setting, Changed] = {}
    for newer, older in pairwise(revisions):
        for setting in Setting:
            if setting not in changes and newer.policy.setting(setting) != older.policy.setting(setting):
                changes[setting] = Changed(newer.author, newer.saved_at)
    return changes


def access_rows(
    draft: Draft,
    state: OrganizationState,
    changes: Mapping[Setting, Changed],
    now: datetime,
    glyphs: Glyphs,
    *,
    editable: bool,
    flips: Mapping[Setting, Impact] = NOTHING_IN_USE,
) -> list[TableRow]:
    """The rows of the screen's one table: the main switch, the categories, the allowlist.

    `flips` is what flipping each switch now would do to the images in use, where any are known.
    """
    is_unknown = any(draft.policy.setting(setting) is None for setting in BY_HAND_SETTINGS)
    columns = switch_columns(access_word(state), knows_use=bool(flips), is_unknown=is_unknown)

    def switch_row(key: str, setting: Setting | None) -> TableRow:
        return row_of(key, SwitchItem(setting, draft, state, changes, flips, now, glyphs), columns)

    rows = [
        switch_row(Setting.ENABLED, Setting.ENABLED),
        RULE,
        heading_row(columns),
        switch_row(ORGANIZATION_ROW, None),
        *(switch_row(setting, setting) for setting in Setting if setting is not Setting.ENABLED),
        RULE,
        heading_row(ENTRY_COLUMNS),
        *_entry_rows(draft, now.date(), glyphs),
    ]
    if editable:
        rows.append(TableRow(ADD_ROW, (Span("+ allow a repository", Tone.MUTED),)))
    return rows


def _entry_rows(draft: Draft, today: date, glyphs: Glyphs) -> Iterable[TableRow]:
    """The allowlist, with what is staged to be added or removed."""
    before = {entry.repository: entry for entry in draft.base.policy.allowlist or ()}
    after = {entry.repository: entry for entry in draft.policy.allowlist or ()}
    if not before and not after:
        unknown = draft.policy.allowlist is None
        yield note(_UNKNOWN_LIST if unknown else "No repository is on the allowlist.")
    for name in sorted(before.keys() | after.keys()):
        item = EntryItem(name, before.get(name), after.get(name), today, glyphs)
        yield row_of(f"{ENTRY_PREFIX}{name}", item, ENTRY_COLUMNS)


def about_lines(key: str, draft: Draft, now: datetime) -> tuple[Line, ...]:
    """What the row of that key means, or everything known of the allowlist entry it shows."""
    entry = entry_of(key, draft)
    if entry is not None:
        return entry_lines(entry, now)
    title, meaning = _explained(key)
    return line(Span(title, Tone.TITLE)), line(""), line(meaning)


def _explained(key: str) -> tuple[str, str]:
    """The title and the meaning of a row that is always there."""
    if key in set(Setting):
        return Setting(key).label, Setting(key).facts.meaning
    if key == ORGANIZATION_ROW:
        return Category.ORGANIZATION.label, Category.ORGANIZATION.meaning
    if key == ADD_ROW:
        return "Allow a repository", "Allow one more repository, with a reason and a date to review it."
    return "", ""


def entry_of(key: str, draft: Draft) -> AllowlistEntry | None:
    """The staged allowlist entry that a row of that key shows."""
    return draft.policy.entry(key.removeprefix(ENTRY_PREFIX)) if key.startswith(ENTRY_PREFIX) else None


def entry_lines(entry: AllowlistEntry, now: datetime) -> tuple[Line, ...]:
    """Everything known of one allowlist entry."""
    added = f"added by {entry.added_by} {moment(entry.added_at, now)}" if entry.added_at else "not saved yet"
    review = f"review by {day(entry.review_by, now.date())}" if entry.review_by else "no review date"
    return (
        line(Span(entry.repository, Tone.TITLE)),
        line(""),
        line(entry.reason or "No reason given."),
        line(Span(f"{added}, {review}", Tone.MUTED)),
    )


def access_word(state: OrganizationState) -> str:
    """The title of the column that says what the switches mean for people."""
    return "Members" if state.role is Role.OWNER else "You may"
