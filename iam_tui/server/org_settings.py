"""The settings of Image Access Management: the three switches that Docker's API has.

The community switch and the allowlist are not in the API; writing the three switches leaves them as they are.
"""

import re
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from iam_tui.application.workspace import save_draft
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.core.policy import SETTINGS, Origin, Policy, Revision, Setting
from iam_tui.server.context import RequestContext
from iam_tui.server.requests import json_object
from iam_tui.server.responses import ErrorResponse, bad_request, json_response
from iam_tui.stores.errors import Conflict, Forbidden

_SWITCHES: Final = {facts.hub_key: setting for setting, facts in SETTINGS.items() if facts.hub_key}
_RESTRICTED: Final = "restricted_images"
_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_ATTEMPTS: Final = 10


async def read(context: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/settings`."""
    state = await context.store.organization_state(context.organization)
    return _settings(state.revision)


async def write(context: RequestContext) -> Response:
    """`PUT /v2/orgs/{org}/settings`, for owners only; that is checked before anything else.

    With `If-Match`, saves only over the revision it names; without, the last write wins, as on Docker Hub.
    """
    store, name = context.store, context.organization
    for _ in range(_ATTEMPTS):
        state = await store.organization_state(name)
        if state.role is not Role.OWNER:
            raise Forbidden(f"{context.user} is {state.role} in {name}; only owners can change its settings.")
        newest = state.revision
        switches = _requested_switches(await json_object(context.request))
        wanted = _if_match_allows(context.request, newest)
        policy = newest.policy
        for setting, on in switches.items():
            policy = policy.with_setting(setting, on=on)
        if not wanted:
            raise _precondition_failed(newest)
        try:
            return _settings(await _save(context, newest, policy))
        except Conflict:
            # Someone saved in between: start over from their revision, so that their other changes are kept.
            continue
    raise ErrorResponse(HTTPStatus.CONFLICT, f"{name} is being changed by others. Try again.")


async def _save(context: RequestContext, newest: Revision, policy: Policy) -> Revision:
    draft = Draft.of(newest).stage(policy)
    return await save_draft(context.store, context.organization, draft, origin=Origin.SERVER)


def _requested_switches(body: dict[str, object]) -> dict[Setting, bool]:
    """The three switches in the body; `ErrorResponse` (400) for anything else, which could not be saved."""
    found = body.get(_RESTRICTED)
    if set(body) != {_RESTRICTED} or not isinstance(found, dict) or set(found) != set(_SWITCHES):
        raise bad_request(f"The body must be {_RESTRICTED} with {', '.join(_SWITCHES)}, and nothing else.")
    if not all(isinstance(value, bool) for value in found.values()):
        raise bad_request(f"{', '.join(_SWITCHES)} must be true or false.")
    return {setting: found[key] for key, setting in _SWITCHES.items()}


def _if_match_allows(request: Request, newest: Revision) -> bool:
    """Whether `If-Match` names the newest revision, is `*`, or is missing."""
    named = ",".join(request.headers.getlist("if-match")).strip()
    if not named or named == "*":
        return True
    tags = [tag.strip() for tag in named.split(",")]
    if not all(_ETAG.fullmatch(tag) for tag in tags):
        raise bad_request('If-Match must be an ETag, such as "7", or *.')
    return _etag(newest) in tags


def _precondition_failed(newest: Revision) -> ErrorResponse:
    return ErrorResponse(
        HTTPStatus.PRECONDITION_FAILED,
        f"Changed meanwhile: the newest is revision {newest.number}, saved by {newest.author}.",
        {"ETag": _etag(newest)},
    )


def _settings(revision: Revision) -> Response:
    switches = {key: revision.policy.setting(setting) for key, setting in _SWITCHES.items()}
    return json_response({_RESTRICTED: switches}, headers={"ETag": _etag(revision)})


def _etag(revision: Revision) -> str:
    return f'"{revision.number}"'
