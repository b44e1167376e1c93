"""The kinds of images a policy switches, and the badges that put a namespace into one of them.

Source: Docker docs, Image Access Management (facts 2); badges: Docker Hub's organization answer (facts 8).
"""

from enum import StrEnum


class Category(StrEnum):
    """A category of Docker Hub images, in the order of Docker's own console (facts 2)."""

    ORGANIZATION = "organization"
    COMMUNITY = "community"
    VERIFIED_PUBLISHER = "verified_publisher"
    OFFICIAL = "official"

    @property
    def label(self) -> str:
        """Docker's name for the category, as its console prints it."""
        return _LABELS[self]


class Badge(StrEnum):
    """The trust badge of a Docker Hub namespace; `NONE` is known to have none (facts 8)."""

    VERIFIED_PUBLISHER = "verified_publisher"
    OPEN_SOURCE = "open_source"
    NONE = "none"


_LABELS = {
    Category.ORGANIZATION: "Organization images",
    Category.COMMUNITY: "Community images",
    Category.VERIFIED_PUBLISHER: "Docker Verified Publisher Images",
    Category.OFFICIAL: "Docker Official Images",
}
