"""Lists of images: names, tables such as those of `docker image ls`, and JSON lines."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.image_text import image_usage, unresolved

PLACE = "stdin"
FILE = "-"
"""The `file` of usages from a list."""
MOST_BYTES = 5 * 1024 * 1024
"""How long a line may be; longer ones are not read."""

_NONE = "<none>"
_HEADING = re.compile(r"\S+(?: \S+)*")
_NAME_HEADINGS = ("REPOSITORY", "IMAGE", "IMAGES")
_TAG, _DIGEST = "TAG", "DIGEST"
# `docker image ls --tree` lists the platforms of an image below it.
_BRANCHES = ("├", "└", "│")
_NO_NAME = "the list has no name for this image"
_NO_TAG = "the list shows no tag"


def read_list(lines: BinaryIO) -> Iterator[Usage]:
    """Every image that the lines name, in order. Raises only what reading the lines raises.

    A line has one or more images with blanks between them, as `kubectl -o jsonpath` prints them; or the
    fields of an image as JSON; or a row of a table, after a line with the table's heading. Blank lines and
    lines that start with `#` are skipped.
    """
    columns: _TableColumns | None = None
    for number, line in _lines(lines):
        if line is None:
            problem = f"the line is longer than {MOST_BYTES} bytes"
            yield unresolved(FILE, number, PLACE, "", problem)
            continue
        text = line.strip()
        heading = _columns(line)
        if heading:
            columns = heading
        elif not text:
            # A blank line ends a table.
            columns = None
        elif text.startswith("{"):
            yield _from_json(number, text)
        elif columns:
            if not text.startswith(_BRANCHES):
                yield from _from_row(number, line, columns)
        elif not text.startswith("#"):
            for word in text.split():
                yield image_usage(FILE, number, PLACE, word, word)


class _TableColumns(NamedTuple):
    """Where the columns of a table start and end."""

    name: slice
    tag: slice | None
    digest: slice | None


def _lines(lines: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """The lines with their numbers, from 1; None for a line that is too long."""
    number = 0
    while line := lines.readline(MOST_BYTES):
        number += 1
        if len(line) < MOST_BYTES or line.endswith(b"\n"):
            yield number, line.rstrip(b"\r\n").decode(errors="surrogateescape")
            continue
        while len(line) == MOST_BYTES and not line.endswith(b"\n"):
            line = lines.readline(MOST_BYTES)
        yield number, None


def _columns(line: str) -> _TableColumns | None:
    """The columns of a heading; None if the line is not a heading."""
    if line != line.upper() or "  " not in line.strip():
        return None
    found = [(match[0], match.start()) for match in _HEADING.finditer(line)]
    ends = [start for _, start in found[1:]] + [None]
    columns = {name: slice(start, end) for (name, start), end in zip(found, ends, strict=True)}
    named = [columns[name] for name in _NAME_HEADINGS if name in columns]
    return _TableColumns(named[0], columns.get(_TAG), columns.get(_DIGEST)) if named else None


def _from_row(number: int, line: str, columns: _TableColumns) -> Iterator[Usage]:
    name = line[columns.name].strip()
    tag = line[columns.tag].strip() if columns.tag else ""
    digest = line[columns.digest].strip() if columns.digest else ""
    # `kubectl get deployments -o wide` lists several images in one row.
    for one in name.split(","):
        yield _named(number, one.strip(), tag, digest)


def _from_json(number: int, text: str) -> Usage:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return image_usage(FILE, number, PLACE, text, None, "the line is neither an image nor JSON")
    name = _field(fields, "Repository") or _field(fields, "Image")
    return _named(number, name, _field(fields, "Tag"), _field(fields, "Digest"), text)


def _field(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _named(number: int, name: str, tag: str, digest: str, text: str = "") -> Usage:
    """The image of a row. The usage's text is the image's name, or `text` if it has no name."""
    if name in ("", _NONE):
        return image_usage(FILE, number, PLACE, text or name, None, _NO_NAME)
    version = f":{tag}" if tag not in ("", _NONE) else ""
    version += f"@{digest}" if digest not in ("", _NONE) else ""
    problem = _NO_TAG if tag == _NONE and not version else ""
    return image_usage(FILE, number, PLACE, name + version, name + version, problem)
