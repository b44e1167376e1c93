"""A policy with staged changes over the revision it started from, with undo and redo."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from iam_tui.core.policy import AllowlistEntry, Policy, Revision, Setting


class SettingChange(NamedTuple):
    """A switch that differs; None is unknown."""

    setting: Setting
    before: bool | None
    after: bool | None


class EntryChange(NamedTuple):
    """An allowlist entry that differs; `before` is None if it is added, `after` if it is removed."""

    repository: str
    before: AllowlistEntry | None
    after: AllowlistEntry | None


Change = SettingChange | EntryChange


def changes_between(before: Policy, after: Policy) -> tuple[Change, ...]:
    """What differs between two policies: settings in the console's order, then entries by repository.

    An entry that was removed and added again with the same reason and review date is not a change.
    """
    switched = [
        SettingChange(setting, before.setting(setting), after.setting(setting))
        for setting in Setting
        if before.setting(setting) != after.setting(setting)
    ]
    return (*switched, *_entry_changes(before, after))


def _entry_changes(before: Policy, after: Policy) -> Iterator[EntryChange]:
    old, new = set(before.allowlist or ()), set(after.allowlist or ())
    for name in sorted({entry.repository for entry in old ^ new}):
        was, now = before.entry(name), after.entry(name)
        if was is None or not was.says_the_same(now):
            yield EntryChange(name, was, now)


@dataclass(frozen=True, slots=True)
class Draft:
    """Staged changes: `policy` is what would be saved, `base` the revision it started from.

    `past` has the policies for undo, the oldest first, and `future` those for redo, the next first. A draft
    never changes; each method returns another one.
    """

    base: Revision
    policy: Policy
    past: tuple[Policy, ...] = ()
    future: tuple[Policy, ...] = ()

    @classmethod
    def of(cls, base: Revision) -> "Draft":
        """A draft with nothing staged."""
        return cls(base, base.policy)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is staged: how the policy differs from the revision that it started from."""
        return changes_between(self.base.policy, self.policy)

    @property
    def is_clean(self) -> bool:
        """Whether saving would change nothing."""
        return not self.changes

    def is_over(self, newest: Revision) -> bool:
        """Whether it started from this revision; a restored file may have another one of the same number."""
        return self.base.number == newest.number and self.base.policy == newest.policy

    def stage(self, policy: Policy) -> "Draft":
        """The next draft, with this policy staged; the same draft if it changes nothing."""
        if not changes_between(self.policy, policy):
            return self
        return Draft(self.base, policy, (*self.past, self.policy))

    def undo(self) -> "Draft":
        """The draft before the last step; the same draft if there is none."""
        if not self.past:
            return self
        return Draft(self.base, self.past[-1], self.past[:-1], (self.policy, *self.future))

    def redo(self) -> "Draft":
        """The draft after the step that was undone; the same draft if there is none."""
        if not self.future:
            return self
        return Draft(self.base, self.future[0], (*self.past, self.policy), self.future[1:])

    def discard(self) -> "Draft":
        """The draft with nothing staged; undo brings the changes back."""
        return self.stage(self.base.policy)

    def rebase(self, newest: Revision) -> "Draft":
        """The same staged changes over a newer revision; everything else is as in that revision.

        The steps for undo and redo are dropped, since they belong to the old base.
        """
        policy = newest.policy
        for change in self.changes:
            policy = apply_change(policy, change)
        return Draft.of(newest).stage(policy)


def apply_change(policy: Policy, change: Change) -> Policy:
    """The policy with one change made."""
    if isinstance(change, SettingChange):
        return policy.with_setting(change.setting, on=change.after)
    if change.after is None:
        return policy.disallow(change.repository)
    if change.after.says_the_same(policy.entry(change.repository)):
        return policy
    return policy.allow([change.after])
