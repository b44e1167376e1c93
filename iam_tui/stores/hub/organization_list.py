"""The organizations of the picker: each asked for its settings and role, each told as soon as it answers."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import NamedTuple

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.errors import NotFound, NotSignedIn, RateLimited, StoreError, Unavailable
from iam_tui.stores.hub.api import HubApi
from iam_tui.stores.local.hub_memory import NOBODY, HubMemory, HubSnapshot
from iam_tui.stores.protocol import OrganizationState


class _Unread(NamedTuple):
    """An organization that could not be read, and why; the role as far as it is known."""

    organization: Organization
    role: Role
    error: StoreError


_Rows = asyncio.Queue[HubSnapshot | _Unread | None]


class Listing:
    """Reads many organizations at once, and remembers those that it could read."""

    def __init__(self, api: HubApi, memory: HubMemory, *, parallel: int) -> None:
        self._api = api
        self._memory = memory
        self._parallel = parallel
        self._failures = 0

    async def batches(self, organizations: Iterable[Organization]) -> AsyncIterator[list[OrganizationState]]:
        """Whatever has answered since the last batch, sorted by name, until all have.

        One that cannot be read comes as it was last known, with its `error`; one that is gone meanwhile
        does not come. `NotSignedIn` and `RateLimited` are trouble for all of them and end it, and so does
        `Unavailable` after as many failures in a row as are asked for at once.
        """
        rows: _Rows = asyncio.Queue()
        reading = asyncio.create_task(self._read(deque(organizations), rows))
        try:
            more = True
            while more:
                found = [await rows.get()]
                while not rows.empty():
                    found.append(rows.get_nowait())
                more = found[-1] is not None
                batch = await self._batch([row for row in found if row is not None])
                if batch:
                    yield batch
            await reading
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, StoreError):
                await reading

    async def _read(self, wanted: deque[Organization], rows: _Rows) -> None:
        """Ask for all of them, some at a time, and end the rows with a None, whatever happens."""
        workers = [asyncio.create_task(self._work(wanted, rows)) for _ in range(self._parallel)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            rows.put_nowait(None)

    async def _work(self, wanted: deque[Organization], rows: _Rows) -> None:
        while wanted:
            organization, role = wanted.popleft(), Role.MEMBER
            try:
                role = await self._api.role(organization.name)
                settings = await self._api.settings(organization.name)
            except (NotSignedIn, RateLimited):
                raise
            except NotFound:
                continue
            except StoreError as trouble:
                self._count_failure(trouble)
                rows.put_nowait(_Unread(organization, role, trouble))
            else:
                self._failures = 0
                rows.put_nowait(HubSnapshot(organization, role, settings.policy))

    def _count_failure(self, trouble: StoreError) -> None:
        if isinstance(trouble, Unavailable):
            self._failures += 1
            if self._failures >= self._parallel:
                raise trouble

    async def _batch(self, rows: list[HubSnapshot | _Unread]) -> list[OrganizationState]:
        seen = await self._memory.see([row for row in rows if isinstance(row, HubSnapshot)])
        unread = [await self._as_last_known(row) for row in rows if isinstance(row, _Unread)]
        return sorted([*seen, *unread], key=lambda state: state.organization.name)

    async def _as_last_known(self, row: _Unread) -> OrganizationState:
        known = await self._memory.last_known(row.organization.name)
        if known:
            return known[0]._replace(error=row.error)
        return OrganizationState(row.organization, row.role, nothing_known(self._memory), error=row.error)


def nothing_known(memory: HubMemory) -> Revision:
    """What stands for the policy of an organization that was never read: numbered 0, it says nothing."""
    policy = Policy(community=None, allowlist_enabled=None, allowlist=None)
    return Revision(0, policy, NOBODY, memory.file.clock(), origin=Origin.DRIFT)
