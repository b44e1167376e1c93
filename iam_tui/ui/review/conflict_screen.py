"""Someone else saved in the meantime: both versions, and which one to keep, row by row."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.ui.review.conflict_rows import KEEP_CELL, conflict_rows, merged, own_changes, saved_words
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen


class ConflictScreen(WorkspaceScreen[bool]):
    """Compares the draft with the newest revision. The result is whether a choice was staged over it."""

    AUTO_FOCUS = "#conflict"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "yours or theirs", id="conflict.switch", tooltip="Keep the other version"),
        Binding(
            "enter",
            "go_on",
            "stage and go on",
            id="conflict.go_on",
            priority=True,
            tooltip="Stage your choice over the newest revision",
        ),
        Binding("escape", "back", "back", id="conflict.back", tooltip="Back; your changes stay staged"),
    ]

    DEFAULT_CSS = """
    ConflictScreen {
        #note-row { height: 2; }
        #note-label { width: 9; }
        #note { height: 2; padding: 0 1; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self._draft = workspace.draft
        self._newest = workspace.state.revision
        self._kept = own_changes(self._draft)

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        return (self.workspace.name, "Image access", "Changed meanwhile")

    def status(self) -> Line:
        """Role, user and place."""
        return self.role_and_place()

    def summary_lines(self) -> tuple[Line, Line]:
        """Who saved in the meantime, and that no change is lost."""
        now = self.host.clock()
        return saved_words(self._draft, self._newest, now, self.glyphs), line(
            " Your changes are not lost, and nothing is saved yet: choose what to keep."
        )

    def body(self) -> ComposeResult:
        """The table, and the note of the newest revision."""
        yield Table(id="conflict")
        yield self.rule()
        with Horizontal(id="note-row"):
            yield TextBlock(line(Span("   Note", Tone.MUTED)), id="note-label")
            yield TextBlock(line(self._newest.note or "none"), id="note", wrapped=True)

    def on_mount(self) -> None:
        """Show both versions."""
        self.show_frame()
        self._show()

    def action_switch(self) -> None:
        """Keep the other version in the row under the cursor."""
        key = self.query_one("#conflict", Table).cursor
        if key is not None:
            self._kept ^= {key}
            self._show()

    def action_go_on(self) -> None:
        """Stage the choice."""
        self.stage(merged(self._draft, self._newest, self._kept))
        self.dismiss(True)

    def action_back(self) -> None:
        """Back; the draft stays staged over the revision it started from."""
        self.dismiss(False)

    @on(Table.Chosen, "#conflict")
    def _clicked(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        if event.column == KEEP_CELL:
            self.action_switch()

    def _show(self) -> None:
        today = self.host.clock().date()
        rows = list(conflict_rows(self._draft, self._newest, self._kept, today, self.glyphs))
        self.query_one("#conflict", Table).show(rows)
