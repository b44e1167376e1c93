"""Who sends a request: short-lived signed tokens, each tied to the personal token it was got with."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import jwt

from iam_tui.server.responses import ErrorResponse
from iam_tui.stores.local.file import Clock
from iam_tui.stores.local.tokens import Tokens

ALGORITHM: Final = "HS256"
ISSUER: Final = "iam-tui"
AUDIENCE: Final = "iam-tui"
_SCHEMES: Final = frozenset({"bearer", "jwt"})
_CLAIMS: Final = ["iss", "aud", "sub", "iat", "nbf", "exp", "token"]
_LEEWAY: Final = timedelta(seconds=5)
_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


class Identity:
    """Makes tokens and tells whose they are.

    A token says who somebody is, never what they may do: that is looked up at each request. So is the
    personal token it came from; once that is revoked, so is everything that was got with it.
    """

    def __init__(self, key: bytes, tokens: Tokens, clock: Clock) -> None:
        self._key = key
        self._tokens = tokens
        self._clock = clock

    def issue(self, user: str, token: str, lifetime: timedelta) -> str:
        """A signed token for the user, for as long as `lifetime`; `token` is their personal token's id."""
        now = self._clock()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "token": token,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    async def user(self, authorization: Sequence[str]) -> str:
        """Who sends a request with these `Authorization` headers; raises `ErrorResponse` (401) if unknown."""
        if not authorization:
            raise _unauthorized("Authentication credentials were not provided.")
        scheme, _, signed = authorization[0].partition(" ")
        if len(authorization) > 1 or scheme.lower() not in _SCHEMES:
            raise _unauthorized("Send one Authorization header: Bearer, and the token.")
        claims = self._claims(signed.strip())
        user, token = claims["sub"], claims["token"]
        if not isinstance(token, str) or not await self._tokens.is_alive(token, user):
            raise _unauthorized("This token is not valid any more.")
        return str(user)

    def _claims(self, signed: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                signed,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=_LEEWAY,
                options={"require": _CLAIMS},
            )
        except jwt.ExpiredSignatureError as error:
            raise _unauthorized("This token has expired.") from error
        except jwt.InvalidTokenError as error:
            raise _unauthorized("This token is not valid.") from error


def _unauthorized(detail: str) -> ErrorResponse:
    return ErrorResponse(HTTPStatus.UNAUTHORIZED, detail, _CHALLENGE)
