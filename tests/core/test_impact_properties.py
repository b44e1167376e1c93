"""Whatever policies and inventory there are: an impact says what `decide` says, and counts its lists."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.category import Category
from iam_tui.core.decision import decide
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.impact import Impact, flips
from iam_tui.core.impact_effect import Effect
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.usage import Inventory, Status
from iam_tui.core.usage_index import RepositoryGroup
from iam_tui.core.verdict import Verdict
from tests.core.inventories import OWNERS, inventories, made, organizations, policies
from tests.core.situations import CATALOG, revision

members = st.sampled_from([Puller(Role.MEMBER), Puller(Role.EDITOR)])
KNOWN = {Verdict.ALLOWED, Verdict.BLOCKED, Verdict.NOT_COVERED}


def used(inventory: Inventory) -> dict[tuple[str, str], ClassifiedImage]:
    """Every repository that a usage names, or that a person who is not an owner pulled."""
    named = [one.reference for one in inventory.usages if one.reference and one.status is not Status.BUILT]
    pulled = [
        ImageReference(HUB, one.repository) for one in inventory.pulls if one.user.lower() not in OWNERS
    ]
    return {one[:2]: CATALOG.image(one) for one in (*named, *pulled)}


def verdict(image: ClassifiedImage, organization: Organization, puller: Puller, policy: Policy) -> Verdict:
    return decide(image, organization, puller, revision(policy)).verdict


def listed(impact: Impact) -> dict[tuple[str, str], Effect]:
    rows = [(row.group, wanted) for wanted in Effect for row in impact.rows(wanted)]
    assert len({group[:2] for group, _ in rows}) == len(rows)
    return {group[:2]: wanted for group, wanted in rows}


@given(inventories, organizations, policies, policies, members)
def test_the_lists_are_what_is_decided_differently(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy, puller: Puller
) -> None:
    """Each repository is in the one list its two decisions put it in, and no other is there."""
    effects = listed(made(inventory, organization, before, after))
    images = used(inventory)
    assert effects.keys() == images.keys()
    for name, image in images.items():
        was, now = (verdict(image, organization, puller, one) for one in (before, after))
        if {was, now} == {Verdict.CANNOT_TELL}:
            assert effects[name] in {Effect.CANNOT_TELL, Effect.UNCHANGED}
        else:
            assert effects[name] is expected(was, now)


def expected(was: Verdict, now: Verdict) -> Effect:
    if Verdict.CANNOT_TELL in (was, now):
        return Effect.CANNOT_TELL
    if was is Verdict.NOT_COVERED:
        return Effect.NOT_COVERED
    if was is now:
        return Effect.UNCHANGED
    return Effect.NEWLY_BLOCKED if now is Verdict.BLOCKED else Effect.NEWLY_ALLOWED


@given(inventories, organizations, policies, st.sampled_from(Setting), st.data())
def test_what_cannot_be_told_is_what_the_unknown_decides(
    inventory: Inventory, organization: Organization, before: Policy, setting: Setting, data: st.DataObject
) -> None:
    """For a flipped switch and one entry more or less: CANNOT TELL only if some possible value differs."""
    after = before.with_setting(setting, on=data.draw(st.booleans()))
    if before.allowlist is not None:
        one = data.draw(st.sampled_from(["library/nginx", "mlrun/mlrun", "nobody/knows"]))
        after = after.disallow(one) if after.lists(one) else after.allow([AllowlistEntry(one)])
    effects = listed(made(inventory, organization, before, after))
    for name, image in used(inventory).items():
        differs = set(differences(image, organization, before, after))
        if effects[name] is Effect.CANNOT_TELL:
            assert True in differs
        if effects[name] in {Effect.UNCHANGED, Effect.NOT_COVERED}:
            assert differs == {False}
        if effects[name] in {Effect.NEWLY_BLOCKED, Effect.NEWLY_ALLOWED}:
            assert differs == {True}


def differences(
    image: ClassifiedImage, organization: Organization, before: Policy, after: Policy
) -> list[bool]:
    """For every possible value of what is unknown: whether the verdict differs."""
    truths = (
        (category, community, listing, hit)
        for category in image.categories or {Category.COMMUNITY}
        for community in (False, True)
        for listing in (False, True)
        for hit in (False, True)
    )
    found = []
    for category, *truth in truths:
        one = image._replace(categories=frozenset({category}) & image.categories)
        was, now = (
            verdict(one, organization, Puller(Role.MEMBER), completed(policy, one, *truth))
            for policy in (before, after)
        )
        assert {was, now} <= KNOWN
        found.append(was is not now)
    return found


def completed(policy: Policy, image: ClassifiedImage, community: bool, listing: bool, hit: bool) -> Policy:
    entries = (AllowlistEntry(image.reference.repository),) if hit else ()
    return Policy(
        policy.enabled,
        policy.official,
        policy.verified_publisher,
        community if policy.community is None else policy.community,
        listing if policy.allowlist_enabled is None else policy.allowlist_enabled,
        entries if policy.allowlist is None else policy.allowlist,
    )


@given(inventories, organizations, policies, policies)
def test_the_counts_are_the_lengths_of_the_lists(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """Also for every switch flipped; and unresolved places are counted, one by one."""
    impact = made(inventory, organization, before, after)
    for one in (impact, *flips(impact.usage_index, after).values()):
        assert [len(one.rows(wanted)) for wanted in Effect] == list(one.counts[:-1])
        assert one.counts.repositories == len(used(inventory))
        assert one.counts.unresolved == sum(usage.reference is None for usage in inventory.usages)


@given(inventories, organizations, policies, policies)
def test_rows_carry_everything_that_is_known_most_used_first(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """Usages, people, tokens and pulls of each repository, without those of owners."""
    impact = made(inventory, organization, before, after)
    theirs = [one for one in inventory.pulls if one.user.lower() not in OWNERS]
    for wanted in Effect:
        groups = [row.group for row in impact.rows(wanted)]
        sizes = [(len(one.people), one.pulls, len(one.usages)) for one in groups]
        assert sizes == sorted(sizes, reverse=True)
        for group in groups:
            pulls = [one for one in theirs if (HUB, one.repository) == group[:2]]
            assert group.people == tuple(sorted({one.user for one in pulls if one.user}))
            assert group.tokens == tuple(sorted({one.token for one in pulls if one.token}))
            assert group.pulls == sum(one.pulls for one in pulls)
            assert group.last_pull == max((one.last_pull for one in pulls if one.last_pull), default=None)
    places = [one for row in each_row(impact) for one in row.usages]
    pulling = [one for one in inventory.usages if one.reference and one.status is not Status.BUILT]
    assert Counter(places) == Counter(pulling)


def each_row(impact: Impact) -> list[RepositoryGroup]:
    return [row.group for wanted in Effect for row in impact.rows(wanted)]


@given(inventories, organizations, policies, policies)
def test_the_pullers_are_those_of_the_rows(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """People and tokens each once, however many of their images are concerned."""
    impact = made(inventory, organization, before, after)
    for wanted in Effect:
        groups = [row.group for row in impact.rows(wanted)]
        pullers = impact.pullers(wanted)
        assert pullers.pulled == sum(group.pulls > 0 for group in groups)
        assert pullers.people == {name for group in groups for name in group.people}
        assert pullers.tokens == {name for group in groups for name in group.tokens}


@given(inventories, organizations, policies, policies, st.integers(0, 4))
def test_the_first_few_are_the_first_of_the_list(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy, most: int
) -> None:
    impact = made(inventory, organization, before, after)
    for wanted in Effect:
        assert impact.worst(wanted, most) == impact.rows(wanted)[:most]
