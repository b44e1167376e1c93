"""When to try again: limits of requests, pauses between attempts, and waits that the server asks for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.protocol import Waiting

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(days=1)


class RequestLimits(NamedTuple):
    """Limits in seconds and bytes, and of the numbers of pages, parallel requests and attempts."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0
    body: int = 8_000_000
    pages: int = 1_000
    parallel: int = 8
    attempts: int = 4
    longest_wait: float = 300.0
    """The longest wait, in seconds, that is waited out; for a longer one `RateLimited` is raised."""


class Retry(NamedTuple):
    """How time passes: a clock (UTC), a sleep in seconds, random numbers from 0 to 1.

    `on_wait` is called with each wait that the server asks for, and with None when it is over.
    """

    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random_fraction: Callable[[], float] = random.random
    on_wait: Callable[[Waiting | None], None] | None = None

    async def wait_until(self, moment: datetime, reason: str) -> None:
        """Wait until a moment, with calls of `on_wait`; cancelling the task ends the wait."""
        seconds = (moment - self.clock()).total_seconds()
        if seconds <= 0:
            return
        if self.on_wait is not None:
            self.on_wait(Waiting(moment, reason))
        try:
            await self.sleep(seconds)
        finally:
            if self.on_wait is not None:
                self.on_wait(None)

    async def pause(self, attempt: int) -> None:
        """Pause after a failed attempt (counted from 1): longer each time, with a random part."""
        longest = min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)
        await self.sleep(longest * (0.5 + self.random_fraction() / 2))


def retry_time(response: HubResponse, now: datetime) -> datetime | None:
    """When the server asks to try again, by the clock of `now`; None if it does not say.

    It says so in `Retry-After`, in seconds or as a date, or in `X-Retry-After`, as unix time: Docker
    documents the first and used to document the second. With status 429, `X-RateLimit-Reset` (unix time)
    counts as well.
    https://docs.docker.com/reference/api/hub/latest/#tag/rate-limiting
    """
    names = ("x-retry-after", "x-ratelimit-reset") if response.status == 429 else ("x-retry-after",)
    seconds = _seconds(response.header("retry-after"))
    if seconds is not None:
        return now + min(timedelta(seconds=seconds), _LONGEST)
    times = [_date(response.header("retry-after")), *(_unix_time(response.header(name)) for name in names)]
    moment = next((one for one in times if one is not None), None)
    if moment is None:
        return None
    # By the server's clock, so that this machine's may be wrong.
    wait = moment - (_date(response.header("date")) or now)
    return now + min(max(wait, _SHORTEST_WAIT), _LONGEST)


def _seconds(text: str) -> int | None:
    return int(text[:12]) if text.isascii() and text.isdigit() else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _unix_time(text: str) -> datetime | None:
    seconds = _seconds(text)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
