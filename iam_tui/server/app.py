"""The application: routes in both forms of their paths, who is asking, and every error as JSON (facts 9)."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.core.escape_controls import escape_controls
from iam_tui.server.auth import Identity
from iam_tui.server.context import Handler, OpenHandler, RequestContext, Served
from iam_tui.server.middleware import Middleware
from iam_tui.server.rate_limit import Attempts
from iam_tui.server.responses import ErrorResponse, refused
from iam_tui.server.routes import OPEN_ROUTES, ROUTES, OpenRoute, Route
from iam_tui.stores import errors as store
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.tokens import Tokens

_STATUS: Final = {
    store.NotFound: HTTPStatus.NOT_FOUND,
    store.Forbidden: HTTPStatus.FORBIDDEN,
    store.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidInput: HTTPStatus.BAD_REQUEST,
}
_Endpoint = Callable[[Request], Awaitable[Response]]
_logger = logging.getLogger(__name__)


def make_app(file: LocalFile, key: bytes) -> Middleware:
    """The application over a local file; `key` signs its tokens."""
    tokens = Tokens(file)
    served = Served(file, tokens, Identity(key, tokens, file.clock), Attempts(file.clock))
    paths = [
        *(_path(one, _open(served, one.handler), form) for one in OPEN_ROUTES for form in _forms(one.path)),
        *(_path(one, _signed_in(served, one.handler), form) for one in ROUTES for form in _forms(one.path)),
    ]
    handled = (ErrorResponse, IamError, HTTPException, Exception)
    app = Starlette(routes=paths, exception_handlers=dict.fromkeys(handled, _on_error))
    app.router.redirect_slashes = False
    return Middleware(app, file.clock)


def _forms(path: str) -> tuple[str, str]:
    """A path without and with a slash at its end: clients use either, and follow no redirect with a PUT."""
    return path, f"{path}/"


def _path(route: OpenRoute | Route, endpoint: _Endpoint, form: str) -> Path:
    return Path(form, endpoint, methods=[route.method])


def _open(served: Served, handler: OpenHandler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await handler(served, request)

    return endpoint


def _signed_in(served: Served, handler: Handler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        user = await served.identity.user(request.headers.getlist("authorization"))
        request.state.user = user
        return await handler(RequestContext(request, user, served.file))

    return endpoint


async def _on_error(request: Request, error: Exception) -> Response:
    """The answer to whatever went wrong; of a defect the client learns nothing more."""
    del request
    if isinstance(error, ErrorResponse):
        return refused(error)
    if isinstance(error, HTTPException):
        return refused(_of_framework(error))
    if isinstance(error, IamError):
        return refused(_of_store(error))
    return refused(ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here."))


def _of_framework(error: HTTPException) -> ErrorResponse:
    """A path or a method that is not served."""
    status = HTTPStatus(error.status_code)
    detail = "There is no such call here." if status is HTTPStatus.NOT_FOUND else f"{status.phrase}."
    return ErrorResponse(status, detail, error.headers or {})


def _of_store(error: IamError) -> ErrorResponse:
    """What the store refuses. Trouble with the file is logged; the client is told that there is some."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
    if status is not None:
        return ErrorResponse(status, error.detail)
    _logger.error("%s: %s", error.title, escape_controls(error.detail))
    detail = f"{error.title}. Try again in a moment."
    return ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "1"})
