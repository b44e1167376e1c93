"""One organization open for one person: its saved policy, the draft, the watch list and the images in use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from iam_tui.application.images_in_use import (
    ImagesInUse,
    may_see_pullers,
    no_images_in_use,
    read_images_in_use,
    unchecked_words,
)
from iam_tui.application.membership import read_owners
from iam_tui.application.session import Session
from iam_tui.core.draft import Change, Draft
from iam_tui.core.impact import Impact, flips
from iam_tui.core.organization import Organization
from iam_tui.core.policy import AllowlistEntry, Origin, Policy, Revision, Setting
from iam_tui.stores.errors import Conflict, Forbidden, NotFound
from iam_tui.stores.protocol import OrganizationState, Store

Listener = Callable[[], None]


async def save_draft(
    store: Store, organization: str, draft: Draft, *, note: str = "", origin: Origin
) -> Revision:
    """Save a draft; every policy of both front ends is saved here.

    Raises `Conflict` if someone saved in the meantime, and any other `StoreError`. The store first checks
    whether this person may save at all, even if the draft changes nothing.
    """
    return await store.save(organization, draft, note=note, origin=origin)


class PolicyWorkspace:
    """One person's work on one organization. Screens and verbs share it and never copy the draft.

    `state` is the organization as last read, `draft` has the staged changes, and `watched` is the watch list
    in its order. `owners`, `revisions` (the newest ones, newest first) and `images_in_use` are filled in by
    `read`. Every method that changes something calls the listeners before it returns.
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
        """Whether the kept draft and watch list were read; a change before that would overwrite them."""
        self._is_written = True
        """Whether the local file has the draft; otherwise it has an older one."""
        self._origin = origin
        self._listeners: list[Listener] = []

    @property
    def organization(self) -> Organization:
        """The organization."""
        return self.state.organization

    @property
    def name(self) -> str:
        """The organization's name."""
        return self.state.organization.name

    @property
    def may_stage(self) -> bool:
        """Whether this person's staged changes are kept, even while the organization cannot be read."""
        return self.state.may_change and not self.session.read_only

    @property
    def editable(self) -> bool:
        """Whether this person may stage changes now; the store decides again when saving."""
        return self.may_stage and self.state.is_current

    @property
    def allowlist_editable(self) -> bool:
        """Whether this person may stage allowlist entries while testing pulls."""
        return self.may_stage and self.is_read and self.session.store.capabilities.allowlist

    @property
    def may_see_pullers(self) -> bool:
        """Whether this person may see who pulled what, and bring in reports that say so."""
        return may_see_pullers(self.state)

    @property
    def is_behind(self) -> bool:
        """Whether changes are staged over a revision that is not the newest."""
        return not self.draft.is_clean and not self.draft.is_over(self.state.revision)

    @property
    def changes_by_hand(self) -> tuple[Change, ...]:
        """The staged changes that the store only records: someone has to make them in Docker Home."""
        return self.session.store.capabilities.by_hand(self.draft.changes)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after every change; the returned function stops that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    async def read(self) -> None:
        """Read everything again; staged changes stay staged.

        After a `StoreError` everything is as before, except for the images in use: they are forgotten at once
        if this person may no longer see the pullers, or the organization itself.
        """
        draft_before, watched_before, memory = self.draft, self.watched, self.session.memory
        was_written = self._is_written
        try:
            state = await self.session.store.organization_state(self.name)
        except (Forbidden, NotFound):
            self._forget_images_in_use()
            raise
        if self.may_see_pullers and not may_see_pullers(state):
            self._forget_images_in_use()
        may_stage = state.may_change and not self.session.read_only
        kept = await memory.draft(self.name) if may_stage else None
        owners = await read_owners(self.session.store, state, self.owners)
        revisions = await self.session.store.revisions(self.name)
        watched = await memory.watch_list(self.name)
        images_in_use = await self._images_in_use_now(state, owners)
        self.state, self.owners, self.revisions, self.images_in_use = state, owners, revisions, images_in_use
        # Changes made during the reading, or not written yet, are newer than the file.
        if self.watched is watched_before:
            self.watched = watched
        if kept is None or self.draft is not draft_before or not was_written:
            kept = self.draft
        is_over = self._continue_with(kept)
        self.is_read = True
        self._changed()
        if is_over:
            await self.keep_draft()

    def _forget_images_in_use(self) -> None:
        self.images_in_use = None
        self._changed()

    async def read_owners(self) -> None:
        """Read the owners, if this person may list them; may raise `StoreError`."""
        self.owners = await read_owners(self.session.store, self.state, self.owners)

    async def read_images_in_use(self) -> ImagesInUse:
        """Read the images in use again; may raise `StoreError`."""
        self.images_in_use = await self._images_in_use_now(self.state, self.owners)
        self._changed()
        return self.images_in_use

    async def _images_in_use_now(self, state: OrganizationState, owners: Sequence[str]) -> ImagesInUse:
        session = self.session
        known = self.images_in_use or no_images_in_use(session.catalog, state.organization)
        return await read_images_in_use(session.memory, session.catalog, state, owners, known)

    def _continue_with(self, draft: Draft) -> bool:
        """Continue with a draft, unless this person may not stage or the newest revision has all of it.

        The result is whether a kept draft is no longer needed and should be removed from the file.
        """
        newest = self.state.revision
        is_behind = not draft.is_over(newest)
        is_over = not self.may_stage or (is_behind and draft.rebase(newest).is_clean)
        self.draft = Draft.of(newest) if is_over else draft
        return is_over and self.may_stage and not draft.is_clean

    def stage(self, draft: Draft) -> None:
        """Replace the draft by this one. `keep_draft` writes it to the file."""
        if draft is not self.draft:
            self.draft, self._is_written = draft, False
            self._changed()

    def stage_policy(self, policy: Policy) -> None:
        """Stage this policy; undo returns to the previous one."""
        self.stage(self.draft.stage(policy))

    def set_switch(self, setting: Setting, *, on: bool | None) -> None:
        """Stage the position of a switch; None is unknown."""
        self.stage_policy(self.draft.policy.with_setting(setting, on=on))

    def allow(self, entries: Iterable[AllowlistEntry]) -> None:
        """Stage allowlist entries; they replace entries for the same repositories."""
        self.stage_policy(self.draft.policy.allow(entries))

    def disallow(self, repository: str) -> None:
        """Stage the removal of a repository from the allowlist."""
        self.stage_policy(self.draft.policy.disallow(repository))

    async def keep_draft(self) -> None:
        """Write the draft to the local file, for the next start; may raise `StoreError`."""
        draft = self.draft
        await self.session.memory.keep_draft(self.name, draft)
        self._is_written = self.draft is draft

    def watch(self, images: Sequence[str]) -> None:
        """Replace the watch list by these images. `keep_watch_list` writes it to the file."""
        self.watched = images
        self._changed()

    async def keep_watch_list(self) -> None:
        """Write the watch list to the local file; may raise `StoreError`."""
        await self.session.memory.keep_watch_list(self.name, self.watched)

    async def require_may_save(self) -> None:
        """Raise `Forbidden` if this person may not save here; nothing is changed."""
        await save_draft(self.session.store, self.name, Draft.of(self.state.revision), origin=self._origin)

    async def save(self, note: str) -> Revision:
        """Save the staged changes and return the new revision; afterwards nothing is staged.

        Raises `Conflict` if someone saved in the meantime: then `state` has the newest revision, and the
        draft is unchanged. After any other `StoreError` everything is as before.
        """
        try:
            saved = await save_draft(
                self.session.store, self.name, self.draft, note=note, origin=self._origin
            )
        except Conflict as conflict:
            self._set_newest(conflict.newest)
            raise
        self.draft = Draft.of(saved)
        self._set_newest(saved)
        return saved

    def _set_newest(self, newest: Revision) -> None:
        self.state = self.state._replace(revision=newest)
        self._changed()

    def impact(self) -> Impact | None:
        """What saving would change for the images in use; None if there are no sources."""
        if self.images_in_use is None or not self.images_in_use.sources:
            return None
        return self.images_in_use.staged_impact(self.draft)

    @property
    def is_unchecked(self) -> bool:
        """Whether nothing is known of the images in use, so that no impact can be told."""
        used = self.images_in_use
        return used is None or not used.sources or not used.usage_index.groups

    @property
    def enables_unchecked(self) -> bool:
        """Whether saving switches Image Access Management on while nothing is known of the images in use."""
        is_enabled = self.draft.policy.enabled and not self.draft.base.policy.enabled
        return is_enabled and self.is_unchecked

    def unchecked_words(self, now: datetime) -> str:
        """What is not known of the images in use, in one sentence; empty if a recent source names some."""
        used = self.images_in_use
        return unchecked_words(self.name, () if used is None or self.is_unchecked else used.sources, now)

    def flips(self) -> Mapping[Setting, Impact]:
        """What flipping each switch would change for the images in use.

        Empty if there are no sources, or if this person may not stage changes.
        """
        if self.images_in_use is None or not self.images_in_use.sources or not self.editable:
            return {}
        return flips(self.images_in_use.usage_index, self.draft.policy)

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()
