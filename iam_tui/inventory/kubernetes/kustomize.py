"""Kustomizations: what their `images` make of the images in the resources that they build from.

See https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from posixpath import dirname, join
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.disk_source import DiskSource
from iam_tui.inventory.file_source import PathRefusal, is_remote, locate
from iam_tui.inventory.image_text import image_usage, unreadable, unresolved
from iam_tui.inventory.kubernetes.helm_values import value_images
from iam_tui.inventory.kubernetes.image_changes import ImageChange, image_changes
from iam_tui.inventory.kubernetes.patches import patch_images
from iam_tui.inventory.kubernetes.reader import read_kubernetes
from iam_tui.inventory.reading import Reading
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    text_of,
)

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MOST_IMAGES = 10_000
"""How many images one kustomization may have; `images` are not applied to any others."""
MOST_STEPS = 10_000
"""How many kustomizations and components are followed in all."""

_CONTAINERS = (".containers.", ".initContainers.", ".ephemeralContainers.")


class _Change(NamedTuple):
    """An item of `images` and the kustomization that has it."""

    file: str
    change: ImageChange


class _Image(NamedTuple):
    """An image in a resource, as its usage has it; `name` is what became of it, by the last `change`."""

    usage: Usage
    name: str
    change: _Change | None = None


class _Kustomization:
    """What one file says. Paths are those under the scanned folder."""

    def __init__(self, file: str, source: DiskSource) -> None:
        self.file = file
        self.is_component = False
        self.inner: list[str] = []
        self.components: list[str] = []
        self.resources: list[str] = []
        self.changes: list[_Change] = []
        self.usages: list[Usage] = []
        self.patched: list[Usage] = []
        self.not_read: list[str] = []
        self._source = source
        self._keys = MappingKeys()

    def read(self, text: str) -> None:
        """Read the text of the file; never raises."""
        try:
            for document in read_documents(text):
                self._read(self._keys.of(document))
        except UnreadableYaml as error:
            self.usages.append(unresolved(self.file, error.line, "kustomization", "", error.problem))

    def _read(self, entries: dict[str, YamlEntry]) -> None:
        self.is_component = text_of(entries, "kind") == "Component"
        for key in ("resources", "bases", "patchesStrategicMerge"):
            for item in self._items(entries, key):
                self._resource(item)
        for item in self._items(entries, "components"):
            self.components += self._kustomization_at(item)
        for item in chain(self._items(entries, "patches"), self._items(entries, "patchesJson6902")):
            self._patch(self._keys.of(item))
        for item in self._items(entries, "helmCharts"):
            self._chart(self._keys.of(item))
        if "images" in entries:
            self.changes = [
                _Change(self.file, one) for one in image_changes(entries["images"].node, self._keys)
            ]

    def _items(self, entries: dict[str, YamlEntry], key: str) -> list[YamlNode]:
        node = entries[key].node if key in entries else None
        return node.items if isinstance(node, SequenceNode) else []

    def _resource(self, item: YamlNode) -> None:
        if not isinstance(item, ScalarNode):
            return
        if "\n" in item.text:
            self._inline_patch(item)
        elif is_remote(item.text):
            self.not_read.append("remote kustomize resource")
        elif folder := self._kustomization_at(item):
            self.inner += folder
        elif isinstance(path := self._source.locate(self._path(item.text)), str):
            self.resources.append(path)

    def _kustomization_at(self, item: YamlNode) -> list[str]:
        """The kustomization in the folder that an item names; none if there is none."""
        if not isinstance(item, ScalarNode):
            return []
        for name in NAMES:
            path = self._source.locate(join(self._path(item.text), name))
            if isinstance(path, str):
                return [path]
        return []

    def _path(self, written: str) -> str:
        return locate(dirname(self.file), written)

    def _patch(self, entries: dict[str, YamlEntry]) -> None:
        if "patch" in entries and isinstance(entries["patch"].node, ScalarNode):
            self._inline_patch(entries["patch"].node)
        elif written := text_of(entries, "path"):
            path = self._source.locate(self._path(written))
            text = self._source.read_text(path) if isinstance(path, str) else None
            if isinstance(path, str) and isinstance(text, str):
                self.resources.append(path)
                self.patched += patch_images(text, path)

    def _inline_patch(self, node: ScalarNode) -> None:
        for usage in patch_images(node.text, self.file, with_resources=True):
            self.patched.append(usage._replace(line=usage.line + node.line if node.literal else node.line))

    def _chart(self, entries: dict[str, YamlEntry]) -> None:
        values = entries.get("valuesInline")
        found = value_images(values.node, "helmCharts.valuesInline", self._keys) if values else None
        for one in found.images if found else ():
            filled = one.filled
            self.usages.append(
                image_usage(
                    self.file,
                    one.line,
                    one.path,
                    one.text,
                    filled.value,
                    filled.problem,
                    outline=filled.outline,
                )
            )
        if not (found and found.images and found.is_whole):
            self.not_read.append("kustomize helmCharts")


def read_kustomizations(files: Sequence[str], source: DiskSource) -> Iterator[Reading]:
    """What the kustomizations in these files pull, and which images in their resources they replace."""
    read: dict[str, _Kustomization] = {}
    for file in files:
        text = source.read_text(file)
        if isinstance(text, PathRefusal):
            yield Reading([unreadable(file, "kustomization", text)])
            continue
        read[file] = one = _Kustomization(file, source)
        one.read(text)
        yield Reading([*one.usages, *one.patched], not_read=one.not_read)
    if any(one.changes for one in read.values()):
        yield _Changes(read, source).reading()


class _Changes:
    """What all `images` of a project come to."""

    def __init__(self, read: dict[str, _Kustomization], source: DiskSource) -> None:
        self._read = read
        self._source = source
        self._usages: dict[str, Sequence[Usage]] = {}
        self._built: dict[str, list[_Image]] = {}
        self._applied: set[_Change] = set()
        self._steps = 0

    def reading(self) -> Reading:
        """The images that the outermost kustomizations end up with, and those that none of them leaves."""
        inner = {path for one in self._read.values() for path in (*one.inner, *one.components)}
        roots = [one for one in self._read.values() if one.file not in inner and not one.is_component]
        images = list(dict.fromkeys(chain.from_iterable(self._build(root) for root in roots)))
        left = {_key(image.usage) for image in images if image.change is None}
        replaced = {_key(image.usage) for image in images} - left
        usages = [_usage(one.change, one.name, FilledText(one.name)) for one in images if one.change]
        for change in chain.from_iterable(one.changes for one in self._read.values()):
            if change not in self._applied:
                item = change.change
                usages.append(_usage(change, item.applied(item.name), item.unmatched()))
        return Reading(usages, replaced=list(replaced))

    def _build(self, one: _Kustomization) -> list[_Image]:
        """The images of a kustomization once its own `images` are applied; each one is built once."""
        if one.file not in self._built:
            # An inner kustomization that leads back here has nothing to add.
            self._built[one.file] = []
            self._built[one.file] = self._through(one, [])
        return self._built[one.file]

    def _through(self, one: _Kustomization, images: list[_Image]) -> list[_Image]:
        """These images and those of the kustomization's resources, with components and changes applied."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            return images
        images = list(images)
        for path in one.inner:
            images += self._build(self._read[path]) if path in self._read else []
        for usage in chain(*map(self._usages_in, one.resources), one.patched):
            if any(list_name in usage.place for list_name in _CONTAINERS):
                images.append(_Image(usage, usage.text))
        del images[MOST_IMAGES:]
        for path in one.components:
            if path in self._read and self._read[path] is not one:
                images = self._through(self._read[path], images)
        return [self._changed(image, one.changes) for image in images]

    def _usages_in(self, path: str) -> Sequence[Usage]:
        if path not in self._usages:
            text = self._source.read_text(path)
            self._usages[path] = read_kubernetes(text, path).usages if isinstance(text, str) else ()
        return self._usages[path]

    def _changed(self, image: _Image, changes: list[_Change]) -> _Image:
        for change in changes:
            if image.name.startswith(change.change.name):
                name = change.change.applied(image.name)
                if name != image.name:
                    image = _Image(image.usage, name, change)
                    self._applied.add(change)
        return image


def _usage(change: _Change, image: str, filled: FilledText) -> Usage:
    line, place = change.change.line, f"images.{change.change.name}"
    return image_usage(change.file, line, place, image, filled.value, filled.problem, outline=filled.outline)


def _key(usage: Usage) -> tuple[str, int, str]:
    return (usage.file, usage.line, usage.text)
