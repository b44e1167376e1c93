"""What the organization picker draws and says of each organization."""

from datetime import datetime

from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.protocol import Access
from iam_tui.ui.access_view import truth
from iam_tui.ui.dates import moment
from iam_tui.ui.glyphs import Glyphs
from iam_tui.ui.text import Line, Span, Tone
from iam_tui.ui.trouble_view import old_words, trouble_word, trouble_words
from iam_tui.ui.widgets.table import Column, Row

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
TITLES = ("Organization", "You", "Image access", "Com.", "Ver.", "Off.", "List", "Changed")
SWITCHES = (Setting.COMMUNITY, Setting.VERIFIED_PUBLISHER, Setting.OFFICIAL, Setting.ALLOWLIST)


def known_words(access: Access, now: datetime, glyphs: Glyphs) -> Line:
    """What it lets people pull, or why that is not known."""
    if access.trouble is not None:
        return trouble_words(access, glyphs)
    return truth(access) if access.as_of is None else old_words(access, now, glyphs)


def organization_row(access: Access, now: datetime, glyphs: Glyphs) -> Row:
    """Its row."""
    name, owner = access.organization.name, access.role is Role.OWNER
    tone = Tone.STRONG if owner else Tone.PLAIN
    seen = f"as of {moment(access.as_of, now)}" if access.as_of else moment(access.revision.saved_at, now)
    cells = (
        Span(name, tone),
        Span(access.role.upper() if owner else access.role, tone),
        _state(access, glyphs),
        *(_switch(access, setting, glyphs) for setting in SWITCHES),
        Span(seen, Tone.MUTED),
    )
    return Row(name, cells, COLUMNS)


def _is_on(access: Access) -> bool:
    return access.revision.policy.enabled and access.organization.has_image_access


def _state(access: Access, glyphs: Glyphs) -> Span:
    if access.trouble is not None:
        return Span(f"{glyphs.warning} {trouble_word(access.trouble)}", Tone.BLOCKED)
    if not access.organization.has_image_access:
        return Span("no Business", Tone.MUTED)
    return Span(f"{glyphs.on} on", Tone.PLAIN) if _is_on(access) else Span(f"{glyphs.off} off", Tone.MUTED)


def _switch(access: Access, setting: Setting, glyphs: Glyphs) -> Span:
    value = access.revision.policy.setting(setting)
    # A revision numbered 0 says nothing at all.
    if (value is None and _is_on(access)) or not access.revision.number:
        return Span(glyphs.unknown, Tone.STAGED)
    if not _is_on(access):
        return Span(glyphs.dot, Tone.MUTED)
    return Span("yes", Tone.ALLOWED) if value else Span("no", Tone.MUTED)
