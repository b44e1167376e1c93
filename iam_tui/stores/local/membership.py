"""Members of an organization: add, remove, roles and sign-ins, each inside the caller's transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

from iam_tui.core.organization import DesktopSession, Role
from iam_tui.stores.errors import NotFound, Refused
from iam_tui.stores.local.name_rules import check_name
from iam_tui.stores.local.permissions import owners
from iam_tui.stores.local.revisions import newest_revision
from iam_tui.stores.local.row_checks import one_of
from iam_tui.stores.local.row_mapping import time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database


def add_member(database: "Database", organization: str, user: str, role: Role) -> None:
    """Add a member; `Refused` if they are there in another role, no change if in the same one."""
    check_name("User names", user)
    now = _role(database, organization, user)
    if now is None:
        database.execute(
            "INSERT INTO members (organization, user, role, session) VALUES (?, ?, ?, ?)",
            [organization, user, role, DesktopSession.UNRECORDED],
        )
    elif now is not role:
        raise Refused(f"{user} is already in {organization}, as {now}.", advice="Change their role instead.")


def remove_member(database: "Database", organization: str, user: str) -> None:
    """Remove a member; `NotFound` if they are not there, `Refused` for the last owner."""
    _require_member(database, organization, user)
    _require_other_owner(database, organization, user)
    database.execute("DELETE FROM members WHERE organization = ? AND user = ?", [organization, user])


def set_role(database: "Database", organization: str, user: str, role: Role) -> None:
    """Change a member's role; `NotFound` if they are not there, `Refused` if no owner would be left."""
    _require_member(database, organization, user)
    if role is not Role.OWNER:
        _require_other_owner(database, organization, user)
    database.execute(
        "UPDATE members SET role = ? WHERE organization = ? AND user = ?", [role, organization, user]
    )


def record_session(
    database: "Database", organization: str, user: str, session: DesktopSession, now: datetime
) -> None:
    """Record a sign-in to Docker Desktop under the newest revision, or a sign-out.

    Raises `NotFound` if the user is not a member.
    """
    _require_member(database, organization, user)
    revision = newest_revision(database, organization).number if session is DesktopSession.SIGNED_IN else None
    database.execute(
        "UPDATE members SET session = ?, session_revision = ?, session_at = ?"
        " WHERE organization = ? AND user = ?",
        [session, revision, time_text(now), organization, user],
    )


def _role(database: "Database", organization: str, user: str) -> Role | None:
    row = database.execute(
        "SELECT role FROM members WHERE organization = ? AND user = ?", [organization, user]
    ).fetchone()
    return None if row is None else one_of(Role, row[0])


def _require_member(database: "Database", organization: str, user: str) -> None:
    if _role(database, organization, user) is None:
        raise NotFound(f"{user} is not in {organization}.", advice="Add them first.")


def _require_other_owner(database: "Database", organization: str, user: str) -> None:
    if owners(database, organization) == [user]:
        raise Refused(
            f"{user} is the last owner of {organization}.", advice="Make someone else an owner first."
        )
