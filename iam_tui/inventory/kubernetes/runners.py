"""What the actions-runner-controller pulls for the runners of GitHub that a resource describes.

See https://github.com/actions/actions-runner-controller, whose chart sets the images that are left out here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.inventory.yaml_nodes import YamlEntry, text_of

_KINDS = frozenset({"Runner", "RunnerDeployment", "RunnerReplicaSet"})
_DOCKER = "docker:dind"
_RUNNER = "summerwind/actions-runner:latest"
_RUNNER_WITH_DOCKER = "summerwind/actions-runner-dind:latest"


class RunnerPull(NamedTuple):
    """An image that a runner needs although nothing names it, and why it is uncertain."""

    image: str
    problem: str


def runner_pulls(group: str, kind: str, spec: dict[str, YamlEntry]) -> Iterator[RunnerPull]:
    """The images that a runner with this `spec` needs and does not name; none for other resources."""
    if group != "actions.summerwind.dev" or kind not in _KINDS or "template" in spec:
        return
    inside = text_of(spec, "dockerdWithinRunnerContainer") == "true"
    if "image" not in spec:
        image = _RUNNER_WITH_DOCKER if inside else _RUNNER
        yield RunnerPull(image, "the controller's own setting can name another runner image")
    if not inside and text_of(spec, "dockerEnabled") != "false":
        yield RunnerPull(_DOCKER, "the controller's own setting can name another image to run Docker")
