"""What holds for every decision, whatever the situation."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.category import Category
from iam_tui.core.decision import Decision, decide
from iam_tui.core.organization import Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.rules import ClassifiedImage
from iam_tui.core.verdict import Verdict
from tests.core.worlds import CATALOG, Rules, World, image, revision, rules, worlds

FREEDOM = {Verdict.BLOCKED: 0, Verdict.CANNOT_TELL: 1, Verdict.ALLOWED: 2}
SWITCHES = (Setting.COMMUNITY, Setting.VERIFIED_PUBLISHER, Setting.OFFICIAL, Setting.ALLOWLIST)


def decided(world: World, policy: Policy, what: ClassifiedImage | None = None) -> Decision:
    return decide(what or image(world.kind), world.organization, world.puller, revision(policy))


def no_freer(one: Decision, other: Decision) -> bool:
    if one.verdict in FREEDOM and other.verdict in FREEDOM:
        return FREEDOM[one.verdict] <= FREEDOM[other.verdict]
    return one.verdict is other.verdict


@given(worlds, st.sampled_from(SWITCHES))
def test_switching_a_category_or_the_allowlist_on_never_blocks_more(world: World, setting: Setting) -> None:
    policy = world.rules.policy(world.kind)
    off, on = (decided(world, policy.with_setting(setting, on=on)) for on in (False, True))
    assert no_freer(off, on)


@given(worlds, st.lists(st.sampled_from(["library/nginx", "mlrun/mlrun", "nobody/knows", "a/b"])))
def test_a_larger_allowlist_never_blocks_more(world: World, more: list[str]) -> None:
    policy = world.rules.policy(world.kind)
    larger = policy.allow([AllowlistEntry(name) for name in more])
    if policy.allowlist is not None:
        assert no_freer(decided(world, policy), decided(world, larger))


@given(worlds)
def test_switching_image_access_management_on_never_allows_more(world: World) -> None:
    policy = world.rules.policy(world.kind)
    off, on = (decided(world, policy.with_setting(Setting.ENABLED, on=on)) for on in (False, True))
    assert no_freer(on, off)


@given(worlds)
def test_an_owner_who_is_signed_in_is_never_stopped(world: World) -> None:
    owner = world._replace(role=Role.OWNER, signed_in=True)
    decision = decided(owner, world.rules.policy(world.kind))
    assert decision.verdict in {Verdict.ALLOWED, Verdict.NOT_COVERED}


@given(worlds, rules)
def test_the_last_step_of_a_trace_is_the_one_that_decides(world: World, newest: Rules) -> None:
    now = revision(world._replace(rules=newest).rules.policy(world.kind), 2)
    decision = decide(image(world.kind), world.organization, world.puller, now, world.revision())
    *before, last = decision.steps
    assert last.verdict is decision.verdict
    assert all(step.verdict is None for step in before)
    assert [step.number for step in decision.steps] == list(range(len(decision.steps)))


@given(worlds)
def test_it_cannot_tell_exactly_where_what_is_unknown_would_make_a_difference(world: World) -> None:
    policy, what = world.rules.policy(world.kind), image(world.kind)
    verdicts = {
        decided(world, known, what._replace(categories=frozenset({category})) if category else what).verdict
        for known in completions(policy, what)
        for category in what.categories or {None}
    }
    assert decided(world, policy).verdict is (verdicts.pop() if len(verdicts) == 1 else Verdict.CANNOT_TELL)


def completions(policy: Policy, what: ClassifiedImage) -> list[Policy]:
    """Every policy without unknowns that this one could be."""
    listed = (AllowlistEntry(what.reference.repository),)
    return [
        Policy(policy.enabled, policy.official, policy.verified_publisher, community, on, entries)
        for community, on, entries in product(
            (False, True) if policy.community is None else (policy.community,),
            (False, True) if policy.allowlist_enabled is None else (policy.allowlist_enabled,),
            ((), listed) if policy.allowlist is None else (policy.allowlist,),
        )
    ]


MANY = (
    "nginx",
    "redis",
    "mlrun/mlrun",
    "mlrun/other",
    "nobody/knows",
    "nobody/else",
    "acme/tool",
    "acme2/tool",
)
ELSEWHERE = ("ghcr.io/acme/tool", "ghcr.io/mlrun/mlrun", "ghcr.io/library/nginx")


@given(worlds, st.sampled_from(["acme", "Acme"]), st.permutations([*MANY, *ELSEWHERE]))
def test_rulings_for_many_images_are_those_of_single_decisions(
    world: World, name: str, texts: list[str]
) -> None:
    policy = world.rules.policy(world.kind)
    organization = replace(world.organization, name=name)
    ruling = decide_all(organization, policy, world.puller)
    for text in texts:
        what = CATALOG.image(ImageReference.parse(text))
        decision = decide(what, organization, world.puller, revision(policy))
        assert ruling(what) == (decision.verdict, decision.rule, decision.reason)


@given(worlds)
def test_only_what_is_stopped_or_in_doubt_is_told_a_way_out(world: World) -> None:
    decision = decided(world, world.rules.policy(world.kind))
    open_end = decision.verdict in {Verdict.BLOCKED, Verdict.CANNOT_TELL}
    assert bool(decision.remedy) is open_end


@given(worlds)
def test_following_the_way_out_of_a_blocked_pull_lets_it_pass(world: World) -> None:
    policy, what = world.rules.policy(world.kind), image(world.kind)
    if decided(world, policy).docker_error is None:
        return
    listed = policy.allow([AllowlistEntry(what.reference.repository)]).with_setting(
        Setting.ALLOWLIST, on=True
    )
    opened = policy
    for category in what.categories - {Category.ORGANIZATION}:
        opened = opened.with_setting(Setting(category.value), on=True)
    assert [decided(world, one).verdict for one in (listed, opened)] == [Verdict.ALLOWED] * 2
