"""The one table of the Image access screen, as a function of revision, draft and what flipping would do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact
from iam_tui.core.organization import Role
from iam_tui.core.policy import HUB_SETTINGS, AllowlistEntry, Revision, Setting
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.impact.words import flip_span
from iam_tui.ui.shared.dates import day, moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import on_off
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.table import RULE, Column, Look, TableRow, note

SWITCH_COLUMNS = (Column(), Column(1), Column(8), Column(10), Column(16, drop_below=72))
UNKNOWN_COLUMNS = (Column(), Column(1), Column(13), Column(8), Column(14, drop_below=76))
"""The same where Docker Home alone has a switch."""
FLIP_COLUMNS = (
    Column(),
    Column(1),
    Column(8),
    Column(8, drop_below=64),
    Column(12),
    Column(16, drop_below=96),
)
"""The same where it is known which images are in use."""
SWITCH_CELL = 2
"""Which cell of a switch's row a click flips."""
ENTRY_COLUMNS = (Column(middle=True), Column(1), Column(24, drop_below=72), Column(16))
ORGANIZATION_ROW = "organization"
NOTHING_IN_USE: Mapping[Setting, Impact] = {}
ADD_ROW = "add"
_UNKNOWN_LIST = "Docker's API does not tell what is on it; Docker Home does."
ENTRY_PREFIX = "allow:"


