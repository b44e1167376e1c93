"""Signing in: a user name and a personal token for a short-lived signed one (facts 4)."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from iam_tui.server.context import Served
from iam_tui.server.requests import texts
from iam_tui.server.responses import ErrorResponse, answer

_WRONG: Final = "Incorrect authentication credentials"
_ACCESS: Final = timedelta(minutes=10)
# Users of the older call sign in once and work on; what they may do is looked up at each request anyway.
_SESSION: Final = timedelta(hours=12)


async def create_access_token(served: Served, request: Request) -> Response:
    """`POST /v2/auth/token`."""
    user, secret = await texts(request, "identifier", "secret")
    signed, headers = await _sign_in(served, user, secret, _ACCESS)
    return answer({"access_token": signed}, headers=headers)


async def log_in(served: Served, request: Request) -> Response:
    """`POST /v2/users/login`, the older call."""
    user, secret = await texts(request, "username", "password")
    signed, headers = await _sign_in(served, user, secret, _SESSION)
    return answer({"token": signed}, headers=headers)


async def second_factor(served: Served, request: Request) -> Response:
    """`POST /v2/users/2fa-login`: nobody has a second factor here, so no answer ever asked for one."""
    del served
    await texts(request, "login_2fa_token", "code")
    raise ErrorResponse(HTTPStatus.UNAUTHORIZED, "No second factor is set up for any account here.")


async def _sign_in(
    served: Served, user: str, secret: str, lifetime: timedelta
) -> tuple[str, Mapping[str, str]]:
    """A signed token and the headers of the rate limit; `ErrorResponse` for wrong credentials.

    The right token is let in however many wrong ones came before: else anybody could lock anybody out.
    """
    token = await served.tokens.id_of(user, secret)
    standing = served.attempts.standing(user)
    if token is not None:
        return served.identity.issue(user, token, lifetime), standing.headers()
    if standing.remaining == 0:
        raise ErrorResponse(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many failed login attempts; wait before the next one.",
            standing.wait_headers(served.file.clock()),
        )
    served.attempts.failed(user)
    raise ErrorResponse(HTTPStatus.UNAUTHORIZED, _WRONG, served.attempts.standing(user).headers())
