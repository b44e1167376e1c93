"""Choosing who you are in a local store, which has no sign-in."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from iam_tui.stores.protocol import Profile
from iam_tui.ui.shared.finder import Finder
from iam_tui.ui.shared.table_rows import Column, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line

COLUMNS: Final[Sequence[Column[str]]] = (Column("Person", 0, lambda user: Span(user, Tone.STRONG)),)


class IdentityPicker(Finder[str | None]):
    """Choose one of the people of a profile; the result is the name, or None."""

    PLACEHOLDER = "part of a name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "choose",
            "this is me",
            id="identity_picker.choose",
            priority=True,
            tooltip="Continue as this person",
        ),
    ]

    def __init__(self, profile: Profile, people: Sequence[str]) -> None:
        super().__init__()
        self._profile = profile
        self._people = people
        self._found: Sequence[str] = people

    def crumbs(self) -> tuple[str, ...]:
        """One level below the profiles."""
        return ("Profiles", self._profile.name, "Who are you?")

    def summary_lines(self) -> tuple[Line, Line]:
        """How many people there are, and what the choice means."""
        count, found = len(self._people), len(self._found)
        first = f" Who are you? This profile has {count:,} {'person' if count == 1 else 'people'}."
        if found != count:
            first += f" {found:,} {'match' if found == 1 else 'matches'}."
        return line(first), line(
            Span(
                " This is not a sign-in and is not checked: you act as this person.",
                Tone.MUTED,
            )
        )

    def matching(self, wanted: str) -> Sequence[TableRow]:
        """The people whose names have what was typed in them."""
        self._found = [user for user in self._people if wanted in user.casefold()]
        return [row_of(user, user, COLUMNS) for user in self._found]

    def choose(self, key: str) -> None:
        """Continue as this person."""
        self.dismiss(key)
