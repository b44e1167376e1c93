"""A real server over a real file, on loopback in its own thread, and people who sign in to it."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final, TypeVar

import httpx

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Plan, Role
from iam_tui.core.policy import AllowlistEntry, Origin, Revision, Setting
from iam_tui.server.hosts import ServedHosts
from iam_tui.server.run import Certificate, listen, make_server
from iam_tui.stores.local import LocalAdmin, LocalFile, LocalStore, open_file
from iam_tui.stores.local.tokens import PersonalTokens

T = TypeVar("T")

NO_CERTIFICATES: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For plain HTTP: httpx would read the system's certificates for each client."""
ANYWHERE: Final = str(IPv4Address(0))
KEY: Final = b"a key of 32 bytes for the tests."
SETTINGS: Final = "/v2/orgs/acme/settings"
PEOPLE: Final = ("olivia", "omar", "eddy", "max", "zoe")


def now() -> datetime:
    """The real time: signed tokens are checked against it."""
    return datetime.now(UTC)


def switches(
    *, enabled: bool = True, official: bool = True, publishers: bool = True
) -> dict[str, dict[str, bool]]:
    """The body of a PUT."""
    return {
        "restricted_images": {
            "enabled": enabled,
            "allow_official_images": official,
            "allow_verified_publishers": publishers,
        }
    }


async def fill_file(file: LocalFile) -> dict[str, str]:
    """Fill the file with small organizations, and return everyone's personal token.

    olivia and omar own acme, eddy is an editor there and max a member; its second revision has community on
    and redis in its allowlist. team is olivia's and has the Team plan; other is zoe's.
    """
    await LocalAdmin(file).create_organization("acme", "olivia", full_name="Acme [b]Inc[/b]")
    await LocalAdmin(file).create_organization("team", "olivia", plan=Plan.TEAM)
    await LocalAdmin(file).create_organization("other", "zoe")
    for user, role in (("omar", Role.OWNER), ("eddy", Role.EDITOR), ("max", Role.MEMBER)):
        await LocalAdmin(file, "olivia").add_member("acme", user, role)
    store = LocalStore(file, "olivia")
    base = (await store.organization_state("acme")).revision
    policy = base.policy.allow([AllowlistEntry("library/redis", "cache")])
    policy = policy.with_setting(Setting.COMMUNITY, on=True).with_setting(Setting.ALLOWLIST, on=True)
    await store.save("acme", Draft.of(base).stage(policy), note="", origin=Origin.CLI)
    return {user: (await PersonalTokens(file).create(user))[1] for user in PEOPLE}


class Running:
    """A server that runs: its URL, its file, and everyone's personal tokens."""

    def __init__(self, url: str, path: Path, secrets: dict[str, str]) -> None:
        self.url = url
        self.path = path
        self.secrets = secrets

    def anyone(self) -> httpx.Client:
        """A client without a token, with a new connection for each request."""
        once = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(base_url=self.url, limits=once, verify=NO_CERTIFICATES)

    def signed(self, user: str) -> str:
        """A signed token of the user's."""
        with self.anyone() as client:
            body = {"identifier": user, "secret": self.secrets[user]}
            token: str = client.post("/v2/auth/token", json=body).json()["access_token"]
            return token

    def ask(
        self,
        user: str,
        path: str,
        method: str = "GET",
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to one request of the user's."""
        signed = {"Authorization": f"Bearer {self.signed(user)}", **(headers or {})}
        with self.anyone() as client:
            return client.request(method, path, json=json, params=params, headers=signed)

    def put(self, user: str, body: object, **headers: str) -> httpx.Response:
        """The answer to a PUT of acme's settings; `if_match` is the header of that name."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(user, SETTINGS, "PUT", json=body, headers=named)

    def newest(self, organization: str = "acme", user: str = "olivia") -> Revision:
        """The newest revision in the file, read beside the server."""

        async def job(file: LocalFile) -> Revision:
            return (await LocalStore(file, user).organization_state(organization)).revision

        return in_file(self.path, job)


@contextmanager
def running(
    path: Path,
    *,
    clock: Callable[[], datetime] = now,
    certificate: Certificate | None = None,
    hosts: ServedHosts | None = None,
) -> Iterator[Running]:
    """A server over the file at a path, which is filled with small organizations first."""
    secrets = in_file(path, fill_file, clock)
    listener = listen("127.0.0.1", 0, certificate)
    file = open_file(path, clock)
    ready = threading.Event()
    server = make_server(file, KEY, listener, certificate, hosts=hosts, ready=ready.set)

    async def serve() -> None:
        try:
            await server.run_until_stopped()
        finally:
            await file.close()

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    try:
        assert ready.wait(30)
        yield Running(listener.url, path, secrets)
    finally:
        server.should_exit = True
        thread.join()


def in_file(path: Path, job: Callable[[LocalFile], Awaitable[T]], clock: Callable[[], datetime] = now) -> T:
    """What the job answers, over the file at a path, opened for it alone."""

    async def run() -> T:
        file = open_file(path, clock)
        try:
            return await job(file)
        finally:
            await file.close()

    return asyncio.run(run())
