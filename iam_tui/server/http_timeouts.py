"""uvicorn's HTTP/1.1 protocol, with a timeout for the head of a request and room for new connections."""

import asyncio
from collections import Counter
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0


class HeadTimeoutProtocol(H11Protocol):
    """Closes a connection if the head of a request is not complete within `HEAD_SECONDS`.

    uvicorn itself waits forever for the first request of a connection, and for a head that arrives slowly.
    At its limit of connections it answers all requests with 503, so that idle connections shut everyone out;
    here one of those closes instead.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _waiting_since: float

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout, and make room if there are as many connections as may be."""
        super().connection_made(transport)
        self._waiting_since = self.loop.time()
        self._wait_for_head()
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Stop the timeout if the head is complete."""
        super().data_received(data)
        self._wait_for_head()

    def on_response_complete(self) -> None:
        """Start the timeout for the next request, a part of which may have arrived already."""
        super().on_response_complete()
        self._waiting_since = self.loop.time()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Close the connection that has waited longest for a request, of the client that has most of them."""
        waiting = [one for one in self.connections if isinstance(one, type(self)) and one.is_waiting]
        clients = Counter(one.client and one.client[0] for one in waiting)
        if clients:
            (most, _), *_ = clients.most_common(1)
            of_client = (one for one in waiting if (one.client and one.client[0]) == most)
            oldest = min(of_client, key=lambda one: one._waiting_since)
            oldest.transport.abort()
            self.connections.discard(oldest)

    @property
    def is_waiting(self) -> bool:
        """Whether a request has not arrived, or only a part of one."""
        return self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
