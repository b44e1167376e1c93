"""Administers a local file: organizations, plans, members, sign-ins, and badges set by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from iam_tui.core.catalog import BadgeSource
from iam_tui.core.category import Badge
from iam_tui.core.organization import DesktopSession, Plan, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.errors import NotSignedIn, Refused
from iam_tui.stores.local import membership
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.name_rules import check_first, check_name
from iam_tui.stores.local.permissions import require_any_owner, require_owner, role_of
from iam_tui.stores.local.revisions import insert_revision
from iam_tui.stores.local.row_checks import text
from iam_tui.stores.local.row_mapping import time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database


class LocalAdmin:
    """Creates and changes what is in a local file, as `user`; None is enough only for calls that say so.

    Before anything else about a change is checked, a user outside the organization gets `NotFound`, one who
    is not an owner `Forbidden`, and a call without a user `NotSignedIn`.
    """

    def __init__(self, file: LocalFile, user: str | None = None) -> None:
        self._file = file
        self._user = user

    async def create_organization(
        self,
        name: str,
        owner: str,
        *,
        plan: Plan = Plan.BUSINESS,
        sign_in_enforced: bool = False,
        full_name: str = "",
        origin: Origin = Origin.CLI,
    ) -> None:
        """Create an organization with its first owner and revision 1, the default policy; needs no user.

        Raises `InvalidInput` for a name that Docker Hub would not accept, `Refused` if it exists already.
        """
        # Checked before the file is opened: an invalid name must not leave a new file behind.
        check_first(name, owner)
        now = self._file.clock()

        def job(database: "Database") -> None:
            create_organization(
                database, name, owner, plan=plan, sign_in_enforced=sign_in_enforced, full_name=full_name,
                origin=origin, now=now,
            )  # fmt: skip

        await self._file.write(job)

    async def set_plan(self, organization: str, plan: Plan) -> None:
        """Change the plan; the policy stays as it is, even if the new plan does not include it."""
        await self._as_owner(
            organization,
            lambda database: database.execute(
                "UPDATE organizations SET plan = ? WHERE name = ?", [plan, organization]
            ),
        )

    async def set_sign_in_enforced(self, organization: str, *, enforced: bool) -> None:
        """Set whether Docker Desktop requires the organization's members to sign in."""
        await self._as_owner(
            organization,
            lambda database: database.execute(
                "UPDATE organizations SET sign_in_enforced = ? WHERE name = ?", [enforced, organization]
            ),
        )

    async def add_member(self, organization: str, user: str, role: Role) -> None:
        """Add a member; `InvalidInput` for an invalid name, `Refused` if they are there in another role."""
        await self._as_owner(
            organization, lambda database: membership.add_member(database, organization, user, role)
        )

    async def remove_member(self, organization: str, user: str) -> None:
        """Remove a member; `NotFound` if they are not there, `Refused` for the last owner."""
        await self._as_owner(
            organization, lambda database: membership.remove_member(database, organization, user)
        )

    async def set_role(self, organization: str, user: str, role: Role) -> None:
        """Change a member's role; `NotFound` if they are not there, `Refused` if no owner would be left."""
        await self._as_owner(
            organization, lambda database: membership.set_role(database, organization, user, role)
        )

    async def sign_in(self, organization: str, user: str) -> None:
        """Record a sign-in to Docker Desktop now; owners may do this for anyone, others for themselves."""
        await self._record(organization, user, DesktopSession.SIGNED_IN)

    async def sign_out(self, organization: str, user: str) -> None:
        """Record a sign-out of Docker Desktop now; owners may do this for anyone, others for themselves."""
        await self._record(organization, user, DesktopSession.SIGNED_OUT)

    async def set_badge(self, namespace: str, badge: Badge | None) -> None:
        """Set a namespace's badge by hand, as of today; None removes what was known.

        Needs no user; a user who does not own an organization gets `Forbidden`.
        """
        now = self._file.clock()

        def job(database: "Database") -> None:
            if self._user is not None:
                require_any_owner(database, self._user)
            check_name("Namespaces", namespace)
            set_badge(database, namespace, badge, set_by=self._user or "", now=now)

        await self._file.write(job)

    async def organization_names(self, api: str | None = None) -> Sequence[str]:
        """The names of all organizations, sorted; with an API, of those read there; needs no user."""
        query, values = "SELECT name FROM organizations ORDER BY name", list[str]()
        if api is not None:
            query, values = "SELECT DISTINCT organization FROM hub_accesses WHERE api = ? ORDER BY 1", [api]
        return await self._file.read(lambda database: [row[0] for row in database.execute(query, values)])

    async def people(self) -> Sequence[str]:
        """Everyone who is in an organization, sorted; needs no user."""
        return await self._file.read(
            lambda database: [
                text(user) for (user,) in database.execute("SELECT DISTINCT user FROM members ORDER BY user")
            ]
        )

    async def _as_owner(self, organization: str, change: "Callable[[Database], object]") -> None:
        user = self._require_user()

        def job(database: "Database") -> None:
            require_owner(database, organization, user)
            change(database)

        await self._file.write(job)

    async def _record(self, organization: str, user: str, session: DesktopSession) -> None:
        asking = self._require_user()
        now = self._file.clock()

        def job(database: "Database") -> None:
            if user == asking:
                role_of(database, organization, asking)
            else:
                require_owner(database, organization, asking)
            membership.record_session(database, organization, user, session, now)

        await self._file.write(job)

    def _require_user(self) -> str:
        if self._user is None:
            raise NotSignedIn("This change needs a user.")
        return self._user


def create_organization(
    database: "Database",
    name: str,
    owner: str,
    *,
    plan: Plan,
    sign_in_enforced: bool,
    full_name: str,
    origin: Origin,
    now: datetime,
) -> None:
    """Create an organization with its first owner and revision 1, inside the caller's transaction."""
    if database.execute("SELECT 1 FROM organizations WHERE name = ?", [name]).fetchone():
        raise Refused(f"There is already an organization {name}.", advice="Choose another name.")
    database.execute(
        "INSERT INTO organizations VALUES (?, ?, ?, ?, ?)",
        [name, plan, sign_in_enforced, full_name, time_text(now)],
    )
    membership.add_member(database, name, owner, Role.OWNER)
    insert_revision(database, name, Revision(1, Policy(), owner, now, origin=origin), base=None)


def set_badge(
    database: "Database", namespace: str, badge: Badge | None, *, set_by: str, now: datetime
) -> None:
    """Set or remove the badge of a namespace as set by hand, inside the caller's transaction."""
    database.execute("DELETE FROM badges WHERE namespace = ?", [namespace])
    if badge is not None:
        database.execute(
            "INSERT INTO badges VALUES (?, ?, ?, ?, ?)",
            [namespace, badge, now.date().isoformat(), BadgeSource.HAND, set_by],
        )
