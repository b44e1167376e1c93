"""The signed-in user, their organizations, and the members and teams in them."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from iam_tui.core.category import Badge
from iam_tui.core.organization import Member, Organization, Role
from iam_tui.server.context import RequestContext
from iam_tui.server.requests import Paging
from iam_tui.server.responses import ErrorResponse, bad_request, json_response, rfc3339, stable_id
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.listings import RowRange

OWNERS: Final = "owners"
_PAGE_SIZE: Final = 10
_NO_ROWS: Final = RowRange(0, 0)


async def me(context: RequestContext) -> Response:
    """`GET /v2/user/`."""
    return json_response(_person(context.user, await context.listings.first_created_at()))


async def my_organizations(context: RequestContext) -> Response:
    """`GET /v2/user/orgs/`."""
    paging = Paging(context.request, _PAGE_SIZE)
    listed = await context.listings.organizations(paging.row_range)
    return json_response(paging.page_object([_organization(one) for one in listed.rows], listed.total))


async def organization(context: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/`: an organization of the user, or a namespace whose badge is known."""
    name = context.organization
    badge = await context.listings.badge(name)
    try:
        found = (await context.store.organization_state(name)).organization
    except NotFound:
        if badge is None:
            raise
        found = Organization(name)
    return json_response(_organization(found, badge))


async def members(context: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/members`, as one page object.

    Docker's API reference has an array of pages; Docker Hub sends one page, and clients read that.
    """
    paging = Paging(context.request, _PAGE_SIZE)
    query = context.request.query_params
    listed = await context.listings.members(
        context.organization,
        # There are no invitations here.
        _NO_ROWS if query.get("type") == "invitee" else paging.row_range,
        search=query.get("search", ""),
        role=_role(query.get("role", "")),
    )
    count = 0 if query.get("type") == "invitee" else listed.total
    return json_response(paging.page_object(await _members(context, listed.rows), count))


async def groups(context: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/groups`: the only team, `owners`, if the user or `username` is in it.

    Clients treat a user as an owner if the team is in their list.
    """
    paging = Paging(context.request, _PAGE_SIZE)
    query = context.request.query_params
    owners = await context.listings.members(context.organization, _NO_ROWS, role=Role.OWNER)
    in_it = await _is_owner(context, query.get("username") or context.user)
    found = (
        [_owners(context.organization, owners.total)] if in_it and query.get("search", "") in OWNERS else []
    )
    return json_response(paging.page_object(found[paging.row_range.offset :], len(found)))


async def group_members(context: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/groups/{group}/members`."""
    paging = Paging(context.request, _PAGE_SIZE)
    listed = await context.listings.members(
        context.organization,
        paging.row_range,
        search=context.request.query_params.get("search", ""),
        role=Role.OWNER,
    )
    if context.request.path_params["group"] != OWNERS:
        raise ErrorResponse(HTTPStatus.NOT_FOUND, f"The only team here is {OWNERS}.")
    first_created = await context.listings.first_created_at()
    return json_response(
        paging.page_object([_person(one.user, first_created) for one in listed.rows], listed.total)
    )


async def _is_owner(context: RequestContext, user: str) -> bool:
    try:
        return (await context.store.member(context.organization, user)).role is Role.OWNER
    except NotFound:
        return False


def _role(text: str) -> Role | None:
    if not text:
        return None
    try:
        return Role(text.lower())
    except ValueError as error:
        raise bad_request(f"role must be one of {', '.join(Role)}.") from error


async def _members(context: RequestContext, people: Sequence[Member]) -> list[dict[str, object]]:
    first_created = await context.listings.first_created_at()
    return [
        {
            **_person(one.user, first_created),
            "email": "",
            "role": one.role.title(),
            "groups": [OWNERS] if one.role is Role.OWNER else [],
            "is_guest": False,
        }
        for one in people
    ]


def _person(user: str, joined: datetime) -> dict[str, object]:
    """A person. The file has no date of joining, so this is when its first organization was created."""
    return {
        "id": stable_id("user", user),
        "username": user,
        "full_name": "",
        "company": "",
        "location": "",
        "profile_url": "",
        "gravatar_url": "",
        "type": "User",
        "date_joined": rfc3339(joined),
    }


def _organization(one: Organization, badge: Badge | None = None) -> dict[str, object]:
    return {
        "id": stable_id("organization", one.name),
        "orgname": one.name,
        "full_name": one.full_name,
        "company": "",
        "location": "",
        "profile_url": "",
        "gravatar_url": "",
        "type": "Organization",
        "badge": "" if badge in (None, Badge.NONE) else badge,
        "date_joined": None if one.created_at is None else rfc3339(one.created_at),
    }


def _owners(name: str, count: int) -> dict[str, object]:
    """The team of owners. As on Docker Hub, its id is a number, unlike all other ids."""
    return {
        "id": 1,
        "uuid": stable_id("group", f"{name}/{OWNERS}"),
        "name": OWNERS,
        "description": "Owners of the organization",
        "member_count": count,
    }
