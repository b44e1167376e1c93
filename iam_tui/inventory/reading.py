"""What a reader finds in a file: the images that it names and builds, and the Dockerfiles for that."""

from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.core.catalog_data import OFFICIAL_NAMES
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.implicit_pulls import is_cache


class BuildRequest(NamedTuple):
    """A Dockerfile, by its path under the scanned folder, and one way in which a file builds it."""

    dockerfile: str
    build: DockerfileBuild


class BuiltImage(NamedTuple):
    """An image that the project builds: it is not pulled, wherever else the project names it.

    One with an official image's name is built only where it is built: its own Dockerfile may pull the
    official image, and so may other projects. With `any_tag` this is so for every tag; the tool that builds
    it sets the tag.
    """

    reference: ImageReference
    any_tag: bool = False


class Reading(NamedTuple):
    """What one file says about images, or several files that are read together.

    `usages` may belong to other files than the one that was asked for, such as those it includes. `files`
    are the paths of those files, for formats that include others. `built` counts for all files of a project,
    so only readers that are read before the others can have it. `not_read` are kinds of things that can name
    images and are not read, each once for every time that it stands there. `replaced` has file, line and text
    of images in other files that are never pulled, because another image takes their place.
    """

    usages: Sequence[Usage]
    builds: Sequence[BuildRequest] = ()
    files: Sequence[str] = ()
    built: Sequence[BuiltImage] = ()
    not_read: Sequence[str] = ()
    replaced: Sequence[tuple[str, int, str]] = ()


class BuiltImages:
    """The images that a project builds."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()
        self._references: set[ImageReference] = set()

    def add(self, built: BuiltImage) -> None:
        """Add an image."""
        if built.any_tag:
            self._names.add(built.reference[:2])
        else:
            self._references.add(built.reference)

    def applied(self, usage: Usage) -> Usage:
        """The usage, as built if the project builds its image; a cache is pulled all the same.

        The tags have to be equal. A digest is never that of an image that is still to be built.
        """
        reference = usage.reference
        if reference is None or reference.digest or usage.status is Status.BUILT or is_cache(usage.place):
            return usage
        if reference.registry == HUB and reference.repository.removeprefix("library/") in OFFICIAL_NAMES:
            return usage
        if reference in self._references or reference[:2] in self._names:
            return usage._replace(status=Status.BUILT, problem="")
        return usage
