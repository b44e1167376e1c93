"""Usages of which several ways lead to the same text of a file."""

from collections.abc import Iterable

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage


class Rows:
    """Usages, those that share a text as one: reached however one of them is, pulled if one of them is."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int, str, ImageReference | str], Usage] = {}

    def add(self, usages: Iterable[Usage]) -> None:
        for usage in usages:
            key = (usage.file, usage.line, usage.text, usage.reference or usage.problem)
            known = self._rows.get(key)
            self._rows[key] = usage if known is None else _together(known, usage)

    def usages(self) -> list[Usage]:
        return list(self._rows.values())


def _together(one: Usage, other: Usage) -> Usage:
    pulled = other if one.status is Status.BUILT else one
    if not (one.reached and other.reached):
        return pulled._replace(
            reached=one.reached or other.reached, reached_by=one.reached_by or other.reached_by
        )
    always = not (one.reached_by and other.reached_by)
    reached_by = () if always else tuple(dict.fromkeys(one.reached_by + other.reached_by))
    return pulled._replace(reached_by=reached_by)
