"""The steps that decide a pull, in order; the first that answers decides (design 3)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.organization import Organization, Plan, Puller, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Rule, Verdict

Categories = frozenset[Category]


class Image(NamedTuple):
    """A reference and every category its repository could be in (none if it is not on Docker Hub)."""

    reference: ImageReference
    categories: Categories

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

    @property
    def switches(self) -> dict[Category, bool | None]:
        """The switch of every category that the image could be in, in Docker's order; None is unknown."""
        return {one: self.policy.switch(one) for one in Category if one in self.image.categories}


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
        reason = (
            f"{name} enforces sign-in: Docker Desktop asks to sign in first. The CLI alone is not stopped."
        )
        return Finding("no, and sign-in is enforced", Ruling(Verdict.BLOCKED, Rule.NOT_SIGNED_IN, reason))
    reason = f"Nobody is signed in, so no policy of {name} applies. Enforcing sign-in would close this gap."
    return Finding("no", Ruling(Verdict.NOT_ENFORCED, Rule.NOT_SIGNED_IN, reason))


def on_docker_hub(case: Case) -> Finding:
    """2: Image Access Management reaches Docker Hub only (facts 1, scope)."""
    registry = case.image.reference.registry
    if case.image.reference.on_hub:
        return Finding(f"yes, {registry}")
    reason = "It does not come from Docker Hub. Registry Access Management may still stop it."
    return Finding(f"no, {registry}", Ruling(Verdict.NOT_COVERED, Rule.NOT_DOCKER_HUB, reason))


def enabled(case: Case) -> Finding:
    """3: it is off by default, and needs Docker Business (facts 1)."""
    name, plan = case.organization.name, case.organization.plan
    if plan is not Plan.BUSINESS:
        reason = f"{name} has no Docker Business plan, so Image Access Management does not apply."
        return Finding(f"no, the plan is {plan.title()}", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))
    if case.policy.enabled:
        return Finding("yes")
    reason = f"Image Access Management is off in {name}: members may pull anything."
    return Finding("no, it is off", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))


def owner(case: Case) -> Finding:
    """4: owners can pull every image, whatever the settings (facts 1)."""
    if case.puller.role is Role.OWNER:
        return Finding("yes", Ruling(Verdict.ALLOWED, Rule.OWNER, "Owners are never restricted."))
    return Finding(f"no, {case.puller.role}")


def own_namespace(case: Case) -> Finding:
    """5: the organization's own repositories are always allowed (facts 2)."""
    namespace = case.image.reference.namespace
    if case.image.is_own(case.organization):
        reason = f"It is an image of {case.organization.name} itself; those are always allowed."
        return Finding(f"yes, {namespace}/", Ruling(Verdict.ALLOWED, Rule.ORGANIZATION, reason))
    return Finding(f"no, {namespace}/")


def allowlisted(case: Case) -> Finding:
    """6: an allowlisted repository bypasses all other controls, for every member (facts 2)."""
    listed, policy = is_listed(case), case.policy
    if listed:
        reason = "The repository is on the allowlist, which wins over every category."
        return Finding("yes", Ruling(Verdict.ALLOWED, Rule.ALLOWLIST, reason))
    if listed is None:
        return Finding(f"cannot tell: {_allowlist_doubt(policy)}")
    if policy.allowlist_enabled is False:
        return Finding("no, the allowlist is off")
    count = len(policy.allowlist or ())
    return Finding(
        f"no, none of {count} {'entry' if count == 1 else 'entries'}" if count else "no, it is empty"
    )


def is_listed(case: Case) -> bool | None:
    """Whether the allowlist lets the image pass; None if list or switch are not known well enough."""
    policy = case.policy
    if policy.allowlist is None:
        return False if policy.allowlist_enabled is False else None
    return policy.lists(case.image.reference.repository) and policy.allowlist_enabled


def _allowlist_doubt(policy: Policy) -> str:
    if policy.allowlist is None:
        return "it is not known whether the repository is on the allowlist"
    return "the repository is on the allowlist, but it is not known whether that is switched on"


def category(case: Case) -> Finding:
    """7: the switch of every category that the image could be in."""
    switches = case.switches
    found = ", ".join(f"{one.label} {_STATES[on]}" for one, on in switches.items())
    return Finding(found, _category_ruling(case, switches))


def _category_ruling(case: Case, switches: dict[Category, bool | None]) -> Ruling:
    rule = Rule(*switches) if len(switches) == 1 else Rule.UNKNOWN_CATEGORY
    states, names = set(switches.values()), _together(switches)
    if states == {True}:
        return Ruling(Verdict.ALLOWED, rule, f"{names} switched on.")
    if states == {False} and is_listed(case) is None:
        reason = f"{names} switched off, and {_allowlist_doubt(case.policy)}."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_ALLOWLIST, reason)
    if states == {False}:
        off = case.policy.allowlist_enabled is False
        listed = ", and so is the allowlist" if off else " and the repository is not on the allowlist"
        return Ruling(Verdict.BLOCKED, rule, f"{names} switched off{listed}.")
    if None in states:
        unknown = " and ".join(one.label for one, on in switches.items() if on is None)
        reason = f"It is not known whether {unknown} are switched on."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_SWITCH, reason)
    each = ", ".join(f"{one.label} are switched {_STATES[on]}" for one, on in switches.items())
    return Ruling(Verdict.CANNOT_TELL, rule, f"The badge of its namespace is not known: {each}.")


def _together(categories: Iterable[Category]) -> str:
    labels = [one.label for one in categories]
    if len(labels) == 1:
        return f"{labels[0]} are"
    return (
        f"Its category is not known, but {' and '.join(labels)} are {'both' if len(labels) == 2 else 'all'}"
    )


_STATES = {True: "on", False: "off", None: "unknown"}

STEPS: tuple[tuple[str, Callable[[Case], Finding]], ...] = (
    ("signed in to the organization?", signed_in),
    ("on Docker Hub?", on_docker_hub),
    ("Image Access Management on?", enabled),
    ("organization owner?", owner),
    ("organization's own image?", own_namespace),
    ("on the allowlist?", allowlisted),
    ("its category switched on?", category),
)


def rule_on(case: Case) -> Ruling:
    """The ruling of the first step that decides; the last step always does."""
    return next(ruling for _, step in STEPS if (ruling := step(case).ruling))
