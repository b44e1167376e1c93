"""Runs around every request: limits on its size and time, headers of the response, and the access log."""

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iam_tui.core.escape_controls import escape_controls
from iam_tui.server.hosts import ServedHosts
from iam_tui.server.responses import ErrorResponse, rfc3339
from iam_tui.stores.local.file import Clock

MAX_BODY: Final = 64 * 1024
BODY_SECONDS: Final = 10.0
MAX_HEAD: Final = 16 * 1024
_MAX_DRAINED: Final = 8 * 1024 * 1024
_MAX_LOGGED_PATH: Final = 300
_CLOSE: Final = {"Connection": "close"}
_HEADERS: Final = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]
ACCESS_LOG: Final = "iam_tui.server.access"
"""The logger with one line for each request."""
_access_logger = logging.getLogger(ACCESS_LOG)
_logger = logging.getLogger(__name__)


class _ClientDisconnected(Exception):
    """The client disconnected before its request was complete."""


class Middleware:
    """Reads the whole body of each request before handling it, even if the response is an error.

    Heads over `MAX_HEAD` get status 431, bodies over `MAX_BODY` 413, bodies that take longer than
    `BODY_SECONDS` 408, and requests to a name that is not in `hosts` 421. The access log has a line for each
    request with time, client, user, method, path, status and milliseconds, and never the query, headers or
    body.
    """

    def __init__(
        self,
        app: ASGIApp,
        clock: Clock,
        hosts: ServedHosts | None = None,
        *,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._clock = clock
        self._hosts = hosts
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (the ASGI application interface)."""
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        try:
            await self._pass(scope, receive, sending)
        except _ClientDisconnected:
            pass
        except Exception:
            # The client already has its response; the exception is for the operator's log.
            _logger.exception("A request failed")
        self._log(scope, status, (time.perf_counter() - started) * 1000)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})
        try:
            body = await asyncio.wait_for(_whole_body(receive), self._body_seconds)
            _check_head(scope)
            self._check_host(scope)
        except TimeoutError:
            refusal = ErrorResponse(
                HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.", _CLOSE
            )
            await refusal.response()(scope, receive, send)
        except ErrorResponse as error:
            await error.response()(scope, receive, send)
        else:
            await self._app(scope, _replayed(body, receive), send)

    def _check_host(self, scope: Scope) -> None:
        """Raise `ErrorResponse` (421) for a name that is not served; a web page could lead a browser here."""
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if self._hosts is not None and not all(map(self._hosts.serves, named)):
            raise ErrorResponse(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This server does not answer to that host name; its setting server_hosts adds names.",
            )

    def _log(self, scope: Scope, status: int, milliseconds: float) -> None:
        client = scope["client"][0] if scope["client"] else "-"
        path = escape_controls(scope["raw_path"].decode("latin-1"))[:_MAX_LOGGED_PATH]
        user, method = escape_controls(scope["state"].get("user", "-")), escape_controls(scope["method"])
        time_ = rfc3339(self._clock().replace(microsecond=0))
        line = f"{time_} {client} {user} {method} {path} {status or '-'} {milliseconds:.1f} ms"
        _access_logger.info(line)


def _check_head(scope: Scope) -> None:
    """Raise `ErrorResponse` for a head that is too large (431), or an escaped slash in its path (404).

    The router would treat such a slash as the end of a name, and names cannot contain one.
    """
    size = len(scope["raw_path"]) + len(scope["query_string"])
    if size + sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEAD:
        raise ErrorResponse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"Request heads are limited to {MAX_HEAD // 1024} KB."
        )
    if b"%2f" in scope["raw_path"].lower():
        raise ErrorResponse(HTTPStatus.NOT_FOUND, "Names cannot contain a slash.")


async def _whole_body(receive: Receive) -> bytes:
    """The body. Raises `ErrorResponse` (413) if it is too large, after draining a few megabytes of it."""
    body, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _ClientDisconnected
        more = message.get("more_body", False)
        part = message.get("body", b"")
        size += len(part)
        if size <= MAX_BODY:
            body += part
        elif size > _MAX_DRAINED:
            break
    if size > MAX_BODY:
        raise ErrorResponse(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"Request bodies are limited to {MAX_BODY // 1024} KB.",
            _CLOSE if more else {},
        )
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns the body first, and then the real messages."""
    read = False

    async def receiving() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
