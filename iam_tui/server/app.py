"""The application: registers every route with and without a last slash, and answers errors with JSON."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.core.escape_controls import escape_controls
from iam_tui.server.auth import SignedTokens
from iam_tui.server.context import Handler, PublicHandler, RequestContext, ServerState
from iam_tui.server.hosts import ServedHosts
from iam_tui.server.middleware import Middleware
from iam_tui.server.rate_limit import FailedLogins
from iam_tui.server.responses import ErrorResponse
from iam_tui.server.routes import PUBLIC_ROUTES, ROUTES
from iam_tui.stores import errors as store
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.tokens import PersonalTokens

_STATUS: Final = {
    store.NotFound: HTTPStatus.NOT_FOUND,
    store.Forbidden: HTTPStatus.FORBIDDEN,
    store.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidInput: HTTPStatus.BAD_REQUEST,
}
_FOR_THE_OPERATOR: Final = (
    *(store.FileCorrupt, store.FileFull, store.FileNewer, store.FileReadOnly, store.FileReplaced),
    store.FileUnreadable,
)
"""Errors of the file that do not pass by themselves."""
_Endpoint = Callable[[Request], Awaitable[Response]]
_logger = logging.getLogger(__name__)


def make_app(file: LocalFile, key: bytes, hosts: ServedHosts | None = None) -> Middleware:
    """The application over a local file; `key` signs the tokens it issues.

    `hosts` are the names that it answers to; None is every name.
    """
    tokens = PersonalTokens(file)
    server = ServerState(file, tokens, SignedTokens(key, tokens, file.clock), FailedLogins(file.clock))
    endpoints = defaultdict[str, dict[str, _Endpoint]](dict)
    for public in PUBLIC_ROUTES:
        endpoints[public.path][public.method] = _public(server, public.handler)
    for route in ROUTES:
        endpoints[route.path][route.method] = _signed_in(server, route.handler)
    paths = [_path(form, methods) for path, methods in endpoints.items() for form in _forms(path)]
    handled = (ErrorResponse, IamError, HTTPException, Exception)
    app = Starlette(routes=paths, exception_handlers=dict.fromkeys(handled, _on_error))
    app.router.redirect_slashes = False
    return Middleware(app, file.clock, hosts)


def _forms(path: str) -> tuple[str, str]:
    """A path without and with a last slash: clients use both, and do not follow redirects of a PUT."""
    return path, f"{path}/"


def _path(path: str, endpoints: Mapping[str, _Endpoint]) -> Path:
    """The route of a path with all its methods, which are then listed together in `Allow`."""

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return Path(path, endpoint, methods=endpoints)


def _public(server: ServerState, handler: PublicHandler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await handler(server, request)

    return endpoint


def _signed_in(server: ServerState, handler: Handler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        user = await server.signed_tokens.user(request.headers.getlist("authorization"))
        request.state.user = user
        return await handler(RequestContext(request, user, server.file))

    return endpoint


async def _on_error(request: Request, error: Exception) -> Response:
    """The response to an exception; an unexpected one is not described to the client."""
    del request
    if isinstance(error, ErrorResponse):
        return error.response()
    if isinstance(error, HTTPException):
        return _from_framework(error).response()
    if isinstance(error, IamError):
        return _from_store(error).response()
    return ErrorResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error.").response()


def _from_framework(error: HTTPException) -> ErrorResponse:
    """The error for an unknown path or method."""
    status = HTTPStatus(error.status_code)
    detail = "There is no such endpoint here." if status is HTTPStatus.NOT_FOUND else f"{status.phrase}."
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    return ErrorResponse(status, detail, headers)


def _from_store(error: IamError) -> ErrorResponse:
    """The error for what the store raised. Problems with the file are logged; clients see only the title."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
    if status is not None:
        return ErrorResponse(status, error.detail)
    _logger.error("%s: %s", error.title, escape_controls(error.detail))
    if isinstance(error, _FOR_THE_OPERATOR):
        # The rest of what it means is about a console.
        meaning = error.meaning.partition(". ")[0].rstrip(".")
        detail = f"{error.title}. {meaning}. Ask the operator of this server."
        return ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    detail = f"{error.title}. {error.meaning} Try again in a moment."
    return ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "1"})
