"""The images of Kubernetes manifests and custom resources.

Containers are found anywhere in a resource, whatever its kind. Custom resources that name images in another
way are recognized by their API group.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.image_text import LONGEST, expression_in, image_lines, image_usage, unresolved
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
)

_MANIFEST = re.compile(r"""^[ \t]*+(?:\{[ \t]*+)?["']?apiVersion["']?[ \t]*+:""", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_NO_IMAGES = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})
_NOT_WALKED = frozenset({"annotations", "labels", "openAPIV3Schema", "status"})
_NEVER = "Never"


class ResourceShape(NamedTuple):
    """The keys under which the resources of an API group name images: containers, their lists, and texts."""

    containers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


_PLAIN = ResourceShape()
_SHAPES = {
    "argoproj.io": ResourceShape(frozenset({"container", "script"}), frozenset({"sidecars"})),
    "tekton.dev": ResourceShape(frozenset({"stepTemplate"}), frozenset({"steps", "sidecars"})),
    "monitoring.coreos.com": ResourceShape(frozenset({"spec", "thanos"})),
    "postgresql.cnpg.io": ResourceShape(lists=frozenset({"images"}), texts=frozenset({"imageName"})),
}


class _WaitingNode(NamedTuple):
    """A mapping or list that is still to be walked, with its path and the shape of its resource."""

    node: YamlNode
    path: str
    shape: ResourceShape


def is_manifest(text: str) -> bool:
    """Whether a text may be a manifest: a quick look at it, without parsing."""
    return "kind" in text and _MANIFEST.search(text) is not None


def read_kubernetes(text: str, file: str) -> list[Usage]:
    """The images that the manifests in a file name, in the order of their lines; never raises.

    Only documents with an API version and a kind count. Images with the pull policy `Never` are left out.
    """
    if not is_manifest(text):
        return []
    try:
        documents = read_documents(text)
        return sorted(_ManifestWalk(file, text).usages(documents), key=lambda usage: usage.line)
    except UnreadableYaml as error:
        return image_lines(text, file, f"the file cannot be read as YAML: line {error.line}: {error.reason}")


class _ManifestWalk:
    """One pass over a file, which visits each node once, however many aliases refer to it."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = _LINE_END.split(text)
        self._keys = MappingKeys()
        self._seen: set[int] = set()
        self._containers: set[int] = set()
        self._waiting: list[_WaitingNode] = []

    def usages(self, documents: list[YamlNode]) -> Iterator[Usage]:
        for document in documents:
            if {"apiVersion", "kind"} <= self._keys.of(document).keys():
                self._wait(document, "", _PLAIN)
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.node, MappingNode):
                yield from self._mapping(place)
            elif isinstance(place.node, SequenceNode):
                for item in place.node.items:
                    self._wait(item, place.path, place.shape)

    def _wait(self, node: YamlNode, path: str, shape: ResourceShape) -> None:
        if not isinstance(node, ScalarNode) and id(node) not in self._seen:
            self._seen.add(id(node))
            self._waiting.append(_WaitingNode(node, path, shape))

    def _mapping(self, place: _WaitingNode) -> Iterator[Usage]:
        entries = self._keys.of(place.node)
        path, shape = place.path, place.shape
        kind, version = self._text_of(entries, "kind"), self._text_of(entries, "apiVersion")
        if kind and version:
            if kind in _NO_IMAGES:
                return
            path = f"{kind}/{self._name(entries)} "
            shape = _SHAPES.get(version.partition("/")[0], _PLAIN)
        for key, entry in entries.items():
            if key in _NOT_WALKED:
                continue
            inner = f"{path}{key}"
            if key in _CONTAINERS or key in shape.lists:
                yield from self._listed(entry.node, inner)
            elif key in shape.containers:
                yield from self._container(entry.node, inner)
            elif key in shape.texts:
                yield from self._image(entry, inner)
            elif key == "volumes":
                yield from self._volumes(entry.node, inner)
            self._wait(entry.node, f"{inner}.", shape)

    def _name(self, entries: dict[str, YamlEntry]) -> str:
        metadata = self._keys.of(entries["metadata"].node) if "metadata" in entries else {}
        return self._text_of(metadata, "name") or self._text_of(metadata, "generateName")

    def _listed(self, node: YamlNode, path: str) -> Iterator[Usage]:
        for item in self._items(node):
            name = self._text_of(self._keys.of(item), "name")
            yield from self._container(item, f"{path}.{name}" if name else path)

    def _items(self, node: YamlNode) -> list[YamlNode]:
        """The items of a list; none if it has been read before."""
        if not isinstance(node, SequenceNode) or id(node) in self._containers:
            return []
        self._containers.add(id(node))
        return node.items

    def _container(self, node: YamlNode, path: str) -> Iterator[Usage]:
        entries = self._keys.of(node) if id(node) not in self._containers else {}
        self._containers.add(id(node))
        if "image" in entries and self._text_of(entries, "imagePullPolicy") != _NEVER:
            yield from self._image(entries["image"], f"{path}.image")

    def _volumes(self, node: YamlNode, path: str) -> Iterator[Usage]:
        for item in self._items(node):
            image = self._keys.of(item).get("image")
            entries = self._keys.of(image.node) if image else {}
            if "reference" in entries and self._text_of(entries, "pullPolicy") != _NEVER:
                yield from self._image(entries["reference"], f"{path}.image.reference")

    def _image(self, entry: YamlEntry, place: str) -> Iterator[Usage]:
        """The usage of an image's key; none if the key has no value."""
        node = entry.node
        if isinstance(node, ScalarNode):
            if not node.is_null:
                yield image_usage(self._file, entry.line, place, node.text, node.text)
            return
        written = self._lines[entry.line - 1][:LONGEST].partition(":")[2].strip()
        problem = expression_in(written) or "the image is not a text"
        yield unresolved(self._file, entry.line, place, written, problem)

    def _text_of(self, entries: dict[str, YamlEntry], key: str) -> str:
        node = entries[key].node if key in entries else None
        return node.text if isinstance(node, ScalarNode) and not node.is_null else ""
