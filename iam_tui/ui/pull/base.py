"""What the screens share that try pulls: who pulls, in which session, judged by which policy."""

from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.pull.words import situation
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.policy_words import staged_words
from iam_tui.ui.shared.text import Line, line


class PullScreenBase(BaseScreen[Draft]):
    """A screen that judges pulls. Its result is the draft if it staged something, None if it did not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "next_who", "who", id="scenario.who", tooltip="The next one who pulls"),
        Binding(
            "f3", "next_session", "session", id="scenario.session", tooltip="Signed in now, before, or out"
        ),
        Binding(
            "f4", "policy", "policy", id="scenario.policy", tooltip="By what is saved, or by what is staged"
        ),
    ]

    def __init__(self, state: OrganizationState, draft: Draft, scenario: PullScenario | None) -> None:
        super().__init__()
        self.state = state
        self.draft = draft
        self._given = draft
        self._scenario = scenario

    @property
    def scenario(self) -> PullScenario:
        """Who pulls, signed in how, judged by which policy."""
        if self._scenario is None:
            self._scenario = PullScenario.of(self.state, self.draft, self.host.session.store.user)
        return self._scenario

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes here; the store decides again when saving."""
        allowlist = self.host.session.store.capabilities.allowlist
        return self.state.role is Role.OWNER and allowlist and not self.host.options.read_only

    def status(self) -> Line:
        """Who one is, whose data it is, and which revision is saved."""
        dot, number = self.glyphs.dot, self.state.revision.number
        return line(f"{self.host.session.store.user} {dot} {self.host.place} {dot} r{number} ")

    def summary_lines(self) -> tuple[Line, Line]:
        """Who pulls how, and what is staged."""
        return situation(self.scenario, self.host.clock(), self.glyphs), staged_words(self.draft, self.glyphs)

    def show_all(self) -> None:
        """Draw everything from the trial."""
        self.show_frame()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is staged can be judged by only where something is."""
        if not super().check_action(action, parameters):
            return False
        return action != "policy" or not self.draft.is_clean

    def go_on(self, scenario: PullScenario) -> None:
        """Judge like this from now on."""
        self._scenario = scenario
        self.show_all()

    def stage(self, draft: Draft) -> None:
        """Work on this draft from now on, and judge by it; it is kept in the background."""
        self.draft = draft
        self.go_on(self.scenario.with_draft(draft))
        self._keep_draft()

    def came_back(self, draft: Draft | None) -> None:
        """Another such screen closed; it may have staged something."""
        if draft is not None:
            self.stage(draft)

    def action_next_who(self) -> None:
        """The same pull by the next one."""
        self.go_on(self.scenario.by_next())

    def action_next_session(self) -> None:
        """The same pull in the next kind of session."""
        self.go_on(self.scenario.next_sign_in())

    def action_policy(self) -> None:
        """The same pull under what is staged, or again under what is saved."""
        self.go_on(self.scenario.under_staged(staged=not self.scenario.staged))

    def action_back(self) -> None:
        """Back, with what was staged here."""
        self.dismiss(None if self.draft is self._given else self.draft)

    def action_quit(self) -> None:
        """Back to the screen that asks about staged changes, and quit there."""
        app = self.app
        self.action_back()
        app.call_later(_quit_on_top, app)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.await_or_show(
            self.host.session.memory.keep_draft(self.state.organization.name, self.draft)
        )


async def _quit_on_top(app: App[object]) -> None:
    if not await app.run_action("quit", app.screen):
        await app.action_quit()
