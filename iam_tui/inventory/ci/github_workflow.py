"""The images of GitHub workflows and actions: containers, services, steps, and what known actions pull.

See https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Usage
from iam_tui.inventory.ci.github_builds import built_by_action
from iam_tui.inventory.ci.github_contexts import JobContexts
from iam_tui.inventory.ci.github_implicit_pulls import pulled_by_action
from iam_tui.inventory.ci.github_matrix import read_matrix
from iam_tui.inventory.ci.github_values import as_number, as_text
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource, PathRefusal, locate
from iam_tui.inventory.image_text import broken_yaml, image_usage, unresolved
from iam_tui.inventory.reading import BuildRequest, Reading
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    Scalar,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    text_of,
    typed_value,
)

IMAGE_SCHEME = "docker://"
_CALLED = ("workflow_call", "workflow_dispatch")


def read_workflow(text: str, file: str, source: FileSource) -> Reading:
    """The images that a workflow's jobs pull, and the Dockerfiles that they build; never raises."""
    return _read(text, file, source, lambda reader, root: reader.workflow(root))


def read_action(text: str, file: str, source: FileSource) -> Reading:
    """The images that an action pulls, and the Dockerfiles that it builds; never raises."""
    return _read(text, file, source, lambda reader, root: reader.action(root))


def _read(
    text: str, file: str, source: FileSource, rows: "Callable[[_GithubReader, YamlNode], Iterator[Usage]]"
) -> Reading:
    reader = _GithubReader(file, source)
    try:
        found = [usage for root in read_documents(text)[:1] for usage in rows(reader, root)]
    except UnreadableYaml as error:
        return Reading(broken_yaml(text, file, "github", error))
    # A node with several aliases is one place.
    places: dict[tuple[int, str, ImageReference | None], Usage] = {}
    for usage in found:
        places.setdefault((usage.line, usage.text, usage.reference), usage)
    usages = sorted(places.values(), key=lambda usage: usage.line)
    return Reading(usages, reader.builds, not_read=reader.not_read)


class _GithubReader:
    def __init__(self, file: str, source: FileSource) -> None:
        self.builds: list[BuildRequest] = []
        self.not_read: list[str] = []
        self._file = file
        self._source = source
        self._keys = MappingKeys()

    def workflow(self, root: YamlNode) -> Iterator[Usage]:
        top = self._keys.of(root)
        events = self._entries(top, "on")
        inputs: dict[str, Scalar] = {}
        for event in _CALLED:
            inputs |= self._defaults(self._entries(events, event), _typed_default)
        variables = self._texts(top, "env")
        jobs = self._entries(top, "jobs")
        for name, entry in jobs.items():
            job = self._keys.of(entry.node)
            place = f"jobs.{name}"
            matrix = read_matrix(job["strategy"].node if "strategy" in job else None, self._keys)
            contexts = JobContexts(matrix, inputs=inputs)
            if "container" in job:
                yield from self._container(job["container"], f"{place}.container", contexts)
            for service, inner in self._entries(job, "services").items():
                yield from self._container(inner, f"{place}.services.{service}", contexts)
            if "steps" in job:
                # Only steps can use variables; the container is started before they are set.
                with_variables = contexts._replace(variables=(self._texts(job, "env"), variables))
                yield from self._steps(job["steps"].node, f"{place}.steps", with_variables)

    def action(self, root: YamlNode) -> Iterator[Usage]:
        top = self._keys.of(root)
        runs = self._entries(top, "runs")
        contexts = JobContexts(inputs=self._defaults(top, _default))
        if "steps" in runs:
            yield from self._steps(runs["steps"].node, "runs.steps", contexts)
        image = runs.get("image")
        if image is None or not isinstance(image.node, ScalarNode) or image.node.is_null:
            return
        if image.node.text.startswith(IMAGE_SCHEME):
            yield from self._images(image, "runs.image", contexts)
            return
        path = locate(dirname(self._file), image.node.text)
        found = self._source.read(path)
        if isinstance(found, PathRefusal):
            problem = f"the Dockerfile is not read: {path} {found.value}"
            yield unresolved(self._file, image.line, "runs.image", image.node.text, problem)
        else:
            self.builds.append(BuildRequest(path, DockerfileBuild()))

    def _entries(self, entries: Mapping[str, YamlEntry], key: str) -> dict[str, YamlEntry]:
        return self._keys.of(entries[key].node) if key in entries else {}

    def _texts(self, entries: Mapping[str, YamlEntry], key: str) -> dict[str, str]:
        """The scalars of a mapping by name, as texts."""
        found = self._entries(entries, key).items()
        return {
            name: as_text(typed_value(entry.node))
            for name, entry in found
            if isinstance(entry.node, ScalarNode)
        }

    def _defaults(
        self, entries: Mapping[str, YamlEntry], default: Callable[[Mapping[str, YamlEntry]], Scalar]
    ) -> dict[str, Scalar]:
        """The defaults of the `inputs` by name in lower case, None without a default."""
        inputs = self._entries(entries, "inputs").items()
        return {name.lower(): default(self._keys.of(entry.node)) for name, entry in inputs}

    def _container(self, entry: YamlEntry, place: str, contexts: JobContexts) -> Iterator[Usage]:
        """A job's container or service: a text, or a mapping with an image."""
        if isinstance(entry.node, ScalarNode):
            yield from self._images(entry, place, contexts)
        elif "image" in (inner := self._keys.of(entry.node)):
            yield from self._images(inner["image"], f"{place}.image", contexts)

    def _images(self, entry: YamlEntry, place: str, contexts: JobContexts) -> Iterator[Usage]:
        """The images that the text can name in the jobs of the matrix; an empty one means no container."""
        node = entry.node
        if not isinstance(node, ScalarNode) or node.is_null:
            return
        for filled in contexts.fill(node.text):
            if filled.value != "":
                yield self._usage(entry.line, place, node.text, filled.mapped(_without_scheme))

    def _usage(self, line: int, place: str, written: str, image: FilledText) -> Usage:
        value, _, outline = image
        return image_usage(self._file, line, place, written, value, image.problem, outline=outline)

    def _steps(self, node: YamlNode, place: str, contexts: JobContexts) -> Iterator[Usage]:
        for step in node.items if isinstance(node, SequenceNode) else ():
            entries = self._keys.of(step)
            uses = entries.get("uses")
            if uses is None or not isinstance(uses.node, ScalarNode):
                continue
            if uses.node.text.startswith(IMAGE_SCHEME):
                yield from self._images(uses, f"{place}.uses", contexts)
                continue
            inputs = self._entries(entries, "with")
            own = contexts._replace(variables=(self._texts(entries, "env"), *contexts.variables))
            for pull in pulled_by_action(uses, inputs, own):
                yield self._usage(pull.line, f"{place}.{pull.place}", pull.text, pull.image)
            builds = built_by_action(uses, inputs, own, self._file, self._source)
            self.builds += builds.requests
            self.not_read += builds.not_read


def _default(fields: Mapping[str, YamlEntry]) -> str | None:
    """The default of an input as a text, None without a default."""
    node = fields["default"].node if "default" in fields else None
    return as_text(typed_value(node)) if isinstance(node, ScalarNode) else None


def _typed_default(fields: Mapping[str, YamlEntry]) -> Scalar:
    """The default of a workflow's input; unlike those of actions, it has the type that the input has."""
    text, kind = _default(fields), text_of(fields, "type")
    if text is None:
        return None
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return as_number(text) if kind == "number" else text


def _without_scheme(image: str) -> str:
    return image.removeprefix(IMAGE_SCHEME)
