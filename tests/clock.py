"""A clock for tests."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """A clock that shows Thursday, 12 March 2026, 14:15 UTC, until a test calls `advance`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 12, 14, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> datetime:
        """Move on by this much, in the words of `timedelta`; the new time."""
        self.now += timedelta(**units)
        return self.now
