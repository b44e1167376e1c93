"""Usages of the same text in a file, which several projects, services or jobs can lead to, as one."""

from collections.abc import Iterable

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage

Key = tuple[str, int, str, ImageReference | str]


class MergedUsages:
    """Usages, merged where they share a text and an image.

    What was merged is reached if one of its usages is, and is a pull if one of them is.
    """

    def __init__(self) -> None:
        self._merged: dict[Key, Usage] = {}
        self._projects: dict[Key, set[frozenset[str]]] = {}

    def add(self, usages: Iterable[Usage], project: Iterable[str] = ()) -> None:
        """Merge these usages into those that are there; `project` has the files that lead to them."""
        files = frozenset(project)
        for usage in usages:
            key = (usage.file, usage.line, usage.text, usage.reference or usage.problem)
            known = self._merged.get(key)
            self._merged[key] = usage if known is None else _merge(known, usage)
            self._projects.setdefault(key, set()).add(files)

    def usages(self) -> list[Usage]:
        """All usages, in the order in which they were first added."""
        return list(self._merged.values())

    def settled(self) -> list[Usage]:
        """All usages, without those that are known better once more files of the same project are read."""
        places: dict[tuple[int, str], list[Key]] = {}
        for key, usage in self._merged.items():
            places.setdefault((usage.line, usage.text), []).append(key)
        return [
            usage
            for key, usage in self._merged.items()
            if not any(self._is_settled_by(key, other) for other in places[usage.line, usage.text])
        ]

    def _is_settled_by(self, key: Key, other: Key) -> bool:
        """Whether the other usage has more of the image, in projects with all files of each of this one's."""
        return _known(self._merged[key]) < _known(self._merged[other]) and all(
            any(files <= more for more in self._projects[other]) for files in self._projects[key]
        )


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
