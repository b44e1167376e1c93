"""The smallest allowlist that keeps everything running, compared with trying every other."""

from collections.abc import Collection, Iterator
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.impact import Impact
from iam_tui.core.impact_allowlist import AllowlistProposal, allowlist_for, smallest_allowlist
from iam_tui.core.impact_effect import Effect
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.usage import Inventory
from iam_tui.core.usage_index import UsageIndex
from iam_tui.core.verdict import Verdict
from tests.core.inventories import REPOSITORIES, groups, inventories, made, organizations, policies, usage
from tests.core.situations import CATALOG

LISTING = Policy(enabled=True, allowlist_enabled=True)
OPEN = Policy(enabled=False)
COMMUNITY = groups(usage("mlrun/mlrun"), usage("nginx"), usage("acme/tool"), usage("ghcr.io/a/b"))


def runs(groups: UsageIndex, policy: Policy) -> set[str]:
    """The repositories of Docker Hub that are ALLOWED under a policy."""
    return judged(groups, policy, Verdict.ALLOWED)


def is_blocked(groups: UsageIndex, policy: Policy) -> set[str]:
    """The repositories of Docker Hub that are BLOCKED under a policy."""
    return judged(groups, policy, Verdict.BLOCKED)


def judged(groups: UsageIndex, policy: Policy, verdict: Verdict) -> set[str]:
    ruling = decide_all(groups.organization, policy, Puller(Role.MEMBER))
    return {
        group.repository
        for group in groups.groups
        if ruling(CATALOG.image(group.reference)).verdict is verdict
    }


def fewest(groups: UsageIndex, policy: Policy, wanted: Collection[str]) -> AllowlistProposal | None:
    """The first proposal that lets all of these run, found by trying: the fewest entries first."""
    names = sorted(group.repository for group in groups.groups if group.reference.on_hub)
    return next(
        (one for one in every_proposal(names) if runs(groups, one.apply(policy)) >= set(wanted)), None
    )


def every_proposal(names: list[str]) -> Iterator[AllowlistProposal]:
    for size in range(len(names) + 1):
        for switch_on in (False, True):
            for entries in combinations(names, size):
                yield AllowlistProposal(entries, switch_on)


@given(inventories, organizations, policies, policies)
def test_it_is_the_smallest_for_all_that_stops(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """Nothing smaller does, and with it everything that stops is ALLOWED, and nothing else stops."""
    impact = made(inventory, organization, before, after)
    proposal = smallest_allowlist(impact)
    stopped = runs(impact.usage_index, before) & is_blocked(impact.usage_index, after)
    assert stopped <= runs(impact.usage_index, proposal.apply(after))
    assert proposal == fewest(impact.usage_index, after, stopped)
    assert Impact(impact.usage_index, before, proposal.apply(after)).counts.stops == 0


@given(inventories, organizations, policies, policies)
def test_what_may_stop_has_a_proposal_of_its_own(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """With both, all of it is ALLOWED."""
    impact = made(inventory, organization, before, after)
    certain, uncertain = smallest_allowlist(impact), smallest_allowlist(impact, Effect.MAY_STOP)
    may_stop = {row.group.repository for row in impact.rows(Effect.MAY_STOP)}
    assert not may_stop & set(certain.repositories)
    assert uncertain == fewest(impact.usage_index, after, may_stop)
    both = certain.with_entries_of(uncertain).apply(after)
    assert may_stop <= runs(impact.usage_index, both)


@given(inventories, organizations, policies, st.sets(st.sampled_from([*REPOSITORIES, "some/other"])))
def test_for_marked_rows_it_is_the_smallest_too(
    inventory: Inventory, organization: Organization, policy: Policy, marked: set[str]
) -> None:
    """Whatever their verdict was, all marked rows run with it."""
    used = made(inventory, organization, policy, policy).usage_index
    wanted = {name for name in marked if used.find(name)}
    proposal = allowlist_for(used, policy, marked)
    assert proposal == fewest(used, policy, wanted)


@given(inventories, organizations, policies, policies)
def test_it_never_names_what_a_category_allows(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """What runs without any allowlist needs no entry."""
    impact = made(inventory, organization, before, after)
    without = Policy(after.enabled, after.official, after.verified_publisher, after.community)
    assert runs(impact.usage_index, without).isdisjoint(smallest_allowlist(impact).repositories)


def test_it_names_each_blocked_repository_once_and_the_switch_if_that_is_off() -> None:
    assert smallest_allowlist(Impact(COMMUNITY, OPEN, LISTING)) == AllowlistProposal(("mlrun/mlrun",))
    off = LISTING.with_setting(Setting.ALLOWLIST, on=False)
    assert smallest_allowlist(Impact(COMMUNITY, OPEN, off)) == AllowlistProposal(
        ("mlrun/mlrun",), switch_on=True
    )


def test_what_is_listed_already_needs_the_switch_alone() -> None:
    listed = LISTING.allow([AllowlistEntry("mlrun/mlrun")])
    off = listed.with_setting(Setting.ALLOWLIST, on=False)
    assert smallest_allowlist(Impact(COMMUNITY, listed, off)) == AllowlistProposal((), switch_on=True)


def test_nothing_is_proposed_if_nothing_is_newly_blocked() -> None:
    assert smallest_allowlist(Impact(COMMUNITY, LISTING, LISTING)) == AllowlistProposal()
    assert (
        allowlist_for(COMMUNITY, LISTING, ["library/nginx", "acme/tool", "some/other"]) == AllowlistProposal()
    )


def test_a_staged_proposal_brings_the_count_to_zero_with_its_reason() -> None:
    impact = Impact(COMMUNITY, OPEN, LISTING)
    staged = smallest_allowlist(impact).apply(LISTING, "needed by CI")
    assert Impact(COMMUNITY, OPEN, staged).counts.stops == 0
    assert staged.allowlist == (AllowlistEntry("mlrun/mlrun", "needed by CI"),)
