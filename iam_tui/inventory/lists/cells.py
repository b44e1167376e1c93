"""One image of a list: a word, a cell of a table, or the fields of an object."""

import re
from typing import NamedTuple

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.image_text import LONGEST, image_usage, unresolved

PLACE = "stdin"
FILE = "-"
"""The `file` of usages from a list."""

_NO_NAME = re.compile(r"<[^<>]*>|-|")
_ID = re.compile(r"sha(?:256|384|512):.*|[0-9a-f]{12,13}|[0-9a-f]{64}")
_FULL_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_NO_VERSION = re.compile(r"[:@]<[^<>]*>\Z")
_LETTER = re.compile(r"[a-z]")


class Cell(NamedTuple):
    """What a list says about one image: its name, and its tag and digest if they are apart from it."""

    name: str
    tag: str = ""
    digest: str = ""


def is_id(word: str) -> bool:
    """Whether a word is the id of an image or container, whole or as lists shorten it (12 or 13 digits)."""
    return _ID.fullmatch(word) is not None


def name_in(word: str) -> ImageReference | None:
    """The image that a word names where only its own form tells; None for ids and numbers such as `1/1`."""
    if len(word) > LONGEST or is_id(word):
        return None
    reference = ImageReference.find(word)
    return reference if reference and _LETTER.search(reference.repository.removeprefix("library/")) else None


def cell_usage(line: int, cell: Cell, shown: str = "") -> Usage:
    """The usage of an image whose list says that it is one. `shown` is its text if it has no name.

    What has no name, only an id, or a name that is cut, is unresolved. If only the tag is missing, the
    reference has none, and it is doubtful.
    """
    name = cell.name.strip()
    tag, digest = (part if not _NO_NAME.fullmatch(part) else "" for part in (cell.tag, cell.digest))
    no_tag = bool(cell.tag) and not tag
    if _NO_NAME.fullmatch(name):
        return odd_usage(line, shown or name, "the list has no name for this image")
    if is_id(name):
        return odd_usage(line, name, "the list has only the id of this image, not its name")
    if name.endswith(("…", "...")):
        return odd_usage(line, name, "the list has only the start of this image's name")
    missing = _NO_VERSION.search(name)
    if missing:
        name, no_tag = name[: missing.start()], True
        if _NO_NAME.fullmatch(name):
            return odd_usage(line, shown or cell.name, "the list has no name for this image")
    whole = name + (f":{tag}" if tag else "") + (f"@{digest}" if _FULL_DIGEST.fullmatch(digest) else "")
    usage = image_usage(FILE, line, PLACE, whole, whole)
    if no_tag and usage.reference and whole == name:
        repository = usage.reference._replace(tag=None)
        return usage._replace(
            reference=repository,
            status=Status.DOUBTFUL,
            problem="the list shows no tag; only the repository is known",
        )
    return usage


def odd_usage(line: int, text: str, problem: str) -> Usage:
    """The usage of a part of a list that is not understood; `problem` says why."""
    return unresolved(FILE, line, PLACE, text if len(text) <= LONGEST else text[:LONGEST] + "…", problem)
