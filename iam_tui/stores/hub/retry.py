"""When to try again: limits of requests, pauses between attempts, and waits that the server asks for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.protocol import Waiting

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_DEFAULT_WAIT: Final = timedelta(seconds=60)
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
    longest_wait: float = 30.0
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
    """When the server asks to try again; None if it does not.

    It says so in `Retry-After`, in seconds or as a date, or in `X-Retry-After`, as unix time: Docker
    documents the first and used to document the second. A status 429 without a usable time means a minute.
    """
    moment = _retry_after(response.header("retry-after"), now) or _unix_time(
        response.header("x-retry-after"), now
    )
    if moment is None:
        return now + _DEFAULT_WAIT if response.status == 429 else None
    return min(moment, now + _LONGEST)


def _retry_after(text: str, now: datetime) -> datetime | None:
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)


def _unix_time(text: str, now: datetime) -> datetime | None:
    if not text.isascii() or not text.isdigit():
        return None
    try:
        return datetime.fromtimestamp(int(text[:12]), now.tzinfo)
    except (ValueError, OverflowError, OSError):
        return None
