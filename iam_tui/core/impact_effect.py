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
    """What a change of policy means for a repository; each repository has one effect.

    The unknowns are the badge, the community switch, the allowlist and its switch. What is unknown before and
    after has the same value before and after.
    """

    STOPS = "stops"
    """ALLOWED before and BLOCKED after, whatever the values of the unknowns."""
    MAY_STOP = "may_stop"
    """ALLOWED before and BLOCKED after for some values, but not for all. For others it may start instead."""
    STARTS = "starts"
    """BLOCKED before and ALLOWED after, whatever the values of the unknowns."""
    MAY_START = "may_start"
    """BLOCKED before and ALLOWED after for some values, but not for all; it cannot stop."""
    SAME = "same"
    """The same verdict before and after, whatever the values of the unknowns."""
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

    A verdict is CANNOT TELL exactly if the values of the unknowns decide between ALLOWED and BLOCKED. So the
    values have to be tried only if both verdicts are CANNOT TELL.
    """
    was, now = (ruling(image, organization, policy).verdict for policy in (before, after))
    if was is Verdict.NOT_COVERED:
        return Effect.NOT_COVERED
    if was is now:
        unknown = was is Verdict.CANNOT_TELL
        return _effect_of_unknowns(image, organization, before, after) if unknown else Effect.SAME
    if Verdict.CANNOT_TELL not in (was, now):
        return Effect.STOPS if now is Verdict.BLOCKED else Effect.STARTS
    may_stop = was is Verdict.ALLOWED or now is Verdict.BLOCKED
    return Effect.MAY_STOP if may_stop else Effect.MAY_START


def _effect_of_unknowns(
    image: ClassifiedImage, organization: Organization, before: Policy, after: Policy
) -> Effect:
    """The effect on an image that is CANNOT TELL before and after; it is neither STOPS nor STARTS."""
    known = [image._replace(categories=frozenset({category})) for category in image.categories]
    verdicts_after = {
        ruling(one, organization, now).verdict
        for was, now in _completions(before, after, image.reference.repository)
        for one in known
        if ruling(one, organization, was).verdict is not ruling(one, organization, now).verdict
    }
    if Verdict.BLOCKED in verdicts_after:
        return Effect.MAY_STOP
    return Effect.MAY_START if verdicts_after else Effect.SAME


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
