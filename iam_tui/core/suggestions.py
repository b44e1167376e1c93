"""Names that were probably meant: few edits away, where a typing mistake is one edit."""

from collections.abc import Collection
from typing import Final

MOST_SUGGESTIONS: Final = 3


def near_misses(name: str, names: Collection[str]) -> tuple[str, ...]:
    """The nearest of `names`, sorted; empty if none is near enough.

    Near enough is one edit, or two from six letters on, that leaves the first letter among the first two:
    mistakes are rare there, and `docker` is but two edits away from `worker`.
    """
    limit = 1 if len(name) < 6 else 2
    likely = [one for one in names if one[0] in name[:2] and abs(len(one) - len(name)) <= limit]
    distances = {one: edits(name, one) for one in likely}
    nearest = min(distances.values(), default=limit + 1)
    if nearest > limit:
        return ()
    return tuple(sorted(one for one, far in distances.items() if far == nearest))[:MOST_SUGGESTIONS]


def edits(one: str, other: str) -> int:
    """The fewest letters to put in, leave out, change, or swap with the next, to make one the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        row = [i + 1]
        for j, wanted in enumerate(other):
            cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != wanted))
            if i and j and letter == other[j - 1] and one[i - 1] == wanted:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
