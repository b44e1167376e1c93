"""Maps core's values to the rows of the local file and back.

Every `read_...` raises `UnreadableRow` for a row that this program would not write.
Times are ISO 8601 in UTC.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

from iam_tui.core.catalog import BadgeSource, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import DesktopSession, Member, Organization, Plan, Role, role_named
from iam_tui.core.policy import Allowlist, AllowlistEntry, Origin, Policy, Revision, Setting
from iam_tui.stores.local.sqlite_errors import UnreadableRow
from iam_tui.stores.protocol import OrganizationState

SWITCH_COLUMNS: Final = (
    Setting.ENABLED,
    Setting.OFFICIAL,
    Setting.VERIFIED_PUBLISHER,
    Setting.COMMUNITY,
    Setting.ALLOWLIST,
)
"""The settings in the order of the file's columns and kept drafts, which never changes."""

Row = Sequence[Any]
P = ParamSpec("P")
T = TypeVar("T")

# Typed or pasted text may contain lone surrogates, which a text column cannot store. What people typed is
# kept anyway, as JSON in bytes, which can.
_SURROGATES: Final = "surrogatepass"

# Complete statements to append a condition to; values are never formatted into SQL.
SELECT_MEMBER: Final = "SELECT m.user, m.role, m.session, m.session_revision, m.session_at FROM members m"
SELECT_REVISION: Final = (
    "SELECT r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " a.entries, r.author, r.saved_at, r.note, r.origin"
    " FROM revisions r LEFT JOIN allowlists a ON a.digest = r.allowlist"
)
SELECT_STATE: Final = (
    "SELECT m.role, o.name, o.plan, o.sign_in_enforced, o.full_name, o.created_at,"
    " r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled, a.entries,"
    " r.author, r.saved_at, r.note, r.origin"
    " FROM members m JOIN organizations o ON o.name = m.organization"
    " JOIN revisions r ON r.organization = m.organization"
    " AND r.number = (SELECT MAX(number) FROM revisions WHERE organization = m.organization)"
    " LEFT JOIN allowlists a ON a.digest = r.allowlist"
)

SELECT_HUB_REVISION: Final = (
    "SELECT r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " a.entries, r.author, r.saved_at, r.note, r.origin"
    " FROM hub_revisions r LEFT JOIN allowlists a ON a.digest = r.allowlist"
)
SELECT_HUB_STATE: Final = (
    "SELECT s.role, s.organization, s.full_name, s.created_at, s.seen_at, r.by_hand_at,"
    " r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled, a.entries,"
    " r.author, r.saved_at, r.note, r.origin"
    " FROM hub_accesses s JOIN hub_revisions r ON r.api = s.api AND r.organization = s.organization"
    " AND r.number ="
    " (SELECT MAX(number) FROM hub_revisions WHERE api = s.api AND organization = s.organization)"
    " LEFT JOIN allowlists a ON a.digest = r.allowlist"
)


def row_reader(read: Callable[P, T]) -> Callable[P, T]:
    """Make a function that reads rows raise `UnreadableRow` for those it cannot read."""

    @wraps(read)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise UnreadableRow(f"a row cannot be read ({error})") from error

    return wrapper


@row_reader
def read_organization_state(row: Row) -> OrganizationState:
    """An organization as one person sees it, from `SELECT_STATE`."""
    role, name, plan, sign_in_enforced, full_name, created_at, *revision = row
    organization = Organization(name, Plan(plan), bool(sign_in_enforced), full_name, _read_time(created_at))
    return OrganizationState(organization, Role(role), read_revision(revision))


@row_reader
def read_hub_state(row: Row) -> OrganizationState:
    """An organization on Docker Hub as it was last read, from `SELECT_HUB_STATE`."""
    role, name, full_name, created_at, seen_at, by_hand_at, *revision = row
    organization = Organization(name, full_name=full_name, created_at=_read_time(created_at))
    return OrganizationState(
        organization, role_named(role), read_revision(revision), _read_time(seen_at), _read_time(by_hand_at)
    )


@row_reader
def read_member(row: Row) -> Member:
    """A member from `SELECT_MEMBER`."""
    user, role, session, session_revision, session_at = row
    return Member(user, Role(role), DesktopSession(session), session_revision, _read_time(session_at))


@row_reader
def read_revision(row: Row) -> Revision:
    """A revision from `SELECT_REVISION`."""
    number, *settings, author, saved_at, note, origin = row
    policy = _policy_of(*settings)
    return Revision(number, policy, author, _required(_read_time(saved_at)), note, Origin(origin))


