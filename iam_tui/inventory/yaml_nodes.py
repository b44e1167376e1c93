"""YAML as nodes with lines: what a hand has written, before any type is made of it (references 3).

Read from the parser's events, so that nothing is lost or refused that other programs take: unknown tags,
repeated keys and anchors, several documents. No document crashes or stalls the reader: depth is counted
while reading, and aliases are shared rather than copied.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

MOST_DEPTH = 100
"""How deep collections may stand in each other, and how long a chain of merges may be."""
MOST_MERGED = 200_000
"""How many keys one file's merges may copy."""

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"(true|false)", re.IGNORECASE)
_INTEGER = re.compile(r"[-+]?(?:0[bB][01_]+|0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|[0-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 40
_STRING_TAG = "tag:yaml.org,2002:str"


class NotYaml(Exception):
    """The text is not read as YAML; `line` counts from 1, `reason` is part of a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(slots=True, eq=False)
class Scalar:
    """A text. `plain` is whether it stands without quotes; `literal` whether as a block behind `|`."""

    line: int
    text: str
    tag: str = ""
    plain: bool = False
    literal: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it says that there is no value."""
        return self.plain and self.tag != _STRING_TAG and _NULL.fullmatch(self.text) is not None


@dataclass(slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    line: int
    items: "list[Node]" = field(default_factory=list)
    tag: str = ""


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with values, in the order of the file, merges (`<<`) still among them."""

    line: int
    pairs: "list[tuple[Node, Node]]" = field(default_factory=list)
    tag: str = ""


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True, frozen=True)
class Entry:
    """A value with the line of its key."""

    line: int
    node: Node


def read_documents(text: str) -> list[Node]:
    """The root node of each document; raises `NotYaml`. Lines count from 1. An anchor may stand in itself."""
    try:
        return _compose(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(mark.line + 1 if mark else 1, error.problem or error.context or "broken") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotYaml(line, "a character that YAML does not allow") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise NotYaml(1, str(error).partition("\n")[0]) from None


def _compose(events: Iterable[yaml.Event]) -> list[Node]:
    """The documents that the events spell."""
    roots: list[Node] = []
    anchors: dict[str, Node] = {}
    open_nodes: list[tuple[Sequence | Mapping, list[Node]]] = []
    inside = roots
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            node: Node = _scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            node = _collection(event)
        elif isinstance(event, yaml.AliasEvent):
            node = _anchored(anchors, event)
        else:
            if isinstance(event, yaml.CollectionEndEvent):
                _close(*open_nodes.pop())
                inside = open_nodes[-1][1] if open_nodes else roots
            elif isinstance(event, yaml.DocumentEndEvent):
                anchors = {}
            continue
        inside.append(node)
        if isinstance(event, yaml.AliasEvent):
            continue
        if event.anchor is not None:
            anchors[event.anchor] = node
        if not isinstance(node, Scalar):
            if len(open_nodes) == MOST_DEPTH:
                raise NotYaml(node.line, f"more than {MOST_DEPTH} levels deep")
            inside = []
            open_nodes.append((node, inside))
    return roots


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    tag = event.tag or ""
    plain = not event.style
    return Scalar(_line(event), event.value, tag, plain, event.style == "|")


def _collection(event: yaml.CollectionStartEvent) -> Sequence | Mapping:
    kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
    return kind(_line(event), tag=event.tag or "")


def _anchored(anchors: dict[str, Node], event: yaml.AliasEvent) -> Node:
    try:
        return anchors[event.anchor or ""]
    except KeyError:
        raise NotYaml(_line(event), "an alias without its anchor") from None


def _close(node: Sequence | Mapping, children: list[Node]) -> None:
    if isinstance(node, Sequence):
        node.items = children
    else:
        node.pairs = list(zip(children[::2], children[1::2], strict=True))


class Keys:
    """The keys of mappings by name, merges (`<<`) followed: own keys win, then the first that is merged.

    Of a repeated key the last counts. Each mapping is unfolded once, however many aliases lead to it.
    """

    def __init__(self) -> None:
        self._unfolded: dict[int, dict[str, Entry]] = {}
        self._open: set[int] = set()
        self._merged = 0

    def of(self, node: Node) -> dict[str, Entry]:
        """The entries; none if it is no mapping. Raises `NotYaml` where merges are endless or too many."""
        if not isinstance(node, Mapping):
            return {}
        known = self._unfolded.get(id(node))
        if known is None:
            known = self._unfolded[id(node)] = self._unfold(node)
        return known

    def _unfold(self, node: Mapping) -> dict[str, Entry]:
        if id(node) in self._open or len(self._open) >= MOST_DEPTH:
            raise NotYaml(node.line, "merges that never end, or in too many steps")
        self._open.add(id(node))
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key, value in node.pairs:
            if isinstance(key, Scalar) and key.plain and key.text == "<<":
                for source in value.items if isinstance(value, Sequence) else [value]:
                    self._merge(merged, source)
            elif isinstance(key, Scalar):
                own[key.text] = Entry(key.line, value)
        self._open.remove(id(node))
        return merged | own

    def _merge(self, merged: dict[str, Entry], source: Node) -> None:
        entries = self.of(source)
        self._merged += len(entries)
        if self._merged > MOST_MERGED:
            raise NotYaml(source.line, f"merges of more than {MOST_MERGED} keys")
        for name, entry in entries.items():
            merged.setdefault(name, entry)


def typed_text(node: Scalar) -> str:
    """The text of a value that YAML may take for a number or a truth value: `3.10` says `3.1`."""
    text = node.text
    if not node.plain or node.tag == _STRING_TAG or len(text) > _LONGEST_NUMBER:
        return text
    if _BOOLEAN.fullmatch(text):
        return text.lower()
    if _INTEGER.fullmatch(text):
        return _integer_text(text)
    return repr(float(text)).removesuffix(".0") if _FLOAT.fullmatch(text) else text


def _integer_text(text: str) -> str:
    digits = text.replace("_", "").lower()
    octal = digits.lstrip("+-").startswith("0") and digits.lstrip("+-").isdigit()
    try:
        return str(int(digits, 8 if octal else 0))
    except ValueError:
        return str(int(digits))
