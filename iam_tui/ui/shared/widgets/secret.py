"""The input for a secret: masked, and never echoed, copied or put into a message."""

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

_MASK = "•"
_ASCII_MASK = "*"


class SecretField(Input):
    """An input whose value is never shown; blanks in pasted text are left out."""

    def __init__(self, *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's name for it
        super().__init__(placeholder=placeholder, id=id, password=True, select_on_focus=False)

    class Typed(Message):
        """Something was typed or deleted. The message does not say what: messages are logged."""

    def post_message(self, message: Message) -> bool:
        """Drop Textual's own messages, which contain the value."""
        if isinstance(message, Input.Changed):
            return super().post_message(self.Typed())
        return not isinstance(message, Input.Submitted | Input.Blurred) and super().post_message(message)

    def render_line(self, y: int) -> Strip:
        """Masked, in ASCII where the terminal has nothing else."""
        strip = super().render_line(y)
        if not self.app.has_class("-ascii"):
            return strip
        shown = (part._replace(text=part.text.replace(_MASK, _ASCII_MASK)) for part in strip)
        return Strip(shown, strip.cell_length)

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Delete what is selected without copying it."""
        self.delete_selection()

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own keeps the blanks, and the first line only, which may be an empty one.
        event.prevent_default()
        event.stop()
        self.replace("".join(event.text.split()), *self.selection)
