"""What leaves an image in doubt: one rule, and one wording, for the variables of all files (design 6).

A value that the files give is settled. One that stands in only because a variable is not set or is empty, be
it a default or a blank, leaves in doubt whatever hangs on it. A doubt is a sentence: what is lacking, and
what stands in.
"""

from collections.abc import Iterable

from iam_tui.core.escape_controls import escape_controls

MOST_DOUBTS = 5
"""Doubts that are told of one value."""

_LONGEST_SHOWN = 60


def shown(text: str) -> str:
    """Part of a file, short and safe, for a sentence about it."""
    return escape_controls(text[:_LONGEST_SHOWN]) + ("…" if len(text) > _LONGEST_SHOWN else "")


def not_set(name: str) -> str:
    return f"{shown(name)} is not set"


def is_empty(name: str) -> str:
    return f"{shown(name)} is empty"


def stands_in(lack: str, text: str) -> str:
    """The doubt about `text`, which counts because of the lack."""
    return f"{lack}, so {shown(text) or 'a blank'} stands in"


def join_doubts(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The doubts in `many`, each once, no more than `MOST_DOUBTS`."""
    return tuple(dict.fromkeys(doubt for doubts in many for doubt in doubts))[:MOST_DOUBTS]


def told(doubts: tuple[str, ...]) -> str:
    return "; ".join(doubts)
