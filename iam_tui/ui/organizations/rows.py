"""What the organization picker shows and says of each organization."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import Forbidden, RateLimited, StoreError, Unavailable
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.dates import moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import last_known_words, on_off, truth
from iam_tui.ui.shared.table_rows import Column, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line


class OrganizationItem(NamedTuple):
    """An organization, and the time and signs that its cells are made with."""

    state: OrganizationState
    now: datetime
    glyphs: Glyphs

    @property
    def is_on(self) -> bool:
        """Whether Image Access Management restricts anything there."""
        return self.state.revision.policy.enabled and self.state.organization.has_image_access


def _name(one: OrganizationItem) -> Span:
    return Span(one.state.organization.name, _tone(one))


def _role(one: OrganizationItem) -> Span:
    role = one.state.role
    return Span(role.upper() if role is Role.OWNER else role, _tone(one))


def _tone(one: OrganizationItem) -> Tone:
    return Tone.STRONG if one.state.role is Role.OWNER else Tone.PLAIN


def _access(one: OrganizationItem) -> Span:
    if one.state.error is not None and one.state.as_of is None:
        return Span(f"{one.glyphs.warning} {_error_word(one.state.error)}", Tone.BLOCKED)
    if not one.state.organization.has_image_access:
        return Span("no Business", Tone.MUTED)
    return Span(f"{one.glyphs.on} on") if one.is_on else Span(f"{one.glyphs.off} off", Tone.MUTED)


def _switch(setting: Setting, one: OrganizationItem) -> Span:
    revision = one.state.revision
    value = revision.policy.setting(setting)
    # Revision 0 stands for a policy that could not be read.
    if (value is None and one.is_on) or not revision.number:
        return Span(one.glyphs.unknown, Tone.STAGED)
    if not one.is_on:
        return Span(one.glyphs.dot, Tone.MUTED)
    return Span(on_off(value), Tone.ALLOWED if value else Tone.MUTED)


def _changed(one: OrganizationItem) -> Span:
    as_of = one.state.as_of
    seen = f"as of {moment(as_of, one.now)}" if as_of else moment(one.state.revision.saved_at, one.now)
    return Span(seen, Tone.MUTED)


def _switch_column(setting: Setting) -> Column[OrganizationItem]:
    title, narrow = setting.facts.names.short, setting.facts.names.heading
    cell = partial(_switch, setting)
    return Column(title, len(narrow), cell, short=narrow, wide=len(title), drop_below=66)


COLUMNS: Final[Sequence[Column[OrganizationItem]]] = (
    Column("Organization", 0, _name),
    Column("You", 6, _role),
    Column("Image access", 12, _access),
    *(_switch_column(setting) for setting in Setting if setting is not Setting.ENABLED),
    Column("Changed", 12, _changed, drop_below=76),
)


def organization_row(state: OrganizationState, now: datetime, glyphs: Glyphs) -> TableRow:
    """The organization's row."""
    return row_of(state.organization.name, OrganizationItem(state, now, glyphs), COLUMNS)


def known_words(state: OrganizationState, now: datetime, glyphs: Glyphs) -> Line:
    """What an organization lets people pull, or why that is not known."""
    if state.as_of is not None:
        return last_known_words(state, now, glyphs)
    return truth(state) if state.error is None else _error_words(state.error, glyphs)


def _error_word(error: StoreError) -> str:
    if isinstance(error, Forbidden):
        return "no access"
    return "no answer" if isinstance(error, Unavailable | RateLimited) else "unreadable"


def _error_words(error: StoreError, glyphs: Glyphs) -> Line:
    """Why an organization cannot be read, and what to do, in one line."""
    if isinstance(error, Forbidden):
        words = "You may not read its settings. Ask an owner; enter shows who they are."
    else:
        words = f"{error.detail} enter tries again."
    return line(Span(f" {glyphs.warning} ", Tone.BLOCKED), words)
