"""The images of GitHub workflows and actions: containers, services, steps, and what known actions pull."""

from collections.abc import Callable, Iterator
from posixpath import dirname
from typing import NamedTuple

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Usage
from iam_tui.inventory.build_request import BuildRequest
from iam_tui.inventory.ci.github_actions import pulled_by_action
from iam_tui.inventory.ci.github_matrix import Matrix, read_matrix
from iam_tui.inventory.dockerfile.build import Build
from iam_tui.inventory.file_source import PathRefusal, Tree, locate
from iam_tui.inventory.image_text import image_lines, image_usage, unresolved
from iam_tui.inventory.yaml_nodes import Entry, Keys, Node, NotYaml, Scalar, Sequence, read_documents

IMAGE_SCHEME = "docker://"


class GithubReading(NamedTuple):
    """What a workflow or action says about images: its usages, and the Dockerfiles that it builds."""

    usages: list[Usage]
    builds: list[BuildRequest]


def read_workflow(text: str, file: str) -> list[Usage]:
    """The images that a workflow's jobs pull, a literal matrix expanded; never raises (references 3)."""
    return _read(text, file, lambda reader, root: reader.workflow(root))


def read_action(text: str, file: str, tree: Tree) -> GithubReading:
    """The images that an action pulls, and the Dockerfile that it runs in; never raises (references 3)."""
    builds: list[BuildRequest] = []
    return GithubReading(_read(text, file, lambda reader, root: reader.action(root, tree, builds)), builds)


def _read(text: str, file: str, rows: "Callable[[_Reader, Node], Iterator[Usage]]") -> list[Usage]:
    try:
        reader = _Reader(file)
        found = [usage for root in read_documents(text)[:1] for usage in rows(reader, root)]
    except NotYaml as error:
        problem = f"the file is not read as YAML: line {error.line}: {error.reason}"
        return image_lines(text, file, problem) or [unresolved(file, error.line, "github", "", problem)]
    # What aliases share is one place, however many lead to it.
    places: dict[tuple[int, str, ImageReference | None], Usage] = {}
    for usage in found:
        places.setdefault((usage.line, usage.text, usage.reference), usage)
    return sorted(places.values(), key=lambda usage: usage.line)


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._keys = Keys()

    def workflow(self, root: Node) -> Iterator[Usage]:
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

    def action(self, root: Node, tree: Tree, builds: list[BuildRequest]) -> Iterator[Usage]:
        entry = self._keys.of(root).get("runs")
        runs = self._keys.of(entry.node) if entry else {}
        if "steps" in runs:
            yield from self._steps(runs["steps"].node, "runs.steps", Matrix([{}]))
        image = runs.get("image")
        if image is None or not isinstance(image.node, Scalar) or image.node.is_null:
            return
        if image.node.text.startswith(IMAGE_SCHEME):
            yield from self._images(image, "runs.image", Matrix([{}]))
            return
        path = locate(dirname(self._file), image.node.text)
        found = tree.read(path)
        if isinstance(found, PathRefusal):
            problem = f"the Dockerfile is not read: {path} {found.value}"
            yield unresolved(self._file, image.line, "runs.image", image.node.text, problem)
        else:
            builds.append(BuildRequest(path, Build(), self._file, image.line, "runs.image"))

    def _container(self, entry: Entry, place: str, matrix: Matrix) -> Iterator[Usage]:
        """A job's container or service: a text, or a mapping with an image."""
        if isinstance(entry.node, Scalar):
            yield from self._images(entry, place, matrix)
        elif "image" in (inner := self._keys.of(entry.node)):
            yield from self._images(inner["image"], f"{place}.image", matrix)

    def _images(self, entry: Entry, place: str, matrix: Matrix) -> Iterator[Usage]:
        """What the text comes to in the jobs of the matrix; where it is blank there is no container."""
        node = entry.node
        if not isinstance(node, Scalar) or node.is_null:
            return
        for filled in matrix.fill(node.text):
            if filled.value != "":
                image = filled.value.removeprefix(IMAGE_SCHEME) if filled.value else None
                yield image_usage(self._file, entry.line, place, node.text, image, filled.problem)

    def _steps(self, node: Node, place: str, matrix: Matrix) -> Iterator[Usage]:
        for step in node.items if isinstance(node, Sequence) else ():
            entries = self._keys.of(step)
            uses = entries.get("uses")
            if uses is None or not isinstance(uses.node, Scalar):
                continue
            if uses.node.text.startswith(IMAGE_SCHEME):
                yield from self._images(uses, f"{place}.uses", matrix)
                continue
            inputs = self._keys.of(entries["with"].node) if "with" in entries else {}
            for pull in pulled_by_action(uses, inputs, matrix):
                yield image_usage(
                    self._file, pull.line, f"{place}.{pull.place}", pull.text, pull.image, pull.problem
                )
