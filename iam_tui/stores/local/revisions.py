"""Revisions of a policy in the local file: reading the newest, one or a page of them, and saving."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Plan
from iam_tui.core.policy import Allowlist, Origin, Policy, Revision, Setting
from iam_tui.stores.errors import Conflict, NotFound, Refused
from iam_tui.stores.local.permissions import require_owner
from iam_tui.stores.local.row_checks import HIGHEST, one_of
from iam_tui.stores.local.row_mapping import (
    SELECT_REVISION,
    allowlist_text,
    digest_of,
    read_revision,
    switches_of,
    time_text,
)
from iam_tui.stores.local.sqlite_errors import UnreadableRow

if TYPE_CHECKING:
    from sqlite_utils.db import Database

MAX_NOTE: Final = 4_000
_OF: Final = SELECT_REVISION + " WHERE r.organization = ?"


def newest_revision(database: "Database", organization: str) -> Revision:
    """The newest revision; every organization has one."""
    row = database.execute(_OF + " ORDER BY r.number DESC LIMIT 1", [organization]).fetchone()
    if row is None:
        raise UnreadableRow(f"{organization} has no policy")
    return read_revision(row)


def one_revision(database: "Database", organization: str, number: int) -> Revision:
    """One revision; `NotFound` if no revision has that number."""
    asked = min(max(number, 0), HIGHEST)
    row = database.execute(_OF + " AND r.number = ?", [organization, asked]).fetchone()
    if row is None:
        raise NotFound(
            f"{organization} has no revision {number}.", advice="See its history for the revisions it has."
        )
    return read_revision(row)


def page_of_revisions(
    database: "Database", organization: str, before: int | None, limit: int
) -> list[Revision]:
    """At most `limit` revisions numbered below `before`, newest first; any depth costs the same."""
    below = HIGHEST if before is None else min(max(before, 0), HIGHEST)
    rows = database.execute(
        _OF + " AND r.number < ? ORDER BY r.number DESC LIMIT ?", [organization, below, limit]
    )
    return [read_revision(row) for row in rows]


def save_revision_of(
    database: "Database",
    organization: str,
    user: str,
    draft: Draft,
    *,
    note: str,
    origin: Origin,
    now: datetime,
) -> Revision:
    """Save a draft, inside the caller's transaction; see `protocol.Store.save`."""
    require_owner(database, organization, user)
    newest = newest_revision(database, organization)
    if draft.is_clean:
        return newest
    if not draft.is_over(newest):
        raise Conflict(draft, newest)
    policy = with_entry_authors(draft.policy, newest.policy, user, now)
    if policy == newest.policy:
        return newest
    _check_can_be_saved(database, organization, policy, newest.policy, note)
    revision = Revision(newest.number + 1, policy, user, now, note, origin)
    insert_revision(database, organization, revision, base=newest.number)
    return revision


def insert_revision(database: "Database", organization: str, revision: Revision, *, base: int | None) -> None:
    """Insert a revision; a trigger refuses one that does not follow the newest."""
    policy = revision.policy
    provenance = (revision.author, time_text(revision.saved_at), revision.note, revision.origin, base)
    digest = None if policy.allowlist is None else keep_allowlist(database, policy.allowlist)
    database.execute(
        "INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [organization, revision.number, *switches_of(policy), digest, *provenance],
    )


def keep_allowlist(database: "Database", allowlist: Allowlist) -> bytes:
    """Insert an allowlist unless it is there already, and return its digest, which revisions refer to."""
    text = allowlist_text(allowlist)
    digest = digest_of(text)
    if database.execute("SELECT 1 FROM allowlists WHERE digest = ?", [digest]).fetchone() is None:
        database.execute("INSERT INTO allowlists VALUES (?, ?)", [digest, text])
    return digest


def with_entry_authors(policy: Policy, newest: Policy, user: str, now: datetime) -> Policy:
    """The policy with author and time of each allowlist entry: unchanged for known entries, now for new ones.

    An entry restored from an old revision keeps its author and time.
    """
    if policy.allowlist is None or policy.allowlist == newest.allowlist:
        return policy
    known = {entry.repository: entry for entry in newest.allowlist or ()}
    signed = []
    for entry in policy.allowlist:
        before = known.get(entry.repository, entry)
        if before.added_by and before.added_at:
            signed.append(entry._replace(added_by=before.added_by, added_at=before.added_at))
        else:
            signed.append(entry._replace(added_by=user, added_at=now))
    return replace(policy, allowlist=()).allow(signed)


def _check_can_be_saved(
    database: "Database", organization: str, policy: Policy, newest: Policy, note: str
) -> None:
    if policy.allowlist is None or any(policy.setting(setting) is None for setting in Setting):
        raise InvalidInput("Every setting must be on or off; unknown cannot be saved.")
    check_texts(policy, note)
    row = database.execute("SELECT plan FROM organizations WHERE name = ?", [organization]).fetchone()
    if row is None:
        raise UnreadableRow(f"{organization} has members and no row of its own")
    plan = one_of(Plan, row[0])
    if policy.enabled and not newest.enabled and plan is not Plan.BUSINESS:
        raise Refused(
            f"{organization} has the {plan.title()} plan; Image Access Management needs Docker Business.",
            advice="Change the plan first.",
        )


def check_texts(policy: Policy, note: str) -> None:
    """Raise `InvalidInput` if the note or a reason in the allowlist has more than `MAX_NOTE` characters."""
    _check_length("The note", [note])
    _check_length("A reason", [entry.reason for entry in policy.allowlist or ()])


def _check_length(what: str, texts: Sequence[str]) -> None:
    longest = max(map(len, texts), default=0)
    if longest > MAX_NOTE:
        raise InvalidInput(f"{what} has {longest:,} characters; the limit is {MAX_NOTE:,}.")
