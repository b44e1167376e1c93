"""Deciding many images for one person and policy, quickly and without traces."""

from collections.abc import Callable

from iam_tui.core.decision_rules import Categories, ClassifiedImage, PullContext, Ruling, apply_rules
from iam_tui.core.organization import Organization, Puller
from iam_tui.core.policy import Policy
from iam_tui.core.reference import HUB


def decide_all(
    organization: Organization, policy: Policy, puller: Puller
) -> Callable[[ClassifiedImage], Ruling]:
    """A function that decides one image after the other, as `decide` does, for this person and policy.

    The rules ask of an image only whether it is on Docker Hub, on the allowlist, the organization's own, and
    what its categories could be. So one image of each such kind is decided by the rules, and all others of
    that kind get the same ruling.
    """
    own_prefix = f"{organization.name.lower()}/"
    names = frozenset(entry.repository for entry in policy.allowlist or ())
    elsewhere: dict[Categories, Ruling] = {}
    listed: dict[Categories, Ruling] = {}
    own: dict[Categories, Ruling] = {}
    other: dict[Categories, Ruling] = {}

    # A closure, because reading attributes of `self` would double the time.
    def decide_one(image: ClassifiedImage) -> Ruling:
        (registry, repository, _, _), categories = image
        if registry != HUB:
            known = elsewhere
        elif repository.startswith(own_prefix):
            known = own
        elif repository in names:
            known = listed
        else:
            known = other
        if categories not in known:
            known[categories] = apply_rules(PullContext(image, organization, policy, puller))
        return known[categories]

    return decide_one
