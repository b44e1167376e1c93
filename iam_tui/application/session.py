"""An open profile with the badges known in it: what every screen and verb works with."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from iam_tui.core.catalog import Catalog
from iam_tui.core.suggestions import suggest
from iam_tui.stores.errors import NotFound, NotSignedIn, StoreError
from iam_tui.stores.protocol import (
    LookedUp,
    Lookup,
    Memory,
    OpenProfile,
    OrganizationState,
    Profile,
    Store,
)

Clock = Callable[[], datetime]
"""Gives the current time, timezone-aware."""


class Session:
    """A profile that is open for one person. `catalog` is replaced, never changed, when badges are looked up.

    With `read_only` nothing may be staged or imported, whatever the person's role.
    """

    def __init__(
        self, opened: OpenProfile, catalog: Catalog, clock: Clock, *, read_only: bool = False
    ) -> None:
        self.profile: Profile = opened.profile
        self.store: Store = opened.store
        self.memory: Memory = opened.memory
        self.lookup: Lookup | None = opened.lookup
        self.catalog = catalog
        self.clock = clock
        self.read_only = read_only

    @classmethod
    async def start(cls, opened: OpenProfile, clock: Clock, *, read_only: bool = False) -> "Session":
        """A session with the badges that the store knows; may raise `StoreError`."""
        catalog = Catalog(await opened.store.badges(), today=clock().date())
        return cls(opened, catalog, clock, read_only=read_only)

    @property
    def user(self) -> str:
        """The user this profile is open for."""
        return self.store.user

    def renew(self, fresh: OpenProfile) -> Store:
        """Go on with the same profile, opened again because the sign-in ended; the answer is its store.

        Raises `NotSignedIn` if it was opened as somebody else: what is open was read for this person.
        """
        if fresh.store.user != self.user:
            raise NotSignedIn(f"You signed in as {fresh.store.user}, not {self.user}.")
        self.memory, self.lookup = fresh.memory, fresh.lookup
        return fresh.store

    async def organization_state(self, name: str) -> OrganizationState:
        """An organization of this person's; may raise `StoreError`.

        The `NotFound` for a name that is none suggests similar names of organizations that this person is in.
        """
        try:
            return await self.store.organization_state(name)
        except NotFound as error:
            near = suggest(name.lower(), await self._organization_names())
            if not near:
                raise
            raise NotFound(error.detail, advice=f"Did you mean {' or '.join(near)}?") from error

    async def _organization_names(self) -> list[str]:
        """As many as can be read now."""
        names: list[str] = []
        with suppress(StoreError):
            async for batch in self.store.organizations():
                names += [state.organization.name for state in batch]
        return names

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp | None:
        """Look up badges and use them from now on; None if the profile looks nothing up.

        Raises errors of the local file only.
        """
        if self.lookup is None:
            return None
        found = await self.lookup.look_up(namespaces)
        self.catalog = Catalog(found.known, today=self.clock().date())
        return found
