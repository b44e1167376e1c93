"""What saving a draft sends to Docker Hub, and what is left to do by hand in Docker Home."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from iam_tui.core.counted import counted
from iam_tui.core.draft import Change, Draft, EntryChange, SettingChange
from iam_tui.core.impact import Impact
from iam_tui.core.policy import SETTINGS, Policy, Setting
from iam_tui.core.verdict import Verdict
from iam_tui.stores.protocol import Capabilities
from iam_tui.ui.review.rows import MemberEffect
from iam_tui.ui.shared.change_rows import NOW_AND_AFTER, NowAndAfter, key_of
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import on_off
from iam_tui.ui.shared.table_rows import RULE, TableRow, heading_row, note, row_of
from iam_tui.ui.shared.text import Span, Tone


class Sending(NamedTuple):
    """What saving a draft does with each change: what the API takes, and what is only recorded here."""

    draft: Draft
    capabilities: Capabilities

    @property
    def recorded(self) -> tuple[Change, ...]:
        """What the API does not take."""
        return self.capabilities.by_hand(self.draft.changes)

    @property
    def sent(self) -> tuple[Change, ...]:
        """What the API takes."""
        recorded = self.recorded
        return tuple(change for change in self.draft.changes if change not in recorded)

    @property
    def steps(self) -> tuple[Change, ...]:
        """What somebody has to do by hand; recording what was unknown takes no step."""
        return tuple(change for change in self.recorded if self._is_step(change))

    def _is_step(self, change: Change) -> bool:
        if isinstance(change, SettingChange):
            return change.before is not None
        is_edit = change.before is not None and change.after is not None
        return self.draft.base.policy.allowlist is not None and not is_edit

    def needs_confirmation(self, answers: Iterable[MemberEffect], impact: Impact | None) -> bool:
        """Whether sending it stops, or may stop, pulls of real people at once.

        CANNOT TELL counts: an unknown allowlist may list a repository or not.
        """
        if not self.sent:
            return False
        if any(
            isinstance(one, SettingChange) and one.setting is Setting.ENABLED and one.after
            for one in self.sent
        ):
            return True
        stopped = (Verdict.BLOCKED, Verdict.CANNOT_TELL)
        return any(one.before is Verdict.ALLOWED and one.after in stopped for one in answers) or (
            impact is not None and (impact.counts.stops > 0 or impact.counts.may_stop > 0)
        )


def sending_rows(sending: Sending, organization: str, host: str, glyphs: Glyphs) -> Iterator[TableRow]:
    """What is sent, key by key, and what is to be done by hand."""
    yield RULE
    recorded, sent = sending.recorded, sending.sent
    if sent:
        yield heading_row(NOW_AND_AFTER, f"Sent: PUT /v2/orgs/{organization}/settings")
        before, after = sending.draft.base.policy, sending.draft.policy
        for setting, facts in SETTINGS.items():
            if facts.hub_key:
                yield _key_row(facts.hub_key, setting, before, after, glyphs)
    else:
        yield note(f"Nothing is sent to {host}.")
    if not recorded:
        return
    yield RULE
    done = len(sending.draft.changes)
    yield note(f"By hand in Docker Home, only recorded here: {len(recorded):,} of {done:,}")
    listed = sending.draft.base.policy.allowlist is not None
    for change in recorded:
        yield TableRow(f"hand:{key_of(change)}", (Span(_step_words(change, listed=listed)),))


def saved_words(number: int, sending: Sending) -> str:
    """That it is saved, and what is left to do."""
    left = len(sending.steps)
    words = f"Saved as revision {number}."
    return f"{words} {counted(left, 'step', 'steps')} left to do in Docker Home." if left else words


def _key_row(key: str, setting: Setting, before: Policy, after: Policy, glyphs: Glyphs) -> TableRow:
    was, will = before.setting(setting), after.setting(setting)
    changed = was != will
    sign = f"{glyphs.staged} " if changed else "  "
    shown = NowAndAfter(
        Span(f"{sign}{key}", Tone.STAGED if changed else Tone.MUTED),
        Span(str(was).lower(), Tone.MUTED),
        Span(str(will).lower(), Tone.STRONG if changed else Tone.MUTED),
    )
    return row_of(f"sent:{key}", shown, NOW_AND_AFTER)


def _step_words(change: Change, *, listed: bool) -> str:
    if isinstance(change, EntryChange):
        return _entry_step(change, listed=listed)
    if change.after is None:
        raise ValueError("a recorded setting does not become unknown again")
    if change.before is None:
        return f"{change.setting.label}: recorded as {on_off(change.after)}, as it is there"
    return f"{change.setting.label}: switch it {on_off(change.after)}"


def _entry_step(change: EntryChange, *, listed: bool) -> str:
    if change.after is None:
        return f"Repository allowlist: remove {change.repository}"
    if change.before is not None:
        return f"{change.repository}: reason and review date are kept here only, nothing to do"
    if not listed:
        return f"Repository allowlist: {change.repository} recorded, as it is there"
    return f"Repository allowlist: add {change.repository}"
