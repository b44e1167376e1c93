"""How many things name images in a form that is not read, in words, for console and command line."""

from collections import Counter

MOST_KINDS = 8
"""How many kinds are named; the others are counted together."""


def not_read_words(counts: Counter[str]) -> str:
    """One sentence with the most frequent kinds first, as in `Not read: 69 HelmRelease, 1 Jenkinsfile.`."""
    kinds = sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))
    parts = [f"{count:,} {kind}" for kind, count in kinds[:MOST_KINDS]]
    rest = sum(count for _, count in kinds[MOST_KINDS:])
    parts += [f"{rest:,} of other kinds"] if rest else []
    return f"Not read: {', '.join(parts)}."
