"""What the screens share that try pulls: who pulls, in which session, judged by which policy."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.stores.protocol import Access
from iam_tui.ui.access_view import staged_words
from iam_tui.ui.pull_view import situation
from iam_tui.ui.screens.frame import Frame
from iam_tui.ui.text import Line, line
from iam_tui.ui.trial import Trial

if TYPE_CHECKING:
    from iam_tui.ui.console import Console


class TrialFrame(Frame[Draft]):
    """A screen that judges pulls. Its result is the draft if it staged something, None if it did not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "next_who", "who", id="trial.who", tooltip="The next one who pulls"),
        Binding("f3", "next_session", "session", id="trial.session", tooltip="Signed in now, before, or out"),
        Binding(
            "f4", "policy", "policy", id="trial.policy", tooltip="By what is saved, or by what is staged"
        ),
    ]

    def __init__(self, access: Access, draft: Draft, trial: Trial | None) -> None:
        super().__init__()
        self.access = access
        self.draft = draft
        self._given = draft
        self._trial = trial

    @property
    def trial(self) -> Trial:
        """Who pulls, signed in how, judged by which policy."""
        if self._trial is None:
            self._trial = Trial.of(self.access, self.draft, self.console.desk.store.user)
        return self._trial

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes here; the store decides again when saving."""
        allowlist = self.console.desk.store.capabilities.allowlist
        return self.access.role is Role.OWNER and allowlist and not self.console.options.read_only

    def standing(self) -> Line:
        """Who one is, whose data it is, and which revision is saved."""
        dot, number = self.glyphs.dot, self.access.revision.number
        return line(f"{self.console.desk.store.user} {dot} {self.console.place} {dot} r{number} ")

    def sentences(self) -> tuple[Line, Line]:
        """Who pulls how, and what is staged."""
        return situation(self.trial, self.console.clock(), self.glyphs), staged_words(self.draft, self.glyphs)

    def show_all(self) -> None:
        """Draw everything from the trial."""
        self.show_frame()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is staged can be judged by only where something is."""
        if not super().check_action(action, parameters):
            return False
        return action != "policy" or not self.draft.is_clean

    def go_on(self, trial: Trial) -> None:
        """Judge like this from now on."""
        self._trial = trial
        self.show_all()

    def stage(self, draft: Draft) -> None:
        """Work on this draft from now on, and judge by it; it is kept in the background."""
        self.draft = draft
        self.go_on(self.trial.with_draft(draft))
        self._keep_draft()

    def came_back(self, draft: Draft | None) -> None:
        """Another such screen closed; it may have staged something."""
        if draft is not None:
            self.stage(draft)

    def action_next_who(self) -> None:
        """The same pull by the next one."""
        self.go_on(self.trial.by_next())

    def action_next_session(self) -> None:
        """The same pull in the next kind of session."""
        self.go_on(self.trial.next_sign_in())

    def action_policy(self) -> None:
        """The same pull under what is staged, or again under what is saved."""
        self.go_on(self.trial.under_staged(staged=not self.trial.staged))

    def action_back(self) -> None:
        """Back, with what was staged here."""
        self.dismiss(None if self.draft is self._given else self.draft)

    def action_quit(self) -> None:
        """Back to the screen that asks about staged changes, and quit there."""
        console = self.console
        self.action_back()
        console.call_later(_quit_on_top, console)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.attempt(self.console.desk.memory.keep_draft(self.access.organization.name, self.draft))


async def _quit_on_top(console: "Console") -> None:
    if not await console.run_action("quit", console.screen):
        await console.action_quit()
