"""A Hub on this machine, and stores that are signed in to it; time passes only through the clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from iam_tui.stores.hub import ApiOrigin, HubStore, RequestLimits, Retry
from iam_tui.stores.hub.session import SecondFactor
from iam_tui.stores.local import open_file
from iam_tui.stores.protocol import Credentials, Waiting
from tests.clock import FixedClock
from tests.stores.hub.fake_hub import SECRET, FakeHub

PATIENT = RequestLimits()
QUICK = RequestLimits(connect=0.5, read=0.4, total=0.8, attempts=3)


class HubStores:
    """Opens stores for users, and records their waits and how long they slept."""

    def __init__(self, hub: FakeHub, folder: Path, clock: FixedClock) -> None:
        self.hub = hub
        self.path = folder / "memory.db"
        self.clock = clock
        self.slept: list[float] = []
        self.waits: list[Waiting | None] = []
        self.sleep: Callable[[float], Awaitable[None]] = self._pass
        self._stores: list[HubStore] = []

    async def open(
        self,
        user: str = "olivia",
        *,
        secret: str = SECRET,
        limits: RequestLimits = PATIENT,
        second_factor: SecondFactor | None = None,
        url: str | None = None,
    ) -> HubStore:
        """The store as one person."""
        store = await HubStore.open(
            ApiOrigin.parse(url or self.hub.url),
            Credentials(user, secret),
            open_file(self.path, self.clock),
            second_factor=second_factor,
            retry=Retry(self.clock, self._sleep, lambda: 1.0, self.waits.append),
            limits=limits,
        )
        self._stores.append(store)
        return store

    async def _sleep(self, seconds: float) -> None:
        await self.sleep(seconds)

    async def _pass(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds=seconds)
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Close every store."""
        for store in self._stores:
            await store.close()


@pytest.fixture
async def hub(clock: FixedClock) -> AsyncIterator[FakeHub]:
    """An honest Hub."""
    made = FakeHub(clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def hub_stores(hub: FakeHub, tmp_path: Path, clock: FixedClock) -> AsyncIterator[HubStores]:
    """Opens stores on that Hub, all with one local file."""
    made = HubStores(hub, tmp_path, clock)
    yield made
    await made.close()
