"""When it is uncertain which image a text names: one rule, and one wording, for the variables of all files.

A value that the files give is certain. A default or an empty value that is used only because a variable is
not set, or is empty, is an assumption; so is everything that is made from it. An assumption is a sentence:
what is missing, and what is filled in instead.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from iam_tui.core.escape_controls import escape_controls

UNKNOWN = "\0"
"""Stands for a part of a text that cannot be known. No text file has this character."""
MOST_ASSUMPTIONS = 5
"""How many assumptions are kept for one value."""

_LONGEST_EXCERPT = 60


class FilledText(NamedTuple):
    """A text with its variables filled in.

    `value` is None where it cannot be known from the files; `reasons`, sentences, then say why, and `outline`
    is the text with `UNKNOWN` for each part that is not known. With a value, `reasons` are its assumptions.
    """

    value: str | None
    reasons: tuple[str, ...] = ()
    outline: str = UNKNOWN

    @property
    def problem(self) -> str:
        """The reasons as one text, empty if there are none."""
        return join_reasons(self.reasons)

    def mapped(self, change: Callable[[str], str]) -> "FilledText":
        """The same with another text, which `change` makes from the value or the outline."""
        if self.value is None:
            return self._replace(outline=change(self.outline))
        return self._replace(value=change(self.value))


def excerpt(text: str) -> str:
    """The start of a text from a file, short and with control characters escaped, for use in a sentence."""
    return escape_controls(text[:_LONGEST_EXCERPT]) + ("…" if len(text) > _LONGEST_EXCERPT else "")


def not_set(name: str) -> str:
    """That a variable is not set: the start of a sentence."""
    return f"{excerpt(name)} is not set"


def is_empty(name: str) -> str:
    """That a variable is set to nothing: the start of a sentence."""
    return f"{excerpt(name)} is empty"


def assumption(why: str, text: str) -> str:
    """The assumption that `text` is right; `why` it is one is what `not_set` or `is_empty` says."""
    return f"{why}, so {excerpt(text) or 'nothing'} is filled in"


def collect_assumptions(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The assumptions in `many`, each once, and no more than `MOST_ASSUMPTIONS`."""
    return tuple(dict.fromkeys(one for several in many for one in several))[:MOST_ASSUMPTIONS]


def join_reasons(reasons: tuple[str, ...]) -> str:
    """Several sentences as one text."""
    return "; ".join(reasons)
