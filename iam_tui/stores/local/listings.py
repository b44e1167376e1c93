"""Lists of a local file's organizations, members and revisions, a page at a time, for the server."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from iam_tui.core.category import Badge
from iam_tui.core.organization import Member, Organization, Role
from iam_tui.core.policy import HUB_SETTINGS, Origin, Setting
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.permissions import role_of
from iam_tui.stores.local.row_checks import moment, moment_or_none, one_of, row_reader, switch, text, whole
from iam_tui.stores.local.row_mapping import SELECT_MEMBER, read_member, read_organization, time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database

T = TypeVar("T")

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""The creation time of an organization that has none."""

_MEMBERS: Final = (
    " WHERE m.organization = :organization AND (:role IS NULL OR m.role = :role)"
    " AND instr(m.user, :search) > 0"
)
_COUNT: Final = "SELECT COUNT(*) FROM members m"
_COUNT_MEMBERS: Final = _COUNT + _MEMBERS
_LIST_MEMBERS: Final = SELECT_MEMBER + _MEMBERS + " ORDER BY m.user LIMIT :limit OFFSET :offset"


class ListedRows(NamedTuple, Generic[T]):
    """The rows of one page, and the number of rows in the whole list."""

    rows: Sequence[T]
    total: int


class RowRange(NamedTuple):
    """Which rows of a list to return."""

    offset: int
    limit: int


class LoggedRevision(NamedTuple):
    """A saved revision for the audit log; `switched` are its changes to the three switches that Hub has."""

    number: int
    author: str
    saved_at: datetime
    note: str
    origin: str
    switched: Sequence[tuple[Setting, bool]]


class RevisionFilter(NamedTuple):
    """Which revisions to return; times are timezone-aware and inclusive, None is no limit."""

    author: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    lowest: int = 1
    highest: int = 2**63 - 1


class LocalListings:
    """Lists of a local file for one user; raises the errors of `protocol.Store`."""

    def __init__(self, file: LocalFile, user: str) -> None:
        self._file = file
        self._user = user

    async def first_created_at(self) -> datetime:
        """When the first organization was created."""

        def job(database: "Database") -> datetime:
            (created_at,) = database.execute("SELECT MIN(created_at) FROM organizations").fetchone()
            return moment_or_none(created_at) or _EPOCH

        return await self._file.read(job)

    async def badge(self, namespace: str) -> Badge | None:
        """The badge of a namespace, None if unknown; as on Docker Hub, anyone may read it."""

        def job(database: "Database") -> Badge | None:
            found = database.execute("SELECT badge FROM badges WHERE namespace = ?", [namespace]).fetchone()
            return None if found is None else one_of(Badge, found[0])

        return await self._file.read(job)

    async def organizations(self, wanted: RowRange) -> ListedRows[Organization]:
        """The user's organizations, sorted by name."""

        def job(database: "Database") -> ListedRows[Organization]:
            (count,) = database.execute(
                "SELECT COUNT(*) FROM members WHERE user = ?", [self._user]
            ).fetchone()
            rows = database.execute(
                "SELECT o.name, o.plan, o.sign_in_enforced, o.full_name, o.created_at FROM members m"
                " LEFT JOIN organizations o ON o.name = m.organization"
                " WHERE m.user = ? ORDER BY m.organization LIMIT ? OFFSET ?",
                [self._user, wanted.limit, wanted.offset],
            )
            found = [read_organization(row) for row in rows]
            return ListedRows([replace(one, created_at=one.created_at or _EPOCH) for one in found], count)

        return await self._file.read(job)

    async def members(
        self, organization: str, wanted: RowRange, *, search: str = "", role: Role | None = None
    ) -> ListedRows[Member]:
        """The members with this text in their name, of this role if one is given, sorted by name."""
        terms = {"organization": organization, "role": role, "search": search.lower()}

        def job(database: "Database") -> ListedRows[Member]:
            role_of(database, organization, self._user)
            (count,) = database.execute(_COUNT_MEMBERS, terms).fetchone()
            rows = database.execute(_LIST_MEMBERS, {**terms, **wanted._asdict()})
            return ListedRows([read_member(row) for row in rows], count)

        return await self._file.read(job)

    async def revision_log(
        self, organization: str, wanted: RevisionFilter, part: RowRange
    ) -> Sequence[LoggedRevision]:
        """Saved revisions, newest first; `Forbidden` unless the user is an owner."""
        terms = {
            "organization": organization,
            **wanted._asdict(),
            "since": wanted.since and time_text(wanted.since),
            "until": wanted.until and time_text(wanted.until),
            **part._asdict(),
        }

        def job(database: "Database") -> list[LoggedRevision]:
            role = role_of(database, organization, self._user)
            if role is not Role.OWNER:
                raise Forbidden(
                    f"{self._user} is {role} in {organization}; only owners can read its audit log."
                )
            rows = database.execute(
                "SELECT r.number, r.author, r.saved_at, r.note, r.origin,"
                " r.enabled, r.official, r.verified_publisher,"
                " before.enabled, before.official, before.verified_publisher"
                " FROM revisions r LEFT JOIN revisions before"
                " ON before.organization = r.organization AND before.number = r.number - 1"
                " WHERE r.organization = :organization AND r.number BETWEEN :lowest AND :highest"
                " AND (:author IS NULL OR r.author = :author)"
                " AND (:since IS NULL OR r.saved_at >= :since) AND (:until IS NULL OR r.saved_at <= :until)"
                " ORDER BY r.number DESC LIMIT :limit OFFSET :offset",
                terms,
            )
            return [_logged(*row) for row in rows]

        return await self._file.read(job)


@row_reader
def _logged(
    number: int, author: str, saved_at: str, note: str, origin: str, *switches: int | None
) -> LoggedRevision:
    now, before = switches[: len(HUB_SETTINGS)], switches[len(HUB_SETTINGS) :]
    switched = [
        (setting, switch(on))
        for setting, on, was in zip(HUB_SETTINGS, now, before, strict=True)
        if was is not None and on != was
    ]
    return LoggedRevision(
        whole(number, 1), text(author), moment(saved_at), text(note), one_of(Origin, origin), switched
    )
