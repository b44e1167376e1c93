"""How one pull is decided: a pure function that answers every combination, with a trace of the rules."""

from typing import NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.decision_rules import RULES, ClassifiedImage, PullContext, Ruling, apply_rules, is_listed
from iam_tui.core.errors import IamError
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import Policy, Revision
from iam_tui.core.reference import HUB, ImageReference, InvalidReference
from iam_tui.core.verdict import Rule, Verdict


class TraceStep(NamedTuple):
    """One rule in a trace: its number and question, what it found, and the verdict if it decided."""

    number: int
    question: str
    found: str
    verdict: Verdict | None = None


class StaleSession(NamedTuple):
    """The puller signed in under an older revision, and the newest one would give another verdict."""

    revision: int
    verdict_now: Verdict


class Decision(NamedTuple):
    """The answer to one pull, and how it was found; the last of `steps` is the rule that decided.

    `category` is None if the image's category is unknown or it is not on Docker Hub. `docker_error` is what
    Docker prints if Docker Hub refuses the pull. `remedy` says what would allow a blocked pull, or what would
    settle a CANNOT TELL; it is empty for other verdicts.
    """

    verdict: Verdict
    rule: Rule
    category: Category | None
    reason: str
    steps: tuple[TraceStep, ...]
    docker_error: str | None = None
    stale: StaleSession | None = None
    remedy: str = ""


def decide(
    image: ClassifiedImage,
    organization: Organization,
    puller: Puller,
    newest: Revision,
    signed_in_under: Revision | None = None,
) -> Decision:
    """Decide one pull for one puller; every combination has exactly one answer.

    A policy takes effect when a person signs in, so the puller is judged by `signed_in_under`, the revision
    that was newest at their sign-in, or without it by the `newest`. Role, plan and sign-in enforcement are
    always today's.
    """
    session = signed_in_under or newest
    decision = _decide(PullContext(image, organization, session.policy, puller))
    if session.number == newest.number:
        return decision
    verdict_now = apply_rules(PullContext(image, organization, newest.policy, puller)).verdict
    if verdict_now is decision.verdict:
        return decision
    stale = StaleSession(session.number, verdict_now)
    if verdict_now is not Verdict.ALLOWED:
        return decision._replace(stale=stale)
    again = f"Sign out of Docker Desktop and sign in again, so that revision {newest.number} applies."
    return decision._replace(stale=stale, remedy=again)


def try_pull(
    text: str,
    catalog: Catalog,
    organization: Organization,
    puller: Puller,
    newest: Revision,
    signed_in_under: Revision | None = None,
) -> Decision:
    """Decide a pull of `text`, taken exactly as written; a text that is not a reference gets INVALID.

    See `decide` for the other arguments.
    """
    try:
        reference = ImageReference.parse(text)
    except InvalidReference as error:
        return invalid(error)
    return decide(catalog.image(reference), organization, puller, newest, signed_in_under)


def category_verdict(category: Category, organization: Organization, policy: Policy) -> Verdict:
    """The verdict for a member on an image of a category that no entry of a known allowlist names."""
    image = ClassifiedImage(ImageReference(HUB, ""), frozenset({category}))
    return apply_rules(PullContext(image, organization, policy, Puller(Role.MEMBER))).verdict


def invalid(error: IamError) -> Decision:
    """The decision for a text that is not an image reference; the reason names the part that is wrong."""
    step = TraceStep(0, "an image reference?", error.detail, Verdict.INVALID)
    return Decision(Verdict.INVALID, Rule.INVALID_REFERENCE, None, error.detail, (step,))


def _decide(pull: PullContext) -> Decision:
    trace = [TraceStep(0, "an image reference?", pull.image.reference.canonical)]
    for number, (question, rule) in enumerate(RULES, start=1):
        found, ruling = rule(pull)
        trace.append(TraceStep(number, question, found, ruling.verdict if ruling else None))
        if ruling is not None:
            return _answer(pull, ruling, tuple(trace))
    raise AssertionError("the last rule always decides")


def _answer(pull: PullContext, ruling: Ruling, trace: tuple[TraceStep, ...]) -> Decision:
    refused = ruling.verdict is Verdict.BLOCKED and ruling.rule is not Rule.NOT_SIGNED_IN
    return Decision(
        ruling.verdict,
        ruling.rule,
        pull.image.category_in(pull.organization),
        ruling.reason,
        trace,
        docker_error(pull.image.reference, pull.organization) if refused else None,
        remedy=_remedy(pull, ruling),
    )


def docker_error(reference: ImageReference, organization: Organization) -> str:
    """What Docker Engine's classic image store prints when Docker Hub refuses the pull.

    The wording is the one reported in https://github.com/mlrun/mlrun/pull/5690; the path of an official image
    is `library/nginx`, and a digest takes the place of the tag. A tag that is not known is `<tag>`.
    """
    repository = reference.repository
    version = reference.digest or reference.tag or "<tag>"
    manifest = f"https://registry-1.docker.io/v2/{repository}/manifests/{version}"
    return f'Error response from daemon: Head "{manifest}": denied: {_denial(reference, organization)}'


def containerd_error(reference: ImageReference, organization: Organization) -> str:
    """What Docker Engine's containerd image store prints instead, the default of new installations.

    See https://docs.docker.com/engine/storage/containerd/
    """
    return f"Error response from daemon: error from registry: {_denial(reference, organization)}"


def _denial(reference: ImageReference, organization: Organization) -> str:
    """What Docker Hub answers when it refuses the pull."""
    return f"image access restricted: {reference.repository} blocked for organization {organization.name}"


def _remedy(pull: PullContext, ruling: Ruling) -> str:
    if ruling.rule is Rule.UNKNOWN_ROLE:
        return f"Make them an owner of {pull.organization.name}, or allow the image for members."
    if ruling.verdict is Verdict.CANNOT_TELL:
        return _what_would_settle(pull)
    if ruling.verdict is not Verdict.BLOCKED:
        return ""
    if ruling.rule is Rule.NOT_SIGNED_IN:
        return f"Sign in to Docker Desktop with an account that belongs to {pull.organization.name}."
    return _what_would_allow(pull)


def _what_would_allow(pull: PullContext) -> str:
    repository, policy = pull.image.reference.repository, pull.policy
    if policy.allowlist_enabled:
        listing = f"allowlist {repository}"
    elif policy.lists(repository):
        listing = f"switch on the allowlist, which names {repository}"
    else:
        listing = f"allowlist {repository} and switch on the allowlist"
    return f"An owner can {listing}, or switch on {' and '.join(one.label for one in pull.switches)}."


def _what_would_settle(pull: PullContext) -> str:
    states = set(pull.switches.values())
    unknown = ["the community switch"] if None in states else []
    if is_listed(pull) is None:
        unknown.append("the allowlist")
    ways = []
    if len(states) > 1:
        namespace = pull.image.reference.namespace
        ways.append(f"Look up the badge of {namespace} on Docker Hub, or record it by hand.")
    if unknown:
        ways.append(f"An owner can record {' and '.join(unknown)} by hand.")
    return " ".join(ways)
