"""Names that may stand in a path. Anything else could lead to another path: `a/../b` is `b` to a client."""

import re
from typing import Final

_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")


def is_slug(name: str) -> bool:
    """Whether a name of an organization or a person can stand in a path as it is."""
    return _SLUG.fullmatch(name) is not None
