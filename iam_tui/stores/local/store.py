"""The local store: organizations and policies of one SQLite file, as one person may see and change them."""

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
from iam_tui.stores.local.revisions import one_revision, page_of_revisions, save_draft
from iam_tui.stores.local.row_mapping import SELECT_ACCESS, SELECT_MEMBER, read_access, read_member
from iam_tui.stores.protocol import HUB_API, Capabilities, OrganizationState

if TYPE_CHECKING:
    from sqlite_utils.db import Database

SMALLEST_BATCH: Final = 100
LARGEST_BATCH: Final = 5_000


class LocalStore:
    """`protocol.Store` over a local file, for one user.

    Roles here prevent mistakes; whoever can write the file can be anyone in it (design 4).
    """

    def __init__(self, file: LocalFile, user: str) -> None:
        self._file = file
        self._user = user

    @property
    def user(self) -> str:
        """Who is asking."""
        return self._user

    @property
    def capabilities(self) -> Capabilities:
        """Everything there is."""
        return Capabilities()

    async def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, sorted by name: soon a screenful, then more and more at a time."""
        after, limit = "", SMALLEST_BATCH
        while batch := await self._file.read(lambda database: self._batch(database, after, limit)):  # noqa: B023
            yield batch
            after, limit = batch[-1].organization.name, min(limit * 4, LARGEST_BATCH)

    def _batch(self, database: "Database", after: str, limit: int) -> list[OrganizationState]:
        rows = database.execute(
            SELECT_ACCESS + " WHERE m.user = ? AND m.organization > ? ORDER BY m.organization LIMIT ?",
            [self._user, after, limit],
        )
        return [read_access(row) for row in rows]

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now."""

        def job(database: "Database") -> OrganizationState:
            role_of(database, organization, self._user)
            row = database.execute(
                SELECT_ACCESS + " WHERE m.user = ? AND m.organization = ?", [self._user, organization]
            ).fetchone()
            return read_access(row)

        return await self._file.read(job)

    async def revision(self, organization: str, number: int) -> Revision:
        """One saved revision; `NotFound` if there is none of that number."""

        def job(database: "Database") -> Revision:
            role_of(database, organization, self._user)
            return one_revision(database, organization, number)

        return await self._file.read(job)

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """A page of saved revisions, newest first: those numbered below `before`, or the newest ones."""

        def job(database: "Database") -> list[Revision]:
            role_of(database, organization, self._user)
            return page_of_revisions(database, organization, before, limit)

        return await self._file.read(job)

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The people of an organization sorted by name, or only those of one role."""

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
        """One person; `NotFound` if they are not in the organization."""

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
        """Save what is staged as the next revision, in one transaction; see `protocol.Store.save`.

        Entries new to the allowlist get the user and the time; those known keep theirs. Raises `InvalidInput`
        for a note or reason over `MAX_NOTE` characters or an unknown setting, and `Refused` for switching
        Image Access Management on without a Business plan.
        """
        now = self._file.clock()

        def job(database: "Database") -> Revision:
            return save_draft(database, organization, self._user, draft, note=note, origin=origin, now=now)

        return await self._file.write(job)

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges this file knows, by namespace: set by hand, or looked up at Docker Hub."""
        return await known_badges(self._file, HUB_API)

    async def close(self) -> None:
        """Close the file; calling it twice is fine."""
        await self._file.close()
