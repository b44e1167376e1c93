"""A small organization in every store; whoever adds a store adds its `Ground` and an entry to `GROUNDS`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import pytest

from iam_tui.stores.local import LocalAdmin, LocalFile, LocalStore, open_file
from iam_tui.stores.protocol import Store
from tests.conftest import FixedClock
from tests.server.running import PEOPLE
from tests.stores.hub.harness import HubGround, make_organizations


class Ground(Protocol):
    """A store with `acme`, on revision 1: olivia and omar own it, eddy is an editor, max a member.

    `team` is olivia's and has the Team plan; zoe has `other` and is not in acme.
    """

    @property
    def people(self) -> Sequence[str]:
        """Everybody who can have a store."""
        ...

    def store(self, user: str) -> Store:
        """The store as one person."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class LocalGround:
    """The small organization in a local file."""

    people = (*PEOPLE, "nobody")

    def __init__(self, file: LocalFile) -> None:
        self.file = file

    @classmethod
    async def make(cls, folder: Path, clock: FixedClock) -> "LocalGround":
        """A new file with the small organization."""
        ground = cls(open_file(folder / "iam.db", clock))
        await make_organizations(ground.file)
        return ground

    def store(self, user: str) -> LocalStore:
        """The store as one person."""
        return LocalStore(self.file, user)

    def world(self, user: str | None = None) -> LocalAdmin:
        """The world as one person, or nobody, may change it."""
        return LocalAdmin(self.file, user)

    async def close(self) -> None:
        """Close the file."""
        await self.file.close()


GROUNDS: Final[dict[str, Callable[[Path, FixedClock], Awaitable[Ground]]]] = {
    "hub": HubGround.make,
    "local": LocalGround.make,
}


@pytest.fixture(params=sorted(GROUNDS))
async def ground(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Ground]:
    """The small organization, in each store in turn."""
    made = await GROUNDS[request.param](tmp_path, clock)
    yield made
    await made.close()


@pytest.fixture
async def local(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalGround]:
    """The small organization in a local file."""
    made = await LocalGround.make(tmp_path, clock)
    yield made
    await made.close()
