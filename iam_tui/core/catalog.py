"""What is known about Docker Hub's namespaces, and so the categories that an image could be in."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from iam_tui.core.catalog_data import (
    DEPRECATED,
    OFFICIAL_NAMES,
    OFFICIAL_READ_IN,
    PUBLISHERS,
    REMOVED,
    RETIRED,
    SUCCESSORS,
    Publisher,
)
from iam_tui.core.category import Badge, Category
from iam_tui.core.decision_rules import Categories, ClassifiedImage
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.suggestions import suggest


class BadgeSource(StrEnum):
    """Where a badge is from, the most trusted first: recorded by hand, read from Docker Hub, shipped."""

    HAND = "hand"
    LIVE = "live"
    SHIPPED = "shipped"


class KnownBadge(NamedTuple):
    """The badge of a namespace, the day it was recorded or read, and where it is from."""

    badge: Badge
    as_of: date
    source: BadgeSource


OFFICIAL_NAMESPACE: Final = "library"
"""The namespace of Docker Official Images, where only Docker publishes."""
NOTHING_KNOWN: Final[Mapping[str, KnownBadge]] = MappingProxyType({})
MONTHS_SHIPPED_BADGES_COUNT: Final = 18
"""For how many months a badge of the shipped list is used. Docker grants some badges for a year at a time."""

_new = tuple.__new__
_NONE: Final[Categories] = frozenset()
_UNKNOWN: Final = frozenset({Category.VERIFIED_PUBLISHER, Category.COMMUNITY})
_BY_BADGE: Final = {
    Badge.VERIFIED_PUBLISHER: frozenset({Category.VERIFIED_PUBLISHER}),
    Badge.OPEN_SOURCE: frozenset({Category.COMMUNITY}),
    Badge.NONE: frozenset({Category.COMMUNITY}),
}
_BADGE_WORDS: Final = {
    Badge.VERIFIED_PUBLISHER: "a verified publisher",
    Badge.OPEN_SOURCE: "Docker-Sponsored Open Source",
    Badge.NONE: "a namespace without a badge",
}
_SOURCE_WORDS: Final = {
    BadgeSource.HAND: "recorded by hand on",
    BadgeSource.LIVE: "read from Docker Hub on",
    BadgeSource.SHIPPED: "listed on",
}
_RETIRED: Final = {one.name: one for one in RETIRED}
_PUBLISHERS: Final = {one.namespace: one for one in PUBLISHERS}


class Catalog:
    """Which categories an image could be in, and notes about it. A catalog never changes.

    `known` has the badges of a store by namespace (recorded by hand, or read from Docker Hub and kept). They
    override the shipped list, of which only entries of high confidence are used, for 18 months.
    """

    __slots__ = ("_badges", "_categories")

    def __init__(self, known: Mapping[str, KnownBadge] = NOTHING_KNOWN, *, today: date) -> None:
        self._badges = dict(_shipped(today)) | dict(known)
        self._categories = {name: _BY_BADGE[known.badge] for name, known in self._badges.items()}
        # Only Docker publishes in `library`, so a badge would not change its category.
        self._categories[OFFICIAL_NAMESPACE] = frozenset({Category.OFFICIAL})

    def classify(self, reference: ImageReference) -> Categories:
        """Every category that the repository could be in; empty if it is not on Docker Hub."""
        # No properties here and in `image`: for a million references each costs as much as the look-up.
        registry, repository, _, _ = reference
        return self._categories.get(repository.partition("/")[0], _UNKNOWN) if registry == HUB else _NONE

    def image(self, reference: ImageReference) -> ClassifiedImage:
        """The reference with its categories."""
        return _new(ClassifiedImage, (reference, self.classify(reference)))

    def badge(self, namespace: str) -> KnownBadge | None:
        """The badge of a namespace, None if it is unknown or too old to be used."""
        return self._badges.get(namespace)

    def notes(self, reference: ImageReference) -> tuple[str, ...]:
        """Notes about the image besides its category, each one sentence: retired, misspelt, whose badge."""
        if not reference.on_hub:
            return ()
        if reference.namespace == OFFICIAL_NAMESPACE:
            return tuple(_official_notes(reference.repository.removeprefix(f"{OFFICIAL_NAMESPACE}/")))
        return tuple(self._badge_notes(reference.namespace))

    def _badge_notes(self, namespace: str) -> Iterator[str]:
        known = self._badges.get(namespace)
        if known is None:
            listed = _PUBLISHERS.get(namespace)
            if listed is not None:
                badge, on = _BADGE_WORDS[_badge_of(listed)], "on" if len(listed.as_of) == 10 else "in"
                yield f"{namespace} was listed as {badge} {on} {listed.as_of}: not reliable enough to use."
            return
        yield f"{namespace} is {_BADGE_WORDS[known.badge]}, {_SOURCE_WORDS[known.source]} {known.as_of}."
        if known.badge is Badge.OPEN_SOURCE:
            yield "Docker-Sponsored Open Source counts as community."


def _official_notes(name: str) -> Iterator[str]:
    retired = _RETIRED.get(name)
    if retired is not None:
        after = f" In its place: {SUCCESSORS[name]}." if name in SUCCESSORS else ""
        if retired.state == REMOVED:
            yield f"{name} was removed from the official images on {retired.as_of}: no updates.{after}"
        elif retired.state == DEPRECATED:
            yield f"{name} is deprecated, though still listed ({retired.as_of}).{after}"
        else:
            yield f"{name} is listed, but no tags are built any more ({retired.as_of}).{after}"
    elif name not in OFFICIAL_NAMES:
        near = suggest(name, OFFICIAL_NAMES)
        if near:
            yield f"{name} is not an official image; did you mean {' or '.join(near)}?"
        else:
            yield f"No official image named {name} was listed in {OFFICIAL_READ_IN}."


def _shipped(today: date) -> Iterator[tuple[str, KnownBadge]]:
    oldest = _months_before(today, MONTHS_SHIPPED_BADGES_COUNT)
    for one in PUBLISHERS:
        as_of = earliest_day(one.as_of)
        if one.confidence == "high" and as_of >= oldest:
            yield one.namespace, KnownBadge(_badge_of(one), as_of, BadgeSource.SHIPPED)


def _badge_of(publisher: Publisher) -> Badge:
    return Badge.NONE if publisher.badge == "open_source_no_badge" else Badge(publisher.badge)


def earliest_day(text: str) -> date:
    """The first day of a date (`2023-01-22`), month (`2023-01`) or year (`2025`)."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    # Every month has a 28th, and a few days more or less make no difference here.
    return date(year, month + 1, min(day.day, 28))
