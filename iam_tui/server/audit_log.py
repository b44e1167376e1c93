"""The audit log: who made an organization and who saved its settings, for its owners (facts 4)."""

from typing import Final, NamedTuple

from starlette.responses import Response

from iam_tui.core.organization import Role
from iam_tui.server.context import RequestContext
from iam_tui.server.requests import Paging, moment_in
from iam_tui.server.responses import answer, moment
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.local.listings import Saved, SavedWanted

_PAGE_SIZE: Final = 25
_GROUP: Final = "org"


class _Action(NamedTuple):
    """A kind of event: its name in the group, its label and description, which revisions it covers."""

    name: str
    label: str
    description: str
    lowest: int
    highest: int


_ACTIONS: Final = (
    _Action("create", "Organization Created", "contains organization create events", 1, 1),
    _Action(
        "settings.update",
        "Organization Settings Updated",
        "contains organization settings update events",
        2,
        SavedWanted().highest,
    ),
)


async def actions(call: RequestContext) -> Response:
    """`GET /v2/auditlogs/{org}/actions`: what events can be filtered by."""
    state = await call.store.organization_state(call.organization)
    if state.role is not Role.OWNER:
        raise Forbidden(f"{call.user} is {state.role} in {call.organization}; only owners read its log.")
    listed = [{"name": one.name, "description": one.description, "label": one.label} for one in _ACTIONS]
    return answer({"actions": {_GROUP: {"actions": listed, "label": "Organization"}}})


async def events(call: RequestContext) -> Response:
    """`GET /v2/auditlogs/{org}`: the newest first, 25 to a page."""
    query = call.request.query_params
    named = query.get("action", "")
    covered = [one for one in _ACTIONS if named in ("", f"{_GROUP}.{one.name}")]
    about = query.get("name") or call.organization
    wanted = SavedWanted(
        author=query.get("actor") or None,
        since=moment_in(call.request, "from"),
        until=moment_in(call.request, "to"),
        # What no action covers is numbered 0, and nothing is.
        lowest=min((one.lowest for one in covered), default=0),
        highest=max((one.highest for one in covered), default=0) if about == call.organization else 0,
    )
    saved = await call.directory.saved(call.organization, wanted, Paging(call.request, _PAGE_SIZE).slice)
    return answer({"logs": [_event(call.organization, one) for one in saved]})


def _event(organization: str, saved: Saved) -> dict[str, object]:
    action = _ACTIONS[saved.number > 1]
    return {
        "account": organization,
        "action": f"{_GROUP}.{action.name}",
        "name": organization,
        "actor": saved.author,
        "data": {"revision": str(saved.number), "origin": saved.origin, "note": saved.note},
        "timestamp": moment(saved.saved_at),
        "action_description": _description(organization, saved),
    }


def _description(organization: str, saved: Saved) -> str:
    if saved.number == 1:
        return f"created the organization {organization}"
    switched = ", ".join(f"{setting.label} {'on' if on else 'off'}" for setting, on in saved.switched)
    return f"updated the settings of {organization}{f': {switched}' if switched else ''}"
