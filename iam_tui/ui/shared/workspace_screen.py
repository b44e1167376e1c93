"""The base of screens that show one organization's workspace and stage changes in it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual import events

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.organization import Role
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line

Result = TypeVar("Result")


class WorkspaceScreen(BaseScreen[Result]):
    """A screen that redraws itself when its workspace changes, or once it is on top again."""

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._is_outdated = False
        # From now on: what changes before the screen is mounted is drawn once it is.
        self._stop_listening = workspace.listen(self._on_change)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._stop_listening()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Draw what changed while another screen was on top."""
        if self._is_outdated:
            self._is_outdated = False
            self.show_workspace()

    def show_workspace(self) -> None:
        """Draw everything from the workspace."""
        self.show_frame()
        self.refresh_bindings()

    def _on_change(self) -> None:
        if self.is_active and self.is_mounted:
            self.show_workspace()
        else:
            self._is_outdated = True

    def role_and_place(self, after: str = "") -> Line:
        """The user's role and name, and the place of the data."""
        rest = f" {self.workspace.session.user} {self.glyphs.dot} {self.host.place}{after} "
        role = self.workspace.state.role
        return line(Span(role.upper() if role is Role.OWNER else role, Tone.STRONG), Span(rest))

    def stage(self, draft: Draft) -> None:
        """Replace the draft by this one, and write it to the local file in the background."""
        if draft is not self.workspace.draft:
            self.workspace.stage(draft)
            self.keep(self.workspace.keep_draft)

    def keep(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write something to the local file in the background, even if this screen closes meanwhile."""
        self.app.run_worker(self._write(write), name="keep", group="keep", description="keep")

    async def _write(self, write: Callable[[], Awaitable[None]]) -> None:
        host = self.host
        try:
            await write()
        except IamError as error:
            host.show_error(error)
        else:
            host.clear_error()
