"""How a pull is decided: one pure, total function, with the trace that explains its answer (design 3)."""

from typing import NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.errors import IamError
from iam_tui.core.organization import Organization, Puller
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference
from iam_tui.core.rules import STEPS, Case, Image, Ruling, is_listed, rule_on
from iam_tui.core.verdict import Rule, Verdict


class Step(NamedTuple):
    """One step of a trace: what was asked, what was found, and the verdict if this step decided."""

    number: int
    question: str
    found: str
    verdict: Verdict | None = None


class Stale(NamedTuple):
    """The puller signed in under an older revision, and the newest one would answer differently."""

    revision: int
    verdict_now: Verdict


class Decision(NamedTuple):
    """The answer to one pull and how it came about; the last of `steps` is the one that decided.

    `category` is None when the image's category is unknown or it is not on Docker Hub. `docker_error` is
    the text Docker prints, for a pull that its registry refuses. `remedy` says what would let a blocked
    pull pass, or what would turn CANNOT TELL into an answer.
    """

    verdict: Verdict
    rule: Rule
    category: Category | None
    reason: str
    steps: tuple[Step, ...]
    docker_error: str | None = None
    stale: Stale | None = None
    remedy: str = ""


def decide(
    image: Image,
    organization: Organization,
    puller: Puller,
    newest: Revision,
    signed_in_under: Revision | None = None,
) -> Decision:
    """Decide one pull for one puller (design 3); every combination has one answer.

    The puller is judged by `signed_in_under`, the revision that was newest when they signed in, or without
    it by the `newest`. Role, plan and sign-in enforcement are always today's.
    """
    session = signed_in_under or newest
    decision = _decide(Case(image, organization, session.policy, puller))
    if session.number == newest.number:
        return decision
    verdict_now = rule_on(Case(image, organization, newest.policy, puller)).verdict
    if verdict_now is decision.verdict:
        return decision
    stale = Stale(session.number, verdict_now)
    if verdict_now is not Verdict.ALLOWED:
        return decision._replace(stale=stale)
    again = f"Sign out of Docker Desktop and in again, so that revision {newest.number} counts."
    return decision._replace(stale=stale, remedy=again)


def invalid(error: IamError) -> Decision:
    """The decision for a text that is no image reference; the reason names the part that is wrong."""
    step = Step(0, "an image reference?", error.detail, Verdict.INVALID)
    return Decision(Verdict.INVALID, Rule.INVALID_REFERENCE, None, error.detail, (step,))


def _decide(case: Case) -> Decision:
    trace = [Step(0, "an image reference?", case.image.reference.canonical)]
    for number, (question, step) in enumerate(STEPS, start=1):
        found, ruling = step(case)
        trace.append(Step(number, question, found, ruling.verdict if ruling else None))
        if ruling is not None:
            return _answer(case, ruling, tuple(trace))
    raise AssertionError("the last step always decides")


def _answer(case: Case, ruling: Ruling, trace: tuple[Step, ...]) -> Decision:
    refused = ruling.verdict is Verdict.BLOCKED and ruling.rule is not Rule.NOT_SIGNED_IN
    return Decision(
        ruling.verdict,
        ruling.rule,
        case.image.category_in(case.organization),
        ruling.reason,
        trace,
        docker_error(case.image.reference, case.organization) if refused else None,
        remedy=_way_out(case, ruling),
    )


def docker_error(reference: ImageReference, organization: Organization) -> str:
    """What the Docker engine prints when Docker Hub refuses the pull (facts 3, as reported)."""
    repository = reference.repository
    manifest = f"https://registry-1.docker.io/v2/{repository}/manifests/{reference.digest or reference.tag}"
    denial = f"image access restricted: {repository} blocked for organization {organization.name}"
    return f'Error response from daemon: Head "{manifest}": denied: {denial}'


def _way_out(case: Case, ruling: Ruling) -> str:
    if ruling.verdict is Verdict.CANNOT_TELL:
        return _what_settles_it(case)
    if ruling.verdict is not Verdict.BLOCKED:
        return ""
    if ruling.rule is Rule.NOT_SIGNED_IN:
        return f"Sign in to Docker Desktop as a person of {case.organization.name}."
    return _what_lets_it_pass(case)


def _what_lets_it_pass(case: Case) -> str:
    repository, policy = case.image.reference.repository, case.policy
    if policy.allowlist_enabled:
        listing = f"allowlist {repository}"
    elif policy.lists(repository):
        listing = f"switch the allowlist on, which names {repository}"
    else:
        listing = f"allowlist {repository} and switch the allowlist on"
    return f"An owner can {listing}, or switch {' and '.join(one.label for one in case.switches)} on."


def _what_settles_it(case: Case) -> str:
    states = set(case.switches.values())
    unknown = ["the community switch"] if None in states else []
    if is_listed(case) is None:
        unknown.append("the allowlist")
    ways = []
    if len(states) > 1:
        namespace = case.image.reference.namespace
        ways.append(f"Look up the badge of {namespace} on Docker Hub, or set it by hand.")
    if unknown:
        ways.append(f"An owner can record {' and '.join(unknown)} by hand.")
    return " ".join(ways)
