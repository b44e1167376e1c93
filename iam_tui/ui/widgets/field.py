"""The one input of the console: one row to type in, which keeps every line that is pasted into it."""

from collections.abc import Callable

from textual import events
from textual.widgets import Input

from iam_tui.core.visible import visible


def on_one_line(text: str) -> str:
    """The text with a blank for every line end and what stands around it."""
    return " ".join(filter(None, map(str.strip, text.expandtabs(1).splitlines())))


class Field(Input):
    """An input whose paste loses nothing: `pasted` turns the pasted text into what is inserted.

    Textual draws a value as it is, so what would act on the terminal comes in as a visible escape.
    """

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
        super().__init__(visible(value), placeholder=placeholder, id=id, select_on_focus=False)
        self._pasted = pasted

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own keeps the first line only.
        event.prevent_default()
        event.stop()
        self.replace(visible(self._pasted(event.text)), *self.selection)
