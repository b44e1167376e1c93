"""The images of Kubernetes manifests and custom resources.

Containers are found anywhere in a resource, whatever its kind. Custom resources that name images in another
way are recognized by their API group. Those that seem to name an image in a way that is not known here are
counted by their kind.
"""

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.image_text import LONGEST, expression_in, image_lines, image_usage, unresolved
from iam_tui.inventory.kubernetes.helm_values import looks_like_image, value_images
from iam_tui.inventory.kubernetes.image_changes import image_changes
from iam_tui.inventory.kubernetes.parameters import Scope, fill, inner_scope
from iam_tui.inventory.kubernetes.runners import runner_pulls
from iam_tui.inventory.kubernetes.shapes import (
    PLAIN,
    ResourceShape,
    is_custom,
    is_image_key,
    names_no_pull,
    shape_of,
)
from iam_tui.inventory.reading import Reading
from iam_tui.inventory.unread import unread_yaml
from iam_tui.inventory.uncertainty import FilledText, excerpt
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    text_of,
)

_MANIFEST = re.compile(r"""(?:^|[{,])[ \t]*+["']?apiVersion["']?[ \t]*+:""", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_SURROGATES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_NOT_WALKED = frozenset({"annotations", "labels", "openAPIV3Schema", "status"})
_CHART_VALUES = ("values", "valuesObject", "valuesContent")
_DOCKER_URL = "docker://"
_NEVER = "Never"
_HIDDEN = "(hidden pull)"


class _Resource(NamedTuple):
    """The resource that a node is in; `number` tells the resources of a file apart."""

    kind: str = ""
    group: str = ""
    shape: ResourceShape = PLAIN
    number: int = 0


class _WaitingNode(NamedTuple):
    """A mapping or list that is still to be walked, with its path, its resource and the parameters there."""

    node: YamlNode
    path: str
    resource: _Resource
    scope: Scope


def is_manifest(text: str) -> bool:
    """Whether a text may be a manifest: a quick look at it, without parsing."""
    return "kind" in text and _MANIFEST.search(text) is not None


def read_kubernetes(text: str, file: str) -> Reading:
    """The images that the manifests in a file name, in the order of their lines; never raises.

    Only documents with an API version and a kind count. Images with the pull policy `Never` are left out.
    """
    if not is_manifest(text):
        return Reading([], not_read=_kind_of(text))
    # YAML does not know JSON's way to write characters in two halves.
    readable = _SURROGATES.sub("?", text) if file.endswith(".json") else text
    try:
        documents = read_documents(readable)
        walk = ManifestWalk(file, readable)
        usages = sorted(walk.usages(documents), key=lambda usage: usage.line)
        return Reading(usages, not_read=walk.not_read)
    except UnreadableYaml as error:
        problem = f"the file cannot be read as YAML: line {error.line}: {error.reason}"
        usages = image_lines(text, file, problem)
        return Reading(usages, not_read=() if usages else _kind_of(text))


def _kind_of(text: str) -> tuple[str, ...]:
    """What a text is counted as that has no manifest in it."""
    kind = unread_yaml(text.encode())
    return (kind,) if kind else ()


class ManifestWalk:
    """One pass over a file, which visits each node once, however many aliases refer to it."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._lines = _LINE_END.split(text)
        self._keys = MappingKeys()
        self._seen: set[int] = set()
        self._containers: set[int] = set()
        self._waiting: list[_WaitingNode] = []
        self._resources = 0
        self._unread: dict[tuple[int, str], None] = {}

    @property
    def not_read(self) -> list[str]:
        """A kind for each resource that is not read, or not completely."""
        return [kind for _, kind in self._unread]

    def usages(self, documents: list[YamlNode]) -> Iterator[Usage]:
        """The images in these documents; those that are no resources are left out."""
        for document in documents:
            if {"apiVersion", "kind"} <= self._keys.of(document).keys():
                self._wait(document, _WaitingNode(document, "", _Resource(), ChainMap()))
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.node, MappingNode):
                yield from self._mapping(place)
            elif isinstance(place.node, SequenceNode):
                for item in place.node.items:
                    self._wait(item, place)

    def _wait(self, node: YamlNode, place: _WaitingNode) -> None:
        if not isinstance(node, ScalarNode) and id(node) not in self._seen:
            self._seen.add(id(node))
            self._waiting.append(place._replace(node=node))

    def _mapping(self, place: _WaitingNode) -> Iterator[Usage]:
        entries = self._keys.of(place.node)
        kind, version = text_of(entries, "kind"), text_of(entries, "apiVersion")
        if kind and version:
            group = version.partition("/")[0] if "/" in version else ""
            if names_no_pull(group, kind):
                return
            self._resources += 1
            resource = _Resource(kind, group, shape_of(group, kind), self._resources)
            place = place._replace(path=f"{kind}/{self._name(entries)} ", resource=resource)
        elif kind == "DockerImage" and place.resource.shape.openshift and "name" in entries:
            yield from self._image(entries["name"], place, "name")
        place = place._replace(scope=self._scope(entries, place))
        for key, entry in entries.items():
            if key not in _NOT_WALKED:
                yield from self._named(key, entry, place)
                self._wait(entry.node, place._replace(path=f"{place.path}{key}."))

    def _named(self, key: str, entry: YamlEntry, place: _WaitingNode) -> Iterator[Usage]:
        """What a key names, by its own name and the shape of its resource."""
        shape, path = place.resource.shape, f"{place.path}{key}"
        if key in _CONTAINERS or key in shape.lists:
            yield from self._listed(entry.node, place, key)
        elif key in shape.containers:
            yield from self._container(entry.node, place._replace(path=f"{path}."))
            if key == "spec":
                yield from self._runner(entry, place)
        elif key in shape.texts:
            if id(place.node) not in self._containers:
                yield from self._image(entry, place, key)
        elif key in shape.outputs:
            yield from self._output(entry.node, place._replace(path=f"{path}."))
        elif key in shape.registries:
            yield from self._registry(entry.node, place._replace(path=f"{path}."))
        elif key in shape.charts:
            for item in entry.node.items if isinstance(entry.node, SequenceNode) else [entry.node]:
                yield from self._chart(item, path, place.resource)
        elif key in shape.kustomizations:
            yield from self._changes(self._keys.of(entry.node).get("images"), path)
        elif key == "volumes":
            yield from self._volumes(entry.node, place)
        elif is_custom(place.resource.group) and is_image_key(key):
            self._notice(entry.node, place)

    def _name(self, entries: dict[str, YamlEntry]) -> str:
        metadata = self._keys.of(entries["metadata"].node) if "metadata" in entries else {}
        return text_of(metadata, "name") or text_of(metadata, "generateName")

    def _scope(self, entries: dict[str, YamlEntry], place: _WaitingNode) -> Scope:
        """The parameters below this mapping."""
        scope, names = place.scope, place.resource.shape.parameters
        older = self._keys.of(entries["inputs"].node) if names and "inputs" in entries else {}
        for key, entry in [*older.items(), *entries.items()] if names else ():
            if key in names:
                scope = inner_scope(entry.node, scope, self._keys, declared=key == "parameters")
                self._notice_parameters(entry.node, key, place.resource)
        return scope

    def _notice_parameters(self, node: YamlNode, key: str, resource: _Resource) -> None:
        """Count parameters that give an image to what is described in another file."""
        for item in node.items if isinstance(node, SequenceNode) else ():
            fields = self._keys.of(item)
            name, value = text_of(fields, "name"), fields.get("value")
            if (
                value
                and key == "params"
                and "image" in name.lower()
                and looks_like_image(value.node)
                and "$" not in text_of(fields, "value")
                and f"params.{name})" not in self._text
            ):
                self._unread[resource.number, f"{excerpt(resource.kind)} {key}"] = None

    def _listed(self, node: YamlNode, place: _WaitingNode, key: str) -> Iterator[Usage]:
        for item in self._items(node):
            name = text_of(self._keys.of(item), "name")
            path = f"{place.path}{key}.{name}." if name else f"{place.path}{key}."
            yield from self._container(item, place._replace(path=path))

    def _items(self, node: YamlNode) -> list[YamlNode]:
        """The items of a list; none if it has been read before."""
        if not isinstance(node, SequenceNode) or id(node) in self._containers:
            return []
        self._containers.add(id(node))
        return node.items

    def _container(self, node: YamlNode, place: _WaitingNode) -> Iterator[Usage]:
        entries = self._keys.of(node) if id(node) not in self._containers else {}
        self._containers.add(id(node))
        if "image" in entries and text_of(entries, "imagePullPolicy") != _NEVER:
            yield from self._image(entries["image"], place, "image")

    def _runner(self, spec: YamlEntry, place: _WaitingNode) -> Iterator[Usage]:
        resource = place.resource
        for pull in runner_pulls(resource.group, resource.kind, self._keys.of(spec.node)):
            where = f"{place.path}spec {_HIDDEN}"
            yield self._usage(spec.line, where, resource.kind, FilledText(pull.image, (pull.problem,)))

    def _volumes(self, node: YamlNode, place: _WaitingNode) -> Iterator[Usage]:
        for item in self._items(node):
            image = self._keys.of(item).get("image")
            entries = self._keys.of(image.node) if image else {}
            if "reference" in entries and text_of(entries, "pullPolicy") != _NEVER:
                yield from self._image(entries["reference"], place, "volumes.image.reference")

    def _registry(self, node: YamlNode, place: _WaitingNode) -> Iterator[Usage]:
        entries = self._keys.of(node)
        url = text_of(entries, "url")
        if url.startswith(_DOCKER_URL):
            filled = fill(url.removeprefix(_DOCKER_URL), place.scope)
            yield self._usage(entries["url"].line, f"{place.path}url", url, filled)

    def _output(self, node: YamlNode, place: _WaitingNode) -> Iterator[Usage]:
        """The image that a build makes, which is not pulled; none if it cannot be known."""
        entries = self._keys.of(node)
        target = self._keys.of(entries["to"].node) if "to" in entries else {}
        named = entries.get("image") or (
            target.get("name") if text_of(target, "kind") == "DockerImage" else None
        )
        self._seen |= {id(node), *(id(entry.node) for entry in entries.values())}
        for usage in self._image(named, place, "image") if named else ():
            if usage.reference:
                yield usage._replace(status=Status.BUILT, problem="")

    def _chart(self, node: YamlNode, path: str, resource: _Resource) -> Iterator[Usage]:
        """The images in a chart's values. The kind is counted if the chart decides which images these are."""
        entries = self._keys.of(node)
        if resource.group == "argoproj.io" and not {"chart", "helm"} & entries.keys():
            return
        helm = self._keys.of(entries["helm"].node) if "helm" in entries else {}
        named, is_whole = False, True
        for holder, inner in ((entries, path), (helm, f"{path}.helm")):
            for key in _CHART_VALUES:
                if key in holder:
                    usages, whole = self._values(holder[key].node, f"{inner}.{key}")
                    yield from usages
                    named, is_whole = named or bool(usages), is_whole and whole
        if not (named and is_whole):
            self._unread[resource.number, excerpt(resource.kind)] = None

    def _values(self, node: YamlNode, path: str) -> tuple[list[Usage], bool]:
        """The images in values, which may be a text of their own, and whether that is all they say of images."""
        self._seen.add(id(node))
        if not isinstance(node, ScalarNode):
            found = value_images(node, path, self._keys)
            return [
                self._usage(one.line, one.path, one.text, one.filled) for one in found.images
            ], found.is_whole
        try:
            documents = read_documents(node.text)
        except UnreadableYaml:
            return [], False
        found = value_images(documents[0] if documents else node, path, MappingKeys())
        usages = [
            self._usage(one.line + node.line if node.literal else node.line, one.path, one.text, one.filled)
            for one in found.images
        ]
        return usages, found.is_whole

    def _changes(self, listed: YamlEntry | None, path: str) -> Iterator[Usage]:
        """What kustomize's `images` name, for resources that are somewhere else."""
        for change in image_changes(listed.node, self._keys) if listed else ():
            image = change.applied(change.name)
            problem = f"no resource that was read names {excerpt(change.name)}"
            yield self._usage(change.line, f"{path}.images", image, FilledText(image, (problem,)))

    def _notice(self, node: YamlNode, place: _WaitingNode) -> None:
        """Count the kind of a custom resource, one of whose keys seems to name an image."""
        if id(place.node) in self._containers:
            return
        nodes = node.items if isinstance(node, SequenceNode) else [node]
        if any(looks_like_image(one) or "repository" in self._keys.of(one) for one in nodes):
            self._unread[place.resource.number, excerpt(place.resource.kind)] = None

    def _image(self, entry: YamlEntry, place: _WaitingNode, key: str) -> Iterator[Usage]:
        """The usage of an image's key; none if the key has no value."""
        node, where = entry.node, f"{place.path}{key}"
        if isinstance(node, ScalarNode):
            if not node.is_null:
                yield self._usage(entry.line, where, node.text, fill(node.text, place.scope))
            return
        written = self._lines[entry.line - 1][:LONGEST].partition(":")[2].strip()
        problem = expression_in(written) or "the image is not a text"
        yield unresolved(self._file, entry.line, where, written, problem)

    def _usage(self, line: int, where: str, text: str, filled: FilledText) -> Usage:
        return image_usage(
            self._file, line, where, text, filled.value, filled.problem, outline=filled.outline
        )
