"""Looks up the badges of namespaces at one API, without credentials and within one time limit for all.

The field `badge` of an organization or a user is public; it is not in Docker's API reference.
"""

import asyncio
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from iam_tui.core.category import Badge
from iam_tui.stores.errors import Forbidden, NetworkSetup, RateLimited, StoreError, Unavailable
from iam_tui.stores.hub.connection import ConnectionFailed
from iam_tui.stores.hub.error_mapping import error_from
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.hub.retry import RequestLimits, Retry
from iam_tui.stores.hub.transport import HubRequest, Transport
from iam_tui.stores.local.file import Clock

SECONDS: Final = 3.0
"""How long a lookup may take in all, for any number of namespaces."""
_LIMITS: Final = RequestLimits(
    connect=SECONDS, read=SECONDS, total=SECONDS, body=64_000, parallel=8, attempts=1, longest_wait=0
)
_BADGES: Final = {
    "verified_publisher": Badge.VERIFIED_PUBLISHER,
    "open_source": Badge.OPEN_SOURCE,
    "": Badge.NONE,
}


class BadgeResults(NamedTuple):
    """The badges found, and the names that do not exist. Names in neither had no usable response."""

    badges: Mapping[str, Badge]
    missing: frozenset[str]
    error: StoreError | None


async def look_up_badges(
    namespaces: Iterable[str], origin: ApiOrigin, clock: Clock, *, seconds: float = SECONDS
) -> BadgeResults:
    """Request `/v2/orgs/NAME/`, and `/v2/users/NAME/` if that is not an organization; raises nothing.

    After `seconds`, the results so far are returned. If the origin cannot be reached, or asks to wait or to
    sign in, the remaining names are not requested.
    """
    try:
        transport = await asyncio.to_thread(Transport, origin, Retry(clock), _LIMITS)
    except NetworkSetup as error:
        return BadgeResults({}, frozenset(), error)
    requests = _BadgeRequests(transport, namespaces)
    try:
        async with asyncio.timeout(seconds):
            await _wait_for_resolver(transport)
            async with asyncio.TaskGroup() as group:
                for _ in range(_LIMITS.parallel):
                    group.create_task(requests.work())
    except TimeoutError:
        requests.error = Unavailable(f"{origin} did not respond to every lookup within {seconds:g} seconds.")
    finally:
        await transport.close()
    return BadgeResults(requests.badges, frozenset(requests.missing), requests.error)


class _BadgeRequests:
    """The requests of one lookup, shared by several tasks."""

    def __init__(self, transport: Transport, namespaces: Iterable[str]) -> None:
        self._transport = transport
        self._left: Iterator[str] = iter(sorted({one for one in namespaces if is_slug(one)}))
        self.badges: dict[str, Badge] = {}
        self.missing: set[str] = set()
        self.error: StoreError | None = None
        self._is_over = False

    async def work(self) -> None:
        """Make one request after another, until none is left or the origin should be left alone."""
        for namespace in self._left:
            try:
                await self._look_up(namespace)
            except StoreError as error:
                self.error = self.error or error
                self._is_over = self._is_over or isinstance(error, ConnectionFailed | RateLimited | Forbidden)
            if self._is_over:
                return

    async def _look_up(self, namespace: str) -> None:
        organization, user = f"/v2/orgs/{namespace}/", f"/v2/users/{namespace}/"
        purpose = f"looking up {namespace}"
        response = await self._transport.send(HubRequest(purpose, "GET", organization, redirect_path=user))
        if response.status == 404:
            response = await self._transport.send(HubRequest(purpose, "GET", user))
        if response.status == 404:
            self.missing.add(namespace)
        else:
            self.badges[namespace] = self._read(response, namespace)

    def _read(self, response: HubResponse, namespace: str) -> Badge:
        """The badge in a response about this name; `UnusableAnswer` for anything else."""
        origin = self._transport.origin
        if response.status in (401, 403):
            raise Forbidden(f"{origin} requires signing in to read badges; lookups never sign in.")
        error = error_from(response, origin)
        if error is not None:
            raise error
        found = response.json_object()
        names = [name.lower() for key in ("orgname", "username") if isinstance(name := found.get(key), str)]
        badge = found.get("badge")
        if namespace.lower() not in names or not isinstance(badge, str) or badge not in _BADGES:
            raise response.unusable("contains no badge")
        return _BADGES[badge]


async def _wait_for_resolver(transport: Transport) -> None:
    """Wait until the name of the host to connect to has been resolved, successfully or not.

    Without a network that can take half a minute, and closing the event loop waits for its own threads that
    are still resolving. It does not wait for this one.
    """
    origin, proxy = transport.origin, transport.proxy
    host = (urlsplit(proxy.shown).hostname if proxy else None) or origin.host
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def resolve() -> None:
        with suppress(OSError, UnicodeError):
            socket.getaddrinfo(host, origin.port, type=socket.SOCK_STREAM)
        # The loop may be closed by now.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=resolve, name="iam-tui-resolve", daemon=True).start()
    await done.wait()
