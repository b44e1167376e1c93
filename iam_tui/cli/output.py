"""What verbs print: JSON that any reader takes, and text in columns."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final
from unicodedata import east_asian_width

from iam_tui.core.escape_controls import escape_controls

Json = Mapping[str, object]
_NOT_PLAIN: Final = re.compile(r"[^\n -~]")
_SURROGATES: Final = range(0xD800, 0xE000)


def print_row(row: Json) -> None:
    """Print one JSON object, a key on each line."""
    print(_plain(json.dumps(row, ensure_ascii=False, indent=2)))


def print_rows(rows: Iterable[Json]) -> None:
    """Print a JSON list, a row on each line, each as soon as it is there."""
    before = "["
    for row in rows:
        print(before + _plain(json.dumps(row, ensure_ascii=False)), end="")
        before = ",\n "
    print("[]" if before == "[" else "]")


def _plain(text: str) -> str:
    """The JSON in ASCII, every control character escaped."""
    return text if text.isascii() and "\x7f" not in text else _NOT_PLAIN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if ord(character) in _SURROGATES:
        # A byte that was no text. Many JSON readers refuse half a pair, so it leaves as its visible escape.
        return "\\" + escape_controls(character)
    return json.dumps(character)[1:-1]


def instant(time: datetime | None) -> str | None:
    """A time as ISO 8601 in UTC, to the second."""
    return None if time is None else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(value: date | None) -> str | None:
    """A date as ISO 8601."""
    return None if value is None else value.isoformat()


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print text in columns, two blanks between them; all of it is made visible, nothing is cut."""
    shown = [[escape_controls(cell) for cell in row] for row in rows]
    widths = [max(map(_cells, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = (cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def on_off(switch: bool | None) -> str:
    """A switch in a word."""
    return "unknown" if switch is None else ("on" if switch else "off")


def say(text: str) -> None:
    """Tell something on standard error, beside the data; it is made visible."""
    print(escape_controls(text), file=sys.stderr)
