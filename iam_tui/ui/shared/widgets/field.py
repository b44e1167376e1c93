"""The input field of the console: one row to type in, which keeps all lines that are pasted into it."""

from collections.abc import Callable

from textual import events
from textual.widgets import Input

from iam_tui.core.escape_controls import escape_controls


def on_one_line(text: str) -> str:
    """The text on one line: a blank for each line end and the blanks around it."""
    return " ".join(filter(None, map(str.strip, text.expandtabs(1).splitlines())))


class VisibleInput(Input):
    """An input that shows control characters as visible escapes: Textual draws values raw."""

    def validate_value(self, value: str) -> str:
        """The value with control characters made visible."""
        return escape_controls(value)


class Field(VisibleInput):
    """An input whose paste loses nothing: `pasted` turns the pasted text into what is inserted."""

    DEFAULT_CSS = """
    Field { width: 1fr; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        id: str,  # noqa: A002 - Textual's name for it
        placeholder: str = "",
        pasted: Callable[[str], str] = on_one_line,
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False)
        self._pasted = pasted

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own keeps the first line only.
        event.prevent_default()
        event.stop()
        self.replace(escape_controls(self._pasted(event.text)), *self.selection)
