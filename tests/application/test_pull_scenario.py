"""Who pulls, in which session, under which policy, and the verdict for each."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.application.pull_scenario import ANY_MEMBER, PullScenario, SignInState
from iam_tui.core.catalog import Catalog
from iam_tui.core.draft import Draft
from iam_tui.core.organization import DesktopSession, Member, Organization, Role
from iam_tui.core.policy import Policy, Revision, Setting
from iam_tui.core.verdict import Verdict
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.pull.scenario_words import sign_in_words, who_words

NOW = datetime(2026, 3, 12, 14, 15, tzinfo=UTC)
CATALOG = Catalog(today=NOW.date())
OPEN = Revision(1, Policy(enabled=True), "ken", NOW)
CLOSED = Revision(2, replace(OPEN.policy, official=False), "maya", NOW)
ACCESS = OrganizationState(Organization("acme"), Role.OWNER, CLOSED)
MEMBER = ANY_MEMBER
FELIX = Member("felix", Role.MEMBER, DesktopSession.SIGNED_IN, 1, NOW)
NOOR = Member("noor", Role.MEMBER, DesktopSession.SIGNED_OUT, None, NOW)


def scenario(draft: Draft | None = None) -> PullScenario:
    """An owner's, who knows both revisions."""
    begun = PullScenario.of(ACCESS, draft or Draft.of(CLOSED), "maya")
    return begun.knowing(begun.you, {1: OPEN, 2: CLOSED})


def reopened() -> Draft:
    """Official images staged to be on again."""
    return Draft.of(CLOSED).stage(CLOSED.policy.with_setting(Setting.OFFICIAL, on=True))


def test_an_owner_begins_as_a_member_and_a_member_as_themselves() -> None:
    assert scenario().who == MEMBER
    mine = PullScenario.of(ACCESS._replace(role=Role.MEMBER), Draft.of(CLOSED), "sam")
    assert who_words(mine.who, "sam") == "you, member"


def test_who_goes_round_and_comes_back() -> None:
    begun = scenario()
    seen = [begun]
    for _ in range(len(begun.people) - 1):
        seen.append(seen[-1].by_next())
    assert {one.who for one in seen} == set(begun.people)
    assert seen[-1].by_next().who == begun.who


def test_the_session_goes_from_now_to_before_to_out() -> None:
    now = scenario()
    before = now.next_sign_in()
    out = before.next_sign_in()
    assert [sign_in_words(one, NOW) for one in (now, before, out)] == [
        "signed in now",
        "signed in under r1",
        "signed out",
    ]
    assert out.next_sign_in() == now
    assert now.decide("nginx", CATALOG).verdict is Verdict.BLOCKED
    decided = before.decide("nginx", CATALOG)
    assert decided.verdict is Verdict.ALLOWED
    assert decided.stale is not None
    assert decided.stale.verdict_now is Verdict.BLOCKED


def test_a_person_is_judged_by_their_own_sign_in_and_stays_in_the_round() -> None:
    felix = scenario().by_person(FELIX)
    assert sign_in_words(felix, NOW) == "signed in 12 Mar under r1"
    assert felix.decide("nginx", CATALOG).verdict is Verdict.ALLOWED
    assert FELIX in felix.by_next().people
    assert scenario().by_person(NOOR).decide("nginx", CATALOG).verdict is Verdict.NOT_ENFORCED


def test_what_is_staged_counts_at_the_next_sign_in_only() -> None:
    staged = scenario(reopened())
    assert staged.staged
    assert sign_in_words(staged, NOW) == "signed in after saving"
    assert staged.decide("nginx", CATALOG).verdict is Verdict.ALLOWED
    still = staged.next_sign_in()
    assert sign_in_words(still, NOW) == "signed in under r2"
    decided = still.decide("nginx", CATALOG)
    assert (decided.verdict, decided.stale and decided.stale.verdict_now) == (
        Verdict.BLOCKED,
        Verdict.ALLOWED,
    )


def test_taking_the_last_change_back_judges_by_what_is_saved() -> None:
    assert not scenario(reopened()).with_draft(Draft.of(CLOSED)).staged
    assert scenario().with_draft(reopened()).staged


def test_without_an_older_revision_there_is_no_session_before() -> None:
    first = PullScenario.of(ACCESS._replace(revision=OPEN), Draft.of(OPEN), "maya")
    assert first.next_sign_in().sign_in is SignInState.OUT
    assert first.by(FELIX).sign_in is SignInState.FRESH


STEPS = st.lists(
    st.sampled_from(
        [
            PullScenario.by_next,
            PullScenario.next_sign_in,
            lambda one: one.under_staged(staged=not one.staged and not one.draft.is_clean),
            lambda one: one.by_person(FELIX),
            lambda one: one.by_person(NOOR),
            lambda one: one.with_draft(reopened()),
            lambda one: one.with_draft(Draft.of(CLOSED)),
        ]
    )
)


@given(STEPS)
def test_however_one_walks_the_verdict_is_that_of_the_session_shown(steps: list[object]) -> None:
    one = scenario()
    for step in steps:
        assert callable(step)
        one = step(one)
        assert one.who in one.people
        assert (one.under is not None) == (one.sign_in is SignInState.OLD)
        assert one.under is None or one.under.number < one.newest.number
        assert one.staged <= (not one.draft.is_clean)
        if one.sign_in is SignInState.OUT:
            assert one.decide("nginx", CATALOG).verdict is Verdict.NOT_ENFORCED
        elif one.who.role is Role.OWNER:
            assert one.decide("nginx", CATALOG).verdict is Verdict.ALLOWED
        else:
            policy = (one.under or one.newest).policy
            assert (one.decide("nginx", CATALOG).verdict is Verdict.ALLOWED) == policy.official
