"""HTTP/1.1 for the server: uvicorn's own, with an end to waiting for a request's head."""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0


class PatientProtocol(H11Protocol):
    """A connection that is closed if a request has not begun for good within `HEAD_SECONDS`.

    uvicorn itself waits forever for the head of a connection's first request, and for one that drips in.
    """

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Wait on while this was not all of a head."""
        super().data_received(data)
        self._wait_for_head()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, of which a part may be there already."""
        super().on_response_complete()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
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
