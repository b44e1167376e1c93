"""Maps core's values to the rows of the local file and back.

Every `read_...` raises `UnreadableRow` for a row that this program would not write.
Times are ISO 8601 in UTC.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from iam_tui.core.catalog import BadgeSource, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import DesktopSession, Member, Organization, Plan, Role, role_named
from iam_tui.core.policy import Allowlist, AllowlistEntry, Origin, Policy, Revision, Setting
from iam_tui.stores.local.row_checks import (
    SURROGATES,
    day,
    moment,
    moment_or_none,
    one_of,
    row_reader,
    switch,
    switch_or_unknown,
    text,
    text_of_bytes,
    whole,
)
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

# Complete statements to append a condition to; values are never formatted into SQL.
SELECT_MEMBER: Final = "SELECT m.user, m.role, m.session, m.session_revision, m.session_at FROM members m"
SELECT_REVISION: Final = (
    "SELECT r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " r.allowlist, a.entries, r.author, r.saved_at, r.note, r.origin"
    " FROM revisions r LEFT JOIN allowlists a ON a.digest = r.allowlist"
)
SELECT_STATE: Final = (
    "SELECT m.role, o.name, o.plan, o.sign_in_enforced, o.full_name, o.created_at,"
    " r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " r.allowlist, a.entries,"
    " r.author, r.saved_at, r.note, r.origin"
    " FROM members m LEFT JOIN organizations o ON o.name = m.organization"
    " LEFT JOIN revisions r ON r.organization = m.organization"
    " AND r.number = (SELECT MAX(number) FROM revisions WHERE organization = m.organization)"
    " LEFT JOIN allowlists a ON a.digest = r.allowlist"
)

SELECT_HUB_REVISION: Final = (
    "SELECT r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " r.allowlist, a.entries, r.author, r.saved_at, r.note, r.origin"
    " FROM hub_revisions r LEFT JOIN allowlists a ON a.digest = r.allowlist"
)
SELECT_HUB_STATE: Final = (
    "SELECT s.role, s.organization, s.full_name, s.created_at, s.seen_at, r.by_hand_at,"
    " r.number, r.enabled, r.official, r.verified_publisher, r.community, r.allowlist_enabled,"
    " r.allowlist, a.entries,"
    " r.author, r.saved_at, r.note, r.origin"
    " FROM hub_accesses s LEFT JOIN hub_revisions r ON r.api = s.api AND r.organization = s.organization"
    " AND r.number ="
    " (SELECT MAX(number) FROM hub_revisions WHERE api = s.api AND organization = s.organization)"
    " LEFT JOIN allowlists a ON a.digest = r.allowlist"
)


@row_reader
def read_organization(row: Row) -> Organization:
    """An organization from its columns `name`, `plan`, `sign_in_enforced`, `full_name`, `created_at`."""
    name, plan, sign_in_enforced, full_name, created_at = row
    return Organization(
        text(name), one_of(Plan, plan), switch(sign_in_enforced), text(full_name), moment_or_none(created_at)
    )


@row_reader
def read_organization_state(row: Row) -> OrganizationState:
    """An organization as one person sees it, from `SELECT_STATE`."""
    role, name, plan, sign_in_enforced, full_name, created_at, *revision = row
    organization = read_organization((name, plan, sign_in_enforced, full_name, created_at))
    return OrganizationState(organization, one_of(Role, role), read_revision(revision))


@row_reader
def read_hub_state(row: Row) -> OrganizationState:
    """An organization on Docker Hub as it was last read, from `SELECT_HUB_STATE`."""
    role, name, full_name, created_at, seen_at, by_hand_at, *revision = row
    organization = Organization(text(name), full_name=text(full_name), created_at=moment_or_none(created_at))
    return OrganizationState(
        organization,
        role_named(text(role)),
        read_revision(revision),
        moment(seen_at),
        moment_or_none(by_hand_at),
    )


@row_reader
def read_member(row: Row) -> Member:
    """A member from `SELECT_MEMBER`."""
    user, role, session, session_revision, session_at = row
    signed_in = one_of(DesktopSession, session)
    revision = whole(session_revision, 1) if signed_in is DesktopSession.SIGNED_IN else None
    return Member(text(user), one_of(Role, role), signed_in, revision, moment_or_none(session_at))


@row_reader
def read_revision(row: Row) -> Revision:
    """A revision from `SELECT_REVISION`."""
    number, *settings, author, saved_at, note, origin = row
    policy = _policy_of(*settings)
    return Revision(
        whole(number, 1), policy, text(author), moment(saved_at), text(note), one_of(Origin, origin)
    )


@lru_cache(maxsize=32)
def _policy_of(
    enabled: int,
    official: int,
    verified: int,
    community: int | None,
    listing: int | None,
    *allowlist: Any,  # noqa: ANN401 - digest and text, or None
) -> Policy:
    """A policy from its columns; cached, since many rows have the same one."""
    return Policy(
        switch(enabled), switch(official), switch(verified),
        switch_or_unknown(community), switch_or_unknown(listing),
        None if allowlist[0] is None else read_allowlist(*allowlist),
    )  # fmt: skip


@row_reader
def read_badge(row: Row) -> KnownBadge:
    """A badge from its columns `badge`, `as_of`, `source`."""
    badge, as_of, source = row
    return KnownBadge(one_of(Badge, badge), day(as_of), one_of(BadgeSource, source))


@lru_cache(maxsize=16)
@row_reader
def read_allowlist(digest: bytes, entries: str | None) -> Allowlist:
    """An allowlist from its digest and text; cached, since revisions share them."""
    if digest != digest_of(text(entries)):
        raise UnreadableRow("an allowlist is not the one that was saved")
    return tuple(_read_entry(entry) for entry in json.loads(text(entries)))


def digest_of(text: str) -> bytes:
    """The digest of an allowlist's text, by which revisions refer to it."""
    return hashlib.sha256(text.encode()).digest()


def allowlist_text(allowlist: Allowlist) -> str:
    """An allowlist as text; equal lists give equal texts."""
    return _compact([_entry(entry) for entry in allowlist])


@row_reader
def read_draft(blob: bytes) -> Draft:
    """A draft from the bytes of `draft_blob`."""
    kept = json.loads(text_of_bytes(blob))
    lists = [tuple(_read_entry(entry) for entry in entries) for entries in kept["allowlists"]]
    past, future = ([_read_policy(policy, lists) for policy in kept[steps]] for steps in ("past", "future"))
    base = kept["base"]
    revision = Revision(
        whole(base["number"]), _read_policy(base["policy"], lists), text(base["author"]),
        moment(base["saved_at"]), text(base["note"]), one_of(Origin, base["origin"]),
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
    return _compact(kept).encode("utf-8", SURROGATES)


@row_reader
def read_texts(blob: bytes) -> list[str]:
    """A list of texts from the bytes of `texts_blob`."""
    return [text(one) for one in json.loads(text_of_bytes(blob))]


def texts_blob(texts: Sequence[str]) -> bytes:
    """A list of texts as JSON in bytes."""
    return _compact(list(texts)).encode("utf-8", SURROGATES)


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
        text(repository),
        text(reason),
        day(review_by) if review_by else None,
        text(added_by),
        moment_or_none(added_at),
    )


def _read_policy(kept: list[Any], lists: list[Allowlist]) -> Policy:
    *switches, place = kept
    enabled, official, verified, community, listing = switches
    return Policy(
        switch(enabled), switch(official), switch(verified),
        switch_or_unknown(community), switch_or_unknown(listing),
        None if place is None else lists[whole(place)],
    )  # fmt: skip
