"""Requests and answers of HTTP as the tests' servers see them."""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Request(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The object that was sent."""
        sent: dict[str, Any] = json.loads(self.body)
        return sent


class Reply(NamedTuple):
    """An answer to give."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "application/json"


def reply(value: object, status: int = 200) -> Reply:
    """JSON as an answer."""
    return Reply(status, json.dumps(value).encode())


def refusal(status: int, detail: str) -> Reply:
    """An error as Hub words it."""
    return reply({"detail": detail, "message": detail}, status)


def head_of(answer: Reply, length: int) -> bytes:
    """The status line and headers of an answer."""
    lines = [f"HTTP/1.1 {answer.status} Said", f"Content-Type: {answer.kind}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection; None at its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n") if not reader.at_eof() else []
    if not head:
        return None
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): text.strip() for name, _, text in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
