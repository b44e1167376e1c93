"""Everything that can go wrong between a client and Docker Hub, as acts of `FakeHub`."""

import asyncio
from collections.abc import Callable

from tests.stores.hub.exchange import Reply, Request, head_of, refusal, reply
from tests.stores.hub.fake_hub import Act, FakeHub, Hangup


def say(answer: Reply) -> Act:
    """Answer this."""

    async def act(_hub: FakeHub, _request: Request, _writer: asyncio.StreamWriter) -> Reply:
        return answer

    return act


def status(number: int, detail: str = "", **headers: str) -> Act:
    """Answer with this status."""
    return say(with_headers(refusal(number, detail), **headers))


def with_headers(answer: Reply, **headers: str) -> Reply:
    """The answer with headers, underscores standing for hyphens."""
    return answer._replace(headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def html(number: int = 200) -> Act:
    """A page for people instead of JSON, as a proxy or a hotel's network gives."""
    return say(Reply(number, b"<html><b>Sign in to the hotel</b></html>", kind="text/html"))


def text(body: bytes) -> Act:
    """These bytes, said to be JSON."""
    return say(Reply(200, body))


def redirect(url: str, number: int = 302) -> Act:
    """Send the client elsewhere."""
    return say(Reply(number, b"", (("Location", url),)))


def first(change: Callable[[], object]) -> Act:
    """Let something happen before the honest answer."""

    async def act(_hub: FakeHub, _request: Request, _writer: asyncio.StreamWriter) -> None:
        change()

    return act


async def silence(_hub: FakeHub, _request: Request, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await writer.wait_closed()
    raise Hangup


async def hang_up(_hub: FakeHub, _request: Request, _writer: asyncio.StreamWriter) -> None:
    """End the connection without an answer."""
    raise Hangup


async def cut(hub: FakeHub, request: Request, writer: asyncio.StreamWriter) -> None:
    """Do what was asked, and end the connection in the middle of the answer."""
    answer = hub.honest(request)
    writer.write(head_of(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    await writer.drain()
    raise Hangup


async def last_answer(hub: FakeHub, request: Request, _writer: asyncio.StreamWriter) -> Reply:
    """Answer, hang up in good order, and take no more connections."""
    hub.refuse()
    return hub.honest(request)._replace(headers=(("Connection", "close"),))


async def drip(hub: FakeHub, request: Request, writer: asyncio.StreamWriter) -> None:
    """Answer a byte at a time, always a little before the client loses patience with the silence."""
    answer = hub.honest(request)
    writer.write(head_of(answer, 1_000_000))
    while not writer.transport.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)
    raise Hangup


async def endless_body(_hub: FakeHub, _request: Request, writer: asyncio.StreamWriter) -> None:
    """An answer of 200 MB, as long as the client reads it."""
    writer.write(head_of(Reply(), 200_000_000))
    for _ in range(3_200):
        writer.write(b" " * 62_500)
        await writer.drain()
    raise Hangup


async def endless_pages(hub: FakeHub, request: Request, _writer: asyncio.StreamWriter) -> Reply:
    """One page after another, each with a row and a next one."""
    number = int(request.query["page"])
    row = {"orgname": f"o{number}", "username": f"u{number}", "role": "Member"}
    following = f"{hub.url}{request.path}?page={number + 1}&page_size=100"
    return reply({"count": 1, "next": following, "previous": None, "results": [row]})
