"""Signs in, and makes requests as the signed-in person; the token is renewed before or after it expires."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from iam_tui.stores.errors import NotSignedIn, SecondFactorNeeded, StoreError
from iam_tui.stores.hub.error_mapping import (
    PERSONAL_TOKEN,
    error_from,
    organization_token_error,
    session_ended,
    wrong_credentials,
)
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.hub.transport import HubRequest, Transport
from iam_tui.stores.protocol import Credentials

_MARGIN: Final = timedelta(seconds=30)
_LONGEST_LIFE: Final = timedelta(days=30)
_NO_SUCH_CALL: Final = (404, 405, 501)
_SIGNING_IN: Final = "signing in"

SecondFactor = Callable[[], Awaitable[str]]


class HubSession:
    """One person's session at one origin; secret and token stay in memory and are sent only there."""

    def __init__(
        self, transport: Transport, credentials: Credentials, second_factor: SecondFactor | None
    ) -> None:
        self._transport = transport
        self._credentials = credentials
        self._second_factor = second_factor
        self._signing_in = asyncio.Lock()
        self._token = ""
        self._renew_at: datetime | None = None

    @property
    def origin(self) -> ApiOrigin:
        """The origin of the session."""
        return self._transport.origin

    async def send(self, request: HubRequest) -> HubResponse:
        """The response to a request made as this person, of any status but 401.

        Signs in first if needed, and once more if the token is refused. Raises the errors of `Transport`, and
        `NotSignedIn`.
        """
        token = await self._valid_token()
        response = await self._send_with(token, request)
        if response.status == 401:
            response = await self._send_with(await self._new_token(instead_of=token), request)
        if response.status == 401:
            raise session_ended(self.origin, response, self._secrets)
        return response

    async def send_checked(self, request: HubRequest) -> HubResponse:
        """The successful response to a request; any other is raised as its typed error."""
        response = await self.send(request)
        error = self.error_from(response)
        if error is not None:
            raise error
        return response

    def error_from(self, response: HubResponse) -> StoreError | None:
        """The error that a response means; None for a success."""
        return error_from(response, self.origin, self._secrets)

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self._credentials.secret, self._token)

    async def _send_with(self, token: str, request: HubRequest) -> HubResponse:
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        return await self._transport.send(request._replace(headers=headers))

    async def _valid_token(self) -> str:
        ended = self._renew_at is not None and self._renew_at <= self._transport.retry.clock()
        return self._token if self._token and not ended else await self._new_token(instead_of=self._token)

    async def _new_token(self, *, instead_of: str) -> str:
        async with self._signing_in:
            # Of many requests that found the same token expired, the first one renews it for all.
            if self._token == instead_of:
                self._token = await self._sign_in()
                self._renew_at = _renewal_time(self._token, self._transport.retry.clock())
            return self._token

    async def _sign_in(self) -> str:
        """A new token from `/v2/auth/token`, or the older `/v2/users/login`, which knows second factors."""
        name, secret = self._credentials.username, self._credentials.secret
        if self._credentials.is_organizations:
            raise organization_token_error()
        response = await self._post("/v2/auth/token", {"identifier": name, "secret": secret})
        maybe_second_factor = response.status == 401 and not secret.startswith(PERSONAL_TOKEN)
        if maybe_second_factor or response.status in _NO_SUCH_CALL:
            response = await self._post("/v2/users/login", {"username": name, "password": secret})
        ticket = _second_factor_ticket(response)
        if ticket:
            response = await self._send_second_factor(ticket)
        if response.status == 401:
            is_token = secret.startswith(PERSONAL_TOKEN)
            raise wrong_credentials(self.origin, name, response, self._secrets, is_token=is_token)
        error = self.error_from(response)
        if error is not None:
            raise error
        return _token_from(response)

    async def _send_second_factor(self, ticket: str) -> HubResponse:
        if self._second_factor is None:
            raise SecondFactorNeeded(
                f"{self.origin} requires a second factor for {self._credentials.username}."
            )
        code = (await self._second_factor()).strip()
        response = await self._post("/v2/users/2fa-login", {"login_2fa_token": ticket, "code": code})
        if response.status == 401:
            raise NotSignedIn(
                f"{self.origin} did not accept the code.",
                advice="Wait for the next code and sign in again.",
            )
        return response

    async def _post(self, path: str, body: dict[str, str]) -> HubResponse:
        return await self._transport.send(HubRequest(_SIGNING_IN, "POST", path, body=body))


def _second_factor_ticket(response: HubResponse) -> str:
    if response.status != 401:
        return ""
    try:
        ticket = json.loads(response.body).get("login_2fa_token")
    except (ValueError, RecursionError, AttributeError):
        return ""
    return ticket if isinstance(ticket, str) else ""


def _token_from(response: HubResponse) -> str:
    found = response.json_object()
    token = found.get("access_token") or found.get("token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
        raise response.unusable("contains no token")
    return token


def _renewal_time(token: str, now: datetime) -> datetime | None:
    """When to renew a token received now; None if its claims do not say, or say it has expired.

    Its lifetime is `exp` minus `iat`, both by the server's clock; this machine's may be wrong.
    """
    claims = _claims(token)
    ends, began = (_time(claims.get(name)) for name in ("exp", "iat"))
    if ends is None:
        return None
    end = now + min(ends - (began or now), _LONGEST_LIFE)
    return end - _MARGIN if end - _MARGIN > now else None


def _claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified: they only decide when to renew it."""
    try:
        part = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
