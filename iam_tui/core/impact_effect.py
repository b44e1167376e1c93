"""What becomes of one image between two policies, for a member who is not an owner."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final, TypeVar

from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.rules import Case, Image, Ruling, rule_on
from iam_tui.core.verdict import Verdict

T = TypeVar("T")

MEMBER: Final = Puller(Role.MEMBER)
"""Whose pulls an impact is about: signed in under the very policy in question, so no sign-in is old."""


class Effect(StrEnum):
    """How the verdict on one repository differs between two policies; each repository has exactly one."""

    NEWLY_BLOCKED = "newly_blocked"
    """ALLOWED before, BLOCKED after."""
    NEWLY_ALLOWED = "newly_allowed"
    """BLOCKED before, ALLOWED after."""
    CANNOT_TELL = "cannot_tell"
    """Something unknown (badge, community switch, allowlist) decides whether the verdict differs."""
    UNCHANGED = "unchanged"
    """The same verdict, whatever the unknown may turn out to be."""
    NOT_COVERED = "not_covered"
    """Not on Docker Hub, so no policy reaches it (facts 1)."""


def policy_for_image(policy: Policy, image: Image, *, listed: bool) -> Policy:
    """The policy as this image sees it: of the allowlist only whether the repository is on it.

    So two policies with long allowlists are told apart, and remembered, by a handful of values.
    """
    entries = (AllowlistEntry(image.reference.repository),) if listed else ()
    return policy if policy.allowlist is None else replace(policy, allowlist=entries)


@lru_cache(maxsize=4096)
def ruling(image: Image, organization: Organization, policy: Policy) -> Ruling:
    """The ruling on a pull of the image by `MEMBER`: the one that `decide` gives."""
    return rule_on(Case(image, organization, policy, MEMBER))


@lru_cache(maxsize=4096)
def effect(image: Image, organization: Organization, before: Policy, after: Policy) -> Effect:
    """What becomes of the image between two bare policies.

    Two known verdicts are compared. Where one of them is CANNOT TELL the effect is too, and where both are,
    it is unless no value of what is unknown makes a difference: a switch that cannot concern a repository
    leaves it UNCHANGED, however little is known of it.
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


def _may_differ(image: Image, organization: Organization, before: Policy, after: Policy) -> bool:
    known = [image._replace(categories=frozenset({category})) for category in image.categories]
    return any(
        ruling(one, organization, was).verdict is not ruling(one, organization, now).verdict
        for was, now in _completions(before, after, image.reference.repository)
        for one in known
    )


def _completions(before: Policy, after: Policy, repository: str) -> Iterator[tuple[Policy, Policy]]:
    """Every pair of policies without unknowns that these two could be."""
    switch = (False, True)
    for community, listing, entries in product(
        _pairs(before.community, after.community, switch),
        _pairs(before.allowlist_enabled, after.allowlist_enabled, switch),
        _pairs(before.allowlist, after.allowlist, ((), (AllowlistEntry(repository),))),
    ):
        yield (
            _with(before, community[0], listing[0], entries[0]),
            _with(after, community[1], listing[1], entries[1]),
        )


def _with(policy: Policy, community: bool, listing: bool, entries: tuple[AllowlistEntry, ...]) -> Policy:
    return replace(policy, community=community, allowlist_enabled=listing, allowlist=entries)


def _pairs(was: T | None, now: T | None, possible: tuple[T, ...]) -> Iterable[tuple[T, T]]:
    """What two values could be; unknown before and after, it is one and the same thing."""
    if was is None and now is None:
        return [(one, one) for one in possible]
    return product(possible if was is None else (was,), possible if now is None else (now,))
