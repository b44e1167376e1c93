"""Signing in, and calls made as whoever is signed in: the token is renewed before it ends, or once it did."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from iam_tui.stores.errors import NotSignedIn, SecondFactorNeeded, StoreError
from iam_tui.stores.hub.error_mapping import (
    PERSONAL_TOKEN,
    fault,
    organization_token,
    session_over,
    wrong_credentials,
)
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.response import Response
from iam_tui.stores.hub.transport import HubRequest, Transport
from iam_tui.stores.protocol import Credentials

_MARGIN: Final = timedelta(seconds=30)
_LONGEST_LIFE: Final = timedelta(days=30)
_NO_SUCH_CALL: Final = (404, 405, 501)
_SIGNING_IN: Final = "signing in"

SecondFactor = Callable[[], Awaitable[str]]


class HubSession:
    """One person's session at one origin; user name, secret and token stay in memory and go nowhere else."""

    def __init__(
        self, transport: Transport, credentials: Credentials, second_factor: SecondFactor | None
    ) -> None:
        self._transport = transport
        self._credentials = credentials
        self._second_factor = second_factor
        self._signing_in = asyncio.Lock()
        self._token = ""
        self._ends: datetime | None = None

    @property
    def origin(self) -> ApiOrigin:
        """Where the session is."""
        return self._transport.origin

    async def ask(self, call: HubRequest) -> Response:
        """The answer to a call made as this person, whatever its status but 401.

        Signs in first where that is needed, and once again if the token is refused. Raises what `Transport`
        does, and `NotSignedIn`.
        """
        token = await self._valid_token()
        answer = await self._as(token, call)
        if answer.status == 401:
            answer = await self._as(await self._new_token(instead_of=token), call)
        if answer.status == 401:
            raise session_over(self.origin)
        return answer

    async def ask_well(self, call: HubRequest) -> Response:
        """The good answer to a call; every other one is raised as its typed error."""
        answer = await self.ask(call)
        error = self.fault(answer)
        if error is not None:
            raise error
        return answer

    def fault(self, answer: Response) -> StoreError | None:
        """The error that an answer stands for; None for a good one."""
        return fault(answer, self.origin, self._secrets)

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self._credentials.secret, self._token)

    async def _as(self, token: str, call: HubRequest) -> Response:
        headers = {**call.headers, "Authorization": f"Bearer {token}"}
        return await self._transport.ask(call._replace(headers=headers))

    async def _valid_token(self) -> str:
        ended = self._ends is not None and self._ends <= self._transport.pace.clock()
        return self._token if self._token and not ended else await self._new_token(instead_of=self._token)

    async def _new_token(self, *, instead_of: str) -> str:
        async with self._signing_in:
            # Of many calls that found the same token ended, the first one renews it for all.
            if self._token == instead_of:
                self._token = await self._sign_in()
                self._ends = _end_of(self._token, self._transport.pace.clock())
            return self._token

    async def _sign_in(self) -> str:
        """A new token: by the documented call, or by the older one, which knows second factors (facts 4)."""
        name, secret = self._credentials.username, self._credentials.secret
        if self._credentials.is_organizations:
            raise organization_token()
        answer = await self._post("/v2/auth/token", {"identifier": name, "secret": secret})
        maybe_second_factor = answer.status == 401 and not secret.startswith(PERSONAL_TOKEN)
        if maybe_second_factor or answer.status in _NO_SUCH_CALL:
            answer = await self._post("/v2/users/login", {"username": name, "password": secret})
        ticket = _second_factor_ticket(answer)
        if ticket:
            answer = await self._second_step(ticket)
        if answer.status == 401:
            raise wrong_credentials(self.origin, name, answer, self._secrets)
        error = self.fault(answer)
        if error is not None:
            raise error
        return _token_in(answer)

    async def _second_step(self, ticket: str) -> Response:
        if self._second_factor is None:
            raise SecondFactorNeeded(f"{self.origin} asks {self._credentials.username} for a second factor.")
        code = (await self._second_factor()).strip()
        answer = await self._post("/v2/users/2fa-login", {"login_2fa_token": ticket, "code": code})
        if answer.status == 401:
            raise NotSignedIn(
                f"{self.origin} does not accept this code.",
                advice="Wait for the next code and sign in again.",
            )
        return answer

    async def _post(self, path: str, body: dict[str, str]) -> Response:
        return await self._transport.ask(HubRequest(_SIGNING_IN, "POST", path, body=body))


def _second_factor_ticket(answer: Response) -> str:
    if answer.status != 401:
        return ""
    try:
        ticket = json.loads(answer.body).get("login_2fa_token")
    except (ValueError, RecursionError, AttributeError):
        return ""
    return ticket if isinstance(ticket, str) else ""


def _token_in(answer: Response) -> str:
    found = answer.mapping()
    token = found.get("access_token") or found.get("token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
        raise answer.unusable("holds no token")
    return token


def _end_of(token: str, now: datetime) -> datetime | None:
    """When to renew a token received now; None if it does not say, or says that it is over already.

    How long it lives is `exp` less `iat`, by the server's clock alone; this machine's may be wrong.
    """
    claims = _claims(token)
    ends, began = (_moment(claims.get(name)) for name in ("exp", "iat"))
    if ends is None:
        return None
    end = now + min(ends - (began or now), _LONGEST_LIFE)
    return end - _MARGIN if end - _MARGIN > now else None


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unchecked: it decides nothing but when to ask for the next one."""
    try:
        part = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
