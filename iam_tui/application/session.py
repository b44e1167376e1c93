"""An open profile with what is known of publishers there: what every screen and verb works in."""

from collections.abc import Callable, Iterable
from datetime import datetime

from iam_tui.core.catalog import Catalog
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import LookedUp, Lookup, Memory, OpenProfile, Profile, Store

Clock = Callable[[], datetime]
"""Gives the present time, timezone-aware."""


class Session:
    """A profile that is open for one person. `catalog` is replaced, never changed, when badges are looked up.

    With `read_only` nothing may be staged or brought in, whatever the person's role.
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
        """Read the badges that the store knows; may raise `StoreError`."""
        catalog = Catalog(await opened.store.badges(), today=clock().date())
        return cls(opened, catalog, clock, read_only=read_only)

    @property
    def user(self) -> str:
        """Who is working here."""
        return self.store.user

    def renew(self, fresh: OpenProfile) -> Store:
        """Go on with the same profile, opened again because the sign-in ended; the answer is its store.

        Raises `NotSignedIn` if it was opened as somebody else: what is open was read for this person.
        """
        if fresh.store.user != self.user:
            raise NotSignedIn(f"You signed in as {fresh.store.user}, not {self.user}.")
        self.memory, self.lookup = fresh.memory, fresh.lookup
        return fresh.store

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp | None:
        """Look up the badges of these namespaces and use them from now on; None where nothing is looked up.

        Raises errors of the local file only.
        """
        if self.lookup is None:
            return None
        found = await self.lookup.look_up(namespaces)
        self.catalog = Catalog(found.known, today=self.clock().date())
        return found
