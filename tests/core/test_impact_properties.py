"""Whatever policies and inventory there are: an impact says what `decide` says, and counts its lists."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.decision import decide
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.impact import Impact, flips
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import damage_words, flip_words
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.usage import Inventory, Status
from iam_tui.core.usage_index import RepositoryGroup
from iam_tui.core.verdict import Verdict
from tests.core.inventories import OWNERS, inventories, made, organizations, policies
from tests.core.situations import CATALOG, revision

members = st.sampled_from([Puller(Role.MEMBER), Puller(Role.EDITOR)])


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
def test_the_groups_equal_an_enumeration_of_every_value_of_the_unknowns(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy, puller: Puller
) -> None:
    """Each repository is in the one group that its decisions under all known policies put it in."""
    effects = listed(made(inventory, organization, before, after))
    images = used(inventory)
    assert effects.keys() == images.keys()
    for name, image in images.items():
        pairs = list(every_pair_of_verdicts(image, organization, puller, before, after))
        assert effects[name] is group_of(pairs), (name, before, after)


@given(inventories, organizations, policies, st.sampled_from(Setting), st.data())
def test_the_groups_of_one_staged_step_equal_the_enumeration(
    inventory: Inventory, organization: Organization, before: Policy, setting: Setting, data: st.DataObject
) -> None:
    """A flipped switch and one entry more or less leave most unknowns on both sides."""
    after = before.with_setting(setting, on=data.draw(st.booleans()))
    if before.allowlist is not None:
        one = data.draw(st.sampled_from(["library/nginx", "mlrun/mlrun", "nobody/knows"]))
        after = after.disallow(one) if after.lists(one) else after.allow([AllowlistEntry(one)])
    effects = listed(made(inventory, organization, before, after))
    for name, image in used(inventory).items():
        pairs = list(every_pair_of_verdicts(image, organization, Puller(Role.MEMBER), before, after))
        assert effects[name] is group_of(pairs), (name, before, after)


Verdicts = tuple[Verdict, Verdict]


def every_pair_of_verdicts(
    image: ClassifiedImage, organization: Organization, puller: Puller, before: Policy, after: Policy
) -> Iterator[Verdicts]:
    """The verdicts before and after for each value that badge, community switch and allowlist could have."""
    switch = (False, True)
    for category, community, listing, is_listed in product(
        image.categories or [None], switch, switch, switch
    ):
        known = image._replace(categories=frozenset({category} if category else ()))
        entries = (AllowlistEntry(image.reference.repository),) if is_listed else ()
        was, now = (
            Policy(
                policy.enabled,
                policy.official,
                policy.verified_publisher,
                community if policy.community is None else policy.community,
                listing if policy.allowlist_enabled is None else policy.allowlist_enabled,
                entries if policy.allowlist is None else policy.allowlist,
            )
            for policy in (before, after)
        )
        pair = verdict(known, organization, puller, was), verdict(known, organization, puller, now)
        assert set(pair) <= {Verdict.ALLOWED, Verdict.BLOCKED, Verdict.NOT_COVERED}
        yield pair


def group_of(pairs: Sequence[Verdicts]) -> Effect:
    """The group of an image with these verdicts."""
    stop, start = (Verdict.ALLOWED, Verdict.BLOCKED), (Verdict.BLOCKED, Verdict.ALLOWED)
    if Verdict.NOT_COVERED in pairs[0]:
        return Effect.NOT_COVERED
    if stop in pairs:
        return Effect.STOPS if set(pairs) == {stop} else Effect.MAY_STOP
    if start in pairs:
        return Effect.STARTS if set(pairs) == {start} else Effect.MAY_START
    return Effect.SAME


@given(inventories, organizations, policies, policies)
def test_nothing_stops_is_said_only_if_no_value_of_an_unknown_stops_anything(
    inventory: Inventory, organization: Organization, before: Policy, after: Policy
) -> None:
    """And only if every place names an image, and there is an image at all."""
    images = used(inventory).values()
    pairs = [
        pair
        for image in images
        for pair in every_pair_of_verdicts(image, organization, Puller(Role.MEMBER), before, after)
    ]
    is_known = bool(images) and all(one.reference for one in inventory.usages)
    stops = (Verdict.ALLOWED, Verdict.BLOCKED) in pairs
    impact = made(inventory, organization, before, after)
    assert impact.counts.is_all_clear is (is_known and not stops)
    for words in (damage_words(impact), flip_words(impact)):
        assert impact.counts.is_all_clear or " 0 of " not in words


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
