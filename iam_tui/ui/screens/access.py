"""Image access: the switches and the allowlist of one organization, and what is staged over them."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.organization import Puller, Role
from iam_tui.core.policy import AllowlistEntry, Setting
from iam_tui.stores.protocol import Access
from iam_tui.ui.access_view import (
    ADD_ROW,
    ORGANIZATION_ROW,
    SWITCH_CELL,
    Changed,
    about_lines,
    access_rows,
    entry_of,
    last_changes,
    owners_words,
    staged_words,
    truth,
)
from iam_tui.ui.screens.frame import Frame
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.watch_view import watch_rows
from iam_tui.ui.widgets.lines import Lines
from iam_tui.ui.widgets.table import Table

EDITING = frozenset({"flip", "allow", "remove", "undo", "redo", "discard", "review"})


class AccessScreen(Frame[None]):
    """One organization's policy. Owners stage changes here; everybody else reads."""

    AUTO_FOCUS = "#access"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "flip", "toggle", id="access.flip", tooltip="Stage the other position of the switch"
        ),
        Binding("a", "allow", "allow", id="access.allow", tooltip="Stage a repository for the allowlist"),
        Binding("d", "remove", "remove", id="access.remove", tooltip="Stage the entry's removal"),
        Binding("d", "unwatch", "unwatch", id="access.unwatch", tooltip="Take it off the watch list"),
        Binding("t", "test", "test a pull", id="access.test", tooltip="Try pulls against this policy"),
        Binding(
            "e", "request", "ask for access", id="access.request", tooltip="Write a request to the owners"
        ),
        Binding("w", "review", "review", id="access.review", tooltip="Look at what is staged, then save it"),
        Binding("u", "undo", "undo", id="access.undo", tooltip="Take back the last staged step"),
        Binding("U", "redo", "redo", id="access.redo", tooltip="Stage again what was taken back"),
        Binding(
            "x",
            "discard",
            "drop all",
            id="access.discard",
            tooltip="Drop everything staged; undo brings it back",
        ),
        Binding("o,escape", "back", "organizations", id="access.back", tooltip="Back to the organizations"),
        Binding("r", "refresh", "refresh", id="access.refresh", tooltip="Read the policy again"),
        Binding("c", "copy", "copy", id="access.copy", tooltip="Copy what this screen says"),
    ]
    DEFAULT_CSS = """
    AccessScreen {
        #access { width: 1fr; }
        #aside { width: 48; height: 1fr; border-left: solid $iam-rule; padding: 0 1; }
        #about { height: 9; }
        #watch-title { height: 1; }
        #watch { height: 1fr; }
    }
    """

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self.draft = Draft.of(access.revision)
        self._changes: Mapping[Setting, Changed] = {}
        self._owners: Sequence[str] = ()
        self._watched: Sequence[str] = ()
        self._may_leave_without = False
        self._compared = 0

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes here; the store decides again when saving."""
        return self._access.role is Role.OWNER and not self.console.options.read_only

    def crumbs(self) -> tuple[str, ...]:
        """The organization, then this page, as in Docker's console."""
        return (self._access.organization.name, "Image access")

    def standing(self) -> Line:
        """Role, name, whose data, and which revision."""
        role = self._access.role
        words = role.upper() if role is Role.OWNER else role
        if not self.editable:
            words = f"READ-ONLY {role}"
        dot, number = self.glyphs.dot, self._access.revision.number
        rest = f" {self.console.desk.store.user} {dot} {self.console.place} {dot} r{number} "
        return line(Span(words, Tone.STRONG), Span(rest))

    def sentences(self) -> tuple[Line, Line]:
        """What is true now, and what is staged, or for readers who could change it."""
        if self.editable:
            return truth(self._access), staged_words(self.draft, self.glyphs)
        if self._access.role is Role.OWNER:
            return truth(self._access), line(Span(" Opened read-only.", Tone.MUTED))
        return truth(self._access), line(f" Only owners can change this: {owners_words(self._owners)}.")

    def body(self) -> ComposeResult:
        """The table, and from 110 columns on what the row means and the watch list."""
        with Horizontal():
            yield Table(id="access")
            with Vertical(id="aside", classes="wide-only"):
                yield Lines(id="about", wrapped=True)
                yield Lines(line(Span("Watch list, live while you toggle", Tone.MUTED)), id="watch-title")
                yield Table(id="watch")

    def on_mount(self) -> None:
        """Show what the picker knew, then read the rest."""
        self.show_all()
        self._read()

    def show_all(self) -> None:
        """Draw everything from revision and draft."""
        self.show_frame()
        now, glyphs = self.console.clock(), self.glyphs
        rows = access_rows(self.draft, self._access, self._changes, now, glyphs, editable=self.editable)
        self.query_one("#access", Table).show(rows)
        self._show_about()
        self._show_watched()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Editing keys are absent for readers, and others where there is nothing for them to do."""
        if not super().check_action(action, parameters):
            return False
        if action in EDITING and not self.editable:
            return False
        watch = self.query_one("#watch", Table)
        possible = {
            "remove": not watch.has_focus and self._entry_under_cursor() is not None,
            "unwatch": watch.has_focus and watch.cursor is not None,
            "undo": bool(self.draft.past),
            "redo": bool(self.draft.future),
            "discard": not self.draft.is_clean,
            "review": not self.draft.is_clean,
            "request": self._access.role is not Role.OWNER,
        }
        return possible.get(action, True)

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask what becomes of the staged changes, then leave or stay."""
        from iam_tui.ui.screens.leave import LeaveScreen  # noqa: PLC0415 - not needed for the first frame

        def answered(keep: bool | None) -> None:
            if keep is not None:
                self._leave(leave, self.draft if keep else self.draft.discard())

        if not any(isinstance(screen, LeaveScreen) for screen in self.app.screen_stack):
            self.app.push_screen(LeaveScreen(self.draft), answered)

    @work(group="leave")
    async def _leave(self, leave: Callable[[], None], draft: Draft) -> None:
        """Leave once the file has the draft, or has dropped it; one who asks again leaves without."""
        try:
            await self.console.desk.memory.keep_draft(self._access.organization.name, draft)
        except IamError as error:
            if not self._may_leave_without:
                self._may_leave_without = True
                above = self.app.screen
                (above if isinstance(above, Frame) else self).fail(error)
                self.app.notify("Not left yet. Quitting again leaves the file as it is.", markup=False)
                return
        leave()

    def stage(self, draft: Draft) -> None:
        """Work on this draft from now on; it is kept in the background."""
        if draft is self.draft:
            return
        self.draft = draft
        self.show_all()
        self._keep_draft()

    def action_flip(self) -> None:
        """Stage the other position of the switch under the cursor."""
        key = self.query_one("#access", Table).cursor
        if key == ADD_ROW:
            self.action_allow()
        elif key == ORGANIZATION_ROW:
            self.notice("Organization images are always allowed; Docker offers no switch for them.")
        elif key in set(Setting):
            self._toggle(Setting(key))
        elif key is not None:
            self.notice("enter edits this entry, d removes it.")

    def on_key(self, event: events.Key) -> None:
        """Whoever may not edit and tries the key of editing is told why once."""
        if event.key == "space" and not self.editable and not self.is_card:
            event.stop()
            role = (
                "You opened this read-only"
                if self._access.role is Role.OWNER
                else f"Read-only: you are {self._access.role}"
            )
            self.notice(f"{role}. Owners: {owners_words(self._owners)}.")

    def _toggle(self, setting: Setting) -> None:
        value = self.draft.policy.setting(setting)
        if setting is Setting.ENABLED and not value and not self._access.organization.has_image_access:
            plan = self._access.organization.plan.title()
            self.notice(f"Image Access Management needs a Docker Business plan; this one is {plan}.")
            return
        self.stage(self.draft.stage(self.draft.policy.with_setting(setting, on=not value)))

    def action_allow(self) -> None:
        """Ask for repositories to allow, then stage them."""
        self._ask_for_entry(None)

    def _ask_for_entry(self, entry: AllowlistEntry | None) -> None:
        from iam_tui.ui.screens.entry import EntryScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(EntryScreen(self._access, entry, self.draft.policy), self._allow)

    def _allow(self, entries: Sequence[AllowlistEntry] | None) -> None:
        if entries:
            self.stage(self.draft.stage(self.draft.policy.allow(entries)))

    @on(Table.Chosen, "#access")
    def _chosen(self, event: Table.Chosen) -> None:
        entry = self._entry_under_cursor()
        if event.column == SWITCH_CELL and event.key in set(Setting) and self.editable:
            self.action_flip()
        elif entry is not None and self.editable:
            self._ask_for_entry(entry)
        elif event.key == ADD_ROW:
            self.action_allow()
        else:
            self._show_details()

    def _show_details(self) -> None:
        from iam_tui.ui.screens.details import DetailsScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(DetailsScreen(self.crumbs(), self._about()))

    def action_test(self) -> None:
        """Try pulls against what is saved and what is staged."""
        self.test_pull("")

    def test_pull(self, text: str) -> None:
        """Open the test with this text in it; it may come back with more staged."""
        from iam_tui.ui.screens.pull import PullScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(PullScreen(self._access, self.draft, text), self._came_back)

    def _came_back(self, draft: Draft | None) -> None:
        if draft is not None:
            self.stage(draft)
        self._read()

    @on(Table.Chosen, "#watch")
    def _watched_chosen(self, event: Table.Chosen) -> None:
        self.test_pull(event.key)

    def action_review(self) -> None:
        """Look at what is staged, then save it."""
        from iam_tui.ui.screens.review import ReviewScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(ReviewScreen(self._access, self.draft), self._reviewed)

    def _reviewed(self, draft: Draft | None) -> None:
        if draft is not None:
            self.stage(draft)
        self._read()

    def action_request(self) -> None:
        """Write a request for access to the owners."""
        from iam_tui.ui.screens.request import RequestScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(RequestScreen(self._access, self._owners))

    def action_remove(self) -> None:
        """Stage the removal of the entry under the cursor."""
        entry = self._entry_under_cursor()
        if entry is not None:
            self.stage(self.draft.stage(self.draft.policy.disallow(entry.repository)))

    def action_unwatch(self) -> None:
        """Take the image under the cursor off the watch list."""
        image = self.query_one("#watch", Table).cursor
        self._watched = [watched for watched in self._watched if watched != image]
        self._show_watched()
        self.refresh_bindings()
        self._keep_watched()

    def action_undo(self) -> None:
        """Take back the last staged step."""
        self.stage(self.draft.undo())

    def action_redo(self) -> None:
        """Stage again what was taken back."""
        self.stage(self.draft.redo())

    def action_discard(self) -> None:
        """Drop everything staged; undo brings it back."""
        self.stage(self.draft.discard())
        self.notice("Dropped. u brings it back.")

    def action_back(self) -> None:
        """Back to the organizations; what is staged is kept."""
        self.dismiss()

    def action_refresh(self) -> None:
        """Read the policy again, and ask again if it changed below what is staged."""
        self._compared = 0
        self._read()

    def action_copy(self) -> None:
        """Copy what the screen says, as text."""
        frame = [self.query_one(f"#{name}", Lines).plain.strip() for name in ("top", "first", "second")]
        rows = (
            "  ".join(cell.text for cell in row.cells if cell.text)
            for row in self.query_one("#access", Table).rows
        )
        self.console.copy("\n".join([*frame, "", *(row for row in rows if row)]))

    @on(Table.Moved, "#access")
    def _moved(self) -> None:
        self._show_about()
        self.refresh_bindings()

    @work(group="access")
    async def _read(self) -> None:
        before = self.draft
        try:
            kept = await self._fetch()
        except IamError as error:
            self.fail(error)
            return
        self.recover()
        # What was staged while the file was read is newer than what it held.
        self._work_on(kept if kept is not None and self.draft is before else self.draft)

    async def _fetch(self) -> Draft | None:
        """Read everything the screen shows; the answer is the draft that was kept for its reader."""
        name, store, memory = (
            self._access.organization.name,
            self.console.desk.store,
            self.console.desk.memory,
        )
        self._access = await store.access(name)
        self._owners = [member.user for member in await store.members(name, Role.OWNER)]
        self._changes = last_changes(await store.revisions(name))
        self._watched = await memory.watch_list(name)
        return await memory.draft(name) if self.editable else None

    def _work_on(self, draft: Draft) -> None:
        """Go on with a draft over the newest revision, or ask how it is to stand there."""
        newest = self._access.revision
        is_old = draft.base.number < newest.number
        is_over = not self.editable or (is_old and draft.rebase(newest).is_clean)
        self.draft = Draft.of(newest) if is_over else draft
        self.show_all()
        if is_over and self.editable and not draft.is_clean:
            self._keep_draft()
        elif is_old and not is_over and self.is_active and self._compared != newest.number:
            from iam_tui.ui.screens.conflict import ConflictScreen  # noqa: PLC0415 - hardly ever needed

            self._compared = newest.number
            self.app.push_screen(ConflictScreen(self._access, draft, newest), self._came_back)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.attempt(self.console.desk.memory.keep_draft(self._access.organization.name, self.draft))

    @work(group="watched")
    async def _keep_watched(self) -> None:
        kept = self.console.desk.memory.keep_watch_list(self._access.organization.name, self._watched)
        await self.attempt(kept)

    def _entry_under_cursor(self) -> AllowlistEntry | None:
        return entry_of(self.query_one("#access", Table).cursor or "", self.draft)

    def _show_about(self) -> None:
        self.query_one("#about", Lines).show(*self._about())

    def _about(self) -> tuple[Line, ...]:
        return about_lines(self.query_one("#access", Table).cursor or "", self.draft, self.console.clock())

    def _show_watched(self) -> None:
        organization, role = self._access.organization, self._access.role
        puller = Puller(Role.MEMBER if role is Role.OWNER else role)
        rows = watch_rows(self._watched, self.console.catalog, organization, puller, self.draft, self.glyphs)
        self.query_one("#watch", Table).show(rows)
