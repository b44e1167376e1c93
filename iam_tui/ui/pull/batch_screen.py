"""The pull test of many pasted images: a verdict for each, and the way to its trace."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.decision import Decision
from iam_tui.ui.pull.base import PullScreenBase
from iam_tui.ui.pull.comparison_rows import MANY_COLUMNS, many_line, many_rows, many_text
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table


class BatchPullScreen(PullScreenBase):
    """A list of verdicts, which is judged again whenever the scenario changes."""

    AUTO_FOCUS = "#pulls"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,ctrl+y", "copy", "copy", id="pulls.copy", tooltip="Copy the list as text"),
        Binding("escape", "back", "back", id="pulls.back", tooltip="Back to the field"),
        Binding("q,ctrl+q", "quit", "quit", id="pulls.quit", tooltip="Quit; asks if changes are staged"),
    ]
    DEFAULT_CSS = """
    BatchPullScreen {
        #count { margin-bottom: 1; }
        #pulls { height: 1fr; }
    }
    """

    def __init__(
        self, workspace: PolicyWorkspace, scenario: PullScenario, images: Sequence[str], notes: str = ""
    ) -> None:
        super().__init__(workspace, scenario)
        self._images = images
        self._notes = notes

    def crumbs(self) -> tuple[str, ...]:
        """One level below the test of one pull."""
        return (self.workspace.name, "Test a pull", "Pasted")

    def body(self) -> ComposeResult:
        """How many there are of each verdict, and the list."""
        yield TextBlock(id="count")
        yield Heading(MANY_COLUMNS)
        yield Table(id="pulls")

    def on_mount(self) -> None:
        """Judge all images."""
        self.show_all()

    def show_all(self) -> None:
        """Draw everything from the images and the scenario."""
        decisions = self._decisions(self.scenario)
        saved = (
            self._decisions(self.scenario.under_staged(staged=False)) if self.scenario.staged else decisions
        )
        self.query_one("#count", TextBlock).show(self._count(decisions))
        self.query_one("#pulls", Table).show(many_rows(self._images, decisions, saved, self.glyphs))
        super().show_all()

    def _count(self, decisions: Sequence[Decision]) -> Line:
        return (*many_line(decisions), *line(Span(f"  {self._notes}", Tone.STAGED)))

    def _decisions(self, scenario: PullScenario) -> list[Decision]:
        return [scenario.decide(image, self.workspace.session.catalog) for image in self._images]

    @on(Table.Chosen, "#pulls")
    def _open(self, event: Table.Chosen) -> None:
        image = self._images[event.index]
        self.host.open_pull_test(self.workspace, image, self._came_back, self.scenario)

    def _came_back(self, _result: None) -> None:
        self.show_all()

    def action_copy(self) -> None:
        """Copy the list as text."""
        self.host.copy(many_text(self._images, self._decisions(self.scenario)))
