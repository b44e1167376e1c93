"""The images in a text that is pasted into the pull field, within limits."""

from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.application.pasted_images import read_pasted_images

LONGEST_PASTE = 100_000
"""Characters of a paste that are read; more would block the console."""
MOST_IMAGES = 1_000
"""Images of a paste that are judged."""
LONGEST_IMAGE = 1_000
"""Characters the field takes; the longest possible reference has fewer than 500."""
_CONTINUED = (" ", "/", ":", "@")


class Paste(NamedTuple):
    """The images in the order of their lines, and sentences about what was left out, if anything."""

    images: Sequence[str]
    notes: str = ""


def read_paste(text: str) -> Paste:
    """The images in a pasted text. A line without an image is kept as it is, to show why it is none.

    Raises `NotAList` for several lines of which none names an image.
    """
    limits = []
    if len(text) > LONGEST_PASTE:
        limits.append(f"the first {LONGEST_PASTE:,} of {len(text):,} characters")
        # A line that was cut could name another image than the one that was pasted.
        text = text[:LONGEST_PASTE].rpartition("\n")[0] or text[:LONGEST_PASTE]
    images, note = read_pasted_images(text)
    if len(images) > MOST_IMAGES:
        limits.append(f"the first {MOST_IMAGES:,} of {len(images):,} images")
        images = images[:MOST_IMAGES]
    if any(len(image) > LONGEST_IMAGE for image in images):
        limits.append(f"the first {LONGEST_IMAGE:,} characters of a line without an image")
        images = [image[:LONGEST_IMAGE] for image in images]
    notes = [f"Read only {' and '.join(limits)}."] if limits else []
    return Paste(images, " ".join(notes + ([note] if note else [])))


def continues(typed: str, pasted: str) -> bool:
    """Whether the paste continues what was typed, `bitnami/` or `docker pull `; else it replaces it."""
    return typed.endswith(_CONTINUED) and "\n" not in pasted.strip()
