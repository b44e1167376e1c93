"""Bake files: the images that their targets build, with their Dockerfiles, and what they pull for that.

See https://docs.docker.com/build/bake/reference/
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename, dirname

from iam_tui.core.usage import Usage
from iam_tui.inventory.build_tools.hcl import UnreadableHcl, read_hcl
from iam_tui.inventory.build_tools.request import find_dockerfile
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource, PathRefusal
from iam_tui.inventory.image_text import LONGEST, image_usage, named_image, unreadable, unresolved
from iam_tui.inventory.implicit_pulls import cached_image
from iam_tui.inventory.reading import BuildRequest, BuiltImage, Reading
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
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

_VARIABLE = re.compile(r"\$\{\s*([^\W\d][\w-]*+)\s*\}|(\$)\$\{|[$%]\{")
_COMPUTED = "a variable or function of the bake file has no value in it"
_IMAGE_CONTEXT = "docker-image://"
NOT_READ = "Dockerfile that a bake file builds"
_BUILDS = frozenset({"args", "context", "dockerfile", "tags", "target"})
_MOST_TARGETS = 1000
_MOST_INHERITED = 100
_MOST_DEPTH = 100

Target = dict[str, tuple[str, YamlEntry]]
"""The attributes of a target by name, each with the path of its file."""


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
        self._roots: list[YamlNode] = []
        self._targets: dict[str, Target] = {}
        self._variables: dict[str, str] = {}
        self._null: set[str] = set()
        self._filled_variables: dict[str, str] = {}
        self._usages: list[Usage] = []
        self._requests: list[BuildRequest] = []
        self._built: list[BuiltImage] = []
        self._not_read: list[str] = []

    def read(self, files: Sequence[str]) -> Reading:
        for file in files:
            text = self._source.read(file)
            if isinstance(text, PathRefusal):
                self._usages.append(unreadable(file, "bake", text))
                continue
            try:
                root = read_hcl(text) if file.endswith(".hcl") else next(iter(read_documents(text)), None)
            except (UnreadableHcl, UnreadableYaml) as error:
                problem = f"the file cannot be read: line {error.line}: {error.reason}"
                self._usages.append(unresolved(file, error.line, "bake", "", problem))
                continue
            if root is not None:
                self._roots.append(root)
                self._merge(file, root)
        parents = {one.value for target in self._targets.values() for one in self._texts(target, "inherits")}
        for name in list(self._targets)[:_MOST_TARGETS]:
            target = self._inherited(name, [])
            # What others inherit and what has no name is seldom built by itself.
            if name not in parents or "tags" in target:
                self._target(name, target)
        return Reading(self._usages, self._requests, built=self._built, not_read=self._not_read)

    def _merge(self, file: str, root: YamlNode) -> None:
        for name, entry in self._keys.of(root).items():
            inner = self._keys.of(entry.node)
            if name == "target":
                for target, fields in inner.items():
                    attributes = self._keys.of(fields.node).items()
                    merged = self._targets.setdefault(target, {})
                    merged.update({key: (file, value) for key, value in attributes})
            elif name == "variable":
                for variable, fields in inner.items():
                    self._declare(variable, self._keys.of(fields.node).get("default"))
            elif isinstance(entry.node, ScalarNode):
                self._variables[name] = entry.node.text

    def _declare(self, variable: str, default: YamlEntry | None) -> None:
        node = default.node if default else None
        if isinstance(node, ScalarNode) and node.is_null:
            self._null.add(variable)
        elif isinstance(node, ScalarNode):
            self._null.discard(variable)
            self._variables[variable] = node.text

    def _is_null(self, node: ScalarNode) -> bool:
        """Whether it is null, or a variable that is: then the attribute counts as left out."""
        variable = _VARIABLE.fullmatch(node.text)
        return node.is_null or (variable is not None and variable[1] in self._null)

    def _inherited(self, name: str, seen: list[str]) -> Target:
        """The target's attributes with those that it inherits; an endless chain ends where it began."""
        if name in seen or len(seen) >= _MOST_INHERITED:
            return {}
        own = self._targets.get(name, {})
        found: Target = {}
        for parent in self._texts(own, "inherits"):
            found |= self._inherited(parent.value or "", [*seen, name])
        return found | own

    def _target(self, name: str, target: Target) -> None:
        for tag in self._texts(target, "tags"):
            reference = named_image(*tag[:1], tag.problem, tag.outline).reference
            if reference:
                self._built.append(BuiltImage(reference))
        place = f"target.{name}"
        contexts = {key: filled for key, _, _, filled in self._mapping(target, "contexts")}
        self._usages += self._images(place, target)
        if "dockerfile-inline" in target:
            self._not_read.append(NOT_READ)
            return
        context, dockerfile, stage = (self._text(target, key) for key in ("context", "dockerfile", "target"))
        # What is computed, as for a matrix of targets, may be any Dockerfile or stage.
        known = all(one.value is not None for one in (context, dockerfile, stage))
        folder = dirname(next((file for file, _ in target.values()), ""))
        path, problem = find_dockerfile(self._source, folder, context.value or "", dockerfile.value or "")
        if not known or problem:
            self._not_read += [NOT_READ] if _BUILDS & target.keys() else []
        else:
            arguments = {key: filled for key, _, _, filled in self._mapping(target, "args")}
            build = DockerfileBuild(
                stage.value or None,
                {
                    key: filled.outline if filled.value is None else filled.value
                    for key, filled in arguments.items()
                },
                {key: filled.value or filled.outline for key, filled in contexts.items()},
                {key: filled.problem for key, filled in arguments.items() if filled.value is None},
            )
            self._requests.append(BuildRequest(path, build))

    def _images(self, place: str, target: Target) -> Iterator[Usage]:
        """The contexts and cache sources that are images."""
        for key, file, entry, filled in self._mapping(target, "contexts"):
            if (filled.value or filled.outline).startswith(_IMAGE_CONTEXT):
                image = filled.mapped(lambda text: text.removeprefix(_IMAGE_CONTEXT))
                yield _usage(file, entry, f"{place}.contexts.{key}", image)
        file, cache = target.get("cache-from", ("", None))
        for item in cache.node.items if cache and isinstance(cache.node, SequenceNode) else ():
            if isinstance(item, ScalarNode):
                image = self._filled(item.text).mapped(cached_image)
                if image.value or (image.value is None and image.outline):
                    yield _usage(file, YamlEntry(item.line, item), f"{place}.cache-from", image)

    def _mapping(self, target: Target, key: str) -> Iterator[tuple[str, str, YamlEntry, FilledText]]:
        """The texts in the mapping of that name: key, file, entry and text."""
        file, entry = target.get(key, ("", None))
        for name, inner in self._keys.of(entry.node).items() if entry else ():
            if isinstance(inner.node, ScalarNode) and not self._is_null(inner.node):
                yield name, file, inner, self._filled(inner.node.text)

    def _texts(self, target: Target, key: str) -> list[FilledText]:
        _, entry = target.get(key, ("", None))
        items = entry.node.items if entry and isinstance(entry.node, SequenceNode) else []
        return [self._filled(item.text) for item in items if isinstance(item, ScalarNode)]

    def _text(self, target: Target, key: str) -> FilledText:
        _, entry = target.get(key, ("", None))
        node = entry.node if entry else None
        return self._filled(node.text if isinstance(node, ScalarNode) and not self._is_null(node) else "")

    def _filled(self, text: str, depth: int = 0) -> FilledText:
        """The text with the variables' defaults; whatever else is computed is unknown."""
        pieces: list[str] = []
        at, room = 0, LONGEST
        while match := _VARIABLE.search(text, at):
            pieces.append(text[at : match.start()])
            at = match.end()
            if match[1]:
                pieces.append(self._variable(match[1], depth))
            elif match[2]:
                pieces.append("${")
            else:
                pieces.append(UNKNOWN)
                at = _end_of_template(text, at)
            room -= len(pieces[-1])
            if room < 0:
                return FilledText(None, (_COMPUTED,))
        value = "".join((*pieces, text[at:]))
        return FilledText(None, (_COMPUTED,), value) if UNKNOWN in value else FilledText(value)

    def _variable(self, name: str, depth: int) -> str:
        """The default of a variable, which is filled in once; `UNKNOWN` without one, and in a circle."""
        if name not in self._filled_variables:
            self._filled_variables[name] = UNKNOWN
            default = self._variables.get(name)
            if default is not None and depth < _MOST_DEPTH:
                filled = self._filled(default, depth + 1)
                self._filled_variables[name] = filled.outline if filled.value is None else filled.value
        return self._filled_variables[name]


def _end_of_template(text: str, at: int) -> int:
    depth = 1
    while at < len(text) and depth:
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at


def _usage(file: str, entry: YamlEntry, place: str, image: FilledText) -> Usage:
    written = entry.node.text if isinstance(entry.node, ScalarNode) else ""
    value, _, outline = image
    return image_usage(file, entry.line, place, written, value, image.problem, outline=outline)
