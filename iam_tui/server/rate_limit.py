"""Limits failed logins: counts those of each account in the last minute, in bounded memory."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from iam_tui.stores.local.file import Clock

LIMIT: Final = 20
"""How many failed logins of an account in a minute get status 401; after that, 429."""
WINDOW: Final = timedelta(minutes=1)
ACCOUNTS: Final = 10_000
"""How many accounts are kept; beyond that, the one whose last failure is oldest is dropped."""


class LoginLimit(NamedTuple):
    """How many failed logins an account has left, and when the oldest one stops counting."""

    remaining: int
    resets_at: datetime

    def headers(self) -> Mapping[str, str]:
        """The rate limit headers of Docker Hub."""
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(ceil(self.resets_at.timestamp())),
        }

    def wait_headers(self, now: datetime) -> Mapping[str, str]:
        """How long to wait, in the header that Docker documents now and in the one it used to document."""
        seconds = max(1, ceil((self.resets_at - now).total_seconds()))
        return {
            **self.headers(),
            "Retry-After": str(seconds),
            "X-Retry-After": str(ceil(self.resets_at.timestamp())),
        }


class FailedLogins:
    """The failed logins of the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[bytes, deque[datetime]] = OrderedDict()

    def limit(self, account: str) -> LoginLimit:
        """The current limit of an account."""
        now = self._clock()
        recent = self._failures.get(_key(account), deque())
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        return LoginLimit(LIMIT - len(recent), (recent[0] if recent else now) + WINDOW)

    def record(self, account: str) -> None:
        """Record a failed login of an account."""
        key = _key(account)
        self._failures.setdefault(key, deque(maxlen=LIMIT)).append(self._clock())
        self._failures.move_to_end(key)
        if len(self._failures) > ACCOUNTS:
            self._failures.popitem(last=False)


def _key(account: str) -> bytes:
    """A hash of 16 bytes, whatever the length of the name."""
    return hashlib.blake2b(account.encode("utf-8", "surrogatepass"), digest_size=16).digest()
