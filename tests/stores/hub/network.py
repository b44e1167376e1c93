"""A Hub behind TLS and a proxy that connects to it, both on this machine, for the host `hub.test`."""

import asyncio
import ssl
from pathlib import Path
from typing import Final

HOST: Final = "https://hub.test"
PEM: Final = Path(__file__).with_name("hub.test.pem")


def tls() -> ssl.SSLContext:
    """The certificate of `hub.test` for a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


class Proxy:
    """Connects every `CONNECT` to one port of this machine, unless it has another `answer` or is `silent`."""

    def __init__(self, port: int = 0, *, answer: bytes = b"", silent: bool = False) -> None:
        self._target = port
        self._answer = answer
        self._silent = silent
        self.requests: list[bytes] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> "Proxy":
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, and hang up on everyone."""
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            if self._silent:
                await reader.read()
            elif self._answer:
                writer.write(self._answer)
                await writer.drain()
            else:
                await self._connect(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(back)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()
    except ConnectionError:
        pass
    finally:
        target.close()
