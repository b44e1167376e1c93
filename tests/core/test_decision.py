"""Every combination, compared with a plain reading of the table of rules."""

from typing import NamedTuple

import pytest

from iam_tui.core.category import Category
from iam_tui.core.decision import Decision, StaleSession, decide, try_pull
from iam_tui.core.organization import (
    COMPANY_OWNER,
    UNKNOWN_ROLE,
    AnyRole,
    CustomRole,
    Organization,
    Plan,
    Puller,
    Role,
)
from iam_tui.core.policy import Policy
from iam_tui.core.verdict import Rule, Verdict
from tests.core.situations import CATALOG, IMAGES, Rules, Situation, all_situations, image, revision


class Expected(NamedTuple):
    verdict: Verdict
    rule: str
    category: str | None
    docker_error: bool


def read_off(situation: Situation, rules: Rules) -> Expected:
    """The answer of the first row of the table that applies."""
    if situation.role in (COMPANY_OWNER, UNKNOWN_ROLE):
        owner, member = (read_off(situation._replace(role=role), rules) for role in (Role.OWNER, Role.MEMBER))
        if owner.verdict is member.verdict:
            return member
        return Expected(Verdict.CANNOT_TELL, "unknown_role", member.category, docker_error=False)
    kind, plan = situation.kind, situation.plan
    switches: dict[str, list[bool | None]] = {
        "official": [rules.official],
        "verified_publisher": [rules.verified_publisher],
        "community": [rules.community],
        "unknown": [rules.verified_publisher, rules.community],
    }
    could_be = switches.get(kind, [])
    on, listing = rules.allowlist_enabled, rules.listing
    maybe_listed = (listing == "unknown" and on is not False) or (listing == "hit" and on is None)
    by_category = "unknown_category" if kind == "unknown" else kind
    all_on, all_off = all(one is True for one in could_be), all(one is False for one in could_be)
    table = (
        (not situation.signed_in and situation.enforced, Verdict.BLOCKED, "not_signed_in"),
        (not situation.signed_in, Verdict.NOT_ENFORCED, "not_signed_in"),
        (kind == "off hub", Verdict.NOT_COVERED, "not_docker_hub"),
        (not rules.enabled or plan != "business", Verdict.ALLOWED, "disabled"),
        (situation.role == "owner", Verdict.ALLOWED, "owner"),
        (kind == "organization", Verdict.ALLOWED, "organization"),
        (listing == "hit" and on is True, Verdict.ALLOWED, "allowlist"),
        (all_on, Verdict.ALLOWED, by_category),
        (all_off and maybe_listed, Verdict.CANNOT_TELL, "unknown_allowlist"),
        (all_off, Verdict.BLOCKED, by_category),
        (None in could_be, Verdict.CANNOT_TELL, "unknown_switch"),
        (True, Verdict.CANNOT_TELL, "unknown_category"),
    )
    verdict, rule = next((verdict, rule) for applies, verdict, rule in table if applies)
    category = None if kind in {"unknown", "off hub"} else kind
    return Expected(verdict, rule, category, verdict == "blocked" and rule != "not_signed_in")


def told(decision: Decision) -> Expected:
    docker_error = decision.docker_error is not None
    return Expected(decision.verdict, decision.rule, decision.category, docker_error)


PEOPLE = [(role, signed_in) for role in Role for signed_in in (True, False)]
OTHERS = [(role, True) for role in (CustomRole("Auditor"), COMPANY_OWNER, UNKNOWN_ROLE)]


@pytest.mark.parametrize(("role", "signed_in"), [*PEOPLE, *OTHERS])
def test_every_combination_has_the_answer_of_the_table(role: AnyRole, signed_in: bool) -> None:
    images = {kind: image(kind) for kind in IMAGES}
    for situation in all_situations(role, signed_in=signed_in):
        decision = decide(
            images[situation.kind], situation.organization, situation.puller, situation.revision()
        )
        assert told(decision) == read_off(situation, situation.rules), situation
        assert decision.stale is None, situation


NEWEST = (
    Rules(False, False, False, False, False, "empty"),
    Rules(True, False, False, False, False, "empty"),
    Rules(True, True, True, None, None, "unknown"),
)


@pytest.mark.parametrize("newest", NEWEST, ids=["off", "strict", "in doubt"])
@pytest.mark.parametrize(("role", "signed_in"), PEOPLE)
def test_an_old_sign_in_counts_and_is_marked_where_the_newest_revision_differs(
    role: Role, signed_in: bool, newest: Rules
) -> None:
    images = {kind: image(kind) for kind in IMAGES}
    now = {kind: revision(newest.policy(kind), 7) for kind in IMAGES}
    for situation in all_situations(role, signed_in=signed_in):
        decision = decide(
            images[situation.kind],
            situation.organization,
            situation.puller,
            now[situation.kind],
            situation.revision(3),
        )
        expected, expected_now = read_off(situation, situation.rules), read_off(situation, newest)
        assert told(decision) == expected, situation
        differs = expected.verdict != expected_now.verdict
        assert decision.stale == (StaleSession(3, expected_now.verdict) if differs else None), situation


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_text_that_is_not_an_image_is_invalid_for_everyone(role: Role, signed_in: bool) -> None:
    newest = revision(Policy(enabled=True))
    organization = Organization("acme", Plan.BUSINESS, sign_in_enforced=True)
    decision = try_pull(
        "Nginx:", CATALOG, organization, Puller(role, signed_in), newest, revision(Policy(), 0)
    )
    assert told(decision) == Expected(Verdict.INVALID, Rule.INVALID_REFERENCE, None, docker_error=False)
    assert decision.stale is None
    assert decision.steps[-1].verdict is Verdict.INVALID


def test_a_sign_in_under_the_newest_revision_is_not_an_old_one() -> None:
    newest = revision(Policy(enabled=True), 4)
    decision = decide(image("community"), Organization("acme"), Puller(Role.MEMBER), newest, newest)
    assert (decision.verdict, decision.stale) == (Verdict.BLOCKED, None)


def test_the_organization_is_found_in_its_namespace_whatever_the_case_of_its_name() -> None:
    decision = decide(
        image("organization"), Organization("Acme"), Puller(Role.MEMBER), revision(Policy(enabled=True))
    )
    assert (decision.verdict, decision.category) == (Verdict.ALLOWED, Category.ORGANIZATION)


def test_a_company_owner_is_judged_as_an_owner_and_as_a_member() -> None:
    """The reason says both, and the trace has one step that could not tell."""
    newest = revision(Policy(enabled=True, official=False))
    decision = decide(image("official"), Organization("acme"), Puller(COMPANY_OWNER), newest)
    assert decision.rule is Rule.UNKNOWN_ROLE
    assert "As an owner of acme they may pull it; as a member: BLOCKED." in decision.reason
    assert decision.steps[-1].found == "cannot tell, company owner"
    assert decision.remedy == "Make them an owner of acme, or allow the image for members."
