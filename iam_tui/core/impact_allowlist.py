"""The smallest allowlist that lets things run: what the categories allow needs no entry."""

from collections.abc import Iterable
from typing import NamedTuple

from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect, policy_for_image, ruling
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.usage_index import UsageIndex
from iam_tui.core.verdict import Verdict


class Proposal(NamedTuple):
    """Entries to add to a policy's allowlist, sorted, and whether its allowlist must be switched on too."""

    repositories: tuple[str, ...] = ()
    switch_on: bool = False

    def apply(self, policy: Policy, reason: str = "") -> Policy:
        """The policy with the proposal staged."""
        allowed = policy.allow([AllowlistEntry(name, reason) for name in self.repositories])
        return allowed.with_setting(Setting.ALLOWLIST, on=True) if self.switch_on else allowed


def smallest_allowlist(impact: Impact) -> Proposal:
    """The fewest entries to add to `impact.after` so that all that surely runs before surely runs after.

    That is every newly blocked repository, and every one that ran and now cannot be told; no category
    allows those, so each needs its entry, and no smaller set would do.
    """
    rows = (*impact.rows(Effect.NEWLY_BLOCKED), *impact.rows(Effect.CANNOT_TELL))
    names = [row.group.repository for row in rows if row.before.verdict is Verdict.ALLOWED]
    return allowlist_for(impact.groups, impact.after, names)


def allowlist_for(groups: UsageIndex, policy: Policy, repositories: Iterable[str]) -> Proposal:
    """The fewest entries to add to the policy so that these repositories of Docker Hub surely run.

    For the rows that somebody marked, whatever the verdict on them was; one that runs anyway, and one that
    nothing in the inventory names, gets no entry.
    """
    wanting = [name for name in repositories if _is_in_doubt(groups, policy, name)]
    names = tuple(sorted({name for name in wanting if not policy.lists(name)}))
    return Proposal(names, switch_on=bool(wanting) and policy.allowlist_enabled is not True)


def _is_in_doubt(groups: UsageIndex, policy: Policy, repository: str) -> bool:
    """Whether something uses it that does not surely run as things are."""
    group = groups.find(repository)
    if group is None:
        return False
    image = groups.kinds[group.kind]
    listed = policy.lists(repository)
    return (
        ruling(image, groups.organization, policy_for_image(policy, image, listed=listed)).verdict
        is not Verdict.ALLOWED
    )
