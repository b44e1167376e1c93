"""Failed logins by account: how many there were in the last minute, in bounded memory."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from iam_tui.stores.local.file import Clock

LIMIT: Final = 20
"""The failed logins of one account in a minute that are still answered as such."""
WINDOW: Final = timedelta(minutes=1)
ACCOUNTS: Final = 10_000
"""The accounts that are remembered; of more, those whose last failure is longest ago are forgotten."""


class Standing(NamedTuple):
    """How many failures an account has left, and when the oldest one no longer counts."""

    remaining: int
    resets_at: datetime

    def headers(self) -> Mapping[str, str]:
        """The rate limit as Docker Hub tells it (facts 4)."""
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(ceil(self.resets_at.timestamp())),
        }

    def wait_headers(self, now: datetime) -> Mapping[str, str]:
        """How long to wait, in the way Docker documents now and in the one it documented before."""
        seconds = max(1, ceil((self.resets_at - now).total_seconds()))
        return {
            **self.headers(),
            "Retry-After": str(seconds),
            "X-Retry-After": str(ceil(self.resets_at.timestamp())),
        }


class Attempts:
    """The failed logins of the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[bytes, deque[datetime]] = OrderedDict()

    def standing(self, account: str) -> Standing:
        """Where an account stands now."""
        now = self._clock()
        recent = self._failures.get(_key(account), deque())
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        return Standing(LIMIT - len(recent), (recent[0] if recent else now) + WINDOW)

    def failed(self, account: str) -> None:
        """Count a failed login of an account."""
        key = _key(account)
        self._failures.setdefault(key, deque(maxlen=LIMIT)).append(self._clock())
        self._failures.move_to_end(key)
        if len(self._failures) > ACCOUNTS:
            self._failures.popitem(last=False)


def _key(account: str) -> bytes:
    """A name of any length as 16 bytes."""
    return hashlib.blake2b(account.encode("utf-8", "surrogatepass"), digest_size=16).digest()
