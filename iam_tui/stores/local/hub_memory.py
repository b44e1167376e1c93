"""What the local file remembers of Docker Hub: every revision seen, who saw what, what is known by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import HUB_SETTINGS, Origin, Policy, Revision
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.revisions import HIGHEST, keep_allowlist
from iam_tui.stores.local.row_mapping import (
    SELECT_HUB_ACCESS,
    SELECT_HUB_REVISION,
    read_hub_access,
    read_revision,
    switches_of,
    time_text,
)
from iam_tui.stores.protocol import OrganizationState

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_OF: Final = SELECT_HUB_REVISION + " WHERE r.api = ? AND r.organization = ?"
_ACCESS_OF: Final = SELECT_HUB_ACCESS + " WHERE s.api = ? AND s.user = ?"
NOBODY: Final = ""
"""The author of a revision that was made elsewhere: unknown."""


class HubSnapshot(NamedTuple):
    """What Hub told just now: an organization, the user's role, and its policy as far as Hub tells it."""

    organization: Organization
    role: Role
    policy: Policy


class HubMemory:
    """The local file's memory of one API (its origin as text), for one user.

    Revisions are everybody's who uses the file; numbers count here, from 1 for each organization.
    """

    def __init__(self, file: LocalFile, api: str, user: str) -> None:
        self.file = file
        self._api = api
        self._user = user

    def as_user(self, user: str) -> "HubMemory":
        """The same memory for another user."""
        return HubMemory(self.file, self._api, user)

    async def see(self, sights: Sequence[HubSnapshot]) -> list[OrganizationState]:
        """Take in what Hub told; a policy that was not saved here becomes a revision: drift."""
        now = self.file.clock()

        def job(database: "Database") -> list[OrganizationState]:
            return [self._see(database, sight, now) for sight in sights]

        return await self.file.write(job)

    def _see(self, database: "Database", sight: HubSnapshot, now: datetime) -> OrganizationState:
        organization, role, told = sight
        newest = self._newest(database, organization.name)
        policy = told if newest is None else as_told(newest.policy, told)
        if newest is None or policy != newest.policy:
            drift = Revision(0, policy, NOBODY, now, origin=Origin.DRIFT)
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
        row = database.execute(_ACCESS_OF + " AND s.organization = ?", self._whose(organization.name))
        return read_hub_access(row.fetchone())._replace(as_of=None)

    async def keep(self, organization: str, revision: Revision, *, by_hand: bool = False) -> Revision:
        """Keep a revision that was saved here, numbered after the newest; `by_hand` if it records news."""

        def job(database: "Database") -> Revision:
            known = time_text(revision.saved_at) if by_hand else self._by_hand(database, organization)
            return self._insert(database, organization, revision, known)

        return await self.file.write(job)

    async def last_known(self, organization: str | None = None) -> list[OrganizationState]:
        """What the user saw last, sorted by name, each with its time: all of it, or one organization."""

        def job(database: "Database") -> list[OrganizationState]:
            if organization is None:
                rows = database.execute(_ACCESS_OF + " ORDER BY s.organization", [self._api, self._user])
            else:
                rows = database.execute(_ACCESS_OF + " AND s.organization = ?", self._whose(organization))
            return [read_hub_access(row) for row in rows]

        return await self.file.read(job)

    async def forget(self, organization: str) -> None:
        """The user is not in this organization any more: its revisions stay, that they saw it does not."""
        await self.file.write(
            lambda database: database.execute(
                "DELETE FROM hub_accesses WHERE api = ? AND user = ? AND organization = ?",
                self._whose(organization),
            )
        )

    async def revision(self, organization: str, number: int) -> Revision:
        """A revision by its number; `NotFound` if none was seen."""

        def job(database: "Database") -> Revision:
            asked = min(max(number, 0), HIGHEST)
            row = database.execute(_OF + " AND r.number = ?", [self._api, organization, asked]).fetchone()
            if row is None:
                raise NotFound(f"{organization} has no revision {number}.", advice="Look at its history.")
            return read_revision(row)

        return await self.file.read(job)

    async def revisions(self, organization: str, before: int | None, limit: int) -> list[Revision]:
        """At most `limit` revisions below `before`, newest first."""
        below = HIGHEST if before is None else min(max(before, 0), HIGHEST)

        def job(database: "Database") -> list[Revision]:
            rows = database.execute(
                _OF + " AND r.number < ? ORDER BY r.number DESC LIMIT ?",
                [self._api, organization, below, limit],
            )
            return [read_revision(row) for row in rows]

        return await self.file.read(job)

    def _whose(self, organization: str) -> list[str]:
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


def as_told(known: Policy, told: Policy) -> Policy:
    """What is known by now: the three switches as Hub tells them, and what only hands have recorded."""
    for setting in HUB_SETTINGS:
        known = known.with_setting(setting, on=told.setting(setting))
    return known
