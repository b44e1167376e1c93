"""A server over small organizations that records every request and response."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iam_tui.core.organization import Plan, Role
from iam_tui.server.run import listen, make_server
from iam_tui.stores.local import LocalAdmin, open_file
from iam_tui.stores.local.tokens import PersonalTokens


class Exchange(NamedTuple):
    """A request with its answer, as the server saw them."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int
    answered: dict[str, str]
    content: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path[:80]} -> {self.status}"


class Recorder:
    """Keeps every exchange that passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.exchanges: list[Exchange] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass."""
        body, content, start = bytearray(), bytearray(), dict[str, Any]()

        async def receiving() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            content.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receiving, sending)
        query = scope["query_string"].decode("latin-1")
        self.exchanges.append(
            Exchange(
                scope["method"], scope["path"], query, _texts(scope["headers"]), bytes(body),
                start["status"], _texts(start["headers"]), bytes(content),
            )
        )  # fmt: skip


def _texts(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


class Served(NamedTuple):
    """A server that runs, what passed through it, and everyone's personal tokens."""

    url: str
    folder: Path
    recorder: Recorder
    tokens: dict[str, str]


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server over small organizations, in its own thread."""
    path = folder / "w.db"
    tokens = asyncio.run(_fill(path))
    file, listener, ready = open_file(path, now), listen("127.0.0.1", 0), threading.Event()
    server = make_server(file, b"k" * 32, listener, ready=ready.set)
    recorder = Recorder(server.config.loaded_app)
    server.config.loaded_app = recorder

    async def run() -> None:
        await server.run_until_stopped()
        await file.close()

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    try:
        ready.wait()
        yield Served(listener.url, folder, recorder, tokens)
    finally:
        server.should_exit = True
        thread.join()


async def _fill(path: Path) -> dict[str, str]:
    file = open_file(path, now)
    await LocalAdmin(file).create_organization("acme", "olivia")
    await LocalAdmin(file).create_organization("team", "olivia", plan=Plan.TEAM)
    await LocalAdmin(file, "olivia").add_member("acme", "eddy", Role.EDITOR)
    await LocalAdmin(file, "olivia").add_member("acme", "max", Role.MEMBER)
    tokens = {user: (await PersonalTokens(file).create(user))[1] for user in ("olivia", "max")}
    await file.close()
    return tokens


def sign_in(server: Served, user: str) -> dict[str, str]:
    """The header of someone who has signed in."""
    body = {"identifier": user, "secret": server.tokens[user]}
    signed = httpx.post(f"{server.url}/v2/auth/token", json=body).json()["access_token"]
    return {"Authorization": f"Bearer {signed}"}
