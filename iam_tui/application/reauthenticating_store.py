"""A store that asks to sign in again when a sign-in expires during work, and then continues."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Member, Role
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import Capabilities, OrganizationState, Store

T = TypeVar("T")

SignInAgain = Callable[[NotSignedIn], Awaitable[Store | None]]
"""Asks the same person to sign in again, and returns the new store; None if they decline."""


class ReauthenticatingStore:
    """`protocol.Store` over one store after another. A call whose sign-in has expired is repeated.

    Repeating it is safe, because a call without a valid sign-in changes nothing.
    """

    def __init__(self, store: Store, sign_in_again: SignInAgain) -> None:
        self._store = store
        self._sign_in_again = sign_in_again
        # Kept open until the end: calls that began with them may still use their files.
        self._expired: list[Store] = []
        self._renewal: asyncio.Task[Store | None] | None = None

    @property
    def user(self) -> str:
        """The user who is signed in."""
        return self._store.user

    @property
    def capabilities(self) -> Capabilities:
        """What the store can do."""
        return self._store.capabilities

    async def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """See `protocol.Store`; no organization comes twice."""
        seen: set[str] = set()
        while True:
            store = self._store
            try:
                async for batch in store.organizations():
                    news = [state for state in batch if state.organization.name not in seen]
                    seen |= {state.organization.name for state in news}
                    yield news
            except NotSignedIn as error:
                await self._renew(store, error)
            else:
                return

    async def organization_state(self, organization: str) -> OrganizationState:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.organization_state(organization))

    async def revision(self, organization: str, number: int) -> Revision:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.revision(organization, number))

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.revisions(organization, before=before, limit=limit))

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.members(organization, role))

    async def member(self, organization: str, user: str) -> Member:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.member(organization, user))

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.save(organization, draft, note=note, origin=origin))

    async def badges(self) -> Mapping[str, KnownBadge]:
        """See `protocol.Store`."""
        return await self._call(lambda store: store.badges())

    async def close(self) -> None:
        """Close all the stores there were."""
        for store in (*self._expired, self._store):
            await store.close()

    async def _call(self, work: Callable[[Store], Awaitable[T]]) -> T:
        while True:
            store = self._store
            try:
                return await work(store)
            except NotSignedIn as error:
                await self._renew(store, error)

    async def _renew(self, expired: Store, error: NotSignedIn) -> None:
        """Replace the store by a new one; of many calls with the same expired store, one asks for all."""
        if self._store is not expired:
            return
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._ask(error))
        if await asyncio.shield(self._renewal) is None:
            raise error

    async def _ask(self, error: NotSignedIn) -> Store | None:
        try:
            renewed = await self._sign_in_again(error)
        finally:
            self._renewal = None
        if renewed is not None:
            self._expired.append(self._store)
            self._store = renewed
        return renewed
