"""The small organization behind a server of this program, as the Hub store sees it over loopback."""

import asyncio
from pathlib import Path

from iam_tui.core.organization import Plan, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.server.run import Server, listen, make_server
from iam_tui.stores.hub import ApiOrigin, HubStore, Retry
from iam_tui.stores.local import LocalAdmin, LocalFile, open_file
from iam_tui.stores.local.hub_memory import UNKNOWN_AUTHOR, HubMemory
from iam_tui.stores.local.tokens import PersonalTokens
from iam_tui.stores.protocol import Credentials
from tests.clock import FixedClock
from tests.server.running import KEY, PEOPLE, now


class HubHarness:
    """The server, and a store for everyone who can sign in; all of them share one memory.

    What Hub's API lacks was recorded by hand as in a new organization, before anything was read.
    """

    people = PEOPLE

    def __init__(self, server: Server, serving: "asyncio.Task[None]", file: LocalFile) -> None:
        self._server = server
        self._serving = serving
        self._file = file
        self._stores: dict[str, HubStore] = {}

    @classmethod
    async def make(cls, folder: Path, clock: FixedClock) -> "HubHarness":
        """A new server with the small organization, and everyone signed in to it."""
        # The server's clock is the real one, which its signed tokens are checked against.
        file = open_file(folder / "server.db", now)
        await make_organizations(file)
        listener = listen("127.0.0.1", 0)
        ready = asyncio.Event()
        server = make_server(file, KEY, listener, ready=ready.set)
        harness = cls(server, asyncio.create_task(server.run_until_stopped()), file)
        await ready.wait()
        await harness.sign_in(ApiOrigin.parse(listener.url), open_file(folder / "memory.db", clock), clock)
        return harness

    async def sign_in(self, origin: ApiOrigin, memory: LocalFile, clock: FixedClock) -> None:
        """Record by hand what Hub's API lacks, and open a store for everyone."""
        known = Revision(0, Policy(), UNKNOWN_AUTHOR, clock.now, origin=Origin.DRIFT)
        for organization in ("acme", "team", "other"):
            await HubMemory(memory, str(origin), UNKNOWN_AUTHOR).keep(organization, known, by_hand=True)
        for user in PEOPLE:
            _, secret = await PersonalTokens(self._file).create(user)
            credentials = Credentials(user, secret)
            self._stores[user] = await HubStore.open(origin, credentials, memory, retry=Retry(clock))

    def store(self, user: str) -> HubStore:
        """The store as one person."""
        return self._stores[user]

    async def close(self) -> None:
        """Close everyone's store, and stop the server."""
        for store in self._stores.values():
            await store.close()
        self._server.should_exit = True
        await self._serving
        await self._file.close()


async def make_organizations(file: LocalFile) -> None:
    """The organizations that every harness has."""
    await LocalAdmin(file).create_organization("acme", "olivia")
    await LocalAdmin(file).create_organization("team", "olivia", plan=Plan.TEAM)
    await LocalAdmin(file).create_organization("other", "zoe")
    for user, role in (("omar", Role.OWNER), ("eddy", Role.EDITOR), ("max", Role.MEMBER)):
        await LocalAdmin(file, "olivia").add_member("acme", user, role)
