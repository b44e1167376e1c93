"""Which resources of a file name images in a way that is not read, as far as a quick look can tell."""

import re

from iam_tui.inventory.kubernetes.helm_values import looks_like_image
from iam_tui.inventory.uncertainty import excerpt
from iam_tui.inventory.unread import names_image
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    SequenceNode,
    YamlEntry,
    YamlNode,
    text_of,
)

_USED_PARAMETER = re.compile(r"params\.([\w.-]+)\)")


class UnreadKinds:
    """Each kind once for each resource, which a number tells apart."""

    def __init__(self, text: str, keys: MappingKeys) -> None:
        self._text = text
        self._keys = keys
        self._kinds: dict[tuple[int, str], None] = {}
        self._used: set[str] | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds, once for each resource."""
        return [kind for _, kind in self._kinds]

    def add(self, number: int, kind: str) -> None:
        """Count a resource as one of this kind."""
        self._kinds[number, excerpt(kind)] = None

    def add_key(self, number: int, kind: str, node: YamlNode) -> None:
        """Count a custom resource with a key for images, if its value can be an image."""
        nodes = node.items if isinstance(node, SequenceNode) else [node]
        if any(looks_like_image(one) or "repository" in self._keys.of(one) for one in nodes):
            self.add(number, kind)

    def add_text(self, number: int, kind: str, node: YamlNode) -> None:
        """Count a resource with a text of several lines, such as a script or a file, that names an image."""
        if isinstance(node, ScalarNode) and "\n" in node.text and names_image(node.text.encode()):
            self.add(number, f"text in a {kind}")

    def add_data(self, number: int, kind: str, entries: dict[str, YamlEntry]) -> None:
        """Count a ConfigMap or Secret with a file in it that names images."""
        for key in ("data", "stringData"):
            for entry in self._keys.of(entries[key].node).values() if key in entries else ():
                self.add_text(number, kind, entry.node)

    def add_parameters(self, number: int, kind: str, listed: YamlNode) -> None:
        """Count a resource whose `params` give an image to what is described in another file."""
        for item in listed.items if isinstance(listed, SequenceNode) else ():
            fields = self._keys.of(item)
            name, value = text_of(fields, "name"), fields.get("value")
            if (
                value
                and "image" in name.lower()
                and "$" not in text_of(fields, "value")
                and looks_like_image(value.node)
            ):
                if self._used is None:
                    self._used = set(_USED_PARAMETER.findall(self._text))
                if name not in self._used:
                    self.add(number, f"{kind} params")
