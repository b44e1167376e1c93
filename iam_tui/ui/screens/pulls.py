"""Many pasted images: one verdict each, and the way into every one's trace."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from iam_tui.core.decision import Decision
from iam_tui.core.draft import Draft
from iam_tui.stores.protocol import Access
from iam_tui.ui.comparison_view import MANY_COLUMNS, MANY_TITLES, many_line, many_rows, many_text
from iam_tui.ui.screens.trial import TrialFrame
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.trial import Trial
from iam_tui.ui.widgets.lines import Lines
from iam_tui.ui.widgets.table import Heading, Table


class PullsScreen(TrialFrame):
    """A list of verdicts, judged again whenever who, session or policy changes."""

    AUTO_FOCUS = "#pulls"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,ctrl+y", "copy", "copy", id="pulls.copy", tooltip="Copy the list as text"),
        Binding("escape", "back", "back", id="pulls.back", tooltip="Back to the field"),
        Binding("q,ctrl+q", "quit", "quit", id="pulls.quit", tooltip="Leave; asks if changes are staged"),
    ]
    DEFAULT_CSS = """
    PullsScreen {
        #count { margin-bottom: 1; }
        #pulls { height: 1fr; }
    }
    """

    def __init__(
        self, access: Access, draft: Draft, trial: Trial, images: Sequence[str], limits: str = ""
    ) -> None:
        super().__init__(access, draft, trial)
        self._images = images
        self._limits = limits

    def crumbs(self) -> tuple[str, ...]:
        """One level below the test of one pull."""
        return (self.access.organization.name, "Test a pull", "Pasted")

    def body(self) -> ComposeResult:
        """How many of each verdict, and the list."""
        yield Lines(id="count")
        yield Heading(MANY_TITLES, MANY_COLUMNS)
        yield Table(id="pulls")

    def on_mount(self) -> None:
        """Judge them all."""
        self.show_all()

    def show_all(self) -> None:
        """Draw everything from the images and the trial."""
        decisions = self._decisions(self.trial)
        saved = self._decisions(self.trial.under_staged(staged=False)) if self.trial.staged else decisions
        self.query_one("#count", Lines).show(self._count(decisions))
        self.query_one("#pulls", Table).show(many_rows(self._images, decisions, saved, self.glyphs))
        super().show_all()

    def _count(self, decisions: Sequence[Decision]) -> Line:
        return (*many_line(decisions), *line(Span(f"  {self._limits}", Tone.STAGED)))

    def _decisions(self, trial: Trial) -> list[Decision]:
        return [trial.decide(image, self.console.catalog) for image in self._images]

    @on(Table.Chosen, "#pulls")
    def _open(self, event: Table.Chosen) -> None:
        from iam_tui.ui.screens.pull import PullScreen  # noqa: PLC0415 - these two open each other

        image = self._images[event.index]
        self.app.push_screen(PullScreen(self.access, self.draft, image, self.trial), self.came_back)

    def action_copy(self) -> None:
        """Copy the list as text."""
        self.console.copy(many_text(self._images, self._decisions(self.trial)))
