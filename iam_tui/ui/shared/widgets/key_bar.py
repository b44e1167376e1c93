"""The last row: the keys that work here and now, generated from the active bindings.

Textual's `Footer` mounts a widget for each key again whenever one of them appears or goes.
"""

from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.screen import Screen
from textual.strip import Strip

from iam_tui.ui.shared.active_keys import working
from iam_tui.ui.shared.text import Line, Span, Tone
from iam_tui.ui.shared.widgets.drawing import Drawing

ALWAYS = ("help", "quit")
"""The actions whose keys are at the right and never left out."""


class Hint(NamedTuple):
    """A key as it is shown, what it does, and the key itself, which a click presses."""

    key: str
    label: str
    press: str

    @property
    def effort(self) -> tuple[bool, int]:
        """How hard the key is to press, for choosing between two."""
        return "+" in self.press, len(self.key)

    @property
    def width(self) -> int:
        """Cells it takes, with the two blanks behind it."""
        return cell_len(self.key) + 1 + cell_len(self.label) + 2


class KeyBar(Drawing, can_focus=False):
    """One row of hints. Those without room are left out from the right, but never help and quit."""

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        dock: bottom;
        overflow: hidden hidden;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._always: tuple[Hint, ...] = ()

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        hints: dict[str, Hint] = {}
        for active in working(screen):
            binding = active.binding
            if not (binding.show and binding.description):
                continue
            hint = Hint(self.app.get_key_display(binding), binding.description, binding.key)
            known = hints.get(binding.action)
            # An action with several keys shows the simplest that works here: `q`, or `^q` in a field.
            if known is None or hint.effort < known.effort:
                hints[binding.action] = hint
        always = tuple(hints.pop(action) for action in ALWAYS if action in hints)
        shown = tuple(hints.values())
        if (shown, always) != (self._hints, self._always):
            self._hints, self._always = shown, always
            self.refresh()

    def fitting(self, width: int) -> tuple[tuple[Hint, ...], tuple[Hint, ...]]:
        """The hints that have room in `width` cells: those at the left, and those always at the right."""
        room = width - 1 - sum(hint.width for hint in self._always)
        shown: list[Hint] = []
        for hint in self._hints:
            if hint.width > room:
                break
            shown.append(hint)
            room -= hint.width
        return tuple(shown), self._always

    def render_line(self, y: int) -> Strip:
        """The one row."""
        width = self.size.width
        left, right = self.fitting(width)
        right_width = min(sum(hint.width for hint in right), width)
        return Strip.join(
            [self.strip(_line(left, " "), width - right_width), self.strip(_line(right), right_width)]
        )

    def on_click(self, event: events.Click) -> None:
        """Press the key of the hint that was clicked."""
        left, right = self.fitting(self.size.width)
        x = 1
        for hint in left:
            if x <= event.x < x + hint.width:
                self.app.simulate_key(hint.press)
            x += hint.width
        x = self.size.width - sum(hint.width for hint in right)
        for hint in right:
            if x <= event.x < x + hint.width:
                self.app.simulate_key(hint.press)
            x += hint.width


def _line(hints: tuple[Hint, ...], lead: str = "") -> Line:
    spans: list[Span] = [Span(lead)]
    for hint in hints:
        spans += [Span(hint.key, Tone.ACCENT), Span(f" {hint.label}  ", Tone.MUTED)]
    return tuple(spans)
