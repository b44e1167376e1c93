"""What verbs print: JSON in plain ASCII, text in columns, messages, and progress on a terminal."""

import json
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, TextIO
from unicodedata import east_asian_width

from iam_tui.core.escape_controls import escape_controls

Json = Mapping[str, object]
_NOT_PLAIN: Final = re.compile(r"[^\n -~]")
_SURROGATES: Final = range(0xD800, 0xE000)
_LONGEST: Final = 120
"""To how many characters a text is cut in which no image was found."""
_PROGRESS_SECONDS: Final = 0.1
"""How often the progress line is redrawn."""
_ERASE: Final = "\r\x1b[K"


def print_json_object(value: Json) -> None:
    """Print one JSON object, a key on each line."""
    print(_plain(json.dumps(value, ensure_ascii=False, indent=2)))


def print_json_list(rows: Iterable[Json]) -> None:
    """Print a JSON list, an object on each line, each as soon as it is there."""
    before = "["
    for row in rows:
        print(before + _plain(json.dumps(row, ensure_ascii=False)), end="")
        before = ",\n "
    print("[]" if before == "[" else "]")


def _plain(text: str) -> str:
    """The JSON in ASCII, with every control character escaped."""
    return text if text.isascii() and "\x7f" not in text else _NOT_PLAIN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if ord(character) in _SURROGATES:
        # A byte that is not text. Many JSON readers refuse half a surrogate pair, so it stays an escape.
        return "\\" + escape_controls(character)
    return json.dumps(character)[1:-1]


def instant(value: datetime | None) -> str | None:
    """A time as ISO 8601 in UTC, to the second."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(value: date | None) -> str | None:
    """A date as ISO 8601."""
    return None if value is None else value.isoformat()


def on_off(switch: bool | None) -> str:
    """The position of a switch in a word; None is unknown."""
    return "unknown" if switch is None else ("on" if switch else "off")


def short(text: str) -> str:
    """The text, cut if it is very long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print text in columns, two spaces apart. Control characters are escaped, and nothing is cut."""
    shown = [[escape_controls(cell) for cell in row] for row in rows]
    widths = [max(map(_cells, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = (cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def say(text: str) -> None:
    """Print a message on standard error, beside the data, with control characters escaped."""
    print(escape_controls(text), file=sys.stderr)


class ProgressLine:
    """One line of a terminal that shows how far reading is; on any other stream nothing is written."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._next = 0.0
        self._shown = False

    def show_files(self, files: int) -> None:
        """Show how many files have been read, unless the line was redrawn a moment ago."""
        self.show(f"{files} files read")

    def show(self, text: str) -> None:
        """Show this text, unless the line was redrawn a moment ago."""
        if self._stream and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_SECONDS
            self._shown = True
            self._write(f"{_ERASE}{text}")

    def clear(self) -> None:
        """Erase the line, so that other output can be printed."""
        if self._shown:
            self._shown = False
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        if self._stream:
            self._stream.write(text)
            self._stream.flush()
