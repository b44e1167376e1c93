"""YAML that lists images: manifests, Compose projects, and the lists of crictl."""

import re

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.detect import looks_like_compose
from iam_tui.inventory.image_text import image_lines
from iam_tui.inventory.lists.cells import FILE, cell_usage, odd_usage
from iam_tui.inventory.lists.projects import read_manifests, read_project
from iam_tui.inventory.lists.shapes import WRAPPERS, images_of
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlNode,
    read_documents,
)

_KEY = re.compile(
    r"(?:---[^\n]*+\n|[ \t]*+#[^\n]*+\n|[ \t\r]*+\n|- )*+[\"']?[A-Za-z][\w./-]*+[\"']?[ \t]*+:(?:\s|$)"
)
_MANIFEST = re.compile(r"^(?:- )?[\"']?apiVersion[\"']?[ \t]*+:", re.MULTILINE)
_CRICTL = re.compile(rf"(?:{'|'.join(WRAPPERS)}):[ \t\r]*+(?:\[\][ \t\r]*+)?(?:\n|\Z)")
_OTHER = "this YAML is neither a Kubernetes manifest nor a Compose file"
_NO_IMAGE = "this item names no image"
_MOST_LEVELS = 4
"""How deep the keys are that name an image of crictl."""


def starts_as_yaml(text: str) -> bool:
    """Whether a text starts with a key, after comments; one that starts with a sentence is not YAML."""
    return _KEY.match(text) is not None


def read_yaml(text: str) -> list[Usage] | None:
    """The images in manifests, a Compose project or a list of crictl.

    None if the text is none of them, or names no image and is not an empty list either.
    """
    if _is_manifest(text):
        found = read_manifests(text)
        return found if found or _is_empty_list(text) else None
    if _is_project(text):
        return read_project(text) or None
    return _lists(text) if _CRICTL.match(text) else None


def read_other_yaml(text: str) -> list[Usage] | None:
    """The lines with an image key in YAML of another kind, all unresolved; None if there are none."""
    is_other = "image" in text and not _is_manifest(text) and not _is_project(text)
    lines = image_lines(text, FILE, _OTHER) if is_other else []
    if not lines or _root(text) is None:
        return None
    return [odd_usage(usage.line, usage.text, usage.problem or _OTHER) for usage in lines]


def _is_manifest(text: str) -> bool:
    return "kind" in text and _MANIFEST.search(text) is not None


def _is_project(text: str) -> bool:
    return looks_like_compose(FILE, text.encode())


def _is_empty_list(text: str) -> bool:
    """Whether manifests start with a list of resources that has none."""
    keys = MappingKeys()
    items = keys.of(_root(text) or ScalarNode(1, "")).get("items")
    return items is not None and isinstance(items.node, SequenceNode) and not items.node.items


def _root(text: str) -> YamlNode | None:
    """The first document, if the text is YAML and the document is not a single value."""
    try:
        root = next(iter(read_documents(text)), None)
    except UnreadableYaml:
        return None
    return None if isinstance(root, ScalarNode) else root


def _lists(text: str) -> list[Usage] | None:
    """The images in the lists that crictl prints."""
    keys, found, known = MappingKeys(), list[Usage](), False
    try:
        entries = keys.of(_root(text) or ScalarNode(1, ""))
        for key in WRAPPERS:
            node = entries[key].node if key in entries else None
            known |= isinstance(node, SequenceNode) and not node.items
            for item in node.items if isinstance(node, SequenceNode) else ():
                cells = images_of(_plain(item, keys, _MOST_LEVELS))
                known |= cells is not None
                if cells is None:
                    found.append(odd_usage(item.line, "", _NO_IMAGE))
                found += [cell_usage(item.line, cell) for cell in cells or ()]
    except UnreadableYaml:
        return None
    return found if known else None


def _plain(node: YamlNode, keys: MappingKeys, levels: int) -> object:
    """A node as the object that JSON would give, as deep as the images are."""
    if isinstance(node, ScalarNode) or not levels:
        return node.text if isinstance(node, ScalarNode) and not node.is_null else None
    if isinstance(node, MappingNode):
        return {key: _plain(entry.node, keys, levels - 1) for key, entry in keys.of(node).items()}
    return [_plain(item, keys, levels - 1) for item in node.items]
