"""Bake files: the images that their targets build, with their Dockerfiles, and what they pull for that.

See https://docs.docker.com/build/bake/reference/
"""

from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename, dirname
from typing import NamedTuple, TypeAlias

from iam_tui.core.counted import counted
from iam_tui.core.usage import Usage
from iam_tui.inventory.build_tools.bake_variables import BakeVariables
from iam_tui.inventory.build_tools.dockerfile_path import find_dockerfile
from iam_tui.inventory.build_tools.hcl import UnreadableHcl, read_hcl
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource, PathRefusal
from iam_tui.inventory.image_text import image_usage, named_image, unreadable, unresolved
from iam_tui.inventory.implicit_pulls import cached_image
from iam_tui.inventory.reading import BuildRequest, BuiltImage, Reading
from iam_tui.inventory.uncertainty import FilledText
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

STANDARD_NAMES = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
"""The files that bake merges when it is not given any, in this order."""

_IMAGE_CONTEXT = "docker-image://"
NOT_READ = "Dockerfile that a bake file builds"
_BUILDS = frozenset({"args", "context", "dockerfile", "tags", "target"})
_MOST_TARGETS = 1000
_MOST_INHERITED = 100
_MOST_MERGED = 500_000
_APPENDED = ("cache-from", "inherits")
"""The lists that are appended when targets are merged; every other list replaces the one before it."""
_WHOLE = ""
"""Stands for an attribute as a whole, which is no mapping and no list that is appended."""


class _Placed(NamedTuple):
    """An attribute, or a part of one, with the path of its file."""

    file: str
    entry: YamlEntry


Target: TypeAlias = dict[tuple[str, str | YamlNode], _Placed]
"""The attributes of a target, so that two targets are merged as bake does if the later one's keys win.

A key is the attribute's name with the name of an entry, for a mapping; with the item, for a list that is
appended; otherwise with `_WHOLE`.
"""


class _CannotMerge(Exception):
    """A target that inherits too much; the message, a sentence, says why."""


def read_bake_files(files: Iterable[str], source: FileSource) -> Iterator[Reading]:
    """What these bake files build and pull; those of a folder that bake merges are read as one.

    Never raises.
    """
    by_folder: dict[str, list[str]] = {}
    for file in sorted(files):
        if basename(file) in STANDARD_NAMES:
            by_folder.setdefault(dirname(file), []).append(file)
        else:
            yield _BakeProject(source).read([file])
    for together in by_folder.values():
        order = sorted(together, key=lambda file: STANDARD_NAMES.index(basename(file)))
        yield _BakeProject(source).read(order)


