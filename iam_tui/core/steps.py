"""The steps that decide a pull, in order; the first that answers decides (design 3)."""

from collections.abc import Callable
from typing import NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.organization import Organization, Plan, Puller, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Rule, Verdict


class Image(NamedTuple):
    """A reference and every category its repository could be in (none if it is not on Docker Hub)."""

    reference: ImageReference
    categories: frozenset[Category]

    def category_in(self, organization: Organization) -> Category | None:
        """The one category it is in, for this organization; None if that is not known."""
        if self.is_own(organization):
            return Category.ORGANIZATION
        return next(iter(self.categories)) if len(self.categories) == 1 else None

    def is_own(self, organization: Organization) -> bool:
        """Whether it stands in the organization's own namespace on Docker Hub (facts 2)."""
        return self.reference.on_hub and self.reference.namespace == organization.name.lower()


class Case(NamedTuple):
    """Everything a decision looks at."""

    image: Image
    organization: Organization
    policy: Policy
    puller: Puller


class Ruling(NamedTuple):
    """A verdict, the rule that gave it, and one sentence why."""

    verdict: Verdict
    rule: Rule
    reason: str


class Finding(NamedTuple):
    """What a step saw, and its ruling if it decides; without one the next step goes on."""

    found: str
    ruling: Ruling | None = None


def signed_in(case: Case) -> Finding:
    """1: a policy reaches only people signed in with the organization's credentials (facts 1)."""
    name = case.organization.name
    if case.puller.signed_in:
        return Finding(f"yes, {case.puller.role}")
    if case.organization.sign_in_enforced:
        reason = f"Docker Desktop asks to sign in first: {name} enforces sign-in. The Docker CLI alone is not stopped."
        return Finding("no, and sign-in is enforced", Ruling(Verdict.BLOCKED, Rule.NOT_SIGNED_IN, reason))
    reason = f"Nobody is signed in, so no policy of {name} applies. Enforcing sign-in would close this gap."
    return Finding("no", Ruling(Verdict.NOT_ENFORCED, Rule.NOT_SIGNED_IN, reason))


def on_docker_hub(case: Case) -> Finding:
    """2: Image Access Management reaches Docker Hub only (facts 1, scope)."""
    registry = case.image.reference.registry
    if case.image.reference.on_hub:
        return Finding(registry)
    reason = f"{registry} is not Docker Hub. Registry Access Management may still stop it."
    return Finding(registry, Ruling(Verdict.NOT_COVERED, Rule.NOT_DOCKER_HUB, reason))


def enabled(case: Case) -> Finding:
    """3: it is off by default, and needs Docker Business (facts 1)."""
    name, plan = case.organization.name, case.organization.plan
    if case.policy.enabled and plan is Plan.BUSINESS:
        return Finding("on")
    if plan is not Plan.BUSINESS:
        reason = f"{name} has no Docker Business plan, so Image Access Management does not apply."
        return Finding(f"no, the plan is {plan.title()}", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))
    reason = f"Image Access Management is off in {name}: members may pull anything."
    return Finding("off", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))


def owner(case: Case) -> Finding:
    """4: owners can pull every image, whatever the settings (facts 1)."""
    if case.puller.role is Role.OWNER:
        return Finding("yes", Ruling(Verdict.ALLOWED, Rule.OWNER, "Owners are never restricted."))
    return Finding(f"no, {case.puller.role}")


def own_namespace(case: Case) -> Finding:
    """5: the organization's own repositories are always allowed (facts 2)."""
    name = case.organization.name
    if case.image.is_own(case.organization):
        reason = f"It is {name}'s own image; those are always allowed."
        return Finding(f"yes, {name}/", Ruling(Verdict.ALLOWED, Rule.ORGANIZATION, reason))
    return Finding(f"no, {case.image.reference.namespace}/")


def allowlisted(case: Case) -> Finding:
    """6: an allowlisted repository bypasses all other controls, for every member (facts 2)."""
    listed = is_listed(case)
    if listed is None:
        return Finding("cannot tell: Docker Hub does not say")
    if listed:
        repository = case.image.reference.repository
        reason = f"{repository} is on the allowlist, which wins over every category."
        return Finding("yes", Ruling(Verdict.ALLOWED, Rule.ALLOWLIST, reason))
    if case.policy.allowlist_enabled is False:
        return Finding("no, the allowlist is off")
    count = len(case.policy.allowlist or ())
    return Finding(f"no, none of {count} {'entry' if count == 1 else 'entries'}")


def category(case: Case) -> Finding:
    """7: the switch of every category that the image could be in."""
    possible = [one for one in Category if one in case.image.categories]
    switches = {case.policy.switch(one) for one in possible}
    found = ", ".join(f"{one.label} {_state(case.policy.switch(one))}" for one in possible)
    return Finding(found, _category_ruling(case, possible, switches))


def _category_ruling(case: Case, possible: list[Category], switches: set[bool | None]) -> Ruling:
    names = " or ".join(one.label for one in possible)
    what = names if len(possible) == 1 else f"It could be {names}; each"
    rule = Rule(possible[0].value) if len(possible) == 1 else Rule.UNKNOWN_CATEGORY
    if switches == {True}:
        return Ruling(Verdict.ALLOWED, rule, f"{what} may be pulled.")
    if switches == {False} and is_listed(case) is None:
        reason = f"{what} is switched off, and whether the allowlist names it is not known."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_ALLOWLIST, reason)
    if switches == {False}:
        return Ruling(Verdict.BLOCKED, rule, f"{what} is switched off and it is not on the allowlist.")
    if None in switches:
        reason = f"Whether {Category.COMMUNITY.label} may be pulled is not known: Docker Hub does not say."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_SWITCH, reason)
    reason = f"The badge of {case.image.reference.namespace} is not known: it could be {names}."
    return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_CATEGORY, reason)


def is_listed(case: Case) -> bool | None:
    """Whether the allowlist lets the image pass; None if list or switch are not known well enough."""
    policy = case.policy
    if policy.allowlist_enabled is False or policy.allowlist == ():
        return False
    if policy.allowlist is None:
        return None
    if not policy.lists(case.image.reference.repository):
        return False
    return policy.allowlist_enabled


def _state(switch: bool | None) -> str:
    return "unknown" if switch is None else ("on" if switch else "off")


STEPS: tuple[tuple[str, Callable[[Case], Finding]], ...] = (
    ("signed in to the organization?", signed_in),
    ("on Docker Hub?", on_docker_hub),
    ("Image Access Management on?", enabled),
    ("organization owner?", owner),
    ("organization's own image?", own_namespace),
    ("on the allowlist?", allowlisted),
    ("its category switched on?", category),
)
