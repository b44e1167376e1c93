"""A folder in memory, and a short form for what readers find in it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.file_source import PathRefusal


class MemorySource:
    """A `FileSource` with texts by path; `refused` has the reasons why other paths are not read."""

    def __init__(self, files: Mapping[str, str], refused: Mapping[str, PathRefusal] | None = None) -> None:
        self.files = files
        self.refused = refused or {}
        self.asked: list[str] = []

    def read(self, path: str) -> str | PathRefusal:
        self.asked.append(path)
        if path.startswith(("/", "../")) or path == "..":
            return PathRefusal.OUTSIDE
        return self.files[path] if path in self.files else self.refused.get(path, PathRefusal.MISSING)


class Case(NamedTuple):
    """One documented rule: the files of a project, and the rows they come to (see `shown`)."""

    rule: str
    files: dict[str, str]
    rows: list[str]


def shown(usages: Iterable[Usage]) -> list[str]:
    """Each usage as `FILE:LINE PLACE IMAGE`, with its status if not resolved, and what it is reached by."""
    return [_shown(usage) for usage in usages]


def _shown(usage: Usage) -> str:
    image = usage.reference.familiar if usage.reference else f"unresolved {usage.text}"
    words = [f"{usage.file}:{usage.line}", usage.place, image]
    if usage.status in (Status.DOUBTFUL, Status.BUILT):
        words.append(usage.status.value)
    if usage.reached_by:
        words.append(f"[{' '.join(usage.reached_by)}]")
    if usage.reached is False:
        words.append("unreached")
    return " ".join(words)


def check_soundness(usages: Iterable[Usage]) -> None:
    """What holds of every usage, whatever it was read from."""
    for usage in usages:
        assert (usage.reference is None) == (usage.status is Status.UNRESOLVED)
        assert (usage.reached is None) == (usage.status is Status.UNRESOLVED)
        assert bool(usage.problem) == (usage.status in (Status.UNRESOLVED, Status.DOUBTFUL))
        assert usage.line >= 1
        canonical = usage.reference.canonical if usage.reference else ""
        assert "${" not in canonical
        assert "{{" not in canonical
