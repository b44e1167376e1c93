"""The images of Kubernetes manifests and custom resources: whatever holds containers (references 3).

Kinds are not enumerated: containers are found wherever they stand. Custom resources that name images in
another shape are known by their API group.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.image_text import LONGEST, expression_in, image_lines, image_usage, unresolved
from iam_tui.inventory.yaml_nodes import Entry, Keys, Mapping, Node, NotYaml, Scalar, Sequence, read_documents

_MANIFEST = re.compile(r"""^[ \t]*+(?:\{[ \t]*+)?["']?apiVersion["']?[ \t]*+:""", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_NO_IMAGES = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})
_NOT_WALKED = frozenset({"annotations", "labels", "openAPIV3Schema", "status"})
_NEVER = "Never"


class Shape(NamedTuple):
    """Where the resources of an API group name images: mappings and lists of containers, and texts."""

    containers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


_PLAIN = Shape()
_SHAPES = {
    "argoproj.io": Shape(frozenset({"container", "script"}), frozenset({"sidecars"})),
    "tekton.dev": Shape(frozenset({"stepTemplate"}), frozenset({"steps", "sidecars"})),
    "monitoring.coreos.com": Shape(frozenset({"spec", "thanos"})),
    "postgresql.cnpg.io": Shape(lists=frozenset({"images"}), texts=frozenset({"imageName"})),
}


class _Place(NamedTuple):
    """A mapping or list that is still to be walked, and what it belongs to."""

    node: Node
    path: str
    shape: Shape


def is_manifest(text: str) -> bool:
    """Whether a text looks like one: a quick look, before anything is parsed."""
    return "kind" in text and _MANIFEST.search(text) is not None


def read_kubernetes(text: str, file: str) -> list[Usage]:
    """The images that the manifests in a file name, in the order of their lines; never raises.

    Documents without an API version and a kind are none. What an image pull policy of `Never` keeps from
    being pulled is left out.
    """
    if not is_manifest(text):
        return []
    try:
        documents = read_documents(text)
        return sorted(_Walk(file, text).usages(documents), key=lambda usage: usage.line)
    except NotYaml as error:
        return image_lines(text, file, f"the file is not read as YAML: line {error.line}: {error.reason}")


class _Walk:
    """One pass over a file: each node once, however many aliases lead to it."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = _LINE_END.split(text)
        self._keys = Keys()
        self._seen: set[int] = set()
        self._containers: set[int] = set()
        self._waiting: list[_Place] = []

    def usages(self, documents: list[Node]) -> Iterator[Usage]:
        for document in documents:
            if {"apiVersion", "kind"} <= self._keys.of(document).keys():
                self._wait(document, "", _PLAIN)
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.node, Mapping):
                yield from self._mapping(place)
            elif isinstance(place.node, Sequence):
                for item in place.node.items:
                    self._wait(item, place.path, place.shape)

    def _wait(self, node: Node, path: str, shape: Shape) -> None:
        if not isinstance(node, Scalar) and id(node) not in self._seen:
            self._seen.add(id(node))
            self._waiting.append(_Place(node, path, shape))

    def _mapping(self, place: _Place) -> Iterator[Usage]:
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

    def _name(self, entries: dict[str, Entry]) -> str:
        metadata = self._keys.of(entries["metadata"].node) if "metadata" in entries else {}
        return self._text_of(metadata, "name") or self._text_of(metadata, "generateName")

    def _listed(self, node: Node, path: str) -> Iterator[Usage]:
        for item in self._items(node):
            name = self._text_of(self._keys.of(item), "name")
            yield from self._container(item, f"{path}.{name}" if name else path)

    def _items(self, node: Node) -> list[Node]:
        """A list's items, the first time that somebody asks for them."""
        if not isinstance(node, Sequence) or id(node) in self._containers:
            return []
        self._containers.add(id(node))
        return node.items

    def _container(self, node: Node, path: str) -> Iterator[Usage]:
        entries = self._keys.of(node) if id(node) not in self._containers else {}
        self._containers.add(id(node))
        if "image" in entries and self._text_of(entries, "imagePullPolicy") != _NEVER:
            yield from self._image(entries["image"], f"{path}.image")

    def _volumes(self, node: Node, path: str) -> Iterator[Usage]:
        for item in self._items(node):
            image = self._keys.of(item).get("image")
            entries = self._keys.of(image.node) if image else {}
            if "reference" in entries and self._text_of(entries, "pullPolicy") != _NEVER:
                yield from self._image(entries["reference"], f"{path}.image.reference")

    def _image(self, entry: Entry, place: str) -> Iterator[Usage]:
        """The usage of an image's key; none where it has no value."""
        node = entry.node
        if isinstance(node, Scalar):
            if not node.is_null:
                yield image_usage(self._file, entry.line, place, node.text, node.text)
            return
        written = self._lines[entry.line - 1][:LONGEST].partition(":")[2].strip()
        problem = expression_in(written) or "it is no text"
        yield unresolved(self._file, entry.line, place, written, problem)

    def _text_of(self, entries: dict[str, Entry], key: str) -> str:
        node = entries[key].node if key in entries else None
        return node.text if isinstance(node, Scalar) and not node.is_null else ""
