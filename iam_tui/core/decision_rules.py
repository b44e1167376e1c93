"""The rules that decide a pull, in order; the first one that gives a verdict decides.

They follow Docker's description of the feature:
https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from iam_tui.core.category import Category
from iam_tui.core.organization import COMPANY_OWNER, UNKNOWN_ROLE, Organization, Plan, Puller, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Rule, Verdict

Categories = frozenset[Category]

_OWNER_OR_MEMBER: Final[Mapping[str, str]] = {
    COMPANY_OWNER: "Docker does not document whether a company owner counts as an owner.",
    UNKNOWN_ROLE: "Docker Hub does not say which role they have.",
}
"""Roles that are judged as an owner and as a member, and why. Docker says that repository permissions do not
apply to company owners: https://docs.docker.com/enterprise/security/roles-and-permissions/core-roles/
"""


class ClassifiedImage(NamedTuple):
    """A reference and every category that its repository could be in; none if it is not on Docker Hub."""

    reference: ImageReference
    categories: Categories

    def category_in(self, organization: Organization) -> Category | None:
        """The category it is in for this organization; None if it is unknown or not on Docker Hub."""
        if self.is_own(organization):
            return Category.ORGANIZATION
        return next(iter(self.categories)) if len(self.categories) == 1 else None

    def is_own(self, organization: Organization) -> bool:
        """Whether it is in the organization's own namespace on Docker Hub."""
        return self.reference.on_hub and self.reference.namespace == organization.name.lower()


class PullContext(NamedTuple):
    """Everything that a decision depends on."""

    image: ClassifiedImage
    organization: Organization
    policy: Policy
    puller: Puller

    @property
    def switches(self) -> dict[Category, bool | None]:
        """The switch of each category that the image could be in, in the console's order; None is unknown."""
        return {one: self.policy.switch(one) for one in Category if one in self.image.categories}


class Ruling(NamedTuple):
    """A verdict, the rule that gave it, and the reason in one sentence."""

    verdict: Verdict
    rule: Rule
    reason: str


class RuleResult(NamedTuple):
    """What a rule found, and its ruling; without a ruling, the next rule is tried."""

    found: str
    ruling: Ruling | None = None


def signed_in(pull: PullContext) -> RuleResult:
    """1: a policy applies only to people who are signed in with the organization's credentials."""
    name = pull.organization.name
    if pull.puller.signed_in:
        return RuleResult(f"yes, {pull.puller.role}")
    if pull.organization.sign_in_enforced:
        reason = (
            f"{name} enforces sign-in: Docker Desktop asks to sign in first. "
            "An engine outside Docker Desktop is not stopped."
        )
        return RuleResult("no, and sign-in is enforced", Ruling(Verdict.BLOCKED, Rule.NOT_SIGNED_IN, reason))
    reason = f"Not signed in, so no policy of {name} applies. Enforcing sign-in would close this gap."
    return RuleResult("no", Ruling(Verdict.NOT_ENFORCED, Rule.NOT_SIGNED_IN, reason))


def on_docker_hub(pull: PullContext) -> RuleResult:
    """2: Image Access Management covers Docker Hub only. Registry Access Management covers the others."""
    registry = pull.image.reference.registry
    if pull.image.reference.on_hub:
        return RuleResult(f"yes, {registry}")
    reason = "It does not come from Docker Hub. Registry Access Management may still stop it."
    return RuleResult(f"no, {registry}", Ruling(Verdict.NOT_COVERED, Rule.NOT_DOCKER_HUB, reason))


def enabled(pull: PullContext) -> RuleResult:
    """3: Image Access Management is off by default, and needs a Docker Business plan."""
    name, plan = pull.organization.name, pull.organization.plan
    if plan is not Plan.BUSINESS:
        reason = f"{name} has no Docker Business plan, so Image Access Management does not apply."
        return RuleResult(f"no, the plan is {plan.title()}", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))
    if pull.policy.enabled:
        return RuleResult("yes")
    reason = f"Image Access Management is off in {name}: members may pull anything."
    return RuleResult("no, it is off", Ruling(Verdict.ALLOWED, Rule.DISABLED, reason))


def owner(pull: PullContext) -> RuleResult:
    """4: owners can pull every image, whatever the settings. Some roles may or may not count as owners."""
    role = pull.puller.role
    if role is Role.OWNER:
        return RuleResult("yes", Ruling(Verdict.ALLOWED, Rule.OWNER, "Owners are never restricted."))
    if role in _OWNER_OR_MEMBER:
        return _owner_or_member(pull)
    return RuleResult(f"no, {role}")


