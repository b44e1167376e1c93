"""The images of GitHub workflows and actions: containers, services, steps, and what known actions pull.

See https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from collections.abc import Callable, Iterator
from posixpath import dirname

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Usage
from iam_tui.inventory.ci.github_implicit_pulls import pulled_by_action
from iam_tui.inventory.ci.github_matrix import JobMatrix, read_matrix
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource, PathRefusal, locate
from iam_tui.inventory.image_text import image_lines, image_usage, unresolved
from iam_tui.inventory.reading import BuildRequest, Reading
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
)

IMAGE_SCHEME = "docker://"


def read_workflow(text: str, file: str) -> list[Usage]:
    """The images that a workflow's jobs pull, with a literal matrix expanded; never raises."""
    return _read(text, file, lambda reader, root: reader.workflow(root))


def read_action(text: str, file: str, source: FileSource) -> Reading:
    """The images that an action pulls, and the Dockerfile that it builds; never raises."""
    builds: list[BuildRequest] = []
    return Reading(_read(text, file, lambda reader, root: reader.action(root, source, builds)), builds)


def _read(text: str, file: str, rows: "Callable[[_GithubReader, YamlNode], Iterator[Usage]]") -> list[Usage]:
    try:
        reader = _GithubReader(file)
        found = [usage for root in read_documents(text)[:1] for usage in rows(reader, root)]
    except UnreadableYaml as error:
        problem = f"the file cannot be read as YAML: line {error.line}: {error.reason}"
        return image_lines(text, file, problem) or [unresolved(file, error.line, "github", "", problem)]
    # A node with several aliases is one place.
    places: dict[tuple[int, str, ImageReference | None], Usage] = {}
    for usage in found:
        places.setdefault((usage.line, usage.text, usage.reference), usage)
    return sorted(places.values(), key=lambda usage: usage.line)


class _GithubReader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._keys = MappingKeys()

    def workflow(self, root: YamlNode) -> Iterator[Usage]:
        jobs = self._keys.of(root).get("jobs")
        for name, entry in self._keys.of(jobs.node).items() if jobs else ():
            job = self._keys.of(entry.node)
            place = f"jobs.{name}"
            matrix = read_matrix(job["strategy"].node if "strategy" in job else None, self._keys)
            if "container" in job:
                yield from self._container(job["container"], f"{place}.container", matrix)
            services = self._keys.of(job["services"].node) if "services" in job else {}
            for service, inner in services.items():
                yield from self._container(inner, f"{place}.services.{service}", matrix)
            if "steps" in job:
                yield from self._steps(job["steps"].node, f"{place}.steps", matrix)

    def action(self, root: YamlNode, source: FileSource, builds: list[BuildRequest]) -> Iterator[Usage]:
        entry = self._keys.of(root).get("runs")
        runs = self._keys.of(entry.node) if entry else {}
        if "steps" in runs:
            yield from self._steps(runs["steps"].node, "runs.steps", JobMatrix([{}]))
        image = runs.get("image")
        if image is None or not isinstance(image.node, ScalarNode) or image.node.is_null:
            return
        if image.node.text.startswith(IMAGE_SCHEME):
            yield from self._images(image, "runs.image", JobMatrix([{}]))
            return
        path = locate(dirname(self._file), image.node.text)
        found = source.read(path)
        if isinstance(found, PathRefusal):
            problem = f"the Dockerfile is not read: {path} {found.value}"
            yield unresolved(self._file, image.line, "runs.image", image.node.text, problem)
        else:
            builds.append(BuildRequest(path, DockerfileBuild()))

    def _container(self, entry: YamlEntry, place: str, matrix: JobMatrix) -> Iterator[Usage]:
        """A job's container or service: a text, or a mapping with an image."""
        if isinstance(entry.node, ScalarNode):
            yield from self._images(entry, place, matrix)
        elif "image" in (inner := self._keys.of(entry.node)):
            yield from self._images(inner["image"], f"{place}.image", matrix)

    def _images(self, entry: YamlEntry, place: str, matrix: JobMatrix) -> Iterator[Usage]:
        """The images that the text names in the jobs of the matrix; an empty one means no container."""
        node = entry.node
        if not isinstance(node, ScalarNode) or node.is_null:
            return
        for filled in matrix.fill(node.text):
            if filled.value != "":
                value, _, outline = image = filled.mapped(_without_scheme)
                yield image_usage(
                    self._file, entry.line, place, node.text, value, image.problem, outline=outline
                )

    def _steps(self, node: YamlNode, place: str, matrix: JobMatrix) -> Iterator[Usage]:
        for step in node.items if isinstance(node, SequenceNode) else ():
            entries = self._keys.of(step)
            uses = entries.get("uses")
            if uses is None or not isinstance(uses.node, ScalarNode):
                continue
            if uses.node.text.startswith(IMAGE_SCHEME):
                yield from self._images(uses, f"{place}.uses", matrix)
                continue
            inputs = self._keys.of(entries["with"].node) if "with" in entries else {}
            for pull in pulled_by_action(uses, inputs, matrix):
                value, _, outline = pull.image
                yield image_usage(
                    self._file,
                    pull.line,
                    f"{place}.{pull.place}",
                    pull.text,
                    value,
                    pull.image.problem,
                    outline=outline,
                )


def _without_scheme(image: str) -> str:
    return image.removeprefix(IMAGE_SCHEME)
