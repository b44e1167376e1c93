"""Usages of the same text in a file, which several projects, services or jobs can lead to, as one."""

from collections.abc import Iterable

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage


class MergedUsages:
    """Usages, merged where they share a text and an image.

    What was merged is reached if one of its usages is, and is a pull if one of them is.
    """

    def __init__(self) -> None:
        self._merged: dict[tuple[str, int, str, ImageReference | str], Usage] = {}

    def add(self, usages: Iterable[Usage]) -> None:
        """Merge these usages into those that are there."""
        for usage in usages:
            key = (usage.file, usage.line, usage.text, usage.reference or usage.problem)
            known = self._merged.get(key)
            self._merged[key] = usage if known is None else _merge(known, usage)

    def usages(self) -> list[Usage]:
        """All usages, in the order in which they were first added."""
        return list(self._merged.values())

    def settled(self) -> list[Usage]:
        """All usages, without those that another project knows better: an image, or at least a repository."""
        known: dict[tuple[int, str], int] = {}
        for usage in self._merged.values():
            place = (usage.line, usage.text)
            known[place] = max(known.get(place, 0), _known(usage))
        return [usage for usage in self._merged.values() if _known(usage) == known[usage.line, usage.text]]


def _known(usage: Usage) -> int:
    """How much is known of the image: nothing, its repository, or all of it."""
    if usage.reference is None:
        return 0
    return 2 if usage.reference.has_version else 1


def _merge(one: Usage, other: Usage) -> Usage:
    pulled = other if one.status is Status.BUILT else one
    if not (one.reached and other.reached):
        return pulled._replace(
            reached=one.reached or other.reached, reached_by=one.reached_by or other.reached_by
        )
    always = not (one.reached_by and other.reached_by)
    reached_by = () if always else tuple(dict.fromkeys(one.reached_by + other.reached_by))
    return pulled._replace(reached_by=reached_by)
