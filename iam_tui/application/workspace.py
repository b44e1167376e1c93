"""One organization open for one person: what is saved, staged, watched and in use; and how it is saved."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from iam_tui.application.images_in_use import (
    ImagesInUse,
    may_see_pullers,
    no_images_in_use,
    read_images_in_use,
)
from iam_tui.application.membership import read_owners
from iam_tui.application.session import Session
from iam_tui.core.draft import Change, Draft
from iam_tui.core.impact import Impact, flips
from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import AllowlistEntry, Origin, Policy, Revision, Setting
from iam_tui.stores.errors import Conflict, Forbidden, NotFound
from iam_tui.stores.protocol import OrganizationState, Store

Listener = Callable[[], None]


async def save_draft(
    store: Store, organization: str, draft: Draft, *, note: str = "", origin: Origin
) -> Revision:
    """Save a draft: the one place where a policy is saved, whoever asked for it.

    Raises `Conflict` if somebody saved in between, and any other `StoreError`. The store checks first whether
    this person may save at all, even where the draft changes nothing.
    """
    return await store.save(organization, draft, note=note, origin=origin)


class PolicyWorkspace:
    """What one person works on in one organization. Screens and verbs share it and never copy the draft.

    `state` is what was read last, `draft` what is staged over it, and `watched` the watch list in its order.
    `owners` and `revisions` (the newest ones, newest first) are known once `read` has run, `images_in_use`
    too. Everything that changes calls the listeners afterwards, in the same turn.
    """

    def __init__(self, session: Session, state: OrganizationState, *, origin: Origin) -> None:
        self.session = session
        self.state = state
        self.draft = Draft.of(state.revision)
        self.owners: Sequence[str] = ()
        self.watched: Sequence[str] = ()
        self.revisions: Sequence[Revision] = ()
        self.images_in_use: ImagesInUse | None = None
        self.is_read = False
        """Whether the kept draft was read; a change staged before would take its place."""
        self._origin = origin
        self._listeners: list[Listener] = []

    @property
    def organization(self) -> Organization:
        """The organization this is about."""
        return self.state.organization

    @property
    def name(self) -> str:
        """The organization's name."""
        return self.state.organization.name

    @property
    def may_stage(self) -> bool:
        """Whether drafts of this person stay, even while nothing can be read."""
        return self.state.role is Role.OWNER and not self.session.read_only

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes now; the store decides again when saving."""
        return self.may_stage and self.state.is_current

    @property
    def allowlist_editable(self) -> bool:
        """Whether this person may stage allowlist entries while testing pulls."""
        return self.may_stage and self.session.store.capabilities.allowlist

    @property
    def may_see_pullers(self) -> bool:
        """Whether this person may see who pulled what, and bring in reports that say so."""
        return may_see_pullers(self.state)

    @property
    def is_behind(self) -> bool:
        """Whether something is staged over a revision that is not the newest any more."""
        return not self.draft.is_clean and self.draft.base.number < self.state.revision.number

    @property
    def changes_by_hand(self) -> tuple[Change, ...]:
        """The staged changes that the store only records, because somebody has to make them elsewhere."""
        return self.session.store.capabilities.by_hand(self.draft.changes)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after every change; the answer ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    async def read(self) -> None:
        """Read everything again; what is staged stays staged.

        `StoreError` leaves everything as it was, except for the images in use: they are forgotten at once if
        this person may no longer see the pullers, or the organization itself.
        """
        before, memory = self.draft, self.session.memory
        try:
            state = await self.session.store.organization_state(self.name)
        except (Forbidden, NotFound):
            self._forget_images_in_use()
            raise
        if self.may_see_pullers and not may_see_pullers(state):
            self._forget_images_in_use()
        may_stage = state.role is Role.OWNER and not self.session.read_only
        kept = await memory.draft(self.name) if may_stage else None
        owners = await read_owners(self.session.store, state, self.owners)
        revisions = await self.session.store.revisions(self.name)
        watched = await memory.watch_list(self.name)
        self.state, self.owners, self.revisions, self.watched = state, owners, revisions, watched
        await self._read_images_in_use()
        # What was staged meanwhile is newer than what the file held.
        dropped = self._work_on(kept if kept is not None and self.draft is before else self.draft)
        self.is_read = True
        self._changed()
        if dropped:
            await self.keep_draft()

    def _forget_images_in_use(self) -> None:
        self.images_in_use = None
        self._changed()

    async def read_owners(self) -> None:
        """Read who the owners are, as far as this person may know; may raise `StoreError`."""
        self.owners = await read_owners(self.session.store, self.state, self.owners)

    async def read_images_in_use(self) -> ImagesInUse:
        """Read again which images are in use; may raise `StoreError`."""
        in_use = await self._read_images_in_use()
        self._changed()
        return in_use

    async def _read_images_in_use(self) -> ImagesInUse:
        session = self.session
        known = self.images_in_use or no_images_in_use(session.catalog, self.organization)
        self.images_in_use = await read_images_in_use(
            session.memory, session.catalog, self.state, self.owners, known
        )
        return self.images_in_use

    def _work_on(self, draft: Draft) -> bool:
        """Go on with a draft, unless this person may not stage or the newest revision holds all of it.

        The answer is whether a kept draft is over, so that the file should forget it.
        """
        newest = self.state.revision
        is_behind = draft.base.number < newest.number
        is_over = not self.may_stage or (is_behind and draft.rebase(newest).is_clean)
        self.draft = Draft.of(newest) if is_over else draft
        return is_over and self.may_stage and not draft.is_clean

    def stage(self, draft: Draft) -> None:
        """Work on this draft from now on. `keep_draft` writes it down."""
        if draft is not self.draft:
            self.draft = draft
            self._changed()

    def stage_policy(self, policy: Policy) -> None:
        """Stage this policy; undo goes back to the one before."""
        self.stage(self.draft.stage(policy))

    def set_switch(self, setting: Setting, *, on: bool | None) -> None:
        """Stage a position of a switch; None is unknown."""
        self.stage_policy(self.draft.policy.with_setting(setting, on=on))

    def allow(self, entries: Iterable[AllowlistEntry]) -> None:
        """Stage allowlist entries, in place of those of the same repositories."""
        self.stage_policy(self.draft.policy.allow(entries))

    def disallow(self, repository: str) -> None:
        """Stage the removal of a repository from the allowlist."""
        self.stage_policy(self.draft.policy.disallow(repository))

    async def keep_draft(self) -> None:
        """Write the draft to the local file, for the next start; may raise `StoreError`."""
        await self.session.memory.keep_draft(self.name, self.draft)

    def watch(self, images: Sequence[str]) -> None:
        """Watch these images from now on. `keep_watch_list` writes them down."""
        self.watched = images
        self._changed()

    async def keep_watch_list(self) -> None:
        """Write the watch list to the local file; may raise `StoreError`."""
        await self.session.memory.keep_watch_list(self.name, self.watched)

    async def require_may_save(self) -> None:
        """Raise `Forbidden` for whoever may not save here; nothing is changed."""
        await save_draft(self.session.store, self.name, Draft.of(self.state.revision), origin=self._origin)

    async def save(self, note: str) -> Revision:
        """Save what is staged; afterwards nothing is staged over the new revision.

        Raises `Conflict` if somebody saved in between: then `state` has the newest revision, and the draft is
        as it was. Raises any other `StoreError` with nothing changed here.
        """
        try:
            saved = await save_draft(
                self.session.store, self.name, self.draft, note=note, origin=self._origin
            )
        except Conflict as conflict:
            self._know(conflict.newest)
            raise
        self.draft = Draft.of(saved)
        self._know(saved)
        return saved

    def _know(self, newest: Revision) -> None:
        self.state = self.state._replace(revision=newest)
        self._changed()

    def impact(self) -> Impact | None:
        """What saving would do to the images in use; None where none are known."""
        if self.images_in_use is None or not self.images_in_use.sources:
            return None
        return self.images_in_use.staged_impact(self.draft)

    def flips(self) -> Mapping[Setting, Impact]:
        """What flipping each switch would do to the images in use; empty where none are known."""
        if self.images_in_use is None or not self.images_in_use.sources or not self.editable:
            return {}
        return flips(self.images_in_use.usage_index, self.draft.policy)

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()
