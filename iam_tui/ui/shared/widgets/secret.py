"""The input for a secret: masked, and never echoed, copied or told in a message."""

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

_MASK = "•"
_ASCII_MASK = "*"


class SecretField(Input):
    """An input whose value shows nowhere; what is pasted is taken without the blanks around it."""

    def __init__(self, *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's name for it
        super().__init__(placeholder=placeholder, id=id, password=True, select_on_focus=False)

    class Typed(Message):
        """Something was typed or taken away; what, the message does not say: messages are logged."""

    def post_message(self, message: Message) -> bool:
        """Textual's own messages hold the value."""
        if isinstance(message, Input.Changed):
            return super().post_message(self.Typed())
        return not isinstance(message, Input.Submitted | Input.Blurred) and super().post_message(message)

    def render_line(self, y: int) -> Strip:
        """Masked with a sign that the terminal has."""
        strip = super().render_line(y)
        if not self.app.has_class("-ascii"):
            return strip
        shown = (part._replace(text=part.text.replace(_MASK, _ASCII_MASK)) for part in strip)
        return Strip(shown, strip.cell_length)

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Take away what is selected, without copying it."""
        self.delete_selection()

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own keeps the blanks, and the first line only, which may be an empty one.
        event.prevent_default()
        event.stop()
        self.replace("".join(event.text.split()), *self.selection)
