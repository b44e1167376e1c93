"""What is true of every decision, whatever the situation."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.category import Category
from iam_tui.core.decision import Decision, decide
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.organization import Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Verdict
from tests.core.situations import CATALOG, Rules, Situation, image, revision, rules, situations

FREEDOM = {Verdict.BLOCKED: 0, Verdict.CANNOT_TELL: 1, Verdict.ALLOWED: 2}
SWITCHES = (Setting.COMMUNITY, Setting.VERIFIED_PUBLISHER, Setting.OFFICIAL, Setting.ALLOWLIST)


def decided(situation: Situation, policy: Policy, what: ClassifiedImage | None = None) -> Decision:
    return decide(what or image(situation.kind), situation.organization, situation.puller, revision(policy))


def no_freer(one: Decision, other: Decision) -> bool:
    if one.verdict in FREEDOM and other.verdict in FREEDOM:
        return FREEDOM[one.verdict] <= FREEDOM[other.verdict]
    return one.verdict is other.verdict


@given(situations, st.sampled_from(SWITCHES))
def test_switching_a_category_or_the_allowlist_on_never_blocks_more(
    situation: Situation, setting: Setting
) -> None:
    policy = situation.rules.policy(situation.kind)
    off, on = (decided(situation, policy.with_setting(setting, on=on)) for on in (False, True))
    assert no_freer(off, on)


@given(situations, st.lists(st.sampled_from(["library/nginx", "mlrun/mlrun", "nobody/knows", "a/b"])))
def test_a_larger_allowlist_never_blocks_more(situation: Situation, more: list[str]) -> None:
    policy = situation.rules.policy(situation.kind)
    larger = policy.allow([AllowlistEntry(name) for name in more])
    if policy.allowlist is not None:
        assert no_freer(decided(situation, policy), decided(situation, larger))


@given(situations)
def test_switching_image_access_management_on_never_allows_more(situation: Situation) -> None:
    policy = situation.rules.policy(situation.kind)
    off, on = (decided(situation, policy.with_setting(Setting.ENABLED, on=on)) for on in (False, True))
    assert no_freer(on, off)


@given(situations)
def test_an_owner_who_is_signed_in_is_never_blocked(situation: Situation) -> None:
    owner = situation._replace(role=Role.OWNER, signed_in=True)
    decision = decided(owner, situation.rules.policy(situation.kind))
    assert decision.verdict in {Verdict.ALLOWED, Verdict.NOT_COVERED}


@given(situations, rules)
def test_the_last_step_of_a_trace_is_the_one_that_decides(situation: Situation, newest: Rules) -> None:
    now = revision(situation._replace(rules=newest).rules.policy(situation.kind), 2)
    decision = decide(
        image(situation.kind), situation.organization, situation.puller, now, situation.revision()
    )
    *before, last = decision.steps
    assert last.verdict is decision.verdict
    assert all(step.verdict is None for step in before)
    assert [step.number for step in decision.steps] == list(range(len(decision.steps)))


@given(situations)
def test_it_cannot_tell_exactly_if_something_unknown_makes_a_difference(situation: Situation) -> None:
    policy, what = situation.rules.policy(situation.kind), image(situation.kind)
    verdicts = {
        decided(
            situation, known, what._replace(categories=frozenset({category})) if category else what
        ).verdict
        for known in completions(policy, what)
        for category in what.categories or {None}
    }
    assert decided(situation, policy).verdict is (
        verdicts.pop() if len(verdicts) == 1 else Verdict.CANNOT_TELL
    )


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


@given(situations, st.sampled_from(["acme", "Acme"]), st.permutations([*MANY, *ELSEWHERE]))
def test_rulings_for_many_images_are_those_of_single_decisions(
    situation: Situation, name: str, texts: list[str]
) -> None:
    policy = situation.rules.policy(situation.kind)
    organization = replace(situation.organization, name=name)
    ruling = decide_all(organization, policy, situation.puller)
    for text in texts:
        what = CATALOG.image(ImageReference.parse(text))
        decision = decide(what, organization, situation.puller, revision(policy))
        assert ruling(what) == (decision.verdict, decision.rule, decision.reason)


@given(situations)
def test_only_a_blocked_or_uncertain_pull_has_a_remedy(situation: Situation) -> None:
    decision = decided(situation, situation.rules.policy(situation.kind))
    open_end = decision.verdict in {Verdict.BLOCKED, Verdict.CANNOT_TELL}
    assert bool(decision.remedy) is open_end


@given(situations)
def test_following_the_remedy_allows_a_blocked_pull(situation: Situation) -> None:
    policy, what = situation.rules.policy(situation.kind), image(situation.kind)
    if decided(situation, policy).docker_error is None:
        return
    listed = policy.allow([AllowlistEntry(what.reference.repository)]).with_setting(
        Setting.ALLOWLIST, on=True
    )
    opened = policy
    for category in what.categories - {Category.ORGANIZATION}:
        opened = opened.with_setting(Setting(category.value), on=True)
    assert [decided(situation, one).verdict for one in (listed, opened)] == [Verdict.ALLOWED] * 2
