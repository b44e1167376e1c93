"""The images in a text that was pasted into the console: a list of images, or lines from anywhere."""

from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.core.bare_words import is_clear
from iam_tui.core.pasted import find_image, find_images
from iam_tui.core.pasted_message import unnamed_refusal
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.lists.cells import is_id
from iam_tui.inventory.lists.image_list import NotAList, read_list_text


class PastedImages(NamedTuple):
    """The images in the order of their lines, and a sentence about what is not one of them, if anything.

    A line that is no image may be among them, to show why it is none.
    """

    images: Sequence[str]
    note: str = ""


def read_pasted_images(text: str) -> PastedImages:
    """The images that a text names: its list is read as `scan -` reads it, any other text line by line.

    In a text of several lines that is not a list, a bare word that is no official image is not an image.
    Raises `NotAList` if such a text names no image at all.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and find_image(text) is not None:
        return PastedImages(find_images(text))
    try:
        usages = read_list_text(text)
    except NotAList:
        found = find_images(text) if len(lines) == 1 else _clear_images(text, lines)
        note = "" if found else unnamed_refusal(text)
        if not found and not note:
            raise
        return PastedImages(found, note)
    images = [_written(usage) for usage in usages if usage.reference and usage.status is not Status.BUILT]
    if not images and (found := _clear_images(text, lines)):
        return PastedImages(found)
    return PastedImages(images, _left_out(usages))


def _written(usage: Usage) -> str:
    """The image as it is written, unless that has variables in it."""
    reference = usage.reference
    if reference is None or ImageReference.find(usage.text) == reference:
        return usage.text
    return reference.familiar


def _left_out(usages: Sequence[Usage]) -> str:
    """What a list says besides the images that are pulled."""
    unresolved = sum(usage.reference is None for usage in usages)
    built = sum(usage.status is Status.BUILT for usage in usages)
    said = [f"{unresolved:,} of {len(usages):,} rows name no certain image"] if unresolved else []
    said += [f"{built:,} built here"] if built else []
    return f"Left out: {', '.join(said)}." if said else ""


def _clear_images(text: str, lines: Sequence[str]) -> list[str]:
    """The images in lines from anywhere, each once, with the lines that are none; nothing if all are none."""
    found = [one for one in dict.fromkeys(find_images(text)) if not _is_doubtful(one, lines)]
    references = {one: reference for one in found if (reference := ImageReference.find(one))}
    versions = {one.repository for text, one in references.items() if _has_version(text)}
    return [
        one
        for one in found
        if references
        and (one not in references or _has_version(one) or references[one].repository not in versions)
    ]


def _is_doubtful(image: str, lines: Sequence[str]) -> bool:
    """Whether it is an id, or a bare word that stands alone on its line."""
    return is_id(image) or (image in lines and ImageReference.find(image) is not None and not is_clear(image))


def _has_version(image: str) -> bool:
    """Whether a name is written with a tag or a digest; error messages often repeat it without."""
    return "@" in image or ":" in image.rpartition("/")[2]
