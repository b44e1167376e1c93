"""A Compose file's values with their place, ready to be merged: only what has to do with images."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias

from iam_tui.inventory.compose.interpolation import Filled, fill
from iam_tui.inventory.yaml_nodes import Entry, Keys, NotYaml, Scalar, Sequence, typed_text

MOST_MERGED = 500_000
"""How many values a project's overrides, extends and includes may copy."""

_MOST_DEPTH = 6
_SERVICE_KEYS = ("image", "build", "volumes", "profiles", "pull_policy", "extends", "pre_start")
_BUILD_LISTS = ("args", "additional_contexts")


@dataclass(slots=True, frozen=True, eq=False)
class ComposeFile:
    """Where values stand: a file, the folder that its paths start from, and its variables."""

    file: str
    folder: str
    variables: dict[str, Filled]


@dataclass(slots=True, frozen=True, eq=False)
class Text:
    """A scalar: as written, and with its variables filled in (see `Filled`).

    `block_line` is the line that its content starts on if it is a block behind `|`, otherwise 0.
    """

    source: ComposeFile
    line: int
    place: str
    written: str
    filled: Filled
    block_line: int = 0

    @property
    def unknown(self) -> str:
        """Why nobody can tell the value; empty if it is known, or if there is none (null)."""
        return self.filled.problem if self.filled.value is None else ""

    @property
    def value(self) -> str:
        """The text with its variables filled in; empty where nobody can tell, and for null."""
        return self.filled.value or ""


@dataclass(slots=True, frozen=True, eq=False)
class Items:
    """A list; `replaces` is whether it stands for all before it rather than behind them."""

    items: "tuple[Value, ...]"
    replaces: bool = False


@dataclass(slots=True, frozen=True, eq=False)
class Fields:
    """A mapping, with the place of its key; `replaces` as for `Items`."""

    source: ComposeFile
    line: int
    place: str
    entries: "dict[str, Value]"
    replaces: bool = False

    def text(self, name: str) -> Text | None:
        """The scalar of that name, if one is there."""
        value = self.entries.get(name)
        return value if isinstance(value, Text) else None

    def fields(self, name: str) -> "Fields | None":
        """The mapping of that name, if one is there."""
        value = self.entries.get(name)
        return value if isinstance(value, Fields) else None

    def items(self, name: str) -> "tuple[Value, ...]":
        """The list of that name; empty if none is there. A single value is a list of one."""
        value = self.entries.get(name)
        if isinstance(value, Items):
            return value.items
        return (value,) if isinstance(value, Text | Fields) else ()

    def texts(self, name: str) -> "list[Text]":
        """The scalars in the list of that name."""
        return [value for value in self.items(name) if isinstance(value, Text)]


class Reset(Enum):
    """What `!reset` leaves: nothing, whatever stood there before."""

    RESET = "!reset"


Value: TypeAlias = Text | Items | Fields | Literal[Reset.RESET]


class Values:
    """Reads values out of one file's nodes. What aliases share is read once, with its first place."""

    def __init__(self, source: ComposeFile, keys: Keys) -> None:
        self.source = source
        self._keys = keys
        self._known: dict[int, Value | None] = {}
        self._filled: dict[int, Filled] = {}

    def service(self, place: str, entry: Entry) -> Value:
        """A service: only the keys that can lead to an image, each in one shape."""
        if entry.node.tag == Reset.RESET.value:
            return Reset.RESET
        entries = self._keys.of(entry.node)
        found = {key: self.read(entries[key], f"{place}.{key}") for key in _SERVICE_KEYS if key in entries}
        fields = {key: value for key, value in found.items() if value is not None}
        for key, inner in (("build", "context"), ("extends", "service")):
            text = fields.get(key)
            if isinstance(text, Text):
                fields[key] = Fields(self.source, text.line, text.place, {inner: text})
        build = fields.get("build")
        if isinstance(build, Fields):
            fields["build"] = self._build(build)
        return Fields(self.source, entry.line, place, fields, entry.node.tag == "!override")

    def read(self, entry: Entry, place: str, depth: int = 0) -> Value | None:
        """The value of a key or item; None for null and for what stands too deep to matter."""
        node = entry.node
        if node.tag == Reset.RESET.value:
            return Reset.RESET
        if isinstance(node, Scalar):
            return None if node.is_null else self._text(entry.line, node, place)
        if id(node) not in self._known:
            self._known[id(node)] = None
            self._known[id(node)] = self._collection(entry, place, depth) if depth < _MOST_DEPTH else None
        return self._known[id(node)]

    def _text(self, line: int, node: Scalar, place: str) -> Text:
        filled = self._filled.get(id(node))
        if filled is None:
            filled = self._filled[id(node)] = fill(typed_text(node), self.source.variables)
        return Text(self.source, line, place, node.text, filled, node.line + 1 if node.literal else 0)

    def _collection(self, entry: Entry, place: str, depth: int) -> Value:
        node = entry.node
        replaces = node.tag == "!override"
        if isinstance(node, Sequence):
            read = (self.read(Entry(item.line, item), place, depth + 1) for item in node.items)
            return Items(tuple(value for value in read if value is not None), replaces)
        fields: dict[str, Value] = {}
        for name, inner in self._keys.of(node).items():
            value = self.read(inner, f"{place}.{name}", depth + 1)
            if value is None and isinstance(inner.node, Scalar):
                value = Text(self.source, inner.line, f"{place}.{name}", "", Filled(None))
            if value is not None:
                fields[name] = value
        return Fields(self.source, entry.line, place, fields, replaces)

    def _build(self, build: Fields) -> Fields:
        """The build with its lists of `name=value` as mappings; without `=` there is no value."""
        entries = dict(build.entries)
        for key in _BUILD_LISTS:
            listed = entries.get(key)
            if isinstance(listed, Items):
                named = dict(_named(item) for item in listed.items if isinstance(item, Text))
                place = f"{build.place}.{key}"
                entries[key] = Fields(self.source, build.line, place, dict(named), listed.replaces)
        return Fields(build.source, build.line, build.place, entries, build.replaces)


def _named(item: Text) -> tuple[str, Text]:
    name, equals, _ = item.written.partition("=")
    value = item.filled.value
    if value is not None:
        value = value.partition("=")[2] if equals else None
    return name, Text(
        item.source,
        item.line,
        f"{item.place}.{name}",
        item.written.partition("=")[2],
        item.filled._replace(value=value),
    )


class Merging:
    """Lays values over each other as Compose does, up to `MOST_MERGED` of them."""

    def __init__(self) -> None:
        self._merged = 0

    def over(self, base: Value, new: Value) -> Value:
        """`new` over `base`: mappings key by key, lists one behind the other, all else replaced."""
        if isinstance(base, Fields) and isinstance(new, Fields) and not new.replaces:
            self._spend(len(base.entries) + len(new.entries), new.line)
            entries = dict(base.entries)
            for key, value in new.entries.items():
                entries[key] = self.over(entries[key], value) if key in entries else value
            return Fields(new.source, new.line, new.place, entries, base.replaces)
        if isinstance(base, Items) and isinstance(new, Items) and not new.replaces:
            self._spend(len(base.items) + len(new.items), 1)
            return Items(base.items + new.items, base.replaces)
        return new

    def _spend(self, values: int, line: int) -> None:
        self._merged += values
        if self._merged > MOST_MERGED:
            raise NotYaml(line, f"merges of more than {MOST_MERGED} values")
