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
from iam_tui.inventory.kubernetes.charts import chart_images
from iam_tui.inventory.kubernetes.image_changes import image_changes
from iam_tui.inventory.kubernetes.parameters import Scope, fill, inner_scope
from iam_tui.inventory.kubernetes.runners import runner_pulls
from iam_tui.inventory.kubernetes.shapes import (
    CONTAINERS,
    ResourceShape,
    is_custom,
    is_image_key,
    names_no_pull,
    shape_of,
)
from iam_tui.inventory.kubernetes.unread_kinds import UnreadKinds
from iam_tui.inventory.reading import Reading
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.unread import unread_yaml
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
_NOT_WALKED = frozenset({"annotations", "labels", "openAPIV3Schema", "status"})
_DOCKER_URL = "docker://"
_NEVER = "Never"
_HIDDEN = "(hidden pull)"


class _Resource(NamedTuple):
    """The resource that a node is in.

    `keys` are those that have a meaning in its shape. `number` tells the resources of a file apart.
    """

    kind: str
    group: str
    shape: ResourceShape
    keys: frozenset[str]
    number: int
    is_custom: bool


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
    readable = _SURROGATES.sub("?", text) if file.endswith(".json") or text.startswith("{") else text
    try:
        documents = read_documents(readable)
        walk = ManifestWalk(file, readable)
        usages = sorted(walk.usages(documents), key=lambda usage: usage.line)
        return Reading(usages, not_read=walk.not_read)
    except UnreadableYaml as error:
        usages = image_lines(text, file, error.problem)
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
        self._unread = UnreadKinds(text, self._keys)

    @property
    def not_read(self) -> list[str]:
        """A kind for each resource that is not read, or not completely."""
        return self._unread.kinds

    def usages(self, documents: list[YamlNode]) -> Iterator[Usage]:
        """The images in these documents; those that are no resources are left out."""
        for document in documents:
            if {"apiVersion", "kind"} <= self._keys.of(document).keys():
                self._wait(document, _WaitingNode(document, "", self._resource("", ""), ChainMap()))
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.node, MappingNode):
                yield from self._mapping(place)
            elif isinstance(place.node, SequenceNode):
                for item in place.node.items:
                    self._wait(item, place)

    def _resource(self, kind: str, group: str) -> _Resource:
        self._resources += 1
        shape = shape_of(group, kind)
        return _Resource(kind, group, shape, shape.keys, self._resources, is_custom(group))

    def _wait(self, node: YamlNode, place: _WaitingNode, key: str = "") -> None:
        """Walk a mapping or list later; look at a text now."""
        if isinstance(node, ScalarNode):
            if "\n" in node.text and id(node) not in self._seen:
                self._unread.add_text(place.resource.number, place.resource.kind, node)
        elif id(node) not in self._seen:
            self._seen.add(id(node))
            path = f"{place.path}{key}." if key else place.path
            self._waiting.append(_WaitingNode(node, path, place.resource, place.scope))

    def _mapping(self, place: _WaitingNode) -> Iterator[Usage]:
        entries = self._keys.of(place.node)
        if "kind" in entries:
            kind, version = text_of(entries, "kind"), text_of(entries, "apiVersion")
            if kind and version:
                group = version.partition("/")[0] if "/" in version else ""
                resource = self._resource(kind, group)
                if names_no_pull(group, kind):
                    self._unread.add_data(resource.number, kind, entries)
                    return
                place = place._replace(path=f"{kind}/{self._name(entries)} ", resource=resource)
                if kind == "Node" and not group:
                    yield from self._on_node(entries, place)
            elif kind == "DockerImage" and place.resource.shape.openshift and "name" in entries:
                yield from self._image(entries["name"], place, "name")
        place = self._with_parameters(place, entries)
        resource = place.resource
        for key, entry in entries.items():
            if key in _NOT_WALKED:
                continue
            if key in resource.keys:
                yield from self._named(key, entry, place)
            elif resource.is_custom and is_image_key(key) and not self._is_read(place.node, key):
                self._unread.add_key(resource.number, resource.kind, entry.node)
            self._wait(entry.node, place, key)

    def _on_node(self, entries: dict[str, YamlEntry], place: _WaitingNode) -> Iterator[Usage]:
        """The images that a node has, each by its tag, or by its digest if it has none."""
        status = entries.get("status")
        images = self._keys.of(status.node).get("images") if status else None
        for image in images.node.items if images and isinstance(images.node, SequenceNode) else ():
            names = self._keys.of(image).get("names")
            items = names.node.items if names and isinstance(names.node, SequenceNode) else ()
            texts = [(one.line, one.text) for one in items if isinstance(one, ScalarNode)]
            path = f"{place.path}status.images"
            for line, text in [one for one in texts if "@" not in one[1]] or texts[:1]:
                yield image_usage(self._file, line, path, text, text)
            if not texts:
                yield unresolved(self._file, image.line, path, "", "the node has no name for this image")

    def _named(self, key: str, entry: YamlEntry, place: _WaitingNode) -> Iterator[Usage]:
        """What a key names, by its own name and the shape of its resource."""
        shape, path = place.resource.shape, f"{place.path}{key}"
        if key in CONTAINERS or key in shape.lists:
            yield from self._listed(entry.node, place, key)
        elif key in shape.containers:
            yield from self._container(entry.node, place._replace(path=f"{path}."))
            if key == "spec":
                yield from self._runner(entry, place)
        elif key in shape.texts and not self._is_read(place.node, key):
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

    def _is_read(self, node: YamlNode, key: str) -> bool:
        """Whether the key has been read already, as that of a container."""
        return key == "image" and id(node) in self._containers

    def _name(self, entries: dict[str, YamlEntry]) -> str:
        metadata = self._keys.of(entries["metadata"].node) if "metadata" in entries else {}
        return text_of(metadata, "name") or text_of(metadata, "generateName")

    def _with_parameters(self, place: _WaitingNode, entries: dict[str, YamlEntry]) -> _WaitingNode:
        """The place with the parameters that this mapping lists."""
        names = place.resource.shape.parameters
        if not names or not ("inputs" in entries or names & entries.keys()):
            return place
        # Tekton's first versions have them one level deeper.
        older = self._keys.of(entries["inputs"].node) if "inputs" in entries else {}
        scope, resource = place.scope, place.resource
        for holder in (older, entries):
            for name in names & holder.keys():
                listed = holder[name].node
                scope = inner_scope(listed, scope, self._keys, declared=name == "parameters")
                if name == "params":
                    self._unread.add_parameters(resource.number, resource.kind, listed)
        return place._replace(scope=scope)

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
            yield from self._image(entries["image"], self._with_parameters(place, entries), "image")

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
        if resource.group == "argoproj.io" and not {"chart", "helm"} & self._keys.of(node).keys():
            return
        found = chart_images(node, path, self._keys)
        self._seen |= {id(values) for values in found.read}
        for one in found.images:
            yield self._usage(one.line, one.path, one.text, one.filled)
        if not found.is_whole:
            self._unread.add(resource.number, resource.kind)

    def _changes(self, listed: YamlEntry | None, path: str) -> Iterator[Usage]:
        """What kustomize's `images` name, for resources that are somewhere else."""
        for change in image_changes(listed.node, self._keys) if listed else ():
            image = change.applied(change.name)
            yield self._usage(change.line, f"{path}.images", image, change.unmatched())

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
