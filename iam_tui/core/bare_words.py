"""Which words are clearly names of images: any word in lower case could be one, and most are not."""

import re

from iam_tui.core.catalog_data import OFFICIAL_NAMES

_MARK = re.compile(r"[/:@]")


def is_marked(name: str) -> bool:
    """Whether a name is more than a bare word: it has a slash, a tag or a digest."""
    return _MARK.search(name) is not None


def is_clear(name: str) -> bool:
    """Whether a name is marked, or is an official image's."""
    return is_marked(name) or name in OFFICIAL_NAMES
