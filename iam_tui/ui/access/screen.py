"""Image access: the switches and the allowlist of one organization, with the staged changes."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.errors import IamError
from iam_tui.core.impact import Impact
from iam_tui.core.organization import CustomRole, Puller, Role
from iam_tui.core.policy import BY_HAND_SETTINGS, AllowlistEntry, Setting
from iam_tui.ui.access.by_hand_words import by_hand_lines, next_position
from iam_tui.ui.access.entry_screen import EntryScreen
from iam_tui.ui.access.flip_words import flip_lines, staged_damage
from iam_tui.ui.access.rows import (
    ADD_ROW,
    ORGANIZATION_ROW,
    SWITCH_CELL,
    about_lines,
    access_rows,
    entry_of,
    last_changes,
)
from iam_tui.ui.access.unsaved_changes import UnsavedChangesScreen
from iam_tui.ui.access.watch_rows import watch_rows
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.policy_words import last_known_words, owners_words, staged_words, truth
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

ASIDE_CELLS = 45
"""The cells of a line beside the table."""
EDITING = frozenset({"flip", "allow", "remove", "undo", "redo", "discard", "review"})


class AccessScreen(WorkspaceScreen[None]):
    """One organization's policy, where owners stage changes and everyone else reads.

    Bindings are in order of use, because the key bar leaves out the last ones.
    """

    AUTO_FOCUS = "#access"
    LEADS_TO_ORGANIZATIONS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "flip", "toggle", id="access.flip", tooltip="Stage the other position of the switch"
        ),
        Binding("a", "allow", "allow", id="access.allow", tooltip="Stage a repository for the allowlist"),
        Binding("d", "remove", "remove", id="access.remove", tooltip="Stage the entry's removal"),
        Binding("d", "unwatch", "unwatch", id="access.unwatch", tooltip="Remove it from the watch list"),
        Binding(
            "i",
            "impact",
            "impact",
            id="access.impact",
            tooltip="Which images in use would stop, for whom",
        ),
        Binding("w", "review", "review", id="access.review", tooltip="Review what is staged, then save it"),
        Binding("t", "test", "test a pull", id="access.test", tooltip="Test pulls against this policy"),
        Binding(
            "e", "request", "ask for access", id="access.request", tooltip="Write a request to the owners"
        ),
        Binding("u", "undo", "undo", id="access.undo", tooltip="Undo the last staged change"),
        Binding("U", "redo", "redo", id="access.redo", tooltip="Stage the undone change again"),
        Binding(
            "x",
            "discard",
            "discard",
            id="access.discard",
            tooltip="Discard everything staged; undo restores it",
        ),
        Binding("o,escape", "back", "organizations", id="access.back", tooltip="Back to the organizations"),
        Binding("r", "refresh", "refresh", id="access.refresh", tooltip="Read the policy again"),
        Binding("c", "copy", "copy", id="access.copy", tooltip="Copy this screen as text"),
    ]
    DEFAULT_CSS = """
    AccessScreen {
        #access { width: 1fr; }
        #aside { width: 47; height: 1fr; border-left: solid $iam-rule; padding: 0 0 0 1; }
        #about { height: 11; max-height: 55%; }
        #watch-title { height: 1; }
        #watch { height: 1fr; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self.flips: Mapping[Setting, Impact] = {}
        """What flipping each switch now would change for the images in use, as last drawn."""
        self._compared_with = 0
        """The number of the newest revision that an older draft was already compared with."""
        self._may_leave_without = False

    def crumbs(self) -> tuple[str, ...]:
        """The organization, then this page, as in Docker's Admin Console."""
        return (self.workspace.name, "Image access")

    def status(self) -> Line:
        """Role, user, place and revision."""
        workspace = self.workspace
        role = workspace.state.role
        words = role.upper() if role is Role.OWNER else role
        if not workspace.editable:
            words = f"READ-ONLY {role}"
        dot, number = self.glyphs.dot, workspace.state.revision.number
        rest = f" {workspace.session.user} {dot} {self.host.place} {dot} r{number} "
        return line(Span(words, Tone.STRONG), Span(rest))

    def summary_lines(self) -> tuple[Line, Line]:
        """What the policy allows now, and what is staged; for readers, who can change it."""
        workspace = self.workspace
        first = truth(workspace.state)
        if not workspace.state.is_current:
            return first, last_known_words(workspace.state, self.host.clock(), self.glyphs)
        if workspace.editable:
            return first, self._staged()
        if workspace.state.may_change:
            return first, line(Span(" Opened read-only.", Tone.MUTED))
        return first, line(f" Only owners can change this: {owners_words(workspace.owners)}.")

    def _staged(self) -> Line:
        """What is staged, and what saving it would break."""
        draft, impact = self.workspace.draft, self.workspace.impact()
        if draft.is_clean and isinstance(self.workspace.state.role, CustomRole):
            return line(Span(" Nothing staged. Docker Hub decides whether your role may save.", Tone.MUTED))
        if impact is None or draft.is_clean:
            return staged_words(draft, self.glyphs, len(self.workspace.changes_by_hand))
        return staged_damage(draft, impact, self.glyphs)

    def body(self) -> ComposeResult:
        """The table and, from 110 columns on, what the row means and the watch list."""
        with Horizontal():
            yield Table(id="access")
            with Vertical(id="aside", classes="wide-only"):
                yield TextBlock(id="about", wrapped=True)
                yield TextBlock(line(Span("Watch list, updated as you toggle", Tone.MUTED)), id="watch-title")
                yield Table(id="watch")

    def on_mount(self) -> None:
        """Show what is known already, then read the rest."""
        self.show_workspace()
        self.read()

    def show_workspace(self) -> None:
        """Draw everything from the workspace."""
        workspace, now, glyphs = self.workspace, self.host.clock(), self.glyphs
        self.flips = workspace.flips()
        self.show_frame()
        rows = access_rows(
            workspace.draft,
            workspace.state,
            last_changes(workspace.revisions),
            now,
            glyphs,
            editable=workspace.editable,
            flips=self.flips,
        )
        self.query_one("#access", Table).show(rows)
        self._show_about()
        self._show_watched()
        self.refresh_bindings()

    @work(group=READING)
    async def read(self) -> None:
        """Read everything again, and open the comparison if the draft is older than the newest revision."""
        try:
            await self.workspace.read()
        except IamError as error:
            self.show_error(error)
            return
        self.clear_error()
        newest = self.workspace.state.revision.number
        if self.workspace.is_behind and self.is_active and self._compared_with != newest:
            self._compared_with = newest
            self.host.open_conflict(self.workspace, self._came_back)

    def _came_back(self, _result: object = None) -> None:
        """Read what changed while another screen was open."""
        self.read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the editing keys from readers, and keys that have nothing to do."""
        if not super().check_action(action, parameters):
            return False
        if action in EDITING and not (self.workspace.editable and self.workspace.is_read):
            return False
        watch = self.query_one("#watch", Table)
        possible = {
            "remove": not watch.has_focus and self._entry_under_cursor() is not None,
            "unwatch": watch.has_focus and watch.cursor is not None,
            "undo": bool(self.workspace.draft.past),
            "redo": bool(self.workspace.draft.future),
            "discard": not self.workspace.draft.is_clean,
            "review": not self.workspace.draft.is_clean,
            "request": self.workspace.state.role is not Role.OWNER,
        }
        return possible.get(action, True)

    def action_flip(self) -> None:
        """Stage the other position of the switch under the cursor."""
        key = self.query_one("#access", Table).cursor
        if key == ADD_ROW:
            self.action_allow()
        elif key == ORGANIZATION_ROW:
            self.hint("Organization images are always allowed; Docker offers no switch for them.")
        elif key in set(Setting):
            self._toggle(Setting(key))
        elif key is not None:
            self.hint("enter edits this entry, d removes it.")

    def on_key(self, event: events.Key) -> None:
        """Explain why nothing can be changed, if someone tries to who may not."""
        if event.key == "space" and not self.workspace.editable and not self.is_card:
            event.stop()
            if not self.workspace.state.is_current:
                self.hint("What cannot be read now cannot be changed. r tries again.")
                return
            reason = (
                "You opened this read-only"
                if self.workspace.state.may_change
                else f"Read-only: your role is {self.workspace.state.role}"
            )
            self.hint(f"{reason}. Owners: {owners_words(self.workspace.owners)}.")

    def _toggle(self, setting: Setting) -> None:
        workspace = self.workspace
        value = workspace.draft.policy.setting(setting)
        if setting is Setting.ENABLED and not value and not workspace.organization.has_image_access:
            plan = workspace.organization.plan.title()
            self.hint(f"Image Access Management needs a Docker Business plan; this one is {plan}.")
            return
        following = next_position(value, workspace.draft.base.policy.setting(setting))
        self.stage(workspace.draft.stage(workspace.draft.policy.with_setting(setting, on=following)))

    def action_allow(self) -> None:
        """Ask for repositories to allow."""
        self.app.push_screen(EntryScreen(self.workspace, None))

    @on(Table.Chosen, "#access")
    def _chosen(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        entry = self._entry_under_cursor()
        may_edit = self.workspace.editable and self.workspace.is_read
        if event.column == SWITCH_CELL and event.key in set(Setting) and may_edit:
            self.action_flip()
        elif entry is not None and may_edit:
            self.app.push_screen(EntryScreen(self.workspace, entry))
        elif event.key == ADD_ROW and may_edit:
            self.action_allow()
        else:
            self._show_details()

    def _show_details(self) -> None:
        self.host.open_details(self.crumbs(), self._about(most=10, width=self.app.size.width))

    def action_impact(self) -> None:
        """Show which images in use the staged changes would stop, or today's policy stops."""
        if self.workspace.images_in_use is not None:
            self.host.open_impact(self.workspace, self._came_back)
        elif any(one.node is self and one.group == READING and not one.is_finished for one in self.workers):
            self.hint("Still reading which images are in use.")
        else:
            self.hint("The images in use could not be read. r tries again.")

    def action_test(self) -> None:
        """Test pulls against the saved and the staged policy."""
        self.test_pull("")

    def test_pull(self, text: str) -> None:
        """Open the pull test with this text in its field."""
        self.host.open_pull_test(self.workspace, text, self._came_back)

    @on(Table.Chosen, "#watch")
    def _watched_chosen(self, event: Table.Chosen) -> None:
        self.test_pull(event.key)

    def action_review(self) -> None:
        """Review what is staged, then save it."""
        self.host.open_review(self.workspace, self._came_back)

    def action_request(self) -> None:
        """Write a request for access to the owners."""
        self.host.open_request(self.workspace)

    def action_remove(self) -> None:
        """Stage the removal of the entry under the cursor."""
        entry = self._entry_under_cursor()
        if entry is not None:
            draft = self.workspace.draft
            self.stage(draft.stage(draft.policy.disallow(entry.repository)))

    def action_unwatch(self) -> None:
        """Remove the image under the cursor from the watch list."""
        image = self.query_one("#watch", Table).cursor
        self.workspace.watch([watched for watched in self.workspace.watched if watched != image])
        self.keep(self.workspace.keep_watch_list)

    def action_undo(self) -> None:
        """Undo the last staged change."""
        self.stage(self.workspace.draft.undo())

    def action_redo(self) -> None:
        """Stage the undone change again."""
        self.stage(self.workspace.draft.redo())

    def action_discard(self) -> None:
        """Discard everything staged; undo restores it."""
        self.stage(self.workspace.draft.discard())
        self.hint("Discarded; u undoes this.")

    def action_back(self) -> None:
        """Back to the organizations; what is staged is kept."""
        if self.has_unsaved_changes:
            self.app.notify(
                f"Your staged changes in {self.workspace.name} are kept for when you open it again.",
                markup=False,
            )
        self.dismiss()

    def action_refresh(self) -> None:
        """Read the policy again, and compare again if a newer revision is there."""
        self._compared_with = 0
        self.read()

    def action_copy(self) -> None:
        """Copy the screen as text."""
        head = [self.query_one(f"#{name}", TextBlock).plain.strip() for name in ("top", "first", "second")]
        rows = (
            "  ".join(cell.text for cell in row.cells if cell.text)
            for row in self.query_one("#access", Table).rows
        )
        self.host.copy("\n".join([*head, "", *(row for row in rows if row)]))

    @on(Table.Moved, "#access")
    def _moved(self) -> None:
        self._show_about()
        self.refresh_bindings()

    def _entry_under_cursor(self) -> AllowlistEntry | None:
        return entry_of(self.query_one("#access", Table).cursor or "", self.workspace.draft)

    def _show_about(self) -> None:
        self.query_one("#about", TextBlock).show(*self._about(most=3, width=ASIDE_CELLS))

    def _about(self, most: int, width: int) -> tuple[Line, ...]:
        """What the row means, and what flipping its switch would do, with `most` affected images at most."""
        key, now = self.query_one("#access", Table).cursor or "", self.host.clock()
        flip = self.flips.get(Setting(key)) if key in set(Setting) else None
        about = about_lines(key, self.workspace.draft, now)
        if key in BY_HAND_SETTINGS and self.host.is_live:
            about = (*about, *by_hand_lines(Setting(key), self.workspace.state, now))
        if flip is None:
            return about
        # Below the title: lines that stay the same keep their rows and are not sent again.
        return *about[:2], *flip_lines(flip, most, width, self.glyphs), line(""), *about[2:]

    def _show_watched(self) -> None:
        workspace = self.workspace
        role = workspace.state.role
        puller = Puller(Role.MEMBER if role is Role.OWNER else role)
        rows = watch_rows(
            workspace.watched,
            workspace.session.catalog,
            workspace.organization,
            puller,
            workspace.draft,
            self.glyphs,
        )
        self.query_one("#watch", Table).show(rows)

    @property
    def has_unsaved_changes(self) -> bool:
        """Whether anything is staged."""
        return not self.workspace.draft.is_clean

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask whether to keep or discard the staged changes, then leave or stay."""

        def answered(keep: bool | None) -> None:
            if keep is not None:
                self._leave(leave, keep=keep)

        if not any(isinstance(screen, UnsavedChangesScreen) for screen in self.app.screen_stack):
            self.app.push_screen(UnsavedChangesScreen(self.workspace.draft), answered)

    @work(group="leave")
    async def _leave(self, leave: Callable[[], None], *, keep: bool) -> None:
        """Leave once the draft is written to the file or removed; a second attempt leaves without that."""
        staged = self.workspace.draft
        if not keep:
            self.workspace.stage(staged.discard())
        try:
            await self.workspace.keep_draft()
        except IamError as error:
            # Still in the file, so that it is asked about again.
            self.workspace.stage(staged)
            if not self._may_leave_without:
                self._may_leave_without = True
                self.host.show_error(error)
                self.app.notify(
                    "The file could not be changed. Quit again to leave it as it is.", markup=False
                )
                return
        leave()