class Changed(NamedTuple):
    """Who last changed a setting, and when."""

    author: str
    at: datetime


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

    `flips` says what flipping each switch now would do to the images in use, where any are known.
    """
    view = _View(draft, state, changes, flips, now, glyphs)
    titles = ("Category", "", "Switch", access_word(state), *(("Flipping it",) if flips else ()), "Changed")
    rows = [
        view.setting_row(Setting.ENABLED),
        RULE,
        _heading(titles, view.columns),
        view.organization_row(),
        *(view.setting_row(setting) for setting in Setting if setting is not Setting.ENABLED),
        RULE,
        _heading(("Allowlisted repository", "", "Reason", "Review by"), ENTRY_COLUMNS),
        *view.entry_rows(),
    ]
    if editable:
        rows.append(TableRow(ADD_ROW, (Span("+ allow a repository", Tone.MUTED),)))
    return rows


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


class _View(NamedTuple):
    """Everything the rows are drawn from."""

    draft: Draft
    state: OrganizationState
    changes: Mapping[Setting, Changed]
    flips: Mapping[Setting, Impact]
    now: datetime
    glyphs: Glyphs

    @property
    def columns(self) -> Sequence[Column]:
        """How the rows of switches are laid out."""
        if self.flips:
            return FLIP_COLUMNS
        is_unknown = None in (self.draft.policy.community, self.draft.policy.allowlist_enabled)
        return UNKNOWN_COLUMNS if is_unknown else SWITCH_COLUMNS

    def setting_row(self, setting: Setting) -> TableRow:
        """A switch with what it means for members and who changed it last."""
        before, after = self.draft.base.policy.setting(setting), self.draft.policy.setting(setting)
        staged = before != after
        return TableRow(
            setting.value,
            (
                Span(setting.label, Tone.STRONG if setting is Setting.ENABLED else Tone.PLAIN),
                Span(self.glyphs.staged if staged else "", Tone.STAGED),
                self._switch(after),
                self._effect(setting),
                *((flip_span(self.flips[setting]),) if self.flips else ()),
                Span(f"staged, was {_was(before)}", Tone.STAGED) if staged else self._changed(setting),
            ),
            self.columns,
        )

    def _switch(self, value: bool | None) -> Span:
        """On or off; or where to look for a switch that the store does not have."""
        if value is not None:
            return switch_span(value, self.glyphs)
        return Span(f"{self.glyphs.unknown} Docker Home", Tone.STAGED)

    def organization_row(self) -> TableRow:
        """The organization's own images, which Docker offers no switch for (facts 2)."""
        cells = (
            Span(Category.ORGANIZATION.label),
            Span(""),
            Span(f"{self.glyphs.locked} always", Tone.MUTED),
            Span("allowed", Tone.ALLOWED),
            Span(""),
        )
        return TableRow(ORGANIZATION_ROW, cells, self.columns)

    def entry_rows(self) -> Iterable[TableRow]:
        """The allowlist, with what is staged to be added or removed."""
        before = {entry.repository: entry for entry in self.draft.base.policy.allowlist or ()}
        after = {entry.repository: entry for entry in self.draft.policy.allowlist or ()}
        if not before and not after:
            unknown = self.draft.policy.allowlist is None
            yield note(_UNKNOWN_LIST if unknown else "No repository is allowed on its own.")
        for name in sorted(before.keys() | after.keys()):
            yield self._entry_row(before.get(name), after.get(name))

    def _entry_row(self, before: AllowlistEntry | None, after: AllowlistEntry | None) -> TableRow:
        entry = after or before
        if entry is None:
            raise ValueError("an entry is there before or after")
        staged = before != after
        review = _review(entry.review_by, self.now.date(), self.glyphs)
        if after is None:
            review = Span("staged: remove", Tone.STAGED)
        elif before is None:
            review = Span("staged: new", Tone.STAGED)
        cells = (
            Span(entry.repository.removeprefix("library/"), Tone.MUTED if after is None else Tone.PLAIN),
            Span(self.glyphs.staged if staged else "", Tone.STAGED),
            Span(entry.reason, Tone.MUTED),
            review,
        )
        return TableRow(f"{ENTRY_PREFIX}{entry.repository}", cells, ENTRY_COLUMNS)

    def _effect(self, setting: Setting) -> Span:
        policy = self.draft.policy
        if setting is Setting.ENABLED:
            return Span("")
        if setting is Setting.ALLOWLIST:
            if policy.allowlist is None:
                return Span("unknown" if policy.allowlist_enabled is not False else "not used", Tone.STAGED)
            count = len(policy.allowlist)
            return Span(
                f"{count} {'repo' if count == 1 else 'repos'}",
                Tone.PLAIN if policy.allowlist_enabled else Tone.MUTED,
            )
        if not policy.enabled or not self.state.organization.has_image_access:
            return Span("allowed", Tone.MUTED)
        value = policy.setting(setting)
        if value is None:
            return Span("unknown", Tone.STAGED)
        return Span("allowed", Tone.ALLOWED) if value else Span("BLOCKED", Tone.BLOCKED)

    def _changed(self, setting: Setting) -> Span:
        changed = self.changes.get(setting)
        by_hand = self.state.by_hand
        if (
            by_hand is not None
            and setting not in HUB_SETTINGS
            and self.draft.base.policy.setting(setting) is not None
        ):
            return Span(f"by hand {moment(by_hand, self.now)}", Tone.MUTED)
        return Span(
            f"{moment(changed.at, self.now)} {changed.author or 'elsewhere'}" if changed else "", Tone.MUTED
        )


def _review(review_by: date | None, today: date, glyphs: Glyphs) -> Span:
    if review_by is None:
        return Span("no date", Tone.MUTED)
    if review_by < today:
        return Span(f"{glyphs.warning} overdue {day(review_by, today)}", Tone.STAGED)
    return Span(day(review_by, today))


def _was(value: bool | None) -> str:
    return "?" if value is None else on_off(value)


def _heading(titles: tuple[str, ...], columns: Sequence[Column]) -> TableRow:
    return TableRow("", tuple(Span(title, Tone.MUTED) for title in titles), columns, Look.HEADING)


def switch_span(value: bool | None, glyphs: Glyphs) -> Span:
    """A switch as a sign and a word."""
    if value is None:
        return Span(f"{glyphs.unknown} unknown", Tone.STAGED)
    return Span(f"{glyphs.on} on" if value else f"{glyphs.off} off", Tone.STRONG if value else Tone.MUTED)
