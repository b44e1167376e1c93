"""Badges of namespaces, asked of one origin: without credentials, within one budget of time (facts 8)."""

import asyncio
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from iam_tui.core.category import Badge
from iam_tui.stores.errors import Forbidden, RateLimited, StoreError, Unavailable, UnusableAnswer
from iam_tui.stores.hub.error_mapping import fault
from iam_tui.stores.hub.origin import ApiOrigin, is_slug
from iam_tui.stores.hub.response import Response
from iam_tui.stores.hub.retry import Limits, Retry
from iam_tui.stores.hub.transport import Broken, HubRequest, Transport
from iam_tui.stores.local.file import Clock

SECONDS: Final = 3.0
"""How long a look-up may take in all, whatever the number of namespaces."""
_LIMITS: Final = Limits(
    connect=SECONDS, read=SECONDS, total=SECONDS, body=64_000, parallel=8, attempts=1, patience=0
)
_BADGES: Final = {
    "verified_publisher": Badge.VERIFIED_PUBLISHER,
    "open_source": Badge.OPEN_SOURCE,
    "": Badge.NONE,
}


class Answers(NamedTuple):
    """What was answered: badges, and names that nobody has. Who is in neither was not answered usably."""

    badges: Mapping[str, Badge]
    missing: frozenset[str]
    error: StoreError | None


async def look_up(
    namespaces: Iterable[str], origin: ApiOrigin, clock: Clock, *, seconds: float = SECONDS
) -> Answers:
    """Ask `/v2/orgs/NAME/`, and for who is no organization `/v2/users/NAME/`; raises nothing of its own.

    After `seconds`, what was answered until then is all there is. An origin that cannot be reached, asks to
    wait or to sign in is not asked for the remaining names.
    """
    # What it reads for https takes longer than a key may.
    transport = await asyncio.to_thread(Transport, origin, Retry(clock), _LIMITS)
    questions = _Questions(transport, namespaces)
    try:
        async with asyncio.timeout(seconds):
            await _resolved(origin)
            async with asyncio.TaskGroup() as group:
                for _ in range(_LIMITS.parallel):
                    group.create_task(questions.go_on())
    except TimeoutError:
        questions.error = Unavailable(f"{origin} did not answer everything within {seconds:g} seconds.")
    finally:
        await transport.close()
    return Answers(questions.badges, frozenset(questions.missing), questions.error)


class _Questions:
    """The questions of one look-up, which several tasks take turns at."""

    def __init__(self, transport: Transport, namespaces: Iterable[str]) -> None:
        self._transport = transport
        self._left: Iterator[str] = iter(sorted({one for one in namespaces if is_slug(one)}))
        self.badges: dict[str, Badge] = {}
        self.missing: set[str] = set()
        self.error: StoreError | None = None
        self._is_over = False

    async def go_on(self) -> None:
        """Ask one after another until none is left, or the origin is not to be asked any more."""
        for namespace in self._left:
            try:
                await self._ask(namespace)
            except StoreError as error:
                self.error = self.error or error
                self._is_over = self._is_over or isinstance(error, Broken | RateLimited | Forbidden)
            if self._is_over:
                return

    async def _ask(self, namespace: str) -> None:
        organization, user = f"/v2/orgs/{namespace}/", f"/v2/users/{namespace}/"
        what = f"looking up {namespace}"
        answer = await self._transport.ask(HubRequest(what, "GET", organization, moved=user))
        if answer.status == 404:
            answer = await self._transport.ask(HubRequest(what, "GET", user))
        if answer.status == 404:
            self.missing.add(namespace)
        else:
            self.badges[namespace] = self._read(answer, namespace)

    def _read(self, answer: Response, namespace: str) -> Badge:
        """The badge in an answer about this very name; what looks otherwise says nothing of it."""
        origin = self._transport.origin
        if answer.status in (401, 403):
            raise Forbidden(f"{origin} tells badges only to who signs in, and a look-up never does.")
        error = fault(answer, origin)
        if error is not None:
            raise error
        told = answer.mapping()
        names = [name.lower() for key in ("orgname", "username") if isinstance(name := told.get(key), str)]
        badge = told.get("badge")
        if namespace.lower() not in names or not isinstance(badge, str) or badge not in _BADGES:
            raise _says_nothing(answer)
        return _BADGES[badge]


def _says_nothing(answer: Response) -> UnusableAnswer:
    return answer.unusable("does not tell its badge")


async def _resolved(origin: ApiOrigin) -> None:
    """Wait until the name of the host to connect to has been looked for, found or not.

    Without a network that can take half a minute, and the event loop's end waits for threads of its own
    that still do it. For this one nobody waits.
    """
    proxies = {} if origin.is_loopback else getproxies()
    proxy = proxies.get(origin.scheme) or proxies.get("all") or ""
    host = urlsplit(proxy).hostname or origin.host
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def resolve() -> None:
        with suppress(OSError, UnicodeError):
            socket.getaddrinfo(host, origin.port, type=socket.SOCK_STREAM)
        # By now the loop may be closed.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=resolve, name="iam-tui-resolve", daemon=True).start()
    await done.wait()
