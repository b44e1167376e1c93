"""Requests over httpx: to one origin only, bounded in time and size, tried again where that is harmless."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, NamedTuple

import httpx

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import RateLimited, StoreError, Unavailable, UnusableAnswer
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.response import Json, Response
from iam_tui.stores.hub.retry import Limits, Retry, asked_to_wait_until

NOTHING_SENT: Final = "Nothing was sent."
UNKNOWN: Final = "It is not known whether your changes were saved."
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NO_PARAMETERS: Final[Mapping[str, str]] = {}


class HubRequest(NamedTuple):
    """A request to make: `what` it is for (a part of a sentence), `path` from the origin's root, quoted."""

    what: str
    method: str
    path: str
    parameters: Mapping[str, str] = _NO_PARAMETERS
    body: Json | None = None
    headers: Mapping[str, str] = _NO_PARAMETERS
    moved: str = ""
    """The other path, of the same origin, that a redirect may lead to; empty for none."""

    @property
    def again(self) -> bool:
        """Whether it changes nothing, so that it may be tried again."""
        return self.method != "PUT"

    def __repr__(self) -> str:
        # Body and headers hold secrets.
        return f"Call({self.method} {self.path})"


class Broken(Unavailable):
    """The exchange broke off; `sent` says whether the request may have arrived."""

    def __init__(self, detail: str, *, sent: bool, advice: str | None = None, hopeless: bool = False) -> None:
        super().__init__(detail, meaning=None if sent else NOTHING_SENT, advice=advice)
        self.sent = sent
        self.hopeless = hopeless


class Transport:
    """Requests to one origin; every answer comes back whole, whatever its status, unless it cannot be one.

    Raises `Unavailable`, `RateLimited` for a wait that is longer than patience, `UnusableAnswer`.
    """

    def __init__(self, origin: ApiOrigin, pace: Retry, limits: Limits) -> None:
        self.origin = origin
        self.pace = pace
        self.limits = limits
        self._room = asyncio.Semaphore(limits.parallel)
        self._not_before = pace.clock()
        self._client = httpx.AsyncClient(
            base_url=str(origin),
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            limits=httpx.Limits(max_connections=limits.parallel, max_keepalive_connections=limits.parallel),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            # A proxy set for the network is no business of this machine's own ports: it would read the token.
            trust_env=not origin.is_loopback,
            headers={"User-Agent": "iam-tui", "Accept": "application/json", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close the connections; calling it twice is fine."""
        await self._client.aclose()

    async def ask(self, call: HubRequest) -> Response:
        """The answer to a call; reads are tried again after a failure, with growing pauses."""
        attempt = 1
        while True:
            last = not call.again or attempt == self.limits.attempts
            if call.again:
                await self.pace.wait_until(self._not_before, f"{self.origin} asks to wait.")
            try:
                answer = await self._once(call)
            except Broken as error:
                if last or error.hopeless:
                    raise
                await self.pace.pause(attempt)
            else:
                if not await self._is_to_repeat(answer, attempt, last=last):
                    return answer
            attempt += 1

    async def _is_to_repeat(self, answer: Response, attempt: int, *, last: bool) -> bool:
        """Whether the call is to be made again, after the pause that this takes."""
        if answer.status != 429 and (answer.status < 500 or last):
            return False
        now = self.pace.clock()
        until = asked_to_wait_until(answer, now)
        if until is not None:
            if last or until - now > timedelta(seconds=self.limits.patience):
                raise RateLimited(
                    f"{self.origin} asks to wait until {until.astimezone():%H:%M:%S %Z}.",
                    until=until,
                    advice="Try again then.",
                )
            self._not_before = max(self._not_before, until)
        else:
            await self.pace.pause(attempt)
        return True

    async def _once(self, call: HubRequest) -> Response:
        async with self._room:
            answer = await self._exchange(call, call.path)
            if 300 <= answer.status < 400:
                answer = await self._exchange(call, self._redirected(answer, call))
        if 300 <= answer.status < 400:
            raise answer.unusable("sends back and forth")
        return answer

    def _redirected(self, answer: Response, call: HubRequest) -> str:
        """Where a redirect leads, if that is the same path but for its last slash (facts 4), or `Call.moved`.

        No other is followed: a token goes nowhere but where its owner sent it.
        """
        url = self._target(answer.header("location"), call)
        if url is None or ApiOrigin.of(str(url)) != self.origin:
            raise answer.unusable("sends elsewhere, to another host; nothing was sent there")
        path = url.raw_path.decode()
        before, after = (text.partition("?")[0] for text in (call.path, path))
        known = {one.rstrip("/") for one in (before, call.moved) if one}
        if (
            before == after
            or after.rstrip("/") not in known
            or (answer.status < 307 and call.method != "GET")
        ):
            raise answer.unusable("sends elsewhere")
        return path

    def _target(self, location: str, call: HubRequest) -> httpx.URL | None:
        try:
            return httpx.URL(str(self.origin)).join(call.path).join(location) if location.isascii() else None
        except httpx.InvalidURL:
            return None

    async def _exchange(self, call: HubRequest, path: str) -> Response:
        try:
            async with asyncio.timeout(self.limits.total), self._opened(call, path) as response:
                return await self._whole(call, response)
        except TimeoutError:
            raise Broken(
                f"{self.origin} took more than {self.limits.total:g} seconds over {call.what}.", sent=True
            ) from None
        except httpx.InvalidURL:
            # The client looks at where a redirect leads, though it is not to follow it.
            raise UnusableAnswer(f"The answer to {call.what} sends elsewhere, to no address.") from None
        except httpx.TransportError as error:
            raise self._broken(call, error) from error

    @asynccontextmanager
    async def _opened(self, call: HubRequest, path: str) -> AsyncIterator[httpx.Response]:
        request = self._client.build_request(
            call.method,
            path,
            params=call.parameters or None,
            content=None if call.body is None else json.dumps(call.body).encode(),
            headers={**call.headers, **({} if call.body is None else {"Content-Type": "application/json"})},
        )
        if ApiOrigin.of(str(request.url)) != self.origin:
            raise UnusableAnswer(f"{call.what} would go to another host; nothing was sent.")
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def _whole(self, call: HubRequest, response: httpx.Response) -> Response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Response(call.what, response.status_code, headers, b"")
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise answer.unusable("is packed, though nobody asked for that")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > self.limits.body:
                raise answer.unusable(f"is longer than {self.limits.body / 1e6:g} MB")
        return answer._replace(body=bytes(body))

    def _broken(self, call: HubRequest, error: httpx.TransportError) -> StoreError:
        sent = not isinstance(error, _NOT_SENT)
        if isinstance(error, httpx.ConnectTimeout):
            return Broken(f"{self.origin} does not answer.", sent=False)
        if isinstance(error, httpx.TimeoutException):
            return Broken(f"{self.origin} fell silent over {call.what}.", sent=sent)
        if _is_about_certificate(error):
            return Broken(
                f"{self.origin} cannot prove who it is: {escape_controls(str(error))}.",
                sent=False,
                hopeless=True,
                advice="If your network has an authority of its own, SSL_CERT_FILE can name its certificate.",
            )
        if not sent:
            return Broken(
                f"{self.origin} cannot be reached: {escape_controls(str(error)) or 'no connection'}.",
                sent=False,
            )
        return Broken(f"The connection to {self.origin} broke off over {call.what}.", sent=True)


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
