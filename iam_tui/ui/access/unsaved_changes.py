"""Leaving with staged changes: keep them for next time, discard them, or stay."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from iam_tui.core.counted import counted
from iam_tui.core.draft import Draft
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.change_rows import staged_rows
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.table import Table


class UnsavedChangesScreen(BaseScreen[bool | None]):
    """Asks what to do with a draft. The result is True to keep it, False to discard it, None to stay."""

    AUTO_FOCUS = "#leave"
    ALWAYS_POSSIBLE = BaseScreen.ALWAYS_POSSIBLE | {"keep", "discard"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "y,enter",
            "keep",
            "keep and quit",
            id="unsaved_changes.keep",
            priority=True,
            tooltip="They are staged again at the next start",
        ),
        Binding(
            "n",
            "discard",
            "discard and quit",
            id="unsaved_changes.discard",
            tooltip="They are gone for good",
        ),
        Binding("escape", "back", "stay", id="unsaved_changes.back", tooltip="Back to where you were"),
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft

    def crumbs(self) -> tuple[str, ...]:
        """Quitting belongs to no organization."""
        return ("Quit",)

    def status(self) -> Line:
        """User and place."""
        return line(f"{self.host.session.user} {self.glyphs.dot} {self.host.place} ")

    def summary_lines(self) -> tuple[Line, Line]:
        """The question, and that nothing was saved so far."""
        changes = counted(len(self._draft.changes), "staged change", "staged changes")
        if not self._can_keep:
            question = f" Quit and discard {changes}?"
            return line(Span(question, Tone.STRONG)), line(" The demo's data is deleted when you quit.")
        question = f" Keep {changes} for next time?"
        return line(Span(question, Tone.STRONG)), line(" Nothing has been saved or sent.")

    @property
    def _can_keep(self) -> bool:
        """Whether there is a next time: a demo without a file of its own is deleted at the end."""
        return self.host.session.profile.path is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is kept in a temporary demo."""
        if action == "keep" and not self._can_keep:
            return False
        return super().check_action(action, parameters)

    def body(self) -> ComposeResult:
        """What is staged."""
        today = self.host.clock().date()
        yield Table(list(staged_rows(self._draft, today, self.glyphs)), id="leave", opens_rows=False)

    def action_keep(self) -> None:
        """Keep them."""
        self.dismiss(True)

    def action_discard(self) -> None:
        """Discard them."""
        self.dismiss(False)

    def action_back(self) -> None:
        """Stay."""
        self.dismiss(None)
