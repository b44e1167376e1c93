"""A project's `.env`: the variables that Compose fills in, by its own rules (references 3)."""

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import NamedTuple

from iam_tui.inventory.compose.interpolation import Filled, fill

_LINE = re.compile(r"[ \t]*+(?:export[ \t]++)?+([A-Za-z_][A-Za-z0-9_.-]*+)[ \t]*+[=:][ \t]*+")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


class _Value(NamedTuple):
    """What stands behind a name, its quotes and escapes taken away; `end` is where it ends in the file."""

    text: str
    end: int
    literal: bool = False


def read_environment(text: str, known: Mapping[str, Filled]) -> dict[str, Filled]:
    """The variables that the file sets, by name; `known` ones win in its values.

    A line that says nothing leaves its variable unset. Never raises.
    """
    found: dict[str, Filled] = {}
    variables = ChainMap(dict(known), found)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    at = 0
    while at < len(text):
        head = _LINE.match(text, at)
        value = _read_value(text, head.end()) if head else None
        if head and value:
            at = value.end
            found[head[1]] = Filled(value.text) if value.literal else fill(value.text, variables)
        at = text.find("\n", at) + 1 or len(text)
    return found


def _read_value(text: str, at: int) -> _Value | None:
    """The value that begins at `at`; None for a quote without its end. A quoted one may have many lines."""
    if not text.startswith(('"', "'"), at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return _Value(text[at:end].partition(" #")[0].rstrip(), end)
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        return None
    if quoted[2] is not None:
        return _Value(quoted[2].replace("\\'", "'"), quoted.end(), literal=True)
    return _Value(_ESCAPE.sub(lambda match: _MEANT.get(match[1], match[0]), quoted[1]), quoted.end())
