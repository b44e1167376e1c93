"""How much of everything is enough, and how time passes while waiting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from iam_tui.stores.hub.response import Response
from iam_tui.stores.protocol import Waiting

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_WITHOUT_A_TIME: Final = timedelta(seconds=60)
_FARTHEST: Final = timedelta(days=1)


class Limits(NamedTuple):
    """Bounds of one request in seconds and bytes, and of how many there may be."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0
    body: int = 8_000_000
    pages: int = 1_000
    parallel: int = 8
    attempts: int = 4
    patience: float = 30.0
    """The longest wait, in seconds, that the server may ask for without anybody being asked."""


class Retry(NamedTuple):
    """Clock (timezone-aware UTC), how to sleep some seconds, chance from 0 to 1, and who hears of waits."""

    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    waiting: Callable[[Waiting | None], None] | None = None

    async def wait_until(self, moment: datetime, reason: str) -> None:
        """Wait, and tell whoever wants to hear of it; can be cancelled like any waiting."""
        seconds = (moment - self.clock()).total_seconds()
        if seconds <= 0:
            return
        if self.waiting is not None:
            self.waiting(Waiting(moment, reason))
        try:
            await self.sleep(seconds)
        finally:
            if self.waiting is not None:
                self.waiting(None)

    async def pause(self, attempt: int) -> None:
        """A pause after the attempt (from 1) that failed: longer each time, and never the same for two."""
        longest = min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)
        await self.sleep(longest * (0.5 + self.chance() / 2))


def asked_to_wait_until(answer: Response, now: datetime) -> datetime | None:
    """Until when an answer asks to wait: `Retry-After` in seconds or as a date, `X-Retry-After` as unix time.

    Facts 4. A 429 that names no time, or no possible one, means a minute; other answers then mean none.
    """
    moment = _retry_after(answer.header("retry-after"), now) or _unix_time(
        answer.header("x-retry-after"), now
    )
    if moment is None:
        return now + _WITHOUT_A_TIME if answer.status == 429 else None
    return min(moment, now + _FARTHEST)


def _retry_after(text: str, now: datetime) -> datetime | None:
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _FARTHEST)
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
