"""Every endpoint: method, path and handler."""

from typing import Final, NamedTuple

from iam_tui.server import audit_log, login, org_settings, organizations
from iam_tui.server.context import Handler, PublicHandler


class PublicRoute(NamedTuple):
    """An endpoint that needs no signed token."""

    method: str
    path: str
    handler: PublicHandler


class Route(NamedTuple):
    """An endpoint that needs a signed token."""

    method: str
    path: str
    handler: Handler


PUBLIC_ROUTES: Final = (
    PublicRoute("POST", "/v2/auth/token", login.create_access_token),
    PublicRoute("POST", "/v2/users/login", login.log_in),
    PublicRoute("POST", "/v2/users/2fa-login", login.second_factor),
)
ROUTES: Final = (
    Route("GET", "/v2/user", organizations.me),
    Route("GET", "/v2/user/orgs", organizations.my_organizations),
    Route("GET", "/v2/orgs/{organization}", organizations.organization),
    Route("GET", "/v2/orgs/{organization}/settings", org_settings.read),
    Route("PUT", "/v2/orgs/{organization}/settings", org_settings.write),
    Route("GET", "/v2/orgs/{organization}/members", organizations.members),
    Route("GET", "/v2/orgs/{organization}/groups", organizations.groups),
    Route("GET", "/v2/orgs/{organization}/groups/{group}/members", organizations.group_members),
    Route("GET", "/v2/auditlogs/{organization}", audit_log.events),
    Route("GET", "/v2/auditlogs/{organization}/actions", audit_log.actions),
)
