"""One part of an impact as a list: images, or the places that name no certain image."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.usage import Usage
from iam_tui.ui.impact.rows import (
    PLACE_COLUMNS,
    copied_images,
    copied_places,
    foot_line,
    image_columns,
    image_lines,
    image_rows,
    place_lines,
    place_rows,
)
from iam_tui.ui.impact.words import GROUPS, NOTHING_WORDS
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import CellLayout, TableRow, note
from iam_tui.ui.shared.text import Line, Span, line

_KEYS: Final[Mapping[str, Callable[[ImpactRow], tuple[int, str]]]] = {
    "pulls": lambda row: (-row.group.pulls, row.group.repository),
    "places": lambda row: (-len(row.group.usages), row.group.repository),
    "name": lambda row: (0, row.group.repository),
}
SORTS: Final = ("people", *_KEYS)
"""How a list of images can be sorted; by people is how an impact has it."""


class ImpactList:
    """The images or places of one of the `GROUPS`, given by its index; images in the order of `SORTS`.

    `index` is always the number of a row; there is nothing to say of a number beyond the last row.
    """

    def __init__(self, impact: Impact, group: int, sort: str) -> None:
        self._group = group
        self._effect = GROUPS[group]
        self.images: Sequence[ImpactRow] = ()
        self.places: Sequence[Usage] = ()
        if self._effect is None:
            self.places = impact.usage_index.unresolved
        else:
            rows = impact.rows(self._effect)
            self.images = sorted(rows, key=_KEYS[sort]) if sort in _KEYS else rows

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.images) + len(self.places)

    def columns(self, *, of_today: bool) -> Sequence[CellLayout]:
        """The columns of the list; `of_today` where nothing is staged."""
        if self._effect is None:
            return PLACE_COLUMNS
        return image_columns(self._effect, of_today=of_today)

    def rows(self, marked: Collection[str], now: datetime, glyphs: Glyphs) -> Sequence[TableRow]:
        """The rows of the table; a note if there are none."""
        if self._effect is not None and self.images:
            return image_rows(self.images, image_columns(self._effect), marked, now, glyphs)
        return place_rows(self.places) or [note(NOTHING_WORDS[self._group])]

    def details(self, index: int, now: datetime, most: int) -> tuple[Line, ...]:
        """Everything known of a row, with `most` names and `most` places at most."""
        if index < len(self.images):
            return image_lines(self.images[index], now, most)
        return place_lines(self.places[index]) if index < len(self.places) else ()

    def foot(self, index: int) -> Line:
        """The same in one line."""
        if index < len(self.images):
            return foot_line(self.images[index])
        return line(Span(f" {self.places[index].problem}")) if index < len(self.places) else ()

    def copied(self, glyphs: Glyphs) -> str:
        """All of it as text, for the owners of the files."""
        return copied_places(self.places) or copied_images(self.images, glyphs.arrow)
