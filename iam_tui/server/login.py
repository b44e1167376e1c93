"""Signing in: exchanges a user name and a personal token for a signed token."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from iam_tui.server.context import ServerState
from iam_tui.server.requests import required_strings
from iam_tui.server.responses import ErrorResponse, json_response

_WRONG_CREDENTIALS: Final = "Incorrect authentication credentials"
_ACCESS_LIFETIME: Final = timedelta(minutes=10)
# Clients of the older call sign in once and keep working; permissions are checked with each request.
_SESSION_LIFETIME: Final = timedelta(hours=12)


async def create_access_token(server: ServerState, request: Request) -> Response:
    """`POST /v2/auth/token`."""
    user, secret = await required_strings(request, "identifier", "secret")
    signed, headers = await _sign_in(server, user, secret, _ACCESS_LIFETIME)
    return json_response({"access_token": signed}, headers=headers)


async def log_in(server: ServerState, request: Request) -> Response:
    """`POST /v2/users/login`, the older call."""
    user, secret = await required_strings(request, "username", "password")
    signed, headers = await _sign_in(server, user, secret, _SESSION_LIFETIME)
    return json_response({"token": signed}, headers=headers)


async def second_factor(server: ServerState, request: Request) -> Response:
    """`POST /v2/users/2fa-login`: always refused, since no account here has a second factor."""
    del server
    await required_strings(request, "login_2fa_token", "code")
    raise ErrorResponse(HTTPStatus.UNAUTHORIZED, "No second factor is set up for any account here.")


async def _sign_in(
    server: ServerState, user: str, secret: str, lifetime: timedelta
) -> tuple[str, Mapping[str, str]]:
    """A signed token and the headers of the rate limit; `ErrorResponse` for wrong credentials.

    A correct token is never locked out; otherwise anyone could lock out a user by guessing.
    """
    token = await server.tokens.id_of(user, secret)
    limit = server.failed_logins.limit(user)
    if token is not None:
        return server.signed_tokens.issue(user, token, lifetime), limit.headers()
    if limit.remaining == 0:
        raise ErrorResponse(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many failed login attempts. Try again later.",
            limit.wait_headers(server.file.clock()),
        )
    server.failed_logins.record(user)
    raise ErrorResponse(
        HTTPStatus.UNAUTHORIZED, _WRONG_CREDENTIALS, server.failed_logins.limit(user).headers()
    )
