"""Docker Hub as a store: organizations and policies over its documented API, as whoever is signed in."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Member, Role
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import Conflict, Forbidden, NotFound, StoreError, Unavailable
from iam_tui.stores.hub.api import HubApi, no_organization
from iam_tui.stores.hub.json_mapping import HubSettings
from iam_tui.stores.hub.organization_list import Listing
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.retry import Limits, Retry
from iam_tui.stores.hub.saving import HubSave, not_an_owner
from iam_tui.stores.hub.session import HubSession, SecondFactor
from iam_tui.stores.hub.transport import Transport
from iam_tui.stores.local.badges import known_badges
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.protocol import AuditEvent, Capabilities, Credentials, OrganizationState

_LIMITS: Final = Limits()


T = TypeVar("T")


class HubStore:
    """`protocol.Store` over Docker Hub's API (facts 4), with the local file as its memory.

    Everybody counts as being on a Business plan and without a recorded sign-in. Community switch and
    allowlist are known as far as they were recorded by hand (design 3). While Hub cannot be reached, what was
    last known answers instead, stamped with its time (`Access.as_of`); nothing is saved then.
    """

    def __init__(self, transport: Transport, api: HubApi, memory: HubMemory) -> None:
        self._transport = transport
        self._api = api
        self._memory = memory
        self._seen: set[str] = set()
        self._saving: set[asyncio.Task[Revision]] = set()

    @classmethod
    async def open(
        cls,
        origin: ApiOrigin,
        credentials: Credentials,
        file: LocalFile,
        *,
        second_factor: SecondFactor | None = None,
        pace: Retry | None = None,
        limits: Limits = _LIMITS,
    ) -> "HubStore":
        """Sign in at the origin, with the file as memory; both are closed with the store.

        If Hub cannot be reached and the file remembers the user there, the store opens all the same. Raises
        `NotSignedIn`, `SecondFactorNeeded` if it takes a code and nobody can be asked, and the other errors
        of a store.
        """
        transport = Transport(origin, pace or Retry(file.clock), limits)
        session = HubSession(transport, credentials, second_factor)
        api = HubApi(session, credentials.username, most_pages=limits.pages)
        memory = HubMemory(file, str(origin), credentials.username)
        try:
            await cls._identify(api, memory)
        except BaseException:
            await transport.close()
            await file.close()
            raise
        return cls(transport, api, memory.as_user(api.user))

    @staticmethod
    async def _identify(api: HubApi, memory: HubMemory) -> None:
        try:
            await api.identify()
        except Unavailable:
            if not await memory.last_known():
                raise

    @property
    def user(self) -> str:
        """Who is signed in."""
        return self._api.user

    @property
    def capabilities(self) -> Capabilities:
        """Hub's API has neither community switch nor allowlist, and people are changed in Docker Home."""
        return Capabilities(community=False, allowlist=False, members_editable=False)

    async def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, as each of them answers; see `protocol.Store.organizations`."""
        known = await self._memory.last_known()
        try:
            listed = await self._api.organizations()
        except Unavailable:
            if not known:
                raise
            yield known
            return
        for name in {state.organization.name for state in known} - {one.name for one in listed}:
            await self._memory.forget(name)
        listing = Listing(self._api, self._memory, parallel=self._transport.limits.parallel)
        async for batch in listing.batches(listed):
            self._seen |= {state.organization.name for state in batch}
            yield batch

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now, or was last known if Hub cannot be reached."""
        try:
            seen, _ = await self._look(organization)
        except Unavailable:
            known = await self._memory.last_known(organization)
            if not known:
                raise
            seen = known[0]
        self._seen.add(organization)
        return seen

    async def _look(self, name: str) -> tuple[OrganizationState, HubSettings]:
        """Read an organization and take it into the memory."""
        if not is_slug(name):
            raise no_organization(name, self.user)
        answers = await asyncio.gather(
            self._api.organization(name),
            self._api.role(name),
            self._api.settings(name),
            return_exceptions=True,
        )
        try:
            organization, role, settings = _good(answers[0]), _good(answers[1]), _good(answers[2])
        except NotFound:
            await self._memory.forget(name)
            raise
        except Forbidden as error:
            raise await self._may_not_read(name, error) from error
        (state,) = await self._memory.see([HubSnapshot(organization, role, settings.policy)])
        return state, settings

    async def _may_not_read(self, organization: str, error: Forbidden) -> Forbidden:
        owners = await self._owners(organization)
        return Forbidden(error.detail, advice=f"Ask an owner: {', '.join(owners)}." if owners else None)

    async def _owners(self, organization: str) -> list[str]:
        """The owners' names, as far as one may know them."""
        try:
            return [member.user for member in await self._api.members(organization, role=Role.OWNER)]
        except StoreError:
            return []

    async def revision(self, organization: str, number: int) -> Revision:
        """One revision that was seen here; `NotFound` if there is none of that number."""
        await self._be_in(organization)
        return await self._memory.revision(organization, number)

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """A page of the revisions that were seen here, newest first; Hub itself keeps none (facts 4)."""
        await self._be_in(organization)
        return await self._memory.revisions(organization, before, limit)

    async def _be_in(self, organization: str) -> None:
        """The memory is everybody's who uses the file: once in a session, Hub is asked who may look."""
        if organization not in self._seen:
            await self.organization_state(organization)

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The people of an organization sorted by name, or only those of one role."""
        return await self._api.members(organization, role=role)

    async def member(self, organization: str, user: str) -> Member:
        """One person; `NotFound` if they are not in the organization."""
        people = await self._api.members(organization, search=user)
        found = next((member for member in people if member.user == user), None)
        if found is None:
            raise NotFound(f"{user} is not in {organization}.", advice="Check the name.")
        return found

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """Save what is staged on Hub and record it here; see `protocol.Store.save` and `HubSave.of`.

        Changes of community switch and allowlist are only recorded: somebody has to make them in Docker Home
        (`Capabilities.by_hand`). Raises `UnusableAnswer` if Hub says that it saved and does not show it, and
        `Unavailable` with what is known of the outcome if the connection broke.
        """
        state, settings = await self._look(organization)
        if state.role is not Role.OWNER:
            raise not_an_owner(organization, self.user, state.role, await self._owners(organization))
        newest = state.revision
        if draft.is_clean:
            return newest
        if (draft.base.number, draft.base.policy) != (newest.number, newest.policy):
            raise Conflict(draft, newest)
        save = HubSave(self._api, self._memory, state.organization, settings)
        # What is on its way cannot be called back: whoever stops waiting for it leaves it to be recorded.
        task = asyncio.create_task(save.of(draft, newest, note, origin))
        self._saving.add(task)
        task.add_done_callback(self._saved)
        return await asyncio.shield(task)

    def _saved(self, task: asyncio.Task[Revision]) -> None:
        self._saving.discard(task)
        if not task.cancelled():
            # Looked at, so that asyncio does not complain where nobody waits for it any more.
            task.exception()

    async def events(
        self, organization: str, *, since: datetime | None = None, limit: int = 100
    ) -> Sequence[AuditEvent]:
        """The newest events of Hub's audit log, `Forbidden` unless an owner asks (facts 4)."""
        return await self._api.events(organization, since=since, limit=limit)

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges that the local file knows, by namespace: set by hand, or looked up at this origin."""
        return await known_badges(self._memory.file, str(self._api.origin))

    async def close(self) -> None:
        """See a save to its end, then let go of connections and file; calling it twice is fine."""
        await asyncio.gather(*self._saving, return_exceptions=True)
        await self._transport.close()
        await self._memory.file.close()


def _good(answer: T | BaseException) -> T:
    """One of several answers that were waited for together, unless it is an error."""
    if isinstance(answer, BaseException):
        raise answer
    return answer
