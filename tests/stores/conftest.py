"""A small organization in every store; a new store needs a `StoreHarness` and an entry in `HARNESSES`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import pytest

from iam_tui.stores.local import LocalAdmin, LocalFile, LocalStore, open_file
from iam_tui.stores.protocol import Store
from tests.clock import FixedClock
from tests.server.running import PEOPLE
from tests.stores.hub.harness import HubHarness, make_organizations


class StoreHarness(Protocol):
    """A store with `acme`, on revision 1: olivia and omar own it, eddy is an editor, max a member.

    `team` is olivia's and has the Team plan; zoe has `other` and is not in acme.
    """

    @property
    def people(self) -> Sequence[str]:
        """Everyone who can have a store."""
        ...

    def store(self, user: str) -> Store:
        """The store as one person."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class LocalHarness:
    """The small organization in a local file."""

    people = (*PEOPLE, "nobody")

    def __init__(self, file: LocalFile) -> None:
        self.file = file

    @classmethod
    async def make(cls, folder: Path, clock: FixedClock) -> "LocalHarness":
        """A new file with the small organization."""
        harness = cls(open_file(folder / "iam.db", clock))
        await make_organizations(harness.file)
        return harness

    def store(self, user: str) -> LocalStore:
        """The store as one person."""
        return LocalStore(self.file, user)

    def admin(self, user: str | None = None) -> LocalAdmin:
        """The file's administration, as one person or without a user."""
        return LocalAdmin(self.file, user)

    async def close(self) -> None:
        """Close the file."""
        await self.file.close()


HARNESSES: Final[dict[str, Callable[[Path, FixedClock], Awaitable[StoreHarness]]]] = {
    "hub": HubHarness.make,
    "local": LocalHarness.make,
}


@pytest.fixture(params=sorted(HARNESSES))
async def harness(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[StoreHarness]:
    """The small organization, in each store in turn."""
    made = await HARNESSES[request.param](tmp_path, clock)
    yield made
    await made.close()


@pytest.fixture
async def local(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalHarness]:
    """The small organization in a local file."""
    made = await LocalHarness.make(tmp_path, clock)
    yield made
    await made.close()
