"""The variables of bake files, and texts with their defaults filled in."""

import re

from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText
from iam_tui.inventory.yaml_nodes import ScalarNode, YamlEntry

_VARIABLE = re.compile(r"\$\{\s*([^\W\d][\w-]*+)\s*\}|(\$)\$\{|[$%]\{")
_COMPUTED = "a variable or function of the bake file has no value in it"
_MOST_DEPTH = 100


class BakeVariables:
    """The variables of files that are merged: what is declared or set later counts."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._null: set[str] = set()
        self._filled: dict[str, str] = {}

    def set(self, name: str, text: str) -> None:
        """Give a variable this value."""
        self._null.discard(name)
        self._values[name] = text

    def is_null(self, node: ScalarNode) -> bool:
        """Whether the value is null, or a variable that is."""
        variable = _VARIABLE.fullmatch(node.text)
        return node.is_null or (variable is not None and variable[1] in self._null)

    def declare(self, variable: str, default: YamlEntry | None) -> None:
        """Add a variable with its default, None without one."""
        node = default.node if default else None
        if isinstance(node, ScalarNode) and node.is_null:
            self._null.add(variable)
        elif isinstance(node, ScalarNode):
            self.set(variable, node.text)

    def filled(self, text: str, depth: int = 0) -> FilledText:
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
        if name not in self._filled:
            self._filled[name] = UNKNOWN
            default = self._values.get(name)
            if default is not None and depth < _MOST_DEPTH:
                filled = self.filled(default, depth + 1)
                self._filled[name] = filled.outline if filled.value is None else filled.value
        return self._filled[name]


def _end_of_template(text: str, at: int) -> int:
    depth = 1
    while at < len(text) and depth:
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at
