"""Image access on Docker Hub: the settings that its API does not have, which an owner records by hand."""

from datetime import datetime
from typing import Final

from iam_tui.core.policy import Setting
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.dates import stamp
from iam_tui.ui.shared.text import Line, Span, Tone, line

_NEXT: Final = {None: False, False: True, True: None}


def next_position(value: bool | None, saved: bool | None) -> bool | None:
    """Where a switch goes from here: to the other side, or through unknown if what is saved is unknown."""
    return _NEXT[value] if saved is None else not value


def by_hand_lines(setting: Setting, state: OrganizationState, now: datetime) -> tuple[Line, ...]:
    """How to record a setting that the API does not have, and how to change it."""
    if state.revision.policy.setting(setting) is None:
        words = "Docker's API does not show this. Look in Docker Home, then record it with space"
        words += "; add every repository that is on it." if setting is Setting.ALLOWLIST else "."
    else:
        since = f" {stamp(state.by_hand, now)}" if state.by_hand else ""
        words = f"Recorded by hand{since}. Change it in Docker Home, then record it here."
    return line(""), line(Span(words, Tone.STAGED))
