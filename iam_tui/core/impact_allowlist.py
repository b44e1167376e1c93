"""The smallest allowlist that keeps images in use allowed; what a category allows needs no entry."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect, policy_for_image, ruling
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.usage_index import UsageIndex
from iam_tui.core.verdict import Verdict


class AllowlistProposal(NamedTuple):
    """Entries to add to a policy's allowlist, sorted, and whether the allowlist must be switched on too."""

    repositories: tuple[str, ...] = ()
    switch_on: bool = False

    def with_entries_of(self, other: "AllowlistProposal") -> "AllowlistProposal":
        """Both proposals in one."""
        names = sorted({*self.repositories, *other.repositories})
        return AllowlistProposal(tuple(names), self.switch_on or other.switch_on)

    def apply(self, policy: Policy, reason: str = "") -> Policy:
        """The policy with the proposed entries, each with this reason, and the switch if it is needed."""
        allowed = policy.allow([AllowlistEntry(name, reason) for name in self.repositories])
        return allowed.with_setting(Setting.ALLOWLIST, on=True) if self.switch_on else allowed


def smallest_allowlist(impact: Impact, wanted: Effect = Effect.STOPS) -> AllowlistProposal:
    """The fewest entries to add to `impact.after` so that the repositories with one effect are ALLOWED.

    Each that is not ALLOWED after needs its own entry, since no category allows it. Entries for MAY_STOP are
    a proposal of their own, since they may also allow what is BLOCKED before.
    """
    names = [row.group.repository for row in impact.rows(wanted)]
    return allowlist_for(impact.usage_index, impact.after, names)


def allowlist_for(index: UsageIndex, policy: Policy, repositories: Iterable[str]) -> AllowlistProposal:
    """The fewest entries to add to the policy so that these repositories of Docker Hub are ALLOWED.

    A repository that is ALLOWED anyway, or that is not in the index, gets no entry.
    """

    @cache
    def allows(image_kind: int, *, listed: bool) -> bool:
        image = index.image_kinds[image_kind]
        own_policy = policy_for_image(policy, image, listed=listed)
        return ruling(image, index.organization, own_policy).verdict is Verdict.ALLOWED

    def is_allowed(repository: str) -> bool:
        group = index.find(repository)
        return group is None or allows(group.image_kind, listed=policy.lists(repository))

    not_allowed = [name for name in repositories if not is_allowed(name)]
    names = tuple(sorted({name for name in not_allowed if not policy.lists(name)}))
    return AllowlistProposal(names, switch_on=bool(not_allowed) and policy.allowlist_enabled is not True)
