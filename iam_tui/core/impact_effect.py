"""What happens to one image between two policies, for a member who is not an owner."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final, TypeVar

from iam_tui.core.decision_rules import ClassifiedImage, PullContext, Ruling, apply_rules
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.verdict import Verdict

T = TypeVar("T")

MEMBER: Final = Puller(Role.MEMBER)
"""Whose pulls an impact is about: a member who signed in under the policy in question."""


class Effect(StrEnum):
    """How the verdict on a repository differs between two policies; each repository has one effect."""

    NEWLY_BLOCKED = "newly_blocked"
    """ALLOWED before, BLOCKED after."""
    NEWLY_ALLOWED = "newly_allowed"
    """BLOCKED before, ALLOWED after."""
    CANNOT_TELL = "cannot_tell"
    """Whether the verdict differs depends on something unknown: badge, community switch or allowlist."""
    UNCHANGED = "unchanged"
    """The same verdict before and after, whatever the value of what is unknown."""
    NOT_COVERED = "not_covered"
    """Not on Docker Hub, so no policy applies to it."""


def policy_for_image(policy: Policy, image: ClassifiedImage, *, listed: bool) -> Policy:
    """The policy with an allowlist that has no entry but this image's, and that one only if it is `listed`.

    It decides this image in the same way as the whole policy. Policies that differ in long allowlists become
    a handful of different values, so that rulings can be kept and found again.
    """
    if policy.allowlist is None:
        return policy
    return policy.with_allowlist((AllowlistEntry(image.reference.repository),) if listed else ())


@lru_cache(maxsize=4096)
def ruling(image: ClassifiedImage, organization: Organization, policy: Policy) -> Ruling:
    """The ruling on a pull of the image by `MEMBER`, the same as that of `decide`."""
    return apply_rules(PullContext(image, organization, policy, MEMBER))


@lru_cache(maxsize=4096)
def effect(image: ClassifiedImage, organization: Organization, before: Policy, after: Policy) -> Effect:
    """What happens to the image between two policies made by `policy_for_image`.

    Two known verdicts are compared. If only one of them is CANNOT TELL, so is the effect. If both are, it is
    CANNOT TELL too, unless no value of what is unknown makes a difference: an image of unknown badge is
    UNCHANGED if only the switch for official images differs.
    """
    was, now = (ruling(image, organization, policy).verdict for policy in (before, after))
    if was is Verdict.NOT_COVERED:
        return Effect.NOT_COVERED
    if Verdict.CANNOT_TELL not in (was, now):
        if was is now:
            return Effect.UNCHANGED
        return Effect.NEWLY_BLOCKED if now is Verdict.BLOCKED else Effect.NEWLY_ALLOWED
    if was is now and not _may_differ(image, organization, before, after):
        return Effect.UNCHANGED
    return Effect.CANNOT_TELL


def _may_differ(image: ClassifiedImage, organization: Organization, before: Policy, after: Policy) -> bool:
    known = [image._replace(categories=frozenset({category})) for category in image.categories]
    return any(
        ruling(one, organization, was).verdict is not ruling(one, organization, now).verdict
        for was, now in _completions(before, after, image.reference.repository)
        for one in known
    )


def _completions(before: Policy, after: Policy, repository: str) -> Iterator[tuple[Policy, Policy]]:
    """Every pair of policies without unknown values that these two could be."""
    switch = (False, True)
    for community, listing, entries in product(
        _pairs(before.community, after.community, switch),
        _pairs(before.allowlist_enabled, after.allowlist_enabled, switch),
        _pairs(before.allowlist, after.allowlist, ((), (AllowlistEntry(repository),))),
    ):
        yield (
            replace(before, community=community[0], allowlist_enabled=listing[0], allowlist=entries[0]),
            replace(after, community=community[1], allowlist_enabled=listing[1], allowlist=entries[1]),
        )


def _pairs(was: T | None, now: T | None, possible: tuple[T, ...]) -> Iterable[tuple[T, T]]:
    """What two values could be; if both are unknown, they are one and the same value."""
    if was is None and now is None:
        return [(one, one) for one in possible]
    return product(possible if was is None else (was,), possible if now is None else (now,))