class _BakeProject:
    """The targets and variables of files that are merged, later ones over earlier ones."""

    def __init__(self, source: FileSource) -> None:
        self._source = source
        self._keys = MappingKeys()
        self._layers: dict[str, list[Target]] = {}
        self._targets: dict[str, Target] = {}
        self._places: dict[str, _Placed] = {}
        self._folder = ""
        self._merged = 0
        self._variables = BakeVariables()
        self._usages: list[Usage] = []
        self._requests: list[BuildRequest] = []
        self._built: list[BuiltImage] = []
        self._not_read: list[str] = []

    def read(self, files: Sequence[str]) -> Reading:
        self._folder = dirname(files[0])
        for file in files:
            text = self._source.read(file)
            if isinstance(text, PathRefusal):
                self._usages.append(unreadable(file, "bake", text))
                continue
            try:
                root = read_hcl(text) if file.endswith(".hcl") else next(iter(read_documents(text)), None)
                if root is not None:
                    self._add(file, root)
            except (UnreadableHcl, UnreadableYaml) as error:
                problem = f"the file cannot be read: line {error.line}: {error.reason}"
                self._usages.append(unresolved(file, error.line, "bake", "", problem))
        # Only now is it known which variables are null.
        self._targets = {
            name: {
                key: placed for layer in layers for key, placed in layer.items() if not self._is_null(placed)
            }
            for name, layers in self._layers.items()
        }
        self._read_targets()
        return Reading(self._usages, self._requests, built=self._built, not_read=self._not_read)

    def _read_targets(self) -> None:
        parents = {text.value for target in self._targets.values() for text in self._parents(target)}
        for number, name in enumerate(self._targets):
            if number == _MOST_TARGETS:
                left = counted(len(self._targets) - _MOST_TARGETS, "target is", "targets are")
                self._problem(name, f"{left} not read, beyond the first {_MOST_TARGETS:,}")
                break
            try:
                target = self._inherited(name, {}, 0)
            except _CannotMerge as error:
                self._problem(name, str(error))
                continue
            # What others inherit and what has no name is seldom built by itself.
            if name not in parents or ("tags", _WHOLE) in target:
                self._target(name, target)

    def _problem(self, target: str, problem: str) -> None:
        file, entry = self._places[target]
        self._usages.append(unresolved(file, entry.line, f"target.{target}", "", problem))

    def _add(self, file: str, root: YamlNode) -> None:
        for name, entry in self._keys.of(root).items():
            if name == "target" and isinstance(entry.node, MappingNode):
                # A target may have several blocks.
                for label, block in entry.node.pairs:
                    if isinstance(label, ScalarNode):
                        self._places.setdefault(label.text, _Placed(file, YamlEntry(label.line, block)))
                        self._layers.setdefault(label.text, []).append(self._attributes(file, block))
            elif name == "variable":
                for variable, fields in self._keys.of(entry.node).items():
                    self._variables.declare(variable, self._keys.of(fields.node).get("default"))
            elif isinstance(entry.node, ScalarNode):
                self._variables.set(name, entry.node.text)

    def _attributes(self, file: str, fields: YamlNode) -> Target:
        found: Target = {}
        for name, entry in self._keys.of(fields).items():
            if isinstance(entry.node, MappingNode):
                found |= {
                    (name, key): _Placed(file, inner) for key, inner in self._keys.of(entry.node).items()
                }
            elif isinstance(entry.node, SequenceNode) and name in _APPENDED:
                listed = [self._cache(item) for item in entry.node.items]
                found |= {(name, item): _Placed(file, YamlEntry(item.line, item)) for item in listed}
            else:
                found[name, _WHOLE] = _Placed(file, entry)
        return found

    def _cache(self, item: YamlNode) -> YamlNode:
        """A cache source that is written as a mapping, in the form with commas; anything else as it is."""
        if not isinstance(item, MappingNode):
            return item
        fields = self._keys.of(item).items()
        texts = [f"{key}={inner.node.text}" for key, inner in fields if isinstance(inner.node, ScalarNode)]
        return ScalarNode(item.line, ",".join(texts))

    def _is_null(self, placed: _Placed) -> bool:
        """Whether it is null, or a variable that is: then it counts as left out."""
        node = placed.entry.node
        return isinstance(node, ScalarNode) and self._variables.is_null(node)

    def _inherited(self, name: str, known: dict[str, Target], depth: int) -> Target:
        """The target's attributes with those that it inherits; an endless chain ends where it began.

        `known` has the targets that are done, or begun, on the way from the target that is asked for; as
        for bake, what an endless chain comes to depends on that. Raises `_CannotMerge` beyond the limits.
        """
        if name in known:
            return known[name]
        if depth >= _MOST_INHERITED:
            raise _CannotMerge(f"more than {_MOST_INHERITED} targets inherit from each other")
        known[name] = {}
        own = self._targets.get(name, {})
        found: Target = {}
        for parent in self._parents(own):
            if parent.value is None:
                found["inherits", _WHOLE] = self._places[name]
            else:
                found |= self._spent(self._inherited(parent.value, known, depth + 1))
        known[name] = found = found | self._spent(own)
        return found

    def _spent(self, target: Target) -> Target:
        """The same target, counted as merged."""
        self._merged += len(target)
        if self._merged > _MOST_MERGED:
            raise _CannotMerge(f"the targets inherit more than {_MOST_MERGED:,} values")
        return target

    def _target(self, name: str, target: Target) -> None:
        for tag in self._tags(target):
            reference = named_image(*tag[:1], tag.problem, tag.outline).reference
            if reference:
                self._built.append(BuiltImage(reference))
        self._usages += self._images(f"target.{name}", target)
        if ("dockerfile-inline", _WHOLE) in target:
            self._not_read.append(NOT_READ)
            return
        context, dockerfile, stage = (self._text(target, key) for key in ("context", "dockerfile", "target"))
        # What is computed, as for a matrix of targets, may be any Dockerfile, stage or argument.
        known = all(one.value is not None for one in (context, dockerfile, stage)) and not any(
            (key, _WHOLE) in target for key in ("args", "contexts", "inherits")
        )
        path, problem = find_dockerfile(
            self._source, self._folder, context.value or "", dockerfile.value or ""
        )
        if known and not problem:
            self._requests.append(BuildRequest(path, self._build(stage.value or None, target)))
        elif any(key in _BUILDS for key, _ in target):
            self._not_read.append(NOT_READ)

    def _build(self, stage: str | None, target: Target) -> DockerfileBuild:
        arguments = {key: filled for key, _, filled in self._texts(target, "args")}
        # An empty context is the same as none.
        contexts = {key: filled for key, _, filled in self._texts(target, "contexts") if filled.value != ""}
        return DockerfileBuild(
            stage,
            {
                key: filled.outline if filled.value is None else filled.value
                for key, filled in arguments.items()
            },
            {key: filled.value or filled.outline for key, filled in contexts.items()},
            {key: filled.problem for key, filled in arguments.items() if filled.value is None},
        )

    def _images(self, place: str, target: Target) -> Iterator[Usage]:
        """The contexts and cache sources that are images."""
        for key, placed, filled in self._texts(target, "contexts"):
            if (filled.value or filled.outline).startswith(_IMAGE_CONTEXT):
                image = filled.mapped(lambda text: text.removeprefix(_IMAGE_CONTEXT))
                yield _usage(placed, f"{place}.contexts.{key}", image)
        for _, placed, filled in self._texts(target, "cache-from"):
            image = filled.mapped(cached_image)
            if image.value or (image.value is None and image.outline):
                yield _usage(placed, f"{place}.cache-from", image)

    def _texts(self, target: Target, name: str) -> Iterator[tuple[str, _Placed, FilledText]]:
        """The texts in an attribute that is merged, those in a mapping with their keys."""
        for (attribute, key), placed in target.items():
            if attribute == name and isinstance(placed.entry.node, ScalarNode):
                yield (
                    key if isinstance(key, str) else "",
                    placed,
                    self._variables.filled(placed.entry.node.text),
                )

    def _parents(self, target: Target) -> list[FilledText]:
        """The names of the targets that it inherits."""
        return [filled for _, _, filled in self._texts(target, "inherits")]

    def _tags(self, target: Target) -> list[FilledText]:
        tags = target.get(("tags", _WHOLE))
        items = tags.entry.node.items if tags and isinstance(tags.entry.node, SequenceNode) else []
        return [self._variables.filled(item.text) for item in items if isinstance(item, ScalarNode)]

    def _text(self, target: Target, key: str) -> FilledText:
        placed = target.get((key, _WHOLE))
        node = placed.entry.node if placed else None
        return self._variables.filled(node.text if isinstance(node, ScalarNode) else "")


def _usage(placed: _Placed, place: str, image: FilledText) -> Usage:
    file, entry = placed
    written = entry.node.text if isinstance(entry.node, ScalarNode) else ""
    value, _, outline = image
    return image_usage(file, entry.line, place, written, value, image.problem, outline=outline)
