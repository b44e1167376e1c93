"""The base of screens that test pulls: the keys for who pulls, with which sign-in, under which policy."""

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.ui.pull.words import situation
from iam_tui.ui.shared.policy_words import staged_words
from iam_tui.ui.shared.text import Line, line
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen


class PullScreenBase(WorkspaceScreen[None]):
    """A screen that judges pulls in a scenario."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "next_who", "who", id="scenario.who", tooltip="Pull as the next person or role"),
        Binding(
            "f3",
            "next_session",
            "session",
            id="scenario.session",
            tooltip="Signed in now, earlier, or out",
        ),
        Binding(
            "f4", "policy", "policy", id="scenario.policy", tooltip="Under the saved or the staged policy"
        ),
    ]

    def __init__(self, workspace: PolicyWorkspace, scenario: PullScenario | None) -> None:
        super().__init__(workspace)
        self.scenario = scenario or PullScenario.of(workspace.state, workspace.draft, workspace.session.user)

    def status(self) -> Line:
        """User, place and revision."""
        dot, number = self.glyphs.dot, self.workspace.state.revision.number
        return line(f"{self.workspace.session.user} {dot} {self.host.place} {dot} r{number} ")

    def summary_lines(self) -> tuple[Line, Line]:
        """The scenario, and what is staged."""
        return situation(self.scenario, self.host.clock(), self.glyphs), staged_words(
            self.workspace.draft, self.glyphs
        )

    def show_workspace(self) -> None:
        """Judge by what is saved and staged now, and draw everything."""
        if self.scenario.state is not self.workspace.state:
            self.scenario = self.scenario.with_state(self.workspace.state)
        if self.scenario.draft is not self.workspace.draft:
            self.scenario = self.scenario.with_draft(self.workspace.draft)
        self.show_all()

    def show_all(self) -> None:
        """Draw everything from the scenario."""
        self.show_frame()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the policy key if nothing is staged."""
        if not super().check_action(action, parameters):
            return False
        return action != "policy" or not self.workspace.draft.is_clean

    def show_scenario(self, scenario: PullScenario) -> None:
        """Judge in this scenario from now on, and draw everything."""
        self.scenario = scenario
        self.show_all()

    def action_next_who(self) -> None:
        """Pull as the next person or role."""
        self.show_scenario(self.scenario.by_next())

    def action_next_session(self) -> None:
        """Pull with the next kind of sign-in."""
        self.show_scenario(self.scenario.next_sign_in())

    def action_policy(self) -> None:
        """Switch between the staged and the saved policy."""
        self.show_scenario(self.scenario.under_staged(staged=not self.scenario.staged))

    def action_back(self) -> None:
        """Back; everything stays staged."""
        self.dismiss()

    def action_quit(self) -> None:
        """Return to Image access, which asks about staged changes, and quit there."""
        app = self.app
        self.action_back()
        app.call_later(_quit_on_top, app)


async def _quit_on_top(app: App[object]) -> None:
    if not await app.run_action("quit", app.screen):
        await app.action_quit()
