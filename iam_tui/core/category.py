"""The categories of Docker Hub images, and the badges that put a namespace into one of them.

Docker's own description: https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Names(NamedTuple):
    """What a category or a setting is called, from Docker's full name to what fits into the least room."""

    full: str
    """Docker's name for it, as its console prints it."""
    short: str
    """Docker's short name."""
    narrow: str
    """At most 9 cells, for the cells of a narrow column."""
    heading: str
    """At most 4 cells, for the heading of a very narrow column."""


class Category(StrEnum):
    """A category of Docker Hub images, in the order of Docker's own console."""

    ORGANIZATION = "organization"
    COMMUNITY = "community"
    VERIFIED_PUBLISHER = "verified_publisher"
    OFFICIAL = "official"

    @property
    def names(self) -> Names:
        """What it is called."""
        return _CATEGORIES[self].names

    @property
    def label(self) -> str:
        """Docker's full name for it."""
        return self.names.full

    @property
    def meaning(self) -> str:
        """Which images are in it, in one or two sentences."""
        return _CATEGORIES[self].meaning


class Badge(StrEnum):
    """The trust badge of a Docker Hub namespace; `NONE` means that it is known to have none."""

    VERIFIED_PUBLISHER = "verified_publisher"
    OPEN_SOURCE = "open_source"
    NONE = "none"


class _CategoryFacts(NamedTuple):
    names: Names
    meaning: str


_CATEGORIES: Final[Mapping[Category, _CategoryFacts]] = MappingProxyType(
    {
        Category.ORGANIZATION: _CategoryFacts(
            Names("Organization images", "Organization", "Own", "Own"),
            "Repositories in the organization's own namespace, public or private. "
            "Always allowed: Docker offers no switch.",
        ),
        Category.COMMUNITY: _CategoryFacts(
            Names("Community images", "Community", "Community", "Com."),
            "Everything else on Docker Hub, Docker-Sponsored Open Source included. "
            "Restricted by default once Image Access Management is on.",
        ),
        Category.VERIFIED_PUBLISHER: _CategoryFacts(
            Names("Docker Verified Publisher Images", "Verified Publisher", "Verified", "Ver."),
            "Repositories of companies with Docker's verified-publisher badge.",
        ),
        Category.OFFICIAL: _CategoryFacts(
            Names("Docker Official Images", "Official", "Official", "Ofc."),
            "Docker's own curated images, such as nginx or postgres: the library namespace.",
        ),
    }
)
