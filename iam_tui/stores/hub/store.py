"""The Docker Hub store: organizations and policies over Hub's API, as the signed-in person may see them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import AnyRole, Member, Role
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import (
    Conflict,
    Forbidden,
    NotFound,
    StoreError,
    Unavailable,
    no_such_organization,
    only_owners,
)
from iam_tui.stores.hub.api import HubApi
from iam_tui.stores.hub.json_mapping import HubSettings
from iam_tui.stores.hub.organization_list import OrganizationList
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.retry import RequestLimits, Retry
from iam_tui.stores.hub.saving import HubSave
from iam_tui.stores.hub.session import HubSession, SecondFactor
from iam_tui.stores.hub.transport import Transport
from iam_tui.stores.local.badges import known_badges
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.protocol import AuditEvent, Capabilities, Credentials, OrganizationState

_LIMITS: Final = RequestLimits()


T = TypeVar("T")


class HubStore:
    """`protocol.Store` over Docker Hub's API, with the local file as its memory.

    The API does not have plans and sign-ins: the plan counts as Business, sign-ins as unrecorded. Community
    switch and allowlist are known if they were recorded by hand. While Hub cannot be reached, calls return
    the last known state with its time and the reason (`OrganizationState.as_of`, `error`), and nothing can be
    saved.
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
        retry: Retry | None = None,
        limits: RequestLimits = _LIMITS,
    ) -> "HubStore":
        """Sign in at the origin, with the file as memory; closing the store closes both.

        If Hub cannot be reached and the file has organizations of the user, the store opens anyway. Raises
        `NotSignedIn`, `SecondFactorNeeded` if a code is needed and `second_factor` is None, and the other
        errors of a store.
        """
        try:
            transport = await asyncio.to_thread(Transport, origin, retry or Retry(file.clock), limits)
        except BaseException:
            await file.close()
            raise
        session = HubSession(transport, credentials, second_factor)
        api = HubApi(session, credentials.username, max_pages=limits.pages)
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
        """The signed-in user."""
        return self._api.user

    @property
    def capabilities(self) -> Capabilities:
        """Community switch and allowlist are not read or written over Hub's API."""
        return Capabilities(community=False, allowlist=False)

    async def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, each as soon as it is read; see `protocol.Store.organizations`."""
        known = await self._memory.last_known()
        try:
            listed = await self._api.organizations()
        except Unavailable as error:
            if not known:
                raise
            yield [state._replace(error=error) for state in known]
            return
        for name in {state.organization.name for state in known} - {one.name for one in listed}:
            await self._memory.forget(name)
        reader = OrganizationList(self._api, self._memory, parallel=self._transport.limits.parallel)
        async for batch in reader.batches(listed):
            self._seen |= {one.organization.name for one in batch if not isinstance(one.error, NotFound)}
            yield batch

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now, or in its last known state if Hub cannot be reached."""
        try:
            seen, _ = await self._read_now(organization)
        except Unavailable as error:
            known = await self._memory.last_known(organization)
            if not known:
                raise
            seen = known[0]._replace(error=error)
        self._seen.add(organization)
        return seen

    async def _read_now(self, name: str) -> tuple[OrganizationState, HubSettings]:
        """Read an organization and record it in the memory."""
        if not is_slug(name):
            raise no_such_organization(name, self.user)
        results = await asyncio.gather(
            self._api.organization(name),
            self._api.role(name),
            self._api.settings(name),
            return_exceptions=True,
        )
        try:
            organization, settings = _checked(results[0]), _checked(results[2])
            role: AnyRole | BaseException = results[1]
            if isinstance(role, BaseException):
                raise role
        except NotFound:
            await self._memory.forget(name)
            raise
        except StoreError as error:
            # A former owner, whom Hub no longer shows the settings, must not stay an owner in the memory.
            if not isinstance(results[1], BaseException):
                await self._memory.record_role(name, results[1])
            if isinstance(error, Forbidden):
                raise await self._forbidden_naming_owners(name, error) from error
            raise
        (state,) = await self._memory.record([HubSnapshot(organization, role, settings.policy)])
        return state, settings

    async def _forbidden_naming_owners(self, organization: str, error: Forbidden) -> Forbidden:
        if error.advice != Forbidden.advice:
            return error
        owners = await self._owners(organization)
        return Forbidden(error.detail, advice=f"Ask an owner: {', '.join(owners)}." if owners else None)

    async def _owners(self, organization: str) -> list[str]:
        """The owners' names; empty if the user may not read them."""
        try:
            return [member.user for member in await self._api.members(organization, role=Role.OWNER)]
        except StoreError:
            return []

    async def revision(self, organization: str, number: int) -> Revision:
        """One revision recorded in the memory; `NotFound` if no revision has that number."""
        await self._require_membership(organization)
        return await self._memory.revision(organization, number)

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """A page of the revisions recorded in the memory, newest first; Hub itself keeps no history."""
        await self._require_membership(organization)
        return await self._memory.revisions(organization, before, limit)

    async def _require_membership(self, organization: str) -> None:
        """Ask Hub once per session whether the user may read the memory, which all users of a file share."""
        if organization not in self._seen:
            await self.organization_state(organization)

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The members of an organization sorted by name; all of them, or those of one role."""
        return await self._api.members(organization, role=role)

    async def member(self, organization: str, user: str) -> Member:
        """One member; `NotFound` if the user is not in the organization."""
        people = await self._api.members(organization, search=user)
        found = next((member for member in people if member.user == user), None)
        if found is None:
            raise NotFound(f"{user} is not in {organization}.", advice="Check the name.")
        return found

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """Save the draft on Hub and record it in the memory; see `protocol.Store.save` and `HubSave.save`.

        Changes of the community switch and the allowlist are only recorded: someone has to make them in
        Docker Home (`Capabilities.by_hand`). Raises `UnusableAnswer` if Hub reports success but has other
        settings, and `Unavailable` with what is known of the outcome if the connection was lost.
        """
        state, settings = await self._read_now(organization)
        if not state.may_change:
            raise only_owners(organization, self.user, state.role, await self._owners(organization))
        newest = state.revision
        if draft.is_clean:
            return newest
        if not draft.is_over(newest):
            raise Conflict(draft, newest)
        save = HubSave(self._api, self._memory, state, settings)
        # A request that was sent cannot be recalled: if the caller is cancelled, the save still completes.
        task = asyncio.create_task(save.save(draft, newest, note, origin))
        self._saving.add(task)
        task.add_done_callback(self._saved)
        return await asyncio.shield(task)

    def _saved(self, task: asyncio.Task[Revision]) -> None:
        self._saving.discard(task)
        if not task.cancelled():
            # Retrieved, so that asyncio does not report it as never retrieved if the caller was cancelled.
            task.exception()

    async def events(
        self, organization: str, *, since: datetime | None = None, limit: int = 100
    ) -> Sequence[AuditEvent]:
        """The newest events of Hub's audit log, at most `limit`; `Forbidden` unless the user is an owner."""
        return await self._api.events(organization, since=since, limit=limit)

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges in the local file, by namespace: set by hand, or looked up at this origin."""
        return await known_badges(self._memory.file, str(self._api.origin))

    async def close(self) -> None:
        """Finish saves that are under way, then close connections and file; calling it twice is fine."""
        await asyncio.gather(*self._saving, return_exceptions=True)
        await self._transport.close()
        await self._memory.file.close()


def _checked(response: T | BaseException) -> T:
    """One result of `asyncio.gather`; raises it if it is an exception."""
    if isinstance(response, BaseException):
        raise response
    return response
