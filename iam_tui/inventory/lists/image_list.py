"""Lists of images as people have them: the output of container tools, Compose and kubectl, or bare names.

A word becomes an image only where the form of the text, or the other lines, say that it is one. Any word in
lower case could be the name of an official image, so a text in no known form has no images at all.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import BinaryIO, Final

from iam_tui.core.errors import NothingUsable
from iam_tui.core.usage import Usage
from iam_tui.inventory.lists.cells import odd_usage
from iam_tui.inventory.lists.json_text import read_json
from iam_tui.inventory.lists.plain_lines import read_plain_lines
from iam_tui.inventory.lists.tables import read_bare_rows, read_tables

MOST_BYTES: Final = 64 * 1024 * 1024
"""How much of a list is read."""
_HALF = re.compile("[\ud800-\udfff]")
FORMS: Final = (
    "A list has one name on a line, or is what docker, podman, crictl, kubectl or docker compose config "
    "print. All forms: iam-tui docs scanning."
)


class NotAList(NothingUsable):
    """The text is not a list of images in a form that is known; no word of it was taken for an image."""

    title = "Not a list of images"
    meaning = "No image was read."
    advice = FORMS

    def __init__(self) -> None:
        super().__init__("the text is not a list of images in a known form")


def read_list(lines: BinaryIO) -> list[Usage]:
    """Every image that a list names, by line; what is not certain is unresolved.

    Raises `NotAList` for a text that is not a list, and what reading raises. A text without anything in it is
    an empty list, and so is a known form without any rows, such as a heading alone.
    """
    content = lines.read(MOST_BYTES + 1)
    usages = read_list_text(_decoded(content[:MOST_BYTES]))
    if len(content) > MOST_BYTES:
        last = content.count(b"\n", 0, MOST_BYTES) + 1
        usages.append(odd_usage(last, "", f"only the first {MOST_BYTES >> 20} MB were read"))
    return usages


def read_list_text(text: str) -> list[Usage]:
    """Every image that a list names, as `read_list` reads it."""
    # What a terminal sends need not be UTF-8 either; the YAML parser knows no half of a character.
    text = _HALF.sub("\ufffd", text.removeprefix("\ufeff"))
    if not text.strip():
        return []
    found = _structured(text)
    if found is None:
        lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), start=1)]
        found = read_tables(lines)
        for read in (read_bare_rows, read_plain_lines):
            found = read(lines) if found is None else found
    if found is None:
        found = _other_yaml(text)
    if found is None:
        raise NotAList
    return found


def _structured(text: str) -> list[Usage] | None:
    """The images in JSON or YAML. The YAML parser is imported only for what may be YAML."""
    if text.lstrip()[:1] in ("{", "["):
        return read_json(text)
    if "apiVersion" in text or "services" in text or "images:" in text or "containers:" in text:
        from iam_tui.inventory.lists.yaml_text import read_yaml, starts_as_yaml  # noqa: PLC0415

        return read_yaml(text) if starts_as_yaml(text) else None
    return None


def _other_yaml(text: str) -> list[Usage] | None:
    if "image" not in text:
        return None
    from iam_tui.inventory.lists.yaml_text import read_other_yaml, starts_as_yaml  # noqa: PLC0415

    return read_other_yaml(text) if starts_as_yaml(text) else None


def _decoded(content: bytes) -> str:
    """The text of a list. Windows writes UTF-16 where PowerShell redirects output into a file."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    return content.decode(errors="replace")
