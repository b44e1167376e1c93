"""Names that were probably meant, for an error about a name that is not known.

One function for all rooms, so that a misspelt verb, setting, key or image is answered in the same way.
"""

from collections.abc import Iterable
from typing import Final

SIMILAR: Final = 0.75
"""How similar a suggestion must be, from 0 to 1: `ngnix` suggests `nginx`, but `worker` not `docker`."""


def suggest(name: str, names: Iterable[str]) -> list[str]:
    """At most three of `names` that are similar to `name`, the most similar first."""
    # Imported here, because few commands end in such an error and all of them wait for what is at the top.
    from difflib import get_close_matches  # noqa: PLC0415

    return get_close_matches(name, list(names), n=3, cutoff=SIMILAR)
