"""One organization's policy as it is read, worked on and kept: what stands behind the Image access screen."""

from collections.abc import Callable, Mapping, Sequence

from textual import work

from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.impact import Impact, flips
from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Access
from iam_tui.ui.access_rows import NOTHING_IN_USE, Changed, last_changes
from iam_tui.ui.access_view import staged_words
from iam_tui.ui.impact_view import staged_damage
from iam_tui.ui.in_use import InUse, nothing_in_use, read_in_use
from iam_tui.ui.screens.frame import Frame
from iam_tui.ui.text import Line


class StagingScreen(Frame[None]):
    """A screen that stages changes over the newest revision, and keeps them."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access
        self.draft = Draft.of(access.revision)
        self.changes: Mapping[Setting, Changed] = {}
        self.owners: Sequence[str] = ()
        self.watched: Sequence[str] = ()
        self.in_use: InUse | None = None
        """Which images are in use, once it was read."""
        self.compared = 0
        """The newest revision that an old draft was already compared with."""
        self.flips: Mapping[Setting, Impact] = NOTHING_IN_USE
        """What flipping each switch now would do to the images in use, as it was last drawn."""
        self._may_leave_without = False
        self._is_read = False

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes here; the store decides again when saving."""
        return self.may_stage and not self.is_old

    @property
    def is_ready(self) -> bool:
        """Whether the kept draft was read; a change staged before would take its place."""
        return self._is_read

    @property
    def may_stage(self) -> bool:
        """Whether drafts of this person stay, even while nothing can be read."""
        return self.access.role is Role.OWNER and not self.console.options.read_only

    @property
    def is_old(self) -> bool:
        """Whether the organization is shown as it was last known."""
        return self.access.as_of is not None or self.access.trouble is not None

    def show_all(self) -> None:
        """Draw what the screen holds; whoever shows more than the frame draws that too."""
        self.flips = self._flips()
        self.show_frame()

    def staged(self) -> Line:
        """What is staged, and what saving it would break."""
        if self.in_use is None or not self.in_use.sources or self.draft.is_clean:
            by_hand = self.console.desk.store.capabilities.by_hand(self.draft.changes)
            return staged_words(self.draft, self.glyphs, len(by_hand))
        impact = Impact(self.in_use.groups, self.draft.base.policy, self.draft.policy)
        return staged_damage(self.draft, impact, self.glyphs)

    def _flips(self) -> Mapping[Setting, Impact]:
        if self.in_use is None or not self.in_use.sources or not self.editable:
            return NOTHING_IN_USE
        return flips(self.in_use.groups, self.draft.policy)

    def stage(self, draft: Draft) -> None:
        """Work on this draft from now on; it is kept in the background."""
        if draft is self.draft:
            return
        self.draft = draft
        self.show_all()
        self._keep_draft()

    def came_back(self, draft: Draft | None) -> None:
        """Go on with what a screen above staged, if it did, and read what has changed meanwhile."""
        if draft is not None:
            self.stage(draft)
        self.read()

    @work(group="access")
    async def read(self) -> None:
        """Read everything again; what is staged stays staged."""
        before = self.draft
        try:
            kept = await self._fetch()
        except IamError as error:
            self.fail(error)
            return
        self.recover()
        self._is_read = True
        # What was staged while the file was read is newer than what it held.
        self._work_on(kept if kept is not None and self.draft is before else self.draft)

    async def _fetch(self) -> Draft | None:
        """Read everything the screen shows; the answer is the draft that was kept for its reader."""
        store, memory = self.console.desk.store, self.console.desk.memory
        name = self.access.organization.name
        self.access = await store.access(name)
        kept = await memory.draft(name) if self.may_stage else None
        self.owners = await self._read_owners()
        self.changes = last_changes(await store.revisions(name))
        self.watched = await memory.watch_list(name)
        organization, catalog = self.access.organization, self.console.catalog
        known = self.in_use or nothing_in_use(catalog, organization)
        self.in_use = await read_in_use(memory, catalog, organization, self.owners, known)
        return kept

    async def _read_owners(self) -> Sequence[str]:
        """The owners' names; those known before while nothing can be read, none where one may not know."""
        if self.is_old:
            return self.owners
        name = self.access.organization.name
        try:
            return [one.user for one in await self.console.desk.store.members(name, Role.OWNER)]
        except Forbidden:
            return ()

    def _work_on(self, draft: Draft) -> None:
        """Go on with a draft over the newest revision, or ask how it is to stand there."""
        newest = self.access.revision
        is_old = draft.base.number < newest.number
        is_over = not self.may_stage or (is_old and draft.rebase(newest).is_clean)
        self.draft = Draft.of(newest) if is_over else draft
        self.show_all()
        if is_over and self.may_stage and not draft.is_clean:
            self._keep_draft()
        elif is_old and not is_over and self.is_active and self.compared != newest.number:
            from iam_tui.ui.screens.conflict import ConflictScreen  # noqa: PLC0415 - hardly ever needed

            self.compared = newest.number
            self.app.push_screen(ConflictScreen(self.access, draft, newest), self.came_back)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.attempt(self.console.desk.memory.keep_draft(self.access.organization.name, self.draft))

    @work(group="watched")
    async def keep_watched(self) -> None:
        """Keep the watch list as it is now."""
        kept = self.console.desk.memory.keep_watch_list(self.access.organization.name, self.watched)
        await self.attempt(kept)

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
            await self.console.desk.memory.keep_draft(self.access.organization.name, draft)
        except IamError as error:
            if not self._may_leave_without:
                self._may_leave_without = True
                above = self.app.screen
                (above if isinstance(above, Frame) else self).fail(error)
                self.app.notify("Not left yet. Quitting again leaves the file as it is.", markup=False)
                return
        leave()
