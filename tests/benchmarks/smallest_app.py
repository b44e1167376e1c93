"""The floor of a start: about the smallest Textual program with a title, a switch and keys."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Footer, Header, Label, Switch


class SmallestApp(App[None]):
    """One switch between a header and a footer."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """All of it."""
        yield Header()
        yield Switch()
        yield Label("state: off")
        yield Footer()


if __name__ == "__main__":
    SmallestApp().run()
