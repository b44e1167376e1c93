"""That a file asks for a Dockerfile to be built."""

from typing import NamedTuple

from iam_tui.inventory.dockerfile.build import Build


class BuildRequest(NamedTuple):
    """A Dockerfile in the tree, and one way in which somebody builds it.

    `file`, `line` and `place` are those of the key that asks for it.
    """

    dockerfile: str
    build: Build
    file: str
    line: int
    place: str
