"""What a reader finds in a file: the images that it names, and the Dockerfiles that it builds."""

from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.dockerfile.build import DockerfileBuild


class BuildRequest(NamedTuple):
    """A Dockerfile, by its path under the scanned folder, and one way in which a file builds it."""

    dockerfile: str
    build: DockerfileBuild


class Reading(NamedTuple):
    """What one file says about images, or several files that are read together.

    `usages` may belong to other files than the one that was asked for, such as those it includes. `files`
    are the paths of those files, for formats that include others.
    """

    usages: Sequence[Usage]
    builds: Sequence[BuildRequest] = ()
    files: Sequence[str] = ()
