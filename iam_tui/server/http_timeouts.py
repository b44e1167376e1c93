"""uvicorn's HTTP/1.1 protocol, with a timeout for the head of a request."""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0


class HeadTimeoutProtocol(H11Protocol):
    """Closes a connection if the head of a request is not complete within `HEAD_SECONDS`.

    uvicorn itself waits forever for the first request of a connection, and for a head that arrives slowly.
    """

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Stop the timeout if the head is complete."""
        super().data_received(data)
        self._wait_for_head()

    def on_response_complete(self) -> None:
        """Start the timeout for the next request, a part of which may have arrived already."""
        super().on_response_complete()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
