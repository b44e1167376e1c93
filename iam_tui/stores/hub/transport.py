"""Sends requests over httpx: to one origin only, limited in time and size, repeated if that is harmless."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, NamedTuple

import httpx

from iam_tui.stores.errors import NetworkSetup, RateLimited, UnusableAnswer
from iam_tui.stores.hub.certificates import trusted_certificates
from iam_tui.stores.hub.connection import ConnectionFailed, Tunnel, connection_error, proxy_error
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.proxy import Proxy, find_proxy
from iam_tui.stores.hub.response import HubResponse, Json
from iam_tui.stores.hub.retry import RequestLimits, Retry, retry_time

_NO_PARAMETERS: Final[Mapping[str, str]] = {}


class HubRequest(NamedTuple):
    """A request: its `purpose`, as in `reading the settings of acme`, and its quoted `path` from the root."""

    purpose: str
    method: str
    path: str
    parameters: Mapping[str, str] = _NO_PARAMETERS
    body: Json | None = None
    headers: Mapping[str, str] = _NO_PARAMETERS
    redirect_path: str = ""
    """Another path of the same origin that a redirect may lead to; empty for none."""

    @property
    def is_repeatable(self) -> bool:
        """Whether it changes nothing, so that it may be repeated after a failure."""
        return self.method != "PUT"

    def __repr__(self) -> str:
        # Body and headers contain secrets.
        return f"HubRequest({self.method} {self.path})"


class Transport:
    """Sends requests to one origin, and returns whole responses of any status.

    Raises `Unavailable`, `RateLimited` for a wait longer than `RequestLimits.longest_wait`, and
    `UnusableAnswer` for responses that are too large, compressed, or redirect elsewhere. Making one reads
    certificates, which takes longer than a key press may, and raises `NetworkSetup` for proxies and
    certificates that cannot be used.
    """

    def __init__(self, origin: ApiOrigin, retry: Retry, limits: RequestLimits) -> None:
        self.origin = origin
        self.retry = retry
        self.limits = limits
        self._slots = asyncio.Semaphore(limits.parallel)
        self._not_before = retry.clock()
        self.proxy = find_proxy(origin)
        is_encrypted = origin.scheme == "https"
        certificates = trusted_certificates() if is_encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.AsyncClient(
            base_url=str(origin),
            verify=certificates,
            proxy=_httpx_proxy(self.proxy, certificates) if self.proxy else None,
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            limits=httpx.Limits(max_connections=limits.parallel, max_keepalive_connections=limits.parallel),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            # What the environment says about the network was read above: httpx fails on some of it.
            trust_env=False,
            headers={"User-Agent": "iam-tui", "Accept": "application/json", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close the connections; calling it twice is fine."""
        await self._client.aclose()

    async def send(self, request: HubRequest) -> HubResponse:
        """The response to a request; reads are repeated after a failure, with growing pauses."""
        attempt = 1
        while True:
            last = not request.is_repeatable or attempt == self.limits.attempts
            if request.is_repeatable:
                await self.retry.wait_until(self._not_before, f"{self.origin} asks to wait.")
            try:
                response = await self._send_once(request)
            except ConnectionFailed as error:
                if last or error.is_permanent:
                    raise
                await self.retry.pause(attempt)
            else:
                if not await self._should_retry(response, attempt, last=last):
                    return response
            attempt += 1

    async def _should_retry(self, response: HubResponse, attempt: int, *, last: bool) -> bool:
        """Whether to repeat the request; pauses before it returns true."""
        if response.status != 429 and (response.status < 500 or last):
            return False
        now = self.retry.clock()
        until = retry_time(response, now)
        if until is None and response.status == 429:
            raise RateLimited(
                f"{self.origin} asks to wait, without saying how long.", advice="Try again in a minute."
            )
        if until is not None:
            if last or until - now > timedelta(seconds=self.limits.longest_wait):
                raise RateLimited(
                    f"{self.origin} asks to wait until {until.astimezone():%H:%M:%S %Z}.",
                    until=until,
                    advice="Try again after that time.",
                )
            self._not_before = max(self._not_before, until)
        else:
            await self.retry.pause(attempt)
        return True

    async def _send_once(self, request: HubRequest) -> HubResponse:
        async with self._slots:
            response = await self._exchange(request, request.path)
            if 300 <= response.status < 400:
                response = await self._exchange(request, self._redirected(response, request))
        if 300 <= response.status < 400:
            raise response.unusable("redirects in a loop")
        return response

    def _redirected(self, response: HubResponse, request: HubRequest) -> str:
        """The path of a redirect to the same path, with or without a last slash, or to `redirect_path`.

        Other redirects raise `UnusableAnswer`: the token must not be sent anywhere else.
        """
        url = self._target(response.header("location"), request)
        if url is None or ApiOrigin.of(str(url)) != self.origin:
            raise response.unusable("redirects to another host; nothing was sent there")
        path = url.raw_path.decode()
        before, after = (text.partition("?")[0] for text in (request.path, path))
        known = {one.rstrip("/") for one in (before, request.redirect_path) if one}
        if (
            before == after
            or after.rstrip("/") not in known
            or (response.status < 307 and request.method != "GET")
        ):
            raise response.unusable("redirects to another path")
        return path

    def _target(self, location: str, request: HubRequest) -> httpx.URL | None:
        try:
            return (
                httpx.URL(str(self.origin)).join(request.path).join(location) if location.isascii() else None
            )
        except httpx.InvalidURL:
            return None

    async def _exchange(self, request: HubRequest, path: str) -> HubResponse:
        tunnel = Tunnel(self.proxy, self.limits) if self.proxy else None
        try:
            async with asyncio.timeout(self.limits.total):
                async with self._open_response(request, path, tunnel) as streamed:
                    return await self._read_body(request, streamed)
        except TimeoutError:
            raise ConnectionFailed(
                f"{self.origin} took more than {self.limits.total:g} seconds when {request.purpose}.",
                sent=tunnel is None or tunnel.is_open,
            ) from None
        except httpx.InvalidURL:
            # httpx parses the target of a redirect even if it is not to follow it.
            raise UnusableAnswer(
                f"The response when {request.purpose} redirects to an invalid address."
            ) from None
        except httpx.TransportError as error:
            if tunnel and not tunnel.is_open:
                raise proxy_error(tunnel, self.origin, error) from error
            raise connection_error(self.origin, request.purpose, error) from error

    @asynccontextmanager
    async def _open_response(
        self, request: HubRequest, path: str, tunnel: Tunnel | None
    ) -> AsyncIterator[httpx.Response]:
        content_type = {} if request.body is None else {"Content-Type": "application/json"}
        built = self._client.build_request(
            request.method,
            path,
            params=request.parameters or None,
            content=None if request.body is None else json.dumps(request.body).encode(),
            headers={**request.headers, **content_type},
            extensions=tunnel.extensions if tunnel else None,
        )
        if ApiOrigin.of(str(built.url)) != self.origin:
            raise UnusableAnswer(f"Nothing was sent: {request.purpose} would have gone to another host.")
        streamed = await self._client.send(built, stream=True)
        try:
            yield streamed
        finally:
            await streamed.aclose()

    async def _read_body(self, request: HubRequest, streamed: httpx.Response) -> HubResponse:
        headers = {name.lower(): value for name, value in streamed.headers.items()}
        response = HubResponse(request.purpose, streamed.status_code, headers, b"")
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise response.unusable("is compressed, which was not requested")
        body = bytearray()
        async for piece in streamed.aiter_raw():
            body += piece
            if len(body) > self.limits.body:
                raise response.unusable(f"is longer than {self.limits.body / 1e6:g} MB")
        return response._replace(body=bytes(body))


def _httpx_proxy(proxy: Proxy, certificates: ssl.SSLContext) -> httpx.Proxy:
    try:
        return httpx.Proxy(proxy.url, ssl_context=certificates if proxy.url.startswith("https:") else None)
    except (httpx.InvalidURL, ValueError):
        raise NetworkSetup(f"The proxy in {proxy.source} is not a valid URL.") from None
