"""What stands before every call: limits on what comes in, headers on what goes out, and the access log."""

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iam_tui.core.escape_controls import escape_controls
from iam_tui.server.responses import ErrorResponse, moment, refused
from iam_tui.stores.local.file import Clock

LARGEST_BODY: Final = 64 * 1024
BODY_SECONDS: Final = 10.0
LARGEST_HEAD: Final = 16 * 1024
_MOST_DRAINED: Final = 8 * 1024 * 1024
_LONGEST_LOGGED: Final = 300
_CLOSE: Final = {"Connection": "close"}
_HEADERS: Final = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]
ACCESS_LOG: Final = "iam_tui.server.access"
"""The logger that has a line for each request."""
_access_logger = logging.getLogger(ACCESS_LOG)
_logger = logging.getLogger(__name__)


class _Gone(Exception):
    """The client went away before its request was whole."""


class Middleware:
    """Reads each request's whole body before its call is looked at, also where the answer is an error.

    Heads over `LARGEST_HEAD` are 431, bodies over `LARGEST_BODY` 413, and those that take longer than
    `BODY_SECONDS` 408. The log has a line for each request: time, client, user, method, path, status,
    milliseconds; no query, no header, no body.
    """

    def __init__(self, app: ASGIApp, clock: Clock, *, body_seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._clock = clock
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass; this is ASGI's own form of an application."""
        begun = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        try:
            await self._pass(scope, receive, sending)
        except _Gone:
            pass
        except Exception:
            # The client has had its answer by now; what happened is for whoever runs the server.
            _logger.exception("A request failed")
        self._log(scope, status, (time.perf_counter() - begun) * 1000)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})
        try:
            body = await asyncio.wait_for(_whole_body(receive), self._body_seconds)
            _check_head(scope)
        except TimeoutError:
            refusal = ErrorResponse(
                HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.", _CLOSE
            )
            await refused(refusal)(scope, receive, send)
        except ErrorResponse as error:
            await refused(error)(scope, receive, send)
        else:
            await self._app(scope, _replayed(body, receive), send)

    def _log(self, scope: Scope, status: int, milliseconds: float) -> None:
        client = scope["client"][0] if scope["client"] else "-"
        path = escape_controls(scope["raw_path"].decode("latin-1"))[:_LONGEST_LOGGED]
        user, method = escape_controls(scope["state"].get("user", "-")), escape_controls(scope["method"])
        time_ = moment(self._clock().replace(microsecond=0))
        line = f"{time_} {client} {user} {method} {path} {status or '-'} {milliseconds:.1f} ms"
        _access_logger.info(line)


def _check_head(scope: Scope) -> None:
    """`ErrorResponse` for a head that is too large (431), or has an escaped slash in its path (404).

    Such a slash would be read as the end of a name, and no name here has one.
    """
    size = len(scope["raw_path"]) + len(scope["query_string"])
    if size + sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
        raise ErrorResponse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The head is larger than {LARGEST_HEAD // 1024} kB."
        )
    if b"%2f" in scope["raw_path"].lower():
        raise ErrorResponse(HTTPStatus.NOT_FOUND, "No name here has a slash in it.")


async def _whole_body(receive: Receive) -> bytes:
    """The body. Raises `ErrorResponse` (413) if it is too large, after reading away a short rest."""
    body, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        more = message.get("more_body", False)
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST_BODY:
            body += part
        elif size > _MOST_DRAINED:
            break
    if size > LARGEST_BODY:
        raise ErrorResponse(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {LARGEST_BODY // 1024} kB.",
            _CLOSE if more else {},
        )
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body first, and then whatever really comes."""
    read = False

    async def receiving() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
