"""What the organization picker draws and says of each organization."""

from datetime import datetime

from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.dates import moment
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import truth
from iam_tui.ui.shared.text import Line, Span, Tone
from iam_tui.ui.shared.unavailable_words import old_words, trouble_word, trouble_words
from iam_tui.ui.shared.widgets.table import Column, TableRow

COLUMNS = (
    Column(),
    Column(6),
    Column(12),
    Column(4, drop_below=66),
    Column(4, drop_below=66),
    Column(4, drop_below=66),
    Column(4, drop_below=66),
    Column(12, drop_below=76),
)
SWITCHES = tuple(setting for setting in Setting if setting is not Setting.ENABLED)
TITLES = (
    *("Organization", "You", "Image access"),
    *(setting.facts.names.heading for setting in SWITCHES),
    "Changed",
)


def known_words(state: OrganizationState, now: datetime, glyphs: Glyphs) -> Line:
    """What it lets people pull, or why that is not known."""
    if state.error is not None:
        return trouble_words(state, glyphs)
    return truth(state) if state.as_of is None else old_words(state, now, glyphs)


def organization_row(state: OrganizationState, now: datetime, glyphs: Glyphs) -> TableRow:
    """Its row."""
    name, owner = state.organization.name, state.role is Role.OWNER
    tone = Tone.STRONG if owner else Tone.PLAIN
    seen = f"as of {moment(state.as_of, now)}" if state.as_of else moment(state.revision.saved_at, now)
    cells = (
        Span(name, tone),
        Span(state.role.upper() if owner else state.role, tone),
        _state(state, glyphs),
        *(_switch(state, setting, glyphs) for setting in SWITCHES),
        Span(seen, Tone.MUTED),
    )
    return TableRow(name, cells, COLUMNS)


def _is_on(state: OrganizationState) -> bool:
    return state.revision.policy.enabled and state.organization.has_image_access


def _state(state: OrganizationState, glyphs: Glyphs) -> Span:
    if state.error is not None:
        return Span(f"{glyphs.warning} {trouble_word(state.error)}", Tone.BLOCKED)
    if not state.organization.has_image_access:
        return Span("no Business", Tone.MUTED)
    return Span(f"{glyphs.on} on", Tone.PLAIN) if _is_on(state) else Span(f"{glyphs.off} off", Tone.MUTED)


def _switch(state: OrganizationState, setting: Setting, glyphs: Glyphs) -> Span:
    value = state.revision.policy.setting(setting)
    # A revision numbered 0 says nothing at all.
    if (value is None and _is_on(state)) or not state.revision.number:
        return Span(glyphs.unknown, Tone.STAGED)
    if not _is_on(state):
        return Span(glyphs.dot, Tone.MUTED)
    return Span("yes", Tone.ALLOWED) if value else Span("no", Tone.MUTED)
