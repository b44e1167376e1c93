"""A project's `.env` file: the variables that Compose fills in.

See https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import NamedTuple

from iam_tui.inventory.compose.interpolation import fill
from iam_tui.inventory.uncertainty import FilledText

ENVIRONMENT_FILE = ".env"

_FILES = "COMPOSE_FILE"
_SEPARATOR = "COMPOSE_PATH_SEPARATOR"
_LINE = re.compile(r"[ \t]*+(?:export[ \t]++)?+([A-Za-z_][A-Za-z0-9_.-]*+)[ \t]*+[=:][ \t]*+")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


class _EnvironmentValue(NamedTuple):
    """The value after a name, without quotes and escapes; `end` is the index where it ends in the file."""

    text: str
    end: int
    literal: bool = False


def read_environment(text: str, known: Mapping[str, FilledText]) -> dict[str, FilledText]:
    """The variables that the file sets, by name; its values use the `known` variables before its own.

    A line that cannot be read sets nothing. Never raises.
    """
    found: dict[str, FilledText] = {}
    variables = ChainMap(dict(known), found)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    at = 0
    while at < len(text):
        head = _LINE.match(text, at)
        value = _read_value(text, head.end()) if head else None
        if head and value:
            at = value.end
            found[head[1]] = FilledText(value.text) if value.literal else fill(value.text, variables)
        at = text.find("\n", at) + 1 or len(text)
    return found


def named_files(text: str) -> list[str]:
    """The paths of the Compose files that a `.env` file names as one project; none if it names none.

    See https://docs.docker.com/compose/how-tos/environment-variables/envvars/#compose_file
    """
    if _FILES not in text:
        return []
    variables = read_environment(text, {})
    files = variables.get(_FILES, FilledText("")).value or ""
    separator = variables.get(_SEPARATOR, FilledText("")).value or (";" if ";" in files else ":")
    return [file.strip() for file in files.split(separator) if file.strip()]


def _read_value(text: str, at: int) -> _EnvironmentValue | None:
    """The value that starts at index `at`; None if a quote is not closed. Quotes can have several lines."""
    if not text.startswith(('"', "'"), at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return _EnvironmentValue(text[at:end].partition(" #")[0].rstrip(), end)
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        return None
    if quoted[2] is not None:
        return _EnvironmentValue(quoted[2].replace("\\'", "'"), quoted.end(), literal=True)
    return _EnvironmentValue(
        _ESCAPE.sub(lambda match: _MEANT.get(match[1], match[0]), quoted[1]), quoted.end()
    )
