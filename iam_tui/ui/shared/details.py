"""What a row means, on a separate screen where there is no room beside the table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line
from iam_tui.ui.shared.widgets.lines import TextBlock


class DetailsScreen(BaseScreen[None]):
    """A few lines about one row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "back", "back", id="details.back", tooltip="Back to the table"),
    ]
    DEFAULT_CSS = """
    DetailsScreen #details { height: 1fr; padding: 0 1; }
    """

    def __init__(self, crumbs: tuple[str, ...], details: tuple[Line, ...]) -> None:
        super().__init__()
        self._crumbs = crumbs
        self._details = details

    def crumbs(self) -> tuple[str, ...]:
        """One level below the screen it came from."""
        return (*self._crumbs, "Details")

    def body(self) -> ComposeResult:
        """The lines."""
        yield TextBlock(*self._details, wrapped=True, id="details")

    def action_back(self) -> None:
        """Back to the table."""
        self.dismiss()
