"""Who may see and change what in the local file; checked before anything else about a change."""

from typing import TYPE_CHECKING

from iam_tui.core.organization import Role, role_named
from iam_tui.stores.errors import Forbidden, no_such_organization, only_owners
from iam_tui.stores.local.row_checks import one_of, text

if TYPE_CHECKING:
    from sqlite_utils.db import Database


def role_of(database: "Database", organization: str, user: str) -> Role:
    """The user's role; `NotFound` if they are not in the organization, as if it did not exist."""
    found = database.execute(
        "SELECT role FROM members WHERE organization = ? AND user = ?", [organization, user]
    ).fetchone()
    if found is None:
        raise no_such_organization(organization, user)
    return one_of(Role, found[0])


def require_owner(database: "Database", organization: str, user: str) -> None:
    """Raise `NotFound` unless the user is in the organization, `Forbidden` unless they are an owner."""
    role = role_of(database, organization, user)
    if role is not Role.OWNER:
        raise only_owners(organization, user, role, owners(database, organization))


def require_any_owner(database: "Database", user: str) -> None:
    """Raise `Forbidden` unless the user owns an organization."""
    owned = database.execute(
        "SELECT 1 FROM members WHERE user = ? AND role = 'owner' LIMIT 1", [user]
    ).fetchone()
    if owned is None:
        raise Forbidden(
            f"{user} does not own an organization here; only owners can set badges.", advice="Ask an owner."
        )


def may_see_pullers(database: "Database", organization: str, user: str, api: str | None) -> bool:
    """Whether the user may see who pulls what: only as an owner of the organization.

    Of an organization in this file that is what the file says; of one at the API of that URL, what the API
    said when this user last read it.
    """
    if api is None:
        found = database.execute(
            "SELECT role FROM members WHERE organization = ? AND user = ?", [organization, user]
        )
    else:
        found = database.execute(
            "SELECT role FROM hub_accesses WHERE api = ? AND organization = ? AND user = ?",
            [api, organization, user],
        )
    role = found.fetchone()
    return role is not None and role_named(text(role[0])) is Role.OWNER


def require_may_see_pullers(database: "Database", organization: str, user: str, api: str | None) -> None:
    """Raise `Forbidden` unless the user may see who pulls what."""
    if not may_see_pullers(database, organization, user, api):
        named = owners(database, organization) if api is None else []
        raise Forbidden(
            f"{user} is not an owner of {organization}; only owners may see who pulls what.",
            advice=f"Ask an owner: {', '.join(named)}." if named else None,
        )


def owners(database: "Database", organization: str) -> list[str]:
    """The owners' names, sorted."""
    found = database.execute(
        "SELECT user FROM members WHERE organization = ? AND role = 'owner' ORDER BY user", [organization]
    )
    return [text(user) for (user,) in found]
