"""What steps of GitHub workflows build: Dockerfiles, with the build arguments that are in the workflow.

See https://github.com/docker/build-push-action#inputs
"""

import re
from collections.abc import Mapping, Sequence
from posixpath import dirname
from typing import NamedTuple

from iam_tui.inventory.build_tools.dockerfile_path import find_dockerfile
from iam_tui.inventory.ci.github_contexts import JobContexts
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource
from iam_tui.inventory.reading import BuildRequest
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText
from iam_tui.inventory.yaml_nodes import YamlEntry, lines_of, text_of, text_of_entry

NOT_READ = "Dockerfile that a workflow builds"
_WORKFLOWS = ".github/workflows"
_GIT_CONTEXT = re.compile(r"\{\{defaultContext\}\}:?")


class StepBuilds(NamedTuple):
    """The Dockerfiles that a step builds; `not_read` has the kind of those that are not found."""

    requests: list[BuildRequest]
    not_read: list[str]


def built_by_action(
    uses: YamlEntry, inputs: Mapping[str, YamlEntry], contexts: JobContexts, file: str, source: FileSource
) -> StepBuilds:
    """What the action of a step builds with these inputs; nothing if the action is not known here."""
    builds = StepBuilds([], [])
    if text_of_entry(uses).partition("@")[0].lower() != "docker/build-push-action":
        return builds
    workspace = _workspace(file)
    texts = [text_of(inputs, name) for name in ("context", "file", "target")]
    texts[0] = _GIT_CONTEXT.sub("", texts[0])
    arguments, others = (lines_of(inputs, name) for name in ("build-args", "build-contexts"))
    for context, dockerfile, target, *lines in contexts.fill_together([*texts, *arguments, *others]):
        if context.value is None or dockerfile.value is None or target.value is None:
            builds.not_read.append(NOT_READ)
            continue
        # Unlike elsewhere, the Dockerfile's path starts from the workspace, not from the context.
        folder, name = ("", dockerfile.value) if dockerfile.value else (context.value, "")
        path, problem = find_dockerfile(source, workspace, folder, name)
        if problem:
            builds.not_read.append(NOT_READ)
            continue
        given = _pairs(lines[: len(arguments)])
        build = DockerfileBuild(
            target.value or None,
            {name: text for name, (text, _) in given.items()},
            {name: text for name, (text, _) in _pairs(lines[len(arguments) :]).items()},
            {name: problem for name, (_, problem) in given.items() if problem},
        )
        builds.requests.append(BuildRequest(path, build))
    return builds


def _workspace(file: str) -> str:
    """The folder of the repository: that of the `.github` folder, else the scanned folder."""
    folder = dirname(file)
    return folder.removesuffix(_WORKFLOWS).rstrip("/") if folder.endswith(_WORKFLOWS) else ""


def _pairs(lines: Sequence[FilledText]) -> dict[str, tuple[str, str]]:
    """The lines `NAME=value` by name: the value, with `UNKNOWN` for what is not known, and its problem."""
    found = {}
    for line in lines:
        name, equals, value = (line.outline if line.value is None else line.value).partition("=")
        if equals and name and UNKNOWN not in name:
            found[name] = (value, line.problem)
    return found
