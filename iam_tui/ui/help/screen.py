"""The help: the keys that work on the screen below, and what the words and marks mean."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from iam_tui.ui.help.sections import KEY_PREFIX, Section, key_rows, section_lines, section_rows, sections
from iam_tui.ui.shared.active_keys import active_keys
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.finder import Finder
from iam_tui.ui.shared.table_rows import TableRow
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.lines import TextBlock

PANE_WIDTH, PANE_HEIGHT = 55, 38
"""Width of the reference beside the keys, and the height that the window needs for it."""


class HelpScreen(Finder[None]):
    """Made from the bindings of the screen below, so that it cannot disagree with that screen's keys."""

    PLACEHOLDER = "a key or a word"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "choose",
            "do it",
            id="help.choose",
            priority=True,
            tooltip="Press this key on the screen",
        ),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        #keys { width: 1fr; }
        #reference { display: none; width: 58; height: 1fr; border-left: solid $iam-rule; padding: 0 1; }
        &.-paned #reference { display: block; }
    }
    """

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._below = below.crumbs() if isinstance(below, BaseScreen) else ()
        self._keys = active_keys(below)
        self._sections: Sequence[Section] = ()

    def crumbs(self) -> tuple[str, ...]:
        """Help, and for which screen."""
        return ("Help", *self._below)

    def summary_lines(self) -> tuple[Line, Line]:
        """What this list is."""
        return line(" The keys that work on this screen. Type to find one; enter presses it."), line(
            Span(" To use other keys, set [keymap] in the config file.", Tone.MUTED)
        )

    def body(self) -> ComposeResult:
        """Field and table, and where there is room the reference beside them."""
        with Horizontal():
            with Vertical(id="keys"):
                yield from super().body()
            yield TextBlock(id="reference")

    def on_mount(self) -> None:
        """Make the reference, which does not change."""
        self._sections = sections(self.host.opened, self.host.keymap_problems, self.glyphs)
        self._arrange()
        super().on_mount()
        self.query_one("#reference", TextBlock).show(*section_lines(self._sections, PANE_WIDTH))

    def on_resize(self, event: events.Resize) -> None:
        """Put the reference beside the keys or below them."""
        super().on_resize(event)
        self._arrange()
        self.find()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys can be pressed."""
        if action == "choose":
            return self.is_mounted and not self.is_card and (self.chosen or "").startswith(KEY_PREFIX)
        return super().check_action(action, parameters)

    def matching(self, wanted: str) -> Sequence[TableRow]:
        """The keys that match, and below them the entries of the reference that do."""
        rows = key_rows(self._keys, wanted)
        if not self.has_class("-paned") or wanted:
            rows += section_rows(self._sections, wanted)
        return rows

    def choose(self, key: str) -> None:
        """Press the key on the screen below."""
        if key.startswith(KEY_PREFIX):
            self.dismiss()
            self.app.simulate_key(self._keys[int(key.removeprefix(KEY_PREFIX))].press)

    def _arrange(self) -> None:
        width, height = self.app.size
        self.set_class(width >= 110 and height >= PANE_HEIGHT, "-paned")
