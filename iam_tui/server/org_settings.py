"""The settings of Image Access Management: the three switches that Docker's API has (facts 4).

Community switch and allowlist are not in it. They stay as they are, whoever writes the three.
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
from iam_tui.server.responses import ErrorResponse, answer, bad_request
from iam_tui.stores.errors import Conflict, Forbidden

_SWITCHES: Final = {facts.hub_key: setting for setting, facts in SETTINGS.items() if facts.hub_key}
_RESTRICTED: Final = "restricted_images"
_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_ATTEMPTS: Final = 10


async def read(call: RequestContext) -> Response:
    """`GET /v2/orgs/{org}/settings`."""
    state = await call.store.organization_state(call.organization)
    return _settings(state.revision)


async def write(call: RequestContext) -> Response:
    """`PUT /v2/orgs/{org}/settings`: owners only, and asked before anything else about the request is.

    With `If-Match` only over the revision it names; without, the last write wins, as on Docker Hub.
    """
    store, name = call.store, call.organization
    for _ in range(_ATTEMPTS):
        state = await store.organization_state(name)
        if state.role is not Role.OWNER:
            raise Forbidden(f"{call.user} is {state.role} in {name}; only owners change its settings.")
        newest = state.revision
        switches = _switches(await json_object(call.request))
        wanted = _matches(call.request, newest)
        policy = newest.policy
        for setting, on in switches.items():
            policy = policy.with_setting(setting, on=on)
        if not wanted:
            raise _changed(newest)
        try:
            return _settings(await _save(call, newest, policy))
        except Conflict:
            # Somebody saved in between: judged anew, so what they changed beside the three is kept too.
            continue
    raise ErrorResponse(HTTPStatus.CONFLICT, f"{name} is being changed by others; try again.")


async def _save(call: RequestContext, newest: Revision, policy: Policy) -> Revision:
    draft = Draft.of(newest).stage(policy)
    return await save_draft(call.store, call.organization, draft, origin=Origin.SERVER)


def _switches(body: dict[str, object]) -> dict[Setting, bool]:
    """The three switches; `ErrorResponse` (400) for anything else, as it could not be kept."""
    found = body.get(_RESTRICTED)
    if set(body) != {_RESTRICTED} or not isinstance(found, dict) or set(found) != set(_SWITCHES):
        raise bad_request(f"The body has to be {_RESTRICTED} with {', '.join(_SWITCHES)}, and nothing else.")
    if not all(isinstance(value, bool) for value in found.values()):
        raise bad_request(f"{', '.join(_SWITCHES)} have to be true or false.")
    return {setting: found[key] for key, setting in _SWITCHES.items()}


def _matches(request: Request, newest: Revision) -> bool:
    """Whether the request is about the newest revision, or about whichever it is."""
    named = ",".join(request.headers.getlist("if-match")).strip()
    if not named or named == "*":
        return True
    tags = [tag.strip() for tag in named.split(",")]
    if not all(_ETAG.fullmatch(tag) for tag in tags):
        raise bad_request('If-Match has to be an ETag, such as "7", or *.')
    return _etag(newest) in tags


def _changed(newest: Revision) -> ErrorResponse:
    return ErrorResponse(
        HTTPStatus.PRECONDITION_FAILED,
        f"Changed meanwhile: revision {newest.number}, saved by {newest.author}, is the newest.",
        {"ETag": _etag(newest)},
    )


def _settings(revision: Revision) -> Response:
    switches = {key: revision.policy.setting(setting) for key, setting in _SWITCHES.items()}
    return answer({_RESTRICTED: switches}, headers={"ETag": _etag(revision)})


def _etag(revision: Revision) -> str:
    return f'"{revision.number}"'
