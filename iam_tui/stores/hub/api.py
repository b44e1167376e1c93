"""The calls of Docker Hub's API that this program makes, as one signed-in person.

https://docs.docker.com/reference/api/hub/latest/
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Final

import httpx

from iam_tui.core.organization import UNKNOWN_ROLE, AnyRole, Member, Organization, Role
from iam_tui.core.policy import Policy
from iam_tui.stores.errors import Forbidden, NotFound, StoreError, no_such_organization
from iam_tui.stores.hub.error_mapping import organization_token_error
from iam_tui.stores.hub.json_mapping import (
    HubSettings,
    JsonPage,
    has_owners_team,
    read_events,
    read_members,
    read_organizations,
    read_page,
    read_settings,
    read_user_name,
)
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.hub.session import HubSession
from iam_tui.stores.hub.transport import HubRequest
from iam_tui.stores.protocol import AuditEvent

_PAGE_SIZE: Final = "100"
_ROOT: Final = "/v2/"


class HubApi:
    """The API's calls with core's values. Each may raise the errors of `HubSession`.

    Calls about an organization that the person is not in raise `NotFound`.
    """

    def __init__(self, session: HubSession, user: str, *, max_pages: int) -> None:
        self._session = session
        self._max_pages = max_pages
        self.user = user

    @property
    def origin(self) -> ApiOrigin:
        """The origin of the API."""
        return self._session.origin

    def error_from(self, response: HubResponse) -> StoreError | None:
        """The error that a response means; None for a success."""
        return self._session.error_from(response)

    async def identify(self) -> None:
        """Sign in and take over the person's Docker ID; `NotSignedIn` for an organization's credentials."""
        response = await self._session.send(HubRequest("reading who you are", "GET", "/v2/user/"))
        # Not in Docker's API reference, so a server may lack it.
        if response.status in (403, 404, 405):
            return
        error = self._session.error_from(response)
        if error is not None:
            raise error
        self.user, is_organization = read_user_name(response)
        if is_organization:
            raise organization_token_error()

    async def organizations(self) -> list[Organization]:
        """Every organization the person is in, sorted by name."""
        pages = self._pages("reading your organizations", "/v2/user/orgs/", {})
        found = {one.name: one async for page in pages for one in read_organizations(page)}
        return [found[name] for name in sorted(found)]

    async def organization(self, name: str) -> Organization:
        """The name, full name and date of one organization."""
        response = await self._get(name, f"reading {name}", "/")
        return read_organizations(JsonPage(response, [response.json_object()], None))[0]

    async def settings(self, organization: str) -> HubSettings:
        """The current settings; `Forbidden` if the person may not read them."""
        return read_settings(
            await self._get(organization, f"reading the settings of {organization}", "/settings")
        )

    async def put_settings(self, organization: str, before: HubSettings, policy: Policy) -> HubResponse:
        """Write settings over those that were read before; the response, whatever its status."""
        match = {"If-Match": before.etag} if before.etag else {}
        return await self._session.send(
            HubRequest(
                f"saving the settings of {organization}",
                "PUT",
                f"/v2/orgs/{organization}/settings",
                body=before.with_policy(policy),
                headers=match,
            )
        )

    async def members(self, organization: str, *, role: Role | None = None, search: str = "") -> list[Member]:
        """The members of an organization, sorted by name; with a role or a text in their name, only those."""
        wanted = {"search": search, "role": role.value if role else ""}
        pages = self._organization_pages(
            organization,
            f"reading the people of {organization}",
            "/members",
            {key: value for key, value in wanted.items() if value},
        )
        found = {one.user: one async for page in pages for one in read_members(page)}
        return [found[name] for name in sorted(found) if role in (None, found[name].role)]

    async def role(self, organization: str) -> AnyRole:
        """The role of the signed-in person: from the members list, or else owner if a team of theirs says so.

        Somebody whom the list does not have, such as a company owner, has an unknown role. Somebody who may
        not read the list counts as a member, the role with the fewest rights.
        """
        other: AnyRole = UNKNOWN_ROLE
        try:
            people = await self.members(organization, search=self.user)
        except Forbidden:
            people, other = [], Role.MEMBER
        listed = next((one.role for one in people if one.user.lower() == self.user.lower()), None)
        return listed or (Role.OWNER if await self._is_in_owners_team(organization) else other)

    async def _is_in_owners_team(self, organization: str) -> bool:
        pages = self._organization_pages(
            organization, f"reading the teams of {organization}", "/groups", {"username": self.user}
        )
        try:
            teams = [has_owners_team(page) async for page in pages]
        except (Forbidden, NotFound):
            teams = []
        return any(teams)

    async def events(
        self, organization: str, *, since: datetime | None = None, limit: int = 100
    ) -> list[AuditEvent]:
        """The newest events of the audit log since a moment, at most `limit`."""
        wanted = {"page": "1", "page_size": str(limit)}
        if since is not None:
            wanted["from"] = since.isoformat()
        self._require_valid_name(organization)
        response = await self._session.send(
            HubRequest(
                f"reading the audit log of {organization}", "GET", f"/v2/auditlogs/{organization}", wanted
            )
        )
        return read_events(self._checked(response, organization))[:limit]

    async def _get(self, organization: str, purpose: str, path: str) -> HubResponse:
        self._require_valid_name(organization)
        response = await self._session.send(HubRequest(purpose, "GET", f"/v2/orgs/{organization}{path}"))
        return self._checked(response, organization)

    async def _organization_pages(
        self, organization: str, purpose: str, path: str, wanted: Mapping[str, str]
    ) -> AsyncIterator[JsonPage]:
        self._require_valid_name(organization)
        try:
            async for page in self._pages(purpose, f"/v2/orgs/{organization}{path}", wanted):
                yield page
        except NotFound as error:
            raise no_such_organization(organization, self.user) from error

    async def _pages(self, purpose: str, path: str, wanted: Mapping[str, str]) -> AsyncIterator[JsonPage]:
        """Page after page; `UnusableAnswer` if they never end, or a link makes no sense."""
        request = HubRequest(purpose, "GET", path, {**wanted, "page": "1", "page_size": _PAGE_SIZE})
        for number in range(1, self._max_pages + 1):
            page = read_page(await self._session.send_checked(request))
            yield page
            if page.next_url is None:
                return
            if not page.rows or number == self._max_pages:
                raise page.response.unusable("never reaches a last page")
            request = HubRequest(purpose, "GET", self._next_path(page, page.next_url))

    def _next_path(self, page: JsonPage, url: str) -> str:
        """The path and query of the next page. They are requested from the origin, whatever host is named.

        A server behind a gateway may name itself by another host; the token is sent nowhere else.
        """
        try:
            path = httpx.URL(url).raw_path.decode() if url.isascii() else ""
        except httpx.InvalidURL:
            path = ""
        if not path.startswith(_ROOT):
            raise page.response.unusable("has an unusable link to the next page")
        return path

    def _require_valid_name(self, organization: str) -> None:
        if not is_slug(organization):
            raise no_such_organization(organization, self.user)

    def _checked(self, response: HubResponse, organization: str) -> HubResponse:
        error = self._session.error_from(response)
        if isinstance(error, NotFound):
            raise no_such_organization(organization, self.user)
        if error is not None:
            raise error
        return response
