"""Many images decided in one situation: the rulings of `decide`, without its traces."""

from collections.abc import Callable

from iam_tui.core.organization import Organization, Puller
from iam_tui.core.policy import Policy
from iam_tui.core.reference import HUB
from iam_tui.core.rules import Case, Categories, Image, Ruling, rule_on


def decide_all(organization: Organization, policy: Policy, puller: Puller) -> Callable[[Image], Ruling]:
    """The function that gives verdict, rule and reason for one image after the other, in this situation.

    Of an image the steps see only whether it is on Docker Hub, on the list, the organization's own, and
    what its categories could be. So each such kind of image is decided once, by the same steps.
    """
    own_prefix = f"{organization.name.lower()}/"
    names = frozenset(entry.repository for entry in policy.allowlist or ())
    elsewhere: dict[Categories, Ruling] = {}
    listed: dict[Categories, Ruling] = {}
    own: dict[Categories, Ruling] = {}
    other: dict[Categories, Ruling] = {}

    # A closure, because reading names of `self` would take as long again as all the rest.
    def ruling(image: Image) -> Ruling:
        (registry, repository, _, _), categories = image
        if registry != HUB:
            kind = elsewhere
        elif repository.startswith(own_prefix):
            kind = own
        elif repository in names:
            kind = listed
        else:
            kind = other
        if categories not in kind:
            kind[categories] = rule_on(Case(image, organization, policy, puller))
        return kind[categories]

    return ruling
