"""Dockerfiles, each for one documented rule, with every row that it gives."""

from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import read_dockerfile


class Case(NamedTuple):
    """`rows` are as `show` writes them."""

    rule: str
    text: str
    rows: tuple[str, ...]


def show(usage: Usage) -> str:
    """A row in one line: `LINE PLACE IMAGE`, then what is not plain about it."""
    start = f"{usage.line} {usage.place}"
    if usage.reference is None:
        assert usage.status is Status.UNRESOLVED
        assert usage.reached is None
        # How a name is wrong is the reference grammar's to say.
        return f"{start} ? {usage.problem.partition(' name: ')[0]}"
    text = f"{start} {usage.reference.familiar}"
    if usage.status is Status.DOUBTFUL:
        text += f" (doubtful: {usage.problem})"
    return text if usage.reached else f"{text} (not reached)"


def shown(text: str, builds: Sequence[DockerfileBuild] = ()) -> list[str]:
    """The rows of a Dockerfile, as `show` writes them."""
    return [show(usage) for usage in read_dockerfile(text, "Dockerfile", builds)]
