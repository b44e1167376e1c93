"""The images in the values that a resource gives to a Helm chart: `repository` and `tag`, or a whole name.

The chart decides what becomes of its values. Where they leave something open, such as the registry or the
tag, the image is an assumption, and where they do not name a repository there is none.
"""

from dataclasses import dataclass, field

from iam_tui.core.bare_words import is_clear
from iam_tui.core.reference import HUB, ImageReference, InvalidReference
from iam_tui.inventory.image_text import may_be_image
from iam_tui.inventory.kubernetes.shapes import is_image_key
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    YamlEntry,
    YamlNode,
    typed_text,
)

_REPOSITORY_KEYS = ("repository", "name", "image")
_VERSION_KEYS = ("tag", "digest", "imageTag", "sha")
_OPEN_REGISTRY = "the chart may take it from another registry"
_OPEN_TAG = "the chart decides which tag"

Entries = dict[str, YamlEntry]


@dataclass(slots=True)
class ValueImage:
    """An image in a chart's values: the line and path of its key, and what is written and known of it."""

    line: int
    path: str
    text: str
    filled: FilledText


@dataclass(slots=True)
class ValueImages:
    """The images in a chart's values; not whole if the values also change an image without naming it."""

    images: list[ValueImage] = field(default_factory=list)
    is_whole: bool = True


def looks_like_image(node: YamlNode) -> bool:
    """Whether the value can be an image: a single value that may be one."""
    return isinstance(node, ScalarNode) and not node.is_null and may_be_image(node.text)


def value_images(values: YamlNode, path: str, keys: MappingKeys) -> ValueImages:
    """The images that these values name. Each node is visited once, however many aliases refer to it."""
    found = ValueImages()
    registry = _text(keys.of(_node(keys.of(values), "global")), "imageRegistry")
    seen: set[int] = set()
    waiting: list[tuple[YamlNode, str, str]] = [(values, path, "")]
    while waiting:
        node, path, key = waiting.pop()
        if isinstance(node, ScalarNode) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            waiting += [(item, path, "") for item in node.items]
            continue
        entries = keys.of(node)
        pair = _pair(entries, key)
        if pair:
            _add_pair(found, entries, pair, path, registry)
        elif is_image_key(key) and any(_text(entries, name) for name in ("registry", *_VERSION_KEYS)):
            found.is_whole = False
        for name, entry in entries.items():
            if name != pair and is_image_key(name) and looks_like_image(entry.node):
                image = _whole(entries, name, f"{path}.{name}", registry)
                if image.filled.value is None and not is_clear(image.text):
                    # A bare word without a tag, which may be anything.
                    found.is_whole = False
                else:
                    found.images.append(image)
            waiting.append((entry.node, f"{path}.{name}", name))
    return found


def _pair(entries: Entries, key: str) -> str:
    """The key of the repository, if this mapping says in several keys which image it is; else empty."""
    for name in _REPOSITORY_KEYS if is_image_key(key) else _REPOSITORY_KEYS[:1]:
        if name in entries and looks_like_image(entries[name].node):
            is_pair = is_image_key(key) or any(version in entries for version in _VERSION_KEYS)
            return name if is_pair else ""
    return ""


def _add_pair(found: ValueImages, entries: Entries, name: str, path: str, global_registry: str) -> None:
    repository = _text(entries, name)
    registry = global_registry or _text(entries, "registry")
    filled = _filled(f"{registry}/{repository}" if registry else repository, entries, "tag")
    found.images.append(ValueImage(entries[name].line, f"{path}.{name}", repository, filled))


def _whole(entries: Entries, name: str, path: str, registry: str) -> ValueImage:
    """The image in a text, whose tag may be in a key beside it; in a container it is written as it is."""
    text = _text(entries, name)
    if "name" in entries and name == "image":
        filled = FilledText(text)
    else:
        tag = next((key for key in (f"{name}Tag", "tag", "imageTag") if _text(entries, key)), "")
        filled = _filled(f"{registry}/{text}" if registry else text, entries, tag)
    return ValueImage(entries[name].line, path, text, filled)


def _filled(name: str, entries: Entries, tag_key: str) -> FilledText:
    """What is known of the image of this name, with the tag and digest beside it."""
    reasons: tuple[str, ...] = ()
    try:
        reference = ImageReference.parse(name)
    except InvalidReference:
        return FilledText(name)
    if reference.registry == HUB and not name.startswith(f"{HUB}/"):
        reasons = (_OPEN_REGISTRY,)
    if "@" in name or ":" in name.rpartition("/")[2]:
        return FilledText(name, reasons)
    tag, digest = _text(entries, tag_key), _text(entries, "digest")
    version = (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    if not version:
        return FilledText(None, (*reasons, _OPEN_TAG), f"{name}:{UNKNOWN}")
    return FilledText(name + version, reasons)


def _node(entries: Entries, key: str) -> YamlNode:
    return entries[key].node if key in entries else MappingNode(0)


def _text(entries: Entries, key: str) -> str:
    node = entries[key].node if key in entries else None
    return typed_text(node) if isinstance(node, ScalarNode) and not node.is_null else ""
