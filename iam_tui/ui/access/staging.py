"""One organization's policy as it is read, worked on and kept: what stands behind the Image access screen."""

from collections.abc import Callable, Mapping, Sequence

from textual import work

from iam_tui.application.images_in_use import ImagesInUse, no_images_in_use, read_images_in_use
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.impact import Impact, flips
from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.access.flip_words import staged_damage
from iam_tui.ui.access.rows import NOTHING_IN_USE, Changed, last_changes
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.policy_words import staged_words
from iam_tui.ui.shared.text import Line


class StagingScreen(BaseScreen[None]):
    """A screen that stages changes over the newest revision, and keeps them."""

    def __init__(self, state: OrganizationState) -> None:
        super().__init__()
        self.state = state
        self.draft = Draft.of(state.revision)
        self.changes: Mapping[Setting, Changed] = {}
        self.owners: Sequence[str] = ()
        self.watched: Sequence[str] = ()
        self.images_in_use: ImagesInUse | None = None
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
    def has_unsaved_changes(self) -> bool:
        """Whether anything is staged."""
        return not self.draft.is_clean

    @property
    def may_stage(self) -> bool:
        """Whether drafts of this person stay, even while nothing can be read."""
        return self.state.role is Role.OWNER and not self.host.options.read_only

    @property
    def is_old(self) -> bool:
        """Whether the organization is shown as it was last known."""
        return self.state.as_of is not None or self.state.trouble is not None

    def show_all(self) -> None:
        """Draw what the screen holds; whoever shows more than the frame draws that too."""
        self.flips = self._flips()
        self.show_frame()

    def staged(self) -> Line:
        """What is staged, and what saving it would break."""
        if self.images_in_use is None or not self.images_in_use.sources or self.draft.is_clean:
            by_hand = self.host.session.store.capabilities.by_hand(self.draft.changes)
            return staged_words(self.draft, self.glyphs, len(by_hand))
        impact = Impact(self.images_in_use.groups, self.draft.base.policy, self.draft.policy)
        return staged_damage(self.draft, impact, self.glyphs)

    def _flips(self) -> Mapping[Setting, Impact]:
        if self.images_in_use is None or not self.images_in_use.sources or not self.editable:
            return NOTHING_IN_USE
        return flips(self.images_in_use.groups, self.draft.policy)

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
            self.show_error(error)
            return
        self.clear_error()
        self._is_read = True
        # What was staged while the file was read is newer than what it held.
        self._work_on(kept if kept is not None and self.draft is before else self.draft)

    async def _fetch(self) -> Draft | None:
        """Read everything the screen shows; the answer is the draft that was kept for its reader."""
        store, memory = self.host.session.store, self.host.session.memory
        name = self.state.organization.name
        self.state = await store.organization_state(name)
        kept = await memory.draft(name) if self.may_stage else None
        self.owners = await self._read_owners()
        self.changes = last_changes(await store.revisions(name))
        self.watched = await memory.watch_list(name)
        organization, catalog = self.state.organization, self.host.catalog
        known = self.images_in_use or no_images_in_use(catalog, organization)
        self.images_in_use = await read_images_in_use(memory, catalog, organization, self.owners, known)
        return kept

    async def _read_owners(self) -> Sequence[str]:
        """The owners' names; those known before while nothing can be read, none where one may not know."""
        if self.is_old:
            return self.owners
        name = self.state.organization.name
        try:
            return [one.user for one in await self.host.session.store.members(name, Role.OWNER)]
        except Forbidden:
            return ()

    def _work_on(self, draft: Draft) -> None:
        """Go on with a draft over the newest revision, or ask how it is to stand there."""
        newest = self.state.revision
        is_old = draft.base.number < newest.number
        is_over = not self.may_stage or (is_old and draft.rebase(newest).is_clean)
        self.draft = Draft.of(newest) if is_over else draft
        self.show_all()
        if is_over and self.may_stage and not draft.is_clean:
            self._keep_draft()
        elif is_old and not is_over and self.is_active and self.compared != newest.number:
            from iam_tui.ui.review.conflict_screen import ConflictScreen  # noqa: PLC0415 - hardly ever needed

            self.compared = newest.number
            self.app.push_screen(ConflictScreen(self.state, draft, newest), self.came_back)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.await_or_show(
            self.host.session.memory.keep_draft(self.state.organization.name, self.draft)
        )

    @work(group="watched")
    async def keep_watched(self) -> None:
        """Keep the watch list as it is now."""
        kept = self.host.session.memory.keep_watch_list(self.state.organization.name, self.watched)
        await self.await_or_show(kept)

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask what becomes of the staged changes, then leave or stay."""
        from iam_tui.ui.access.unsaved_changes import LeaveScreen  # noqa: PLC0415 - not needed for the first frame

        def answered(keep: bool | None) -> None:
            if keep is not None:
                self._leave(leave, self.draft if keep else self.draft.discard())

        if not any(isinstance(screen, LeaveScreen) for screen in self.app.screen_stack):
            self.app.push_screen(LeaveScreen(self.draft), answered)

    @work(group="leave")
    async def _leave(self, leave: Callable[[], None], draft: Draft) -> None:
        """Leave once the file has the draft, or has dropped it; one who asks again leaves without."""
        try:
            await self.host.session.memory.keep_draft(self.state.organization.name, draft)
        except IamError as error:
            if not self._may_leave_without:
                self._may_leave_without = True
                above = self.app.screen
                (above if isinstance(above, BaseScreen) else self).show_error(error)
                self.app.notify("Not left yet. Quitting again leaves the file as it is.", markup=False)
                return
        leave()
