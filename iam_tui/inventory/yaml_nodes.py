"""YAML as nodes with their lines: the text as written, before it becomes numbers, dates and so on.

Nodes are made from the parser's events, so that nothing is lost or refused that other programs accept:
unknown tags, repeated keys and anchors, several documents. No document can crash or stall the reader: the
depth is counted while reading, and nodes are shared by their aliases rather than copied.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

MOST_DEPTH = 100
"""How deep collections may be nested, and how long a chain of merges may be."""
MOST_MERGED = 200_000
"""How many keys the merges of one file may copy."""

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"(true|false)", re.IGNORECASE)
_INTEGER = re.compile(r"[-+]?(?:0[bB][01_]+|0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|[0-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_DIGITS = re.compile(r"-?[0-9]+")
_LONGEST_NUMBER = 40
_STRING_TAG = "tag:yaml.org,2002:str"


class UnreadableYaml(Exception):
    """The text cannot be read as YAML; `line` counts from 1, `reason` completes a sentence.

    `problem` says both of a whole file.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason
        self.problem = f"the file cannot be read as YAML: line {line}: {reason}"


@dataclass(slots=True, eq=False)
class ScalarNode:
    """A single value. `plain` means written without quotes, `literal` written as a block after `|`."""

    line: int
    text: str
    tag: str = ""
    plain: bool = False
    literal: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it means that there is no value."""
        return self.plain and self.tag != _STRING_TAG and _NULL.fullmatch(self.text) is not None


@dataclass(slots=True, eq=False)
class SequenceNode:
    """A list of nodes."""

    line: int
    items: "list[YamlNode]" = field(default_factory=list)
    tag: str = ""


@dataclass(slots=True, eq=False)
class MappingNode:
    """Keys and values in the order of the file; merges (`<<`) are not followed yet."""

    line: int
    pairs: "list[tuple[YamlNode, YamlNode]]" = field(default_factory=list)
    tag: str = ""


YamlNode: TypeAlias = ScalarNode | SequenceNode | MappingNode
Scalar: TypeAlias = str | bool | float | None
"""A single value as YAML reads it; every number is a float."""


@dataclass(slots=True, frozen=True)
class YamlEntry:
    """A value with the line of its key."""

    line: int
    node: YamlNode


def read_documents(text: str) -> list[YamlNode]:
    """The root node of each document. Lines count from 1. A node may contain itself, by its anchor.

    Raises `UnreadableYaml`, also for collections that are nested more than `MOST_DEPTH` deep.
    """
    try:
        return _compose(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _check_depth(text[: mark.index if mark else 0])
        reason = error.problem or error.context or "it is invalid"
        raise UnreadableYaml(mark.line + 1 if mark else 1, reason) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableYaml(line, "a character that YAML does not allow") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnreadableYaml(1, str(error).partition("\n")[0]) from None


def _check_depth(text: str) -> None:
    """Raises `UnreadableYaml` if collections are nested too deep in what comes before a parser's error.

    The parser looks ahead, and newer versions have a limit of their own for nesting. So its error can come
    before the events that would have exceeded our limit, which counts whatever the parser does.
    """
    depth = 0
    with suppress(yaml.YAMLError):
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MOST_DEPTH:
                    raise _too_deep(_line(event)) from None
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1


def _too_deep(line: int) -> UnreadableYaml:
    return UnreadableYaml(line, f"more than {MOST_DEPTH} levels deep")


def _compose(events: Iterable[yaml.Event]) -> list[YamlNode]:
    """The documents that the events describe."""
    roots: list[YamlNode] = []
    anchors: dict[str, YamlNode] = {}
    open_nodes: list[tuple[SequenceNode | MappingNode, list[YamlNode]]] = []
    inside = roots
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            node: YamlNode = _scalar(event)
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
        if not isinstance(node, ScalarNode):
            if len(open_nodes) == MOST_DEPTH:
                raise _too_deep(node.line)
            inside = []
            open_nodes.append((node, inside))
    return roots


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> ScalarNode:
    tag = event.tag or ""
    plain = not event.style
    return ScalarNode(_line(event), event.value, tag, plain, event.style == "|")


def _collection(event: yaml.CollectionStartEvent) -> SequenceNode | MappingNode:
    kind = MappingNode if isinstance(event, yaml.MappingStartEvent) else SequenceNode
    return kind(_line(event), tag=event.tag or "")


def _anchored(anchors: dict[str, YamlNode], event: yaml.AliasEvent) -> YamlNode:
    try:
        return anchors[event.anchor or ""]
    except KeyError:
        raise UnreadableYaml(_line(event), "an alias without its anchor") from None


def _close(node: SequenceNode | MappingNode, children: list[YamlNode]) -> None:
    if isinstance(node, SequenceNode):
        node.items = children
    else:
        node.pairs = list(zip(children[::2], children[1::2], strict=True))


class MappingKeys:
    """The keys of mappings by name, with merges (`<<`): own keys win, then the first merged mapping.

    The last of several equal keys counts. Each mapping is merged once, however many aliases refer to it.
    """

    def __init__(self) -> None:
        self._merged_entries: dict[int, dict[str, YamlEntry]] = {}
        self._open: set[int] = set()
        self._copied = 0

    def of(self, node: YamlNode) -> dict[str, YamlEntry]:
        """The entries of a mapping; none for other nodes.

        Raises `UnreadableYaml` if merges are endless, or are more than `MOST_MERGED` or `MOST_DEPTH` allow.
        """
        if not isinstance(node, MappingNode):
            return {}
        known = self._merged_entries.get(id(node))
        if known is None:
            known = self._merged_entries[id(node)] = self._merge_all(node)
        return known

    def _merge_all(self, node: MappingNode) -> dict[str, YamlEntry]:
        if id(node) in self._open or len(self._open) >= MOST_DEPTH:
            raise UnreadableYaml(node.line, f"merges (<<) that never end or are more than {MOST_DEPTH} deep")
        self._open.add(id(node))
        own: dict[str, YamlEntry] = {}
        merged: dict[str, YamlEntry] = {}
        for key, value in node.pairs:
            if isinstance(key, ScalarNode) and key.plain and key.text == "<<":
                for source in value.items if isinstance(value, SequenceNode) else [value]:
                    self._merge(merged, source)
            elif isinstance(key, ScalarNode):
                own[key.text] = YamlEntry(key.line, value)
        self._open.remove(id(node))
        return merged | own

    def _merge(self, merged: dict[str, YamlEntry], source: YamlNode) -> None:
        entries = self.of(source)
        self._copied += len(entries)
        if self._copied > MOST_MERGED:
            raise UnreadableYaml(source.line, f"merges (<<) of more than {MOST_MERGED} keys")
        for name, entry in entries.items():
            merged.setdefault(name, entry)


def text_of(entries: Mapping[str, YamlEntry], key: str) -> str:
    """The text of a key; empty if there is none, or no single value."""
    return text_of_entry(entries[key]) if key in entries else ""


def text_of_entry(entry: YamlEntry) -> str:
    """The text of a value; empty if it is null, or no single value."""
    return entry.node.text if isinstance(entry.node, ScalarNode) and not entry.node.is_null else ""


def lines_of(entries: Mapping[str, YamlEntry], key: str) -> list[str]:
    """The lines in the text of a key, without those that are blank and without blanks around them."""
    return [line.strip() for line in text_of(entries, key).splitlines() if line.strip()]


def typed_text(node: ScalarNode) -> str:
    """The text of a value once YAML has read it as a number or truth value, if it is one: `3.10` is `3.1`."""
    text = node.text
    if not _may_be_typed(node):
        return text
    if _BOOLEAN.fullmatch(text):
        return text.lower()
    if _INTEGER.fullmatch(text):
        return _integer_text(text)
    return repr(float(text)).removesuffix(".0") if _FLOAT.fullmatch(text) else text


def typed_value(node: ScalarNode) -> Scalar:
    """The value as YAML reads it: `3.10` is the number 3.1, `"3.10"` a text."""
    if node.is_null:
        return None
    text = typed_text(node)
    if not _may_be_typed(node):
        return text
    if _BOOLEAN.fullmatch(text):
        return text == "true"
    return float(text) if _FLOAT.fullmatch(text) or _DIGITS.fullmatch(text) else text


def _may_be_typed(node: ScalarNode) -> bool:
    return node.plain and node.tag != _STRING_TAG and len(node.text) <= _LONGEST_NUMBER


def _integer_text(text: str) -> str:
    digits = text.replace("_", "").lower()
    octal = digits.lstrip("+-").startswith("0") and digits.lstrip("+-").isdigit()
    try:
        return str(int(digits, 8 if octal else 0))
    except ValueError:
        return str(int(digits)) if octal else text
