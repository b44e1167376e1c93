"""`serve`: serve a local store as the documented part of Docker Hub's API."""

import asyncio
import gc
import logging
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import print_json_object, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import demo_profile, load_settings, local_profile, opened_file
from iam_tui.settings import Loaded
from iam_tui.stores.local.tokens import PersonalTokens

if TYPE_CHECKING:
    from iam_tui.server.hosts import ServedHosts
    from iam_tui.server.run import Certificate, Listener
    from iam_tui.stores.local.file import LocalFile

_NEEDED: Final = ("cryptography", "jwt", "starlette", "uvicorn")
_PORT: Final = 8080


def configure(parser: Parser, verb: str) -> None:
    """Add where to listen, and what to serve."""
    del verb
    parser.add_argument(
        "--host", metavar="H", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)"
    )
    parser.add_argument(
        "--port", metavar="P", type=int, default=_PORT, help="the port (default: 8080; 0 is any free one)"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="the certificate with its chain, as PEM")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's private key, as PEM")
    parser.add_argument(
        "--insecure-bind", action="store_true", help="listen on any address without a certificate"
    )
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Serve until a signal stops it; the exit code is that of the signal."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise WrongUsage(
            f"The server is not installed ({', '.join(missing)} missing).",
            advice="`pip install 'iam-tui[server]'` installs it.",
        )
    if not 0 <= options.port <= 65535:
        raise WrongUsage(f"{options.port} is not a port.", advice="Use a number from 0 to 65535.")
    _log_on_standard_error()
    # Unlike other verbs this one keeps running, so memory has to be freed.
    gc.enable()
    stopped_by = asyncio.run(_serve(options, clock, _certificate(options)))
    return ExitCode.INTERRUPTED if stopped_by is signal.SIGINT else ExitCode.TERMINATED


def _log_on_standard_error() -> None:
    from iam_tui.server.middleware import ACCESS_LOG

    logging.basicConfig(format="%(message)s")
    logging.getLogger(ACCESS_LOG).setLevel(logging.INFO)


def _certificate(options: Options) -> "Certificate | None":
    from iam_tui.server.run import Certificate

    if bool(options.tls_cert) != bool(options.tls_key):
        raise WrongUsage("--tls-cert and --tls-key must be given together.")
    return Certificate(Path(options.tls_cert), Path(options.tls_key)) if options.tls_cert else None


class ServedStore(NamedTuple):
    """What is served: a file, the file of the key that signs tokens, and in the demo a user to sign in as."""

    file: "LocalFile"
    key: Path
    user: str = ""
    secret: str = ""


async def _serve(options: Options, clock: Clock, certificate: "Certificate | None") -> signal.Signals | None:
    from iam_tui.server.run import listen, make_server
    from iam_tui.server.signing_key import signing_key

    async with AsyncExitStack() as stack:
        loaded = load_settings(options)
        served = await (_demo if options.demo else _local)(loaded, clock, stack)
        key = signing_key(served.key)
        listener = listen(options.host, options.port, certificate, insecure=options.insecure_bind)
        stack.callback(listener.socket.close)
        hosts = _hosts(options, loaded.settings.server_hosts, certificate)
        ready = partial(_announce, served, listener, as_json=options.json)
        server = make_server(served.file, key, listener, certificate, hosts=hosts, ready=ready)
        await server.run_until_stopped()
        return server.stopped_by


def _hosts(
    options: Options, configured: Sequence[str], certificate: "Certificate | None"
) -> "ServedHosts | None":
    """The names to answer to; None, and a warning, where any name may lead to the server."""
    from iam_tui.server.hosts import ServedHosts, certificate_names

    if configured:
        return ServedHosts([options.host, *configured])
    if options.insecure_bind:
        say("The server answers to every host name; list its own names in the setting `server_hosts`.")
        return None
    return ServedHosts([options.host, *(certificate_names(certificate.chain) if certificate else ())])


async def _local(loaded: Loaded, clock: Clock, stack: AsyncExitStack) -> ServedStore:
    from iam_tui.server.signing_key import signing_key_path

    file = await stack.enter_async_context(opened_file(local_profile(loaded), clock))
    return ServedStore(file, signing_key_path(file.path))


async def _demo(loaded: Loaded, clock: Clock, stack: AsyncExitStack) -> ServedStore:
    """The demo, in a temporary folder or in the file that the command line names, with a token to sign in."""
    from iam_tui.stores.demo.fill import DEMO_USER

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iam-tui-")))
    demo = demo_profile(loaded)
    demo = replace(demo, path=demo.path or folder / "demo.db")
    file = await stack.enter_async_context(opened_file(demo, clock, create=True))
    _, secret = await PersonalTokens(file).create(DEMO_USER)
    return ServedStore(file, folder / "signing.key", DEMO_USER, secret)


def _announce(served: ServedStore, listener: "Listener", *, as_json: bool) -> None:
    """Print the address, for scripts that wait for it; in the demo with all it takes to sign in."""
    if as_json:
        sign_in = {"user": served.user, "token": served.secret} if served.user else {}
        print_json_object({"url": listener.url, **sign_in})
    elif served.user:
        print(
            f"IAM_TUI_API={listener.url} IAM_TUI_USERNAME={served.user} IAM_TUI_TOKEN={served.secret} iam-tui"
        )
    else:
        print(listener.url)
    sys.stdout.flush()
    what = "the demo" if served.user else served.file.path
    say(f"Serving {what} at {listener.url}; press ctrl+c to stop.")