def _owner_or_member(pull: PullContext) -> RuleResult:
    """Go on as for a member if that allows the image, as for an owner; otherwise the answer is unknown."""
    role = pull.puller.role
    as_member = apply_rules(pull._replace(puller=pull.puller._replace(role=Role.MEMBER)))
    found = f"cannot tell, {role}"
    if as_member.verdict is Verdict.ALLOWED:
        return RuleResult(found)
    reason = (
        f"{_OWNER_OR_MEMBER[role]} As an owner of {pull.organization.name} they may pull it; "
        f"as a member: {as_member.verdict.words}. {as_member.reason}"
    )
    return RuleResult(found, Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_ROLE, reason))


def own_namespace(pull: PullContext) -> RuleResult:
    """5: the organization's own repositories are always allowed."""
    namespace = pull.image.reference.namespace
    if pull.image.is_own(pull.organization):
        reason = f"It is one of {pull.organization.name}'s own images, which are always allowed."
        return RuleResult(f"yes, {namespace}/", Ruling(Verdict.ALLOWED, Rule.ORGANIZATION, reason))
    return RuleResult(f"no, {namespace}/")


def allowlisted(pull: PullContext) -> RuleResult:
    """6: a repository on the allowlist is allowed for every member, whatever the category switches say."""
    listed, policy = is_listed(pull), pull.policy
    if listed:
        reason = "The repository is on the allowlist, which overrides every category."
        return RuleResult("yes", Ruling(Verdict.ALLOWED, Rule.ALLOWLIST, reason))
    if listed is None:
        return RuleResult(f"cannot tell: {_unknown_about_allowlist(policy)}")
    if policy.allowlist_enabled is False:
        return RuleResult("no, it is off")
    count = len(policy.allowlist or ())
    return RuleResult(
        f"no, none of {count} {'entry' if count == 1 else 'entries'}" if count else "no, it is empty"
    )


def is_listed(pull: PullContext) -> bool | None:
    """Whether the allowlist allows the image; None if that depends on an unknown list or switch."""
    policy = pull.policy
    if policy.allowlist is None:
        return False if policy.allowlist_enabled is False else None
    return policy.lists(pull.image.reference.repository) and policy.allowlist_enabled


def _unknown_about_allowlist(policy: Policy) -> str:
    if policy.allowlist is None:
        return "it is not known whether the repository is on the allowlist"
    return "the repository is on the allowlist, but it is not known whether that is switched on"


def category(pull: PullContext) -> RuleResult:
    """7: the switch of every category that the image could be in."""
    switches = pull.switches
    found = ", ".join(f"{one.label} {_STATES[on]}" for one, on in switches.items())
    return RuleResult(found, _category_ruling(pull, switches))


def _category_ruling(pull: PullContext, switches: dict[Category, bool | None]) -> Ruling:
    """ALLOWED if all switches are on, BLOCKED if all are off, else CANNOT TELL."""
    rule = Rule(*switches) if len(switches) == 1 else Rule.UNKNOWN_CATEGORY
    states, names = set(switches.values()), _labels_are(switches)
    if states == {True}:
        return Ruling(Verdict.ALLOWED, rule, f"{names} switched on.")
    if states == {False} and is_listed(pull) is None:
        reason = f"{names} switched off, and {_unknown_about_allowlist(pull.policy)}."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_ALLOWLIST, reason)
    if states == {False}:
        off = pull.policy.allowlist_enabled is False
        listed = ", and so is the allowlist" if off else " and the repository is not on the allowlist"
        return Ruling(Verdict.BLOCKED, rule, f"{names} switched off{listed}.")
    if None in states:
        unknown = " and ".join(one.label for one, on in switches.items() if on is None)
        reason = f"It is not known whether {unknown} are switched on."
        return Ruling(Verdict.CANNOT_TELL, Rule.UNKNOWN_SWITCH, reason)
    each = ", ".join(f"{one.label} are switched {_STATES[on]}" for one, on in switches.items())
    return Ruling(Verdict.CANNOT_TELL, rule, f"The badge of its namespace is not known: {each}.")


def _labels_are(categories: Iterable[Category]) -> str:
    labels = [one.label for one in categories]
    if len(labels) == 1:
        return f"{labels[0]} are"
    return (
        f"Its category is not known, but {' and '.join(labels)} are {'both' if len(labels) == 2 else 'all'}"
    )


_STATES = {True: "on", False: "off", None: "unknown"}

RULES: tuple[tuple[str, Callable[[PullContext], RuleResult]], ...] = (
    ("signed in to the organization?", signed_in),
    ("on Docker Hub?", on_docker_hub),
    ("Image Access Management on?", enabled),
    ("organization owner?", owner),
    ("organization's own image?", own_namespace),
    ("on the allowlist?", allowlisted),
    ("its category switched on?", category),
)
"""Each rule with the question it answers, as a trace prints it."""


def apply_rules(pull: PullContext) -> Ruling:
    """The ruling of the first rule that gives one; the last rule always does."""
    return next(ruling for _, rule in RULES if (ruling := rule(pull).ruling))
