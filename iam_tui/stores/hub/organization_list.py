"""Reads role and settings of many organizations at once, and yields each as soon as it is read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import NamedTuple

from iam_tui.core.organization import UNKNOWN_ROLE, AnyRole, Organization
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import NotFound, NotSignedIn, RateLimited, StoreError, Unavailable
from iam_tui.stores.hub.api import HubApi
from iam_tui.stores.hub.json_mapping import NEVER_READ
from iam_tui.stores.local.hub_memory import UNKNOWN_AUTHOR, HubMemory, HubSnapshot
from iam_tui.stores.protocol import OrganizationState


class _UnreadableOrganization(NamedTuple):
    """An organization that could not be read, and why; `role` is None if not even that could be read."""

    organization: Organization
    role: AnyRole | None
    error: StoreError


_Rows = asyncio.Queue[HubSnapshot | _UnreadableOrganization | None]


class OrganizationList:
    """Reads many organizations at once, and records those that could be read."""

    def __init__(self, api: HubApi, memory: HubMemory, *, parallel: int) -> None:
        self._api = api
        self._memory = memory
        self._parallel = parallel
        self._failures = 0

    async def batches(self, organizations: Iterable[Organization]) -> AsyncIterator[list[OrganizationState]]:
        """Batches of the organizations read since the last batch, each sorted by name, until all are read.

        One that cannot be read comes in its last known state, with its `error`; one that is in the list and
        then denied comes without a state. `NotSignedIn` and `RateLimited` affect all of them and are raised,
        and so is `Unavailable` after `parallel` failures in a row.
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
        """Read all of them, `parallel` at a time; None ends the rows in any case."""
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
            organization = wanted.popleft()
            known_role: AnyRole | None = None
            try:
                role = known_role = await self._api.role(organization.name)
                settings = await self._api.settings(organization.name)
            except (NotSignedIn, RateLimited):
                raise
            except NotFound as error:
                # Nobody may see what was known of an organization that they are no longer in.
                await self._memory.forget(organization.name)
                rows.put_nowait(
                    _UnreadableOrganization(organization, known_role, _denied(organization, error))
                )
            except StoreError as error:
                self._count_failure(error)
                rows.put_nowait(_UnreadableOrganization(organization, known_role, error))
            else:
                self._failures = 0
                rows.put_nowait(HubSnapshot(organization, role, settings.policy))

    def _count_failure(self, error: StoreError) -> None:
        if isinstance(error, Unavailable):
            self._failures += 1
            if self._failures >= self._parallel:
                raise error

    async def _batch(self, rows: list[HubSnapshot | _UnreadableOrganization]) -> list[OrganizationState]:
        seen = await self._memory.record([row for row in rows if isinstance(row, HubSnapshot)])
        unread = [await self._as_last_known(row) for row in rows if isinstance(row, _UnreadableOrganization)]
        return sorted([*seen, *unread], key=lambda state: state.organization.name)

    async def _as_last_known(self, row: _UnreadableOrganization) -> OrganizationState:
        if row.role is not None:
            await self._memory.record_role(row.organization.name, row.role)
        known = await self._memory.last_known(row.organization.name)
        if known:
            return known[0]._replace(error=row.error)
        role = row.role or UNKNOWN_ROLE
        return OrganizationState(row.organization, role, _never_read(self._memory), error=row.error)


def _denied(organization: Organization, error: NotFound) -> NotFound:
    """Why an organization has no settings although it is in the list."""
    return NotFound(
        f"{organization.name} is in the list of your organizations, but cannot be opened: {error.detail}",
        advice="You may have left it, or your role may not include its settings. Ask one of its owners.",
    )


def _never_read(memory: HubMemory) -> Revision:
    """The revision of an organization whose policy was never read: number 0, switches with no meaning."""
    return Revision(0, NEVER_READ, UNKNOWN_AUTHOR, memory.file.clock(), origin=Origin.DRIFT)
