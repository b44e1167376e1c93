"""Runs the server: where it listens, its limits, and how it stops."""

import ipaddress
import resource
import signal
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

import uvicorn

from iam_tui.core.errors import InvalidInput
from iam_tui.server.app import make_app
from iam_tui.server.hosts import ServedHosts
from iam_tui.server.http_timeouts import HeadTimeoutProtocol
from iam_tui.server.middleware import MAX_HEAD
from iam_tui.stores.errors import Unavailable
from iam_tui.stores.local.file import LocalFile

_MAX_CONNECTIONS: Final = 500
_IDLE_SECONDS: Final = 15
_SHUTDOWN_SECONDS: Final = 10


class Certificate(NamedTuple):
    """The files of a TLS certificate with its chain, and of its private key."""

    chain: Path
    key: Path


class Listener(NamedTuple):
    """A listening socket, and the URL of the server."""

    socket: socket.socket
    url: str


def listen(
    host: str, port: int, certificate: Certificate | None = None, *, insecure: bool = False
) -> Listener:
    """Start listening, on any free port if `port` is 0.

    Without a certificate only on loopback, unless `insecure` is set. Raises `InvalidInput` for an address
    that cannot be used, `Unavailable` for a port that is in use.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"{host} is not an address of this machine: {error}.") from error
    if certificate is None and not insecure and not ipaddress.ip_address(address[0]).is_loopback:
        raise InvalidInput(
            f"{host} can be reached from other machines, and tokens would be sent unencrypted.",
            advice="Set a certificate with --tls-cert and --tls-key, or use --insecure-bind.",
        )
    try:
        listening = socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        raise Unavailable(f"{host} port {port}: {error}.", advice="Choose another port.") from error
    # Connections inherit this. Without it, a body waits 40 ms for its head to be acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound = listening.getsockname()
    page_object = f"[{bound[0]}]" if family == socket.AF_INET6 else bound[0]
    scheme = "http" if certificate is None else "https"
    return Listener(listening, f"{scheme}://{page_object}:{bound[1]}")


class Server(uvicorn.Server):
    """uvicorn's server, over one listener.

    It runs until SIGINT or SIGTERM, or until `should_exit` is set, and finishes the requests under way;
    another SIGINT aborts them.
    """

    stopped_by: signal.Signals | None = None
    """The signal that stopped the server, None if there was none."""

    def __init__(
        self, config: uvicorn.Config, file: LocalFile, listener: Listener, ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._file = file
        self._listener = listener
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call `ready`."""
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop. uvicorn itself would raise the signal again at the end, before the file is closed."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
        self.stopped_by = signal.Signals(sig)

    async def run_until_stopped(self) -> None:
        """Open the file and serve; `ready` is called once requests are accepted."""
        await self._file.open()
        _allow_many_connections()
        await self.serve([self._listener.socket])


_ENOUGH_FILES: Final = 4096
"""How many open files are asked for where any number is allowed: macOS refuses that number itself."""


def _allow_many_connections() -> None:
    """Raise the limit of open files: connections that never finish their TLS handshake count, too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (_ENOUGH_FILES if most < 0 else most, most))


def make_server(
    file: LocalFile,
    key: bytes,
    listener: Listener,
    certificate: Certificate | None = None,
    *,
    hosts: ServedHosts | None = None,
    ready: Callable[[], None],
) -> Server:
    """A server over a local file; `key` signs its tokens, and `hosts` are the names that it answers to.

    Raises `InvalidInput` for an unusable certificate.
    """
    config = uvicorn.Config(
        make_app(file, key, hosts),
        http=HeadTimeoutProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="error",
        access_log=False,
        # Headers of proxies are not trusted: links are made from the host that was called.
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEAD,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ssl_certfile=certificate and certificate.chain,
        ssl_keyfile=certificate and certificate.key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(f"The certificate cannot be used: {error}.") from error
    return Server(config, file, listener, ready)