@lru_cache(maxsize=32)
def _policy_of(
    enabled: int,
    official: int,
    verified: int,
    community: int | None,
    listing: int | None,
    entries: str | None,
) -> Policy:
    """A policy from its columns; cached, since many rows have the same one."""
    return Policy(
        bool(enabled), bool(official), bool(verified), _read_switch(community), _read_switch(listing),
        None if entries is None else read_allowlist(entries),
    )  # fmt: skip


@row_reader
def read_badge(row: Row) -> KnownBadge:
    """A badge from its columns `badge`, `as_of`, `source`."""
    badge, as_of, source = row
    return KnownBadge(Badge(badge), date.fromisoformat(as_of), BadgeSource(source))


@lru_cache(maxsize=16)
@row_reader
def read_allowlist(text: str) -> Allowlist:
    """An allowlist from its text; cached, since revisions share them."""
    return tuple(_read_entry(entry) for entry in json.loads(text))


def allowlist_text(allowlist: Allowlist) -> str:
    """An allowlist as text; equal lists give equal texts."""
    return _compact([_entry(entry) for entry in allowlist])


@row_reader
def read_draft(blob: bytes) -> Draft:
    """A draft from the bytes of `draft_blob`."""
    kept = json.loads(blob.decode("utf-8", _SURROGATES))
    lists = [tuple(_read_entry(entry) for entry in entries) for entries in kept["allowlists"]]
    past, future = ([_read_policy(policy, lists) for policy in kept[steps]] for steps in ("past", "future"))
    base = kept["base"]
    revision = Revision(
        base["number"], _read_policy(base["policy"], lists), base["author"],
        _required(_read_time(base["saved_at"])), base["note"], Origin(base["origin"]),
    )  # fmt: skip
    return Draft(revision, _read_policy(kept["policy"], lists), tuple(past), tuple(future))


def draft_blob(draft: Draft) -> bytes:
    """A draft as JSON in bytes, with the revision it started from, so that it can be opened without it.

    Steps with the same allowlist share it, and it is written once.
    """
    places: dict[int, int] = {}
    lists: list[list[list[str | None]]] = []

    def policy(policy: Policy) -> list[bool | int | None]:
        allowlist = policy.allowlist
        if allowlist is not None and id(allowlist) not in places:
            places[id(allowlist)] = len(lists)
            lists.append([_entry(entry) for entry in allowlist])
        place = None if allowlist is None else places[id(allowlist)]
        return [*switches_of(policy), place]

    base = draft.base
    kept = {
        "base": {
            "number": base.number,
            "policy": policy(base.policy),
            "author": base.author,
            "saved_at": time_text(base.saved_at),
            "note": base.note,
            "origin": base.origin,
        },
        "policy": policy(draft.policy),
        "past": [policy(step) for step in draft.past],
        "future": [policy(step) for step in draft.future],
        "allowlists": lists,
    }
    return _compact(kept).encode("utf-8", _SURROGATES)


@row_reader
def read_texts(blob: bytes) -> list[str]:
    """A list of texts from the bytes of `texts_blob`."""
    texts: list[str] = json.loads(blob.decode("utf-8", _SURROGATES))
    return texts


def texts_blob(texts: Sequence[str]) -> bytes:
    """A list of texts as JSON in bytes."""
    return _compact(list(texts)).encode("utf-8", _SURROGATES)


def time_text(moment: datetime) -> str:
    """A timezone-aware time as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def switches_of(policy: Policy) -> list[bool | None]:
    """The values of a policy's settings, in the order of `SWITCH_COLUMNS`."""
    return [policy.setting(setting) for setting in SWITCH_COLUMNS]


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _entry(entry: AllowlistEntry) -> list[str | None]:
    review_by = entry.review_by.isoformat() if entry.review_by else None
    added_at = time_text(entry.added_at) if entry.added_at else None
    return [entry.repository, entry.reason, review_by, entry.added_by, added_at]


def _read_entry(entry: list[Any]) -> AllowlistEntry:
    repository, reason, review_by, added_by, added_at = entry
    return AllowlistEntry(
        repository,
        reason,
        date.fromisoformat(review_by) if review_by else None,
        added_by,
        _read_time(added_at),
    )


def _read_policy(kept: list[Any], lists: list[Allowlist]) -> Policy:
    enabled, official, verified, community, listing, place = kept
    return Policy(enabled, official, verified, community, listing, None if place is None else lists[place])


def _read_switch(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _required(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a time is missing")
    return moment
