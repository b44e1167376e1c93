"""Organizations, people and saved revisions of a local file a page at a time, as a server lists them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from iam_tui.core.category import Badge
from iam_tui.core.organization import Member, Organization, Plan, Role
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.permissions import role_of
from iam_tui.stores.local.row_mapping import SELECT_MEMBER, read_member, time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database

T = TypeVar("T")

_SHARED: Final = (Setting.ENABLED, Setting.OFFICIAL, Setting.VERIFIED_PUBLISHER)
_PEOPLE: Final = (
    " WHERE m.organization = :organization AND (:role IS NULL OR m.role = :role)"
    " AND instr(m.user, :search) > 0"
)
_COUNT: Final = "SELECT COUNT(*) FROM members m"
_COUNT_PEOPLE: Final = _COUNT + _PEOPLE
_LIST_PEOPLE: Final = SELECT_MEMBER + _PEOPLE + " ORDER BY m.user LIMIT :limit OFFSET :offset"


class ListedOrganization(NamedTuple, Generic[T]):
    """Some rows of a list, and how many there are in all."""

    rows: Sequence[T]
    total: int


class Slice(NamedTuple):
    """Which rows of a list are wanted."""

    offset: int
    limit: int


class Saved(NamedTuple):
    """A saved revision as an audit log tells it: of its changes only those of the three shared switches."""

    number: int
    author: str
    saved_at: datetime
    note: str
    origin: str
    switched: Sequence[tuple[Setting, bool]]


class SavedWanted(NamedTuple):
    """Which saved revisions are wanted; times are timezone-aware and included, None is no bound."""

    author: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    lowest: int = 1
    highest: int = 2**63 - 1


class LocalListings:
    """Lists of a local file, for one user; raises what `protocol.Store` raises."""

    def __init__(self, file: LocalFile, user: str) -> None:
        self._file = file
        self._user = user

    async def begun_at(self) -> datetime:
        """When the first organization was made: nobody has been here for longer."""

        def job(database: "Database") -> datetime:
            (text,) = database.execute("SELECT MIN(created_at) FROM organizations").fetchone()
            return _moment(text)

        return await self._file.read(job)

    async def badge(self, namespace: str) -> Badge | None:
        """What is known of a namespace's badge; None if nothing is. Badges are public (facts 8)."""

        def job(database: "Database") -> Badge | None:
            found = database.execute("SELECT badge FROM badges WHERE namespace = ?", [namespace]).fetchone()
            return None if found is None else Badge(found[0])

        return await self._file.read(job)

    async def organizations(self, wanted: Slice) -> ListedOrganization[Organization]:
        """Those of the user's organizations that are wanted, by name."""

        def job(database: "Database") -> ListedOrganization[Organization]:
            (count,) = database.execute(
                "SELECT COUNT(*) FROM members WHERE user = ?", [self._user]
            ).fetchone()
            rows = database.execute(
                "SELECT o.name, o.plan, o.sign_in_enforced, o.full_name, o.created_at FROM members m"
                " JOIN organizations o ON o.name = m.organization"
                " WHERE m.user = ? ORDER BY m.organization LIMIT ? OFFSET ?",
                [self._user, wanted.limit, wanted.offset],
            )
            found = [
                Organization(name, Plan(plan), bool(enforced), full_name, _moment(created_at))
                for name, plan, enforced, full_name, created_at in rows
            ]
            return ListedOrganization(found, count)

        return await self._file.read(job)

    async def members(
        self, organization: str, wanted: Slice, *, search: str = "", role: Role | None = None
    ) -> ListedOrganization[Member]:
        """Those people that are wanted, by name: of one role, if one is named, with this in their name."""
        terms = {"organization": organization, "role": role, "search": search.lower()}

        def job(database: "Database") -> ListedOrganization[Member]:
            role_of(database, organization, self._user)
            (count,) = database.execute(_COUNT_PEOPLE, terms).fetchone()
            rows = database.execute(_LIST_PEOPLE, {**terms, **wanted._asdict()})
            return ListedOrganization([read_member(row) for row in rows], count)

        return await self._file.read(job)

    async def saved(self, organization: str, wanted: SavedWanted, part: Slice) -> Sequence[Saved]:
        """Saved revisions, the newest first; `Forbidden` unless an owner asks."""
        terms = {
            "organization": organization,
            **wanted._asdict(),
            "since": wanted.since and time_text(wanted.since),
            "until": wanted.until and time_text(wanted.until),
            **part._asdict(),
        }

        def job(database: "Database") -> list[Saved]:
            role = role_of(database, organization, self._user)
            if role is not Role.OWNER:
                raise Forbidden(f"{self._user} is {role} in {organization}; only owners read its log.")
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
            return [_saved(*row) for row in rows]

        return await self._file.read(job)


def _saved(number: int, author: str, saved_at: str, note: str, origin: str, *switches: int | None) -> Saved:
    now, before = switches[: len(_SHARED)], switches[len(_SHARED) :]
    switched = [
        (setting, bool(on))
        for setting, on, was in zip(_SHARED, now, before, strict=True)
        if was is not None and on != was
    ]
    return Saved(number, author, _moment(saved_at), note, origin, switched)


def _moment(text: str | None) -> datetime:
    """A time as the file has it; organizations without one are older than anything."""
    return datetime.fromtimestamp(0, UTC) if text is None else datetime.fromisoformat(text).astimezone(UTC)
