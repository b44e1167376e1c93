"""The local store: organizations and policies in one SQLite file, as one person may see and change them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Member, Role
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.badges import known_badges
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.permissions import role_of
from iam_tui.stores.local.revisions import one_revision, page_of_revisions, save_revision_of
from iam_tui.stores.local.row_mapping import SELECT_MEMBER, SELECT_STATE, read_member, read_organization_state
from iam_tui.stores.protocol import HUB_API, Capabilities, OrganizationState

if TYPE_CHECKING:
    from sqlite_utils.db import Database

SMALLEST_BATCH: Final = 100
LARGEST_BATCH: Final = 5_000


class LocalStore:
    """`protocol.Store` over a local file, for one user.

    Roles here prevent mistakes. They are no security boundary: anyone who can write to the file can open it
    as any user.
    """

    def __init__(self, file: LocalFile, user: str) -> None:
        self._file = file
        self._user = user

    @property
    def user(self) -> str:
        """The user this store is open for."""
        return self._user

    @property
    def capabilities(self) -> Capabilities:
        """Everything."""
        return Capabilities()

    async def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, sorted by name: a small first batch, then larger ones."""
        after, limit = "", SMALLEST_BATCH
        while batch := await self._file.read(lambda database: self._batch(database, after, limit)):  # noqa: B023
            yield batch
            after, limit = batch[-1].organization.name, min(limit * 4, LARGEST_BATCH)

    def _batch(self, database: "Database", after: str, limit: int) -> list[OrganizationState]:
        rows = database.execute(
            SELECT_STATE + " WHERE m.user = ? AND m.organization > ? ORDER BY m.organization LIMIT ?",
            [self._user, after, limit],
        )
        return [read_organization_state(row) for row in rows]

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now."""

        def job(database: "Database") -> OrganizationState:
            role_of(database, organization, self._user)
            row = database.execute(
                SELECT_STATE + " WHERE m.user = ? AND m.organization = ?", [self._user, organization]
            ).fetchone()
            return read_organization_state(row)

        return await self._file.read(job)

    async def revision(self, organization: str, number: int) -> Revision:
        """One saved revision; `NotFound` if no revision has that number."""

        def job(database: "Database") -> Revision:
            role_of(database, organization, self._user)
            return one_revision(database, organization, number)

        return await self._file.read(job)

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """At most `limit` saved revisions, newest first: those numbered below `before`, or the newest."""

        def job(database: "Database") -> list[Revision]:
            role_of(database, organization, self._user)
            return page_of_revisions(database, organization, before, limit)

        return await self._file.read(job)

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The members of an organization sorted by name; all of them, or those of one role."""

        def job(database: "Database") -> list[Member]:
            role_of(database, organization, self._user)
            rows = database.execute(
                SELECT_MEMBER + " WHERE m.organization = ? ORDER BY m.user",
                [organization],
            )
            people = [read_member(row) for row in rows]
            return [person for person in people if role in (None, person.role)]

        return await self._file.read(job)

    async def member(self, organization: str, user: str) -> Member:
        """One member; `NotFound` if the user is not in the organization."""

        def job(database: "Database") -> Member:
            role_of(database, organization, self._user)
            row = database.execute(
                SELECT_MEMBER + " WHERE m.organization = ? AND m.user = ?",
                [organization, user],
            ).fetchone()
            if row is None:
                raise NotFound(f"{user} is not in {organization}.", advice="Check the name.")
            return read_member(row)

        return await self._file.read(job)

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """Save the draft as the next revision, in one transaction; see `protocol.Store.save`.

        New allowlist entries get the user and the time, known ones keep theirs. Raises `InvalidInput` for a
        note or reason longer than `MAX_NOTE` characters or an unknown setting, and `Refused` for switching
        Image Access Management on without a Business plan.
        """
        now = self._file.clock()

        def job(database: "Database") -> Revision:
            return save_revision_of(
                database, organization, self._user, draft, note=note, origin=origin, now=now
            )

        return await self._file.write(job)

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges in the file, by namespace: set by hand, or looked up at Docker Hub."""
        return await known_badges(self._file, HUB_API)

    async def close(self) -> None:
        """Close the file; calling it twice is fine."""
        await self._file.close()
