"""The values of a Compose file that concern images, with their places, and how they are merged."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias

from iam_tui.inventory.compose.interpolation import fill
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    typed_text,
)

MOST_MERGED = 500_000
"""How many values the overrides, extends and includes of a project may copy."""

_MOST_DEPTH = 6
_SERVICE_KEYS = ("image", "build", "volumes", "profiles", "pull_policy", "extends", "pre_start")
_BUILD_LISTS = ("args", "additional_contexts")


@dataclass(slots=True, frozen=True, eq=False)
class ComposeFile:
    """Where values come from: a file, the folder that its paths start from, and its variables."""

    file: str
    folder: str
    variables: dict[str, FilledText]


@dataclass(slots=True, frozen=True, eq=False)
class ComposeText:
    """A scalar: as written, and with its variables filled in.

    `block_line` is the line on which its content starts, if it is a block after `|`; otherwise 0.
    """

    source: ComposeFile
    line: int
    place: str
    written: str
    filled: FilledText
    block_line: int = 0

    @property
    def unknown(self) -> str:
        """Why the value cannot be known; empty if it is known, or if there is none (null)."""
        return self.filled.problem if self.filled.value is None else ""

    @property
    def value(self) -> str:
        """The text with its variables filled in; empty where it cannot be known, and for null."""
        return self.filled.value or ""


@dataclass(slots=True, frozen=True, eq=False)
class ComposeList:
    """A list. With `replaces` it replaces earlier lists, rather than being added to them."""

    items: "tuple[ComposeValue, ...]"
    replaces: bool = False


@dataclass(slots=True, frozen=True, eq=False)
class ComposeMapping:
    """A mapping, with the place of its key. `replaces` is as for `ComposeList`."""

    source: ComposeFile
    line: int
    place: str
    entries: "dict[str, ComposeValue]"
    replaces: bool = False

    def text(self, name: str) -> ComposeText | None:
        """The scalar of that name, if there is one."""
        value = self.entries.get(name)
        return value if isinstance(value, ComposeText) else None

    def fields(self, name: str) -> "ComposeMapping | None":
        """The mapping of that name, if there is one."""
        value = self.entries.get(name)
        return value if isinstance(value, ComposeMapping) else None

    def items(self, name: str) -> "tuple[ComposeValue, ...]":
        """The list of that name, empty if there is none. A single value counts as a list of one."""
        value = self.entries.get(name)
        if isinstance(value, ComposeList):
            return value.items
        return (value,) if isinstance(value, ComposeText | ComposeMapping) else ()

    def texts(self, name: str) -> "list[ComposeText]":
        """The scalars in the list of that name."""
        return [value for value in self.items(name) if isinstance(value, ComposeText)]


class ResetTag(Enum):
    """The tag `!reset`, which removes all earlier values."""

    RESET = "!reset"


ComposeValue: TypeAlias = ComposeText | ComposeList | ComposeMapping | Literal[ResetTag.RESET]


class ComposeValueReader:
    """Reads values from the nodes of one file. A node with aliases is read once, with its first place."""

    def __init__(self, source: ComposeFile, keys: MappingKeys) -> None:
        self.source = source
        self._keys = keys
        self._known: dict[int, ComposeValue | None] = {}
        self._filled: dict[int, FilledText] = {}

    def service(self, place: str, entry: YamlEntry) -> ComposeValue:
        """A service: only the keys that can lead to an image, with short forms written out."""
        if entry.node.tag == ResetTag.RESET.value:
            return ResetTag.RESET
        entries = self._keys.of(entry.node)
        found = {key: self.read(entries[key], f"{place}.{key}") for key in _SERVICE_KEYS if key in entries}
        fields = {key: value for key, value in found.items() if value is not None}
        for key, inner in (("build", "context"), ("extends", "service")):
            text = fields.get(key)
            if isinstance(text, ComposeText):
                fields[key] = ComposeMapping(self.source, text.line, text.place, {inner: text})
        build = fields.get("build")
        if isinstance(build, ComposeMapping):
            fields["build"] = self._build(build)
        return ComposeMapping(self.source, entry.line, place, fields, entry.node.tag == "!override")

    def read(self, entry: YamlEntry, place: str, depth: int = 0) -> ComposeValue | None:
        """The value of a key or item; None for null, and for values that are nested too deep to matter."""
        node = entry.node
        if node.tag == ResetTag.RESET.value:
            return ResetTag.RESET
        if isinstance(node, ScalarNode):
            return None if node.is_null else self._text(entry.line, node, place)
        if id(node) not in self._known:
            self._known[id(node)] = None
            self._known[id(node)] = self._collection(entry, place, depth) if depth < _MOST_DEPTH else None
        return self._known[id(node)]

    def _text(self, line: int, node: ScalarNode, place: str) -> ComposeText:
        filled = self._filled.get(id(node))
        if filled is None:
            filled = self._filled[id(node)] = fill(typed_text(node), self.source.variables)
        return ComposeText(self.source, line, place, node.text, filled, node.line + 1 if node.literal else 0)

    def _collection(self, entry: YamlEntry, place: str, depth: int) -> ComposeValue:
        node = entry.node
        replaces = node.tag == "!override"
        if isinstance(node, SequenceNode):
            read = (self.read(YamlEntry(item.line, item), place, depth + 1) for item in node.items)
            return ComposeList(tuple(value for value in read if value is not None), replaces)
        fields: dict[str, ComposeValue] = {}
        for name, inner in self._keys.of(node).items():
            value = self.read(inner, f"{place}.{name}", depth + 1)
            if value is None and isinstance(inner.node, ScalarNode):
                value = ComposeText(self.source, inner.line, f"{place}.{name}", "", FilledText(None))
            if value is not None:
                fields[name] = value
        return ComposeMapping(self.source, entry.line, place, fields, replaces)

    def _build(self, build: ComposeMapping) -> ComposeMapping:
        """The build with its lists of `name=value` as mappings; an item without `=` has no value."""
        entries = dict(build.entries)
        for key in _BUILD_LISTS:
            listed = entries.get(key)
            if isinstance(listed, ComposeList):
                named = dict(_named(item) for item in listed.items if isinstance(item, ComposeText))
                place = f"{build.place}.{key}"
                entries[key] = ComposeMapping(self.source, build.line, place, dict(named), listed.replaces)
        return ComposeMapping(build.source, build.line, build.place, entries, build.replaces)


def _named(item: ComposeText) -> tuple[str, ComposeText]:
    name, equals, _ = item.written.partition("=")
    filled = item.filled.mapped(_after_equals)
    if not equals and item.filled.value is not None:
        filled = filled._replace(value=None)
    place = f"{item.place}.{name}"
    return name, ComposeText(item.source, item.line, place, _after_equals(item.written), filled)


def _after_equals(text: str) -> str:
    return text.partition("=")[2]


class ValueMerger:
    """Merges values as Compose does, up to `MOST_MERGED` of them."""

    def __init__(self) -> None:
        self._merged = 0

    def merge(self, base: ComposeValue, new: ComposeValue) -> ComposeValue:
        """`new` merged into `base`: mappings key by key, lists appended, everything else replaced.

        Raises `UnreadableYaml` beyond the limit.
        """
        if isinstance(base, ComposeMapping) and isinstance(new, ComposeMapping) and not new.replaces:
            self._spend(len(base.entries) + len(new.entries), new.line)
            entries = dict(base.entries)
            for key, value in new.entries.items():
                entries[key] = self.merge(entries[key], value) if key in entries else value
            return ComposeMapping(new.source, new.line, new.place, entries, base.replaces)
        if isinstance(base, ComposeList) and isinstance(new, ComposeList) and not new.replaces:
            self._spend(len(base.items) + len(new.items), 1)
            return ComposeList(base.items + new.items, base.replaces)
        return new

    def _spend(self, values: int, line: int) -> None:
        self._merged += values
        if self._merged > MOST_MERGED:
            raise UnreadableYaml(line, f"merges of more than {MOST_MERGED} values")
