"""What the local file keeps of Docker Hub: revisions, and the last state that each user saw."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.organization import AnyRole, Organization
from iam_tui.core.policy import HUB_SETTINGS, Origin, Policy, Revision
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.revisions import keep_allowlist
from iam_tui.stores.local.row_checks import HIGHEST
from iam_tui.stores.local.row_mapping import (
    SELECT_HUB_REVISION,
    SELECT_HUB_STATE,
    read_hub_state,
    read_revision,
    switches_of,
    time_text,
)
from iam_tui.stores.protocol import OrganizationState

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_OF: Final = SELECT_HUB_REVISION + " WHERE r.api = ? AND r.organization = ?"
_STATE_OF: Final = SELECT_HUB_STATE + " WHERE s.api = ? AND s.user = ?"
UNKNOWN_AUTHOR: Final = ""
"""The author of a revision that was not saved here."""


class HubSnapshot(NamedTuple):
    """What was just read from Hub: an organization, the user's role, and the policy as far as Hub has it."""

    organization: Organization
    role: AnyRole
    policy: Policy


class HubMemory:
    """What the file keeps of one API (`api` is its origin as text), for one user.

    All users of the file share the revisions, which are numbered from 1 for each organization.
    """

    def __init__(self, file: LocalFile, api: str, user: str) -> None:
        self.file = file
        self._api = api
        self._user = user

    def as_user(self, user: str) -> "HubMemory":
        """The same memory for another user."""
        return HubMemory(self.file, self._api, user)

    async def record(self, snapshots: Sequence[HubSnapshot]) -> list[OrganizationState]:
        """Record what was read; a policy that was not saved here becomes a revision with origin drift.

        If the file cannot be written, nothing is kept of it, and what was read is returned all the same.
        """
        now = self.file.clock()

        def job(database: "Database") -> list[OrganizationState]:
            return [self._record(database, snapshot, now) for snapshot in snapshots]

        return await self.file.remember(job)

    def _record(self, database: "Database", snapshot: HubSnapshot, now: datetime) -> OrganizationState:
        organization, role, from_hub = snapshot
        newest = self._newest(database, organization.name)
        policy = from_hub if newest is None else with_hub_switches(newest.policy, from_hub)
        if newest is None or policy != newest.policy:
            drift = Revision(0, policy, UNKNOWN_AUTHOR, now, origin=Origin.DRIFT)
            self._insert(database, organization.name, drift, self._by_hand(database, organization.name))
        created_at = time_text(organization.created_at) if organization.created_at else None
        database.execute(
            "INSERT OR REPLACE INTO hub_accesses VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                self._api,
                self._user,
                organization.name,
                role,
                organization.full_name,
                created_at,
                time_text(now),
            ],
        )
        row = database.execute(_STATE_OF + " AND s.organization = ?", self._key(organization.name))
        return read_hub_state(row.fetchone())._replace(as_of=None)

    async def keep(self, organization: str, revision: Revision, *, by_hand: bool = False) -> Revision:
        """Add a saved revision after the newest; `by_hand` if it changes what is recorded by hand."""

        def job(database: "Database") -> Revision:
            known = time_text(revision.saved_at) if by_hand else self._by_hand(database, organization)
            return self._insert(database, organization, revision, known)

        return await self.file.write(job)

    async def last_known(self, organization: str | None = None) -> list[OrganizationState]:
        """The states the user saw last, with their time, sorted by name: all, or of one organization."""

        def job(database: "Database") -> list[OrganizationState]:
            if organization is None:
                rows = database.execute(_STATE_OF + " ORDER BY s.organization", [self._api, self._user])
            else:
                rows = database.execute(_STATE_OF + " AND s.organization = ?", self._key(organization))
            return [read_hub_state(row) for row in rows]

        return await self.file.read(job)

    async def record_role(self, organization: str, role: AnyRole) -> None:
        """Record a role where the policy could not be read; no change if that was never read before."""
        await self.file.remember(
            lambda database: database.execute(
                "UPDATE hub_accesses SET role = ? WHERE api = ? AND user = ? AND organization = ?",
                [role, *self._key(organization)],
            )
        )

    async def forget(self, organization: str) -> None:
        """Remove what the user saw of an organization they are no longer in; its revisions stay."""
        await self.file.remember(
            lambda database: database.execute(
                "DELETE FROM hub_accesses WHERE api = ? AND user = ? AND organization = ?",
                self._key(organization),
            )
        )

    async def revision(self, organization: str, number: int) -> Revision:
        """One revision; `NotFound` if no revision has that number."""

        def job(database: "Database") -> Revision:
            asked = min(max(number, 0), HIGHEST)
            row = database.execute(_OF + " AND r.number = ?", [self._api, organization, asked]).fetchone()
            if row is None:
                raise NotFound(
                    f"{organization} has no revision {number}.",
                    advice="See its history for the revisions it has.",
                )
            return read_revision(row)

        return await self.file.read(job)

    async def revisions(self, organization: str, before: int | None, limit: int) -> list[Revision]:
        """At most `limit` revisions numbered below `before`, newest first."""
        below = HIGHEST if before is None else min(max(before, 0), HIGHEST)

        def job(database: "Database") -> list[Revision]:
            rows = database.execute(
                _OF + " AND r.number < ? ORDER BY r.number DESC LIMIT ?",
                [self._api, organization, below, limit],
            )
            return [read_revision(row) for row in rows]

        return await self.file.read(job)

    def _key(self, organization: str) -> list[str]:
        return [self._api, self._user, organization]

    def _newest(self, database: "Database", organization: str) -> Revision | None:
        row = database.execute(_OF + " ORDER BY r.number DESC LIMIT 1", [self._api, organization]).fetchone()
        return None if row is None else read_revision(row)

    def _by_hand(self, database: "Database", organization: str) -> str | None:
        row = database.execute(
            "SELECT by_hand_at FROM hub_revisions WHERE api = ? AND organization = ?"
            " ORDER BY number DESC LIMIT 1",
            [self._api, organization],
        ).fetchone()
        return None if row is None else row[0]

    def _insert(
        self, database: "Database", organization: str, revision: Revision, by_hand: str | None
    ) -> Revision:
        newest = self._newest(database, organization)
        numbered = replace(revision, number=1 if newest is None else newest.number + 1)
        policy = numbered.policy
        database.execute(
            "INSERT INTO hub_revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self._api, organization, numbered.number,
                *switches_of(policy),
                None if policy.allowlist is None else keep_allowlist(database, policy.allowlist),
                numbered.author, time_text(numbered.saved_at), numbered.note, numbered.origin, by_hand,
            ],
        )  # fmt: skip
        return numbered


def with_hub_switches(known: Policy, from_hub: Policy) -> Policy:
    """The known policy with Hub's three switches; what was recorded by hand stays."""
    for setting in HUB_SETTINGS:
        known = known.with_setting(setting, on=from_hub.setting(setting))
    return known
