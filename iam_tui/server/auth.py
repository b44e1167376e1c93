"""Authentication: short-lived signed tokens (JWT), each tied to the personal token it was issued for."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import jwt

from iam_tui.server.responses import ErrorResponse
from iam_tui.stores.local.file import Clock
from iam_tui.stores.local.tokens import PersonalTokens

ALGORITHM: Final = "HS256"
ISSUER: Final = "iam-tui"
AUDIENCE: Final = "iam-tui"
_SCHEMES: Final = frozenset({"bearer", "jwt"})
_CLAIMS: Final = ["iss", "aud", "sub", "iat", "nbf", "exp", "token"]
_LEEWAY: Final = timedelta(seconds=5)
_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


class SignedTokens:
    """Issues signed tokens and verifies them.

    A token only says who the user is; what they may do is looked up with each request. So is the personal
    token it was issued for: revoking that revokes all signed tokens issued for it.
    """

    def __init__(self, key: bytes, tokens: PersonalTokens, clock: Clock) -> None:
        self._key = key
        self._tokens = tokens
        self._clock = clock

    def issue(self, user: str, token: str, lifetime: timedelta) -> str:
        """A signed token for the user, valid for `lifetime`; `token` is their personal token's id."""
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
        """The user with these `Authorization` headers; raises `ErrorResponse` (401) if there is none."""
        if not authorization:
            raise _unauthorized("Authentication credentials were not provided.")
        scheme, _, signed = authorization[0].partition(" ")
        if len(authorization) > 1 or scheme.lower() not in _SCHEMES:
            raise _unauthorized("Send one Authorization header: Bearer and the token.")
        claims = self._claims(signed.strip())
        user, token = claims["sub"], claims["token"]
        if not isinstance(token, str) or not await self._tokens.is_active(token, user):
            raise _unauthorized("This token is no longer valid.")
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
