"""What many tests start from: a clock that stands still until told, and the demo in a real file."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from iam_tui.stores.demo.fill import DEMO_USER, fill_demo
from iam_tui.stores.local import LocalStore, open_file

# A busy machine is no failure: the time an example takes is measured elsewhere.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


class FixedClock:
    """A clock that always tells the same moment; `advance` moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 12, 14, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> datetime:
        """Move on by this much, in the words of `timedelta`; the new moment."""
        self.now += timedelta(**units)
        return self.now


@pytest.fixture
def clock() -> FixedClock:
    """Thursday, 12 March 2026, 14:15 UTC."""
    return FixedClock()


@pytest.fixture
async def demo_file(tmp_path: Path, clock: FixedClock) -> Path:
    """A closed file with the demo's organizations."""
    path = tmp_path / "demo.db"
    file = open_file(path, clock)
    await fill_demo(file, clock)
    await file.close()
    return path


@pytest.fixture
async def demo_store(demo_file: Path, clock: FixedClock) -> AsyncIterator[LocalStore]:
    """The demo as its owner sees it."""
    store = LocalStore(open_file(demo_file, clock), DEMO_USER)
    yield store
    await store.close()
