"""The audit log, for owners: who created an organization and who saved its settings."""

from typing import Final, NamedTuple

from starlette.responses import Response

from iam_tui.core.organization import Role
from iam_tui.server.context import RequestContext
from iam_tui.server.requests import Paging, time_parameter
from iam_tui.server.responses import json_response, rfc3339
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.local.listings import LoggedRevision, RevisionFilter

_PAGE_SIZE: Final = 25
_CATEGORY: Final = "org"


class _EventKind(NamedTuple):
    """A kind of event, and the numbers of the revisions that it covers."""

    name: str
    label: str
    description: str
    lowest: int
    highest: int


_EVENT_KINDS: Final = (
    _EventKind("create", "Organization Created", "contains organization create events", 1, 1),
    _EventKind(
        "settings.update",
        "Organization Settings Updated",
        "contains organization settings update events",
        2,
        RevisionFilter().highest,
    ),
)


async def actions(context: RequestContext) -> Response:
    """`GET /v2/auditlogs/{org}/actions`: the kinds of events to filter by."""
    state = await context.store.organization_state(context.organization)
    if state.role is not Role.OWNER:
        raise Forbidden(
            f"{context.user} is {state.role} in {context.organization}; only owners can read its audit log."
        )
    listed = [{"name": one.name, "description": one.description, "label": one.label} for one in _EVENT_KINDS]
    return json_response({"actions": {_CATEGORY: {"actions": listed, "label": "Organization"}}})


async def events(context: RequestContext) -> Response:
    """`GET /v2/auditlogs/{org}`: events, newest first, 25 a page by default."""
    query = context.request.query_params
    named = query.get("action", "")
    covered = [one for one in _EVENT_KINDS if named in ("", f"{_CATEGORY}.{one.name}")]
    about = query.get("name") or context.organization
    wanted = RevisionFilter(
        author=query.get("actor") or None,
        since=time_parameter(context.request, "from"),
        until=time_parameter(context.request, "to"),
        # No revision has the number 0: an unknown action or name matches nothing.
        lowest=min((one.lowest for one in covered), default=0),
        highest=max((one.highest for one in covered), default=0) if about == context.organization else 0,
    )
    saved = await context.listings.revision_log(
        context.organization, wanted, Paging(context.request, _PAGE_SIZE).row_range
    )
    return json_response({"logs": [_event(context.organization, one) for one in saved]})


def _event(organization: str, saved: LoggedRevision) -> dict[str, object]:
    action = _EVENT_KINDS[saved.number > 1]
    return {
        "account": organization,
        "action": f"{_CATEGORY}.{action.name}",
        "name": organization,
        "actor": saved.author,
        "data": {"revision": str(saved.number), "origin": saved.origin, "note": saved.note},
        "timestamp": rfc3339(saved.saved_at),
        "action_description": _description(organization, saved),
    }


def _description(organization: str, saved: LoggedRevision) -> str:
    if saved.number == 1:
        return f"created the organization {organization}"
    switched = ", ".join(f"{setting.label} {'on' if on else 'off'}" for setting, on in saved.switched)
    return f"updated the settings of {organization}{f': {switched}' if switched else ''}"
