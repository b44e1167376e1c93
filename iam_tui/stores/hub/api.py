"""The documented calls of Docker Hub's API that this program makes (facts 4), as one signed-in person."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Final

import httpx

from iam_tui.core.organization import Member, Organization, Role
from iam_tui.core.policy import Policy
from iam_tui.stores.errors import Forbidden, NotFound, StoreError
from iam_tui.stores.hub.error_mapping import organization_token
from iam_tui.stores.hub.json_mapping import (
    HubSettings,
    Page,
    has_owners_team,
    read_events,
    read_members,
    read_organizations,
    read_page,
    read_settings,
    read_user_name,
)
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.response import Response
from iam_tui.stores.hub.session import HubSession
from iam_tui.stores.hub.transport import HubRequest
from iam_tui.stores.protocol import AuditEvent

_PAGE: Final = "100"


class HubApi:
    """The API's calls with core's values. Every one may raise the typed errors of `HubSession`.

    Whatever is asked of an organization that the person is not in raises `NotFound`.
    """

    def __init__(self, session: HubSession, user: str, *, most_pages: int) -> None:
        self._session = session
        self._most_pages = most_pages
        self.user = user

    @property
    def origin(self) -> ApiOrigin:
        """Where the API is."""
        return self._session.origin

    def fault(self, answer: Response) -> StoreError | None:
        """The error that an answer stands for; None for a good one."""
        return self._session.fault(answer)

    async def identify(self) -> None:
        """Sign in and take the name that the API has for the person; `NotSignedIn` for an organization."""
        answer = await self._session.ask(HubRequest("reading who you are", "GET", "/v2/user/"))
        # Not in the API's document, so its absence says nothing (facts 4).
        if answer.status in (403, 404, 405):
            return
        error = self._session.fault(answer)
        if error is not None:
            raise error
        self.user, is_organization = read_user_name(answer)
        if is_organization:
            raise organization_token()

    async def organizations(self) -> list[Organization]:
        """Every organization of the person, sorted by name."""
        pages = self._pages("reading your organizations", "/v2/user/orgs/", {})
        found = {one.name: one async for page in pages for one in read_organizations(page)}
        return [found[name] for name in sorted(found)]

    async def organization(self, name: str) -> Organization:
        """What one organization says of itself."""
        answer = await self._of(name, f"reading {name}", "/")
        return read_organizations(Page(answer, [answer.mapping()], None))[0]

    async def settings(self, organization: str) -> HubSettings:
        """The settings as they are now; `Forbidden` for whoever may not read them."""
        return read_settings(
            await self._of(organization, f"reading the settings of {organization}", "/settings")
        )

    async def put_settings(self, organization: str, before: HubSettings, policy: Policy) -> Response:
        """Send new settings over those that were read; the answer as it came, whatever its status."""
        match = {"If-Match": before.etag} if before.etag else {}
        return await self._session.ask(
            HubRequest(
                f"saving the settings of {organization}",
                "PUT",
                f"/v2/orgs/{organization}/settings",
                body=before.with_policy(policy),
                headers=match,
            )
        )

    async def members(self, organization: str, *, role: Role | None = None, search: str = "") -> list[Member]:
        """The people of an organization, sorted by name: all, those of a role, those with a text in them."""
        wanted = {"search": search, "role": role.value if role else ""}
        pages = self._of_organization(
            organization,
            f"reading the people of {organization}",
            "/members",
            {key: value for key, value in wanted.items() if value},
        )
        found = {one.user: one async for page in pages for one in read_members(page)}
        return [found[name] for name in sorted(found) if role in (None, found[name].role)]

    async def role(self, organization: str) -> Role:
        """The role of the person who asks: as the members list has it, or else an owner as the teams have it.

        Where neither tells, they count as a member: fewest rights, and the API has the last word anyway.
        """
        try:
            people = await self.members(organization, search=self.user)
        except Forbidden:
            people = []
        listed = next((one.role for one in people if one.user.lower() == self.user.lower()), None)
        return listed or await self._role_by_team(organization)

    async def _role_by_team(self, organization: str) -> Role:
        pages = self._of_organization(
            organization, f"reading the teams of {organization}", "/groups", {"username": self.user}
        )
        try:
            teams = [has_owners_team(page) async for page in pages]
        except (Forbidden, NotFound):
            teams = []
        return Role.OWNER if any(teams) else Role.MEMBER

    async def events(
        self, organization: str, *, since: datetime | None = None, limit: int = 100
    ) -> list[AuditEvent]:
        """The newest events of the audit log, at most `limit` of them."""
        wanted = {"page": "1", "page_size": str(limit)}
        if since is not None:
            wanted["from"] = since.isoformat()
        self._check(organization)
        answer = await self._session.ask(
            HubRequest(
                f"reading the audit log of {organization}", "GET", f"/v2/auditlogs/{organization}", wanted
            )
        )
        return read_events(self._good(answer, organization))[:limit]

    async def _of(self, organization: str, what: str, path: str) -> Response:
        self._check(organization)
        answer = await self._session.ask(HubRequest(what, "GET", f"/v2/orgs/{organization}{path}"))
        return self._good(answer, organization)

    async def _of_organization(
        self, organization: str, what: str, path: str, wanted: Mapping[str, str]
    ) -> AsyncIterator[Page]:
        self._check(organization)
        try:
            async for page in self._pages(what, f"/v2/orgs/{organization}{path}", wanted):
                yield page
        except NotFound as error:
            raise no_organization(organization, self.user) from error

    async def _pages(self, what: str, path: str, wanted: Mapping[str, str]) -> AsyncIterator[Page]:
        """Page after page; `UnusableAnswer` where they lead to another host, or never end."""
        call = HubRequest(what, "GET", path, {**wanted, "page": "1", "page_size": _PAGE})
        for number in range(1, self._most_pages + 1):
            page = read_page(await self._session.ask_well(call))
            yield page
            if page.next is None:
                return
            if not page.rows or number == self._most_pages:
                raise page.answer.unusable("never ends")
            call = HubRequest(what, "GET", self._following(page, page.next))

    def _following(self, page: Page, url: str) -> str:
        """The path of the next page, which has to be at the same origin: the token goes to no other."""
        if ApiOrigin.of(url) != self.origin:
            raise page.answer.unusable("has its next page at another host; nothing was sent there")
        return httpx.URL(url).raw_path.decode()

    def _check(self, organization: str) -> None:
        if not is_slug(organization):
            raise no_organization(organization, self.user)

    def _good(self, answer: Response, organization: str) -> Response:
        error = self._session.fault(answer)
        if isinstance(error, NotFound):
            raise no_organization(organization, self.user)
        if error is not None:
            raise error
        return answer


def no_organization(organization: str, user: str) -> NotFound:
    """No such organization, or one that the person is not in: nobody is told which."""
    return NotFound(
        f"There is no organization {organization} with {user} in it.",
        advice="Check the name, and who you are here.",
    )
