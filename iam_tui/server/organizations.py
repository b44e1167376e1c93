"""Who one is, one's organizations, and the people and teams in them (facts 4)."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from iam_tui.core.category import Badge
from iam_tui.core.organization import Member, Organization, Role
from iam_tui.server.context import RequestContext
from iam_tui.server.requests import Paging
from iam_tui.server.responses import ErrorResponse, answer, bad_request, identifier, moment
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.listings import Slice

OWNERS: Final = "owners"
_PAGE_SIZE: Final = 10
_NOTHING: Final = Slice(0, 0)


async def me(call: RequestContext) -> Response:
    """`GET /v2/user/`."""
    return answer(_person(call.user, await call.directory.begun_at()))


async def my_organizations(call: RequestContext) -> Response:
    """`GET /v2/user/orgs/`."""
    paging = Paging(call.request, _PAGE_SIZE)
    listed = await call.directory.organizations(paging.slice)
    return answer(paging.shown([_organization(one) for one in listed.rows], listed.total))


async def organization(call: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/`: one's own organization, or a namespace whose badge is known (facts 8)."""
    name = call.organization
    badge = await call.directory.badge(name)
    try:
        found = (await call.store.organization_state(name)).organization
    except NotFound:
        if badge is None:
            raise
        found = Organization(name)
    return answer(_organization(found, badge))


async def members(call: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/members`, as one page object, which is what clients read (facts 4)."""
    paging = Paging(call.request, _PAGE_SIZE)
    query = call.request.query_params
    listed = await call.directory.members(
        call.organization,
        # Nobody is invited here: people are in an organization or not.
        _NOTHING if query.get("type") == "invitee" else paging.slice,
        search=query.get("search", ""),
        role=_role(query.get("role", "")),
    )
    count = 0 if query.get("type") == "invitee" else listed.total
    return answer(paging.shown(await _members(call, listed.rows), count))


async def groups(call: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/groups`: the one team there is, `owners`, to those in it.

    Clients take whoever sees it in their own list, or in the list of a `username`, for an owner.
    """
    paging = Paging(call.request, _PAGE_SIZE)
    query = call.request.query_params
    owners = await call.directory.members(call.organization, _NOTHING, role=Role.OWNER)
    in_it = await _is_owner(call, query.get("username") or call.user)
    found = [_owners(call.organization, owners.total)] if in_it and query.get("search", "") in OWNERS else []
    return answer(paging.shown(found[paging.slice.offset :], len(found)))


async def group_members(call: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/groups/{group}/members`."""
    paging = Paging(call.request, _PAGE_SIZE)
    listed = await call.directory.members(
        call.organization, paging.slice, search=call.request.query_params.get("search", ""), role=Role.OWNER
    )
    if call.request.path_params["group"] != OWNERS:
        raise ErrorResponse(HTTPStatus.NOT_FOUND, f"There is one team here, {OWNERS}.")
    begun = await call.directory.begun_at()
    return answer(paging.shown([_person(one.user, begun) for one in listed.rows], listed.total))


async def _is_owner(call: RequestContext, user: str) -> bool:
    try:
        return (await call.store.member(call.organization, user)).role is Role.OWNER
    except NotFound:
        return False


def _role(text: str) -> Role | None:
    if not text:
        return None
    try:
        return Role(text.lower())
    except ValueError as error:
        raise bad_request(f"role has to be one of {', '.join(Role)}.") from error


async def _members(call: RequestContext, people: Sequence[Member]) -> list[dict[str, object]]:
    begun = await call.directory.begun_at()
    return [
        {
            **_person(one.user, begun),
            "email": "",
            "role": one.role.title(),
            "groups": [OWNERS] if one.role is Role.OWNER else [],
            "is_guest": False,
        }
        for one in people
    ]


def _person(user: str, joined: datetime) -> dict[str, object]:
    """A person; the file does not know since when they are here, so it says since when anybody can be."""
    return {
        "id": identifier("user", user),
        "username": user,
        "full_name": "",
        "company": "",
        "location": "",
        "profile_url": "",
        "gravatar_url": "",
        "type": "User",
        "date_joined": moment(joined),
    }


def _organization(one: Organization, badge: Badge | None = None) -> dict[str, object]:
    return {
        "id": identifier("organization", one.name),
        "orgname": one.name,
        "full_name": one.full_name,
        "company": "",
        "location": "",
        "profile_url": "",
        "gravatar_url": "",
        "type": "Organization",
        "badge": "" if badge in (None, Badge.NONE) else badge,
        "date_joined": None if one.created_at is None else moment(one.created_at),
    }


def _owners(name: str, count: int) -> dict[str, object]:
    """The team of the owners; Docker numbers teams, where everything else has texts for ids."""
    return {
        "id": 1,
        "uuid": identifier("group", f"{name}/{OWNERS}"),
        "name": OWNERS,
        "description": "Owners of the organization",
        "member_count": count,
    }
