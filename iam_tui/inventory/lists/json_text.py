"""JSON that lists images: documents, arrays, and an object on each line, as `--format json` prints them."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.lists.cells import cell_usage, odd_usage
from iam_tui.inventory.lists.plain_lines import read_words
from iam_tui.inventory.lists.projects import (
    is_empty_list,
    is_manifest_object,
    is_project_object,
    read_manifests,
    read_project,
)
from iam_tui.inventory.lists.shapes import WRAPPERS, images_of

_decode = json.JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\r\n]*+")
_NEW_LINE = re.compile(r"\n")
_UNREADABLE = "the JSON cannot be read from here on"
_NO_IMAGE = "this object names no image"


class _Value(NamedTuple):
    """A value in the text, with the places where it starts and ends."""

    value: object
    start: int
    end: int


def read_json(text: str) -> list[Usage] | None:
    """The images in a text that starts as JSON; None if it is not JSON, or no part of it names an image."""
    return _JsonText(text).usages()


class _JsonText:
    """One pass over a text.

    `_known` is whether any part of it names an image or is a list without any, `_end` where the last array
    ended, and `_names` has the texts that stand where objects could.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in _NEW_LINE.finditer(text)]
        self._known = False
        self._end = 0
        self._names: list[tuple[int, str]] = []

    def usages(self) -> list[Usage] | None:
        found = list(self._lines() if self._has_object_lines() else self._documents())
        named = read_words(self._names) if self._names else []
        if named is None or not (self._known or named):
            return None
        return sorted([*found, *named], key=lambda usage: usage.line)

    def _has_object_lines(self) -> bool:
        """Whether the first line is an object by itself, and so every line should be one."""
        first, _, rest = self._text.lstrip().partition("\n")
        if not rest.strip() or not first.startswith("{"):
            return False
        try:
            return isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            return False

    def _lines(self) -> Iterator[Usage]:
        start = 0
        for end in (*self._ends, len(self._text)):
            line = self._text[start:end]
            if line.strip():
                try:
                    yield from self._item(_Value(json.loads(line), start, end))
                except (ValueError, RecursionError):
                    yield odd_usage(self._line(start), line.strip(), "the line is not JSON")
            start = end + 1

    def _documents(self) -> Iterator[Usage]:
        position = self._skip(0)
        try:
            while position < len(self._text):
                if self._text[position] == "[":
                    self._known |= self._text.startswith("]", self._skip(position + 1))
                    for item in self._elements(position):
                        yield from self._item(item)
                        position = item.end
                    position = self._end
                else:
                    value = self._value(position)
                    yield from self._document(value)
                    position = value.end
                position = self._skip(position)
        except (ValueError, RecursionError):
            yield odd_usage(self._line(position), self._text[position : position + 100], _UNREADABLE)

    def _document(self, found: _Value) -> Iterator[Usage]:
        """The images in a whole document: those of its lists of images and containers, or its own."""
        value = found.value
        keys = [key for key in WRAPPERS if isinstance(value, Mapping) and isinstance(value.get(key), list)]
        if not keys or is_manifest_object(value) or is_project_object(value):
            yield from self._item(found)
            return
        for member in self._members(found.start):
            if member.value in keys and self._text[member.end] == "[":
                self._known = True
                for item in self._elements(member.end):
                    yield from self._item(item)

    def _item(self, item: _Value) -> Iterator[Usage]:
        line = self._line(item.start)
        if isinstance(item.value, str):
            self._names.append((line, item.value))
            return
        text = self._text[item.start : item.end]
        if is_manifest_object(item.value) or is_project_object(item.value):
            read = read_manifests if is_manifest_object(item.value) else read_project
            found = read(text, line)
            self._known |= bool(found) or is_empty_list(item.value)
            yield from found
        else:
            cells = images_of(item.value)
            self._known |= cells is not None
            if cells is None:
                yield odd_usage(line, text.strip(), _NO_IMAGE)
            for cell in cells or ():
                yield cell_usage(line, cell, text.strip())

    def _line(self, position: int) -> int:
        return bisect_right(self._ends, position - 1) + 1 if position else 1

    def _skip(self, position: int) -> int:
        found = _BLANK.match(self._text, position)
        return found.end() if found else position

    def _value(self, position: int) -> _Value:
        value, end = _decode(self._text, position)
        return _Value(value, position, end)

    def _elements(self, position: int) -> Iterator[_Value]:
        """The elements of the array that starts at the position; then `_end` is where it ends."""
        position = self._skip(position + 1)
        while self._text[position : position + 1] != "]":
            item = self._value(position)
            yield item
            position = self._next(item.end, "]")
        self._end = position + 1

    def _members(self, position: int) -> Iterator[_Value]:
        """The keys of the object that starts at the position; `end` is where the key's value starts."""
        position = self._skip(position + 1)
        while self._text[position] != "}":
            key = self._value(position)
            start = self._skip(self._skip(key.end) + 1)
            yield _Value(key.value, position, start)
            position = self._next(self._value(start).end, "}")

    def _next(self, position: int, closing: str) -> int:
        """Where the next element starts, or the closing bracket."""
        position = self._skip(position)
        if self._text[position : position + 1] == ",":
            return self._skip(position + 1)
        if self._text[position : position + 1] != closing:
            raise ValueError
        return position
