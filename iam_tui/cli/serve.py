"""`serve`: the documented part of Docker Hub's API over a local store, for this console and other clients."""

import asyncio
import gc
import logging
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import print_row, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import chosen_target, load_settings, opened_file
from iam_tui.settings import Level, default_db
from iam_tui.stores.local.tokens import PersonalTokens

if TYPE_CHECKING:
    from iam_tui.server.run import Certificate, Listener
    from iam_tui.stores.local.file import LocalFile

_NEEDED: Final = ("jwt", "starlette", "uvicorn")
_PORT: Final = 8080


def configure(parser: Parser, verb: str) -> None:
    """Where to listen, and what to serve."""
    del verb
    parser.add_argument(
        "--host", metavar="H", default="127.0.0.1", help="the address to listen on (127.0.0.1)"
    )
    parser.add_argument(
        "--port", metavar="P", type=int, default=_PORT, help="the port (8080; 0: any free one)"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="the certificate with its chain, as PEM")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's private key, as PEM")
    parser.add_argument(
        "--insecure-bind", action="store_true", help="listen on any address without a certificate"
    )
    parser.add_argument(
        "--demo", action="store_true", help="serve sample organizations; with --db, kept in that new file"
    )
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Serve until a signal ends it, with that signal's exit code."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise WrongUsage(
            f"The server is not installed ({', '.join(missing)} missing).",
            advice="`pip install 'iam-tui[server]'` installs it.",
        )
    if not 0 <= options.port <= 65535:
        raise WrongUsage(f"There is no port {options.port}.", advice="0 to 65535 are possible.")
    _log_on_standard_error()
    # Verbs end before garbage matters; this one stays.
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
        raise WrongUsage("--tls-cert and --tls-key go together.")
    return Certificate(Path(options.tls_cert), Path(options.tls_key)) if options.tls_cert else None


class _Ground(NamedTuple):
    """What is served: a file, the key that signs for it, and in the demo somebody to sign in as."""

    file: "LocalFile"
    key: Path
    user: str = ""
    secret: str = ""


async def _serve(options: Options, clock: Clock, certificate: "Certificate | None") -> signal.Signals | None:
    from iam_tui.server.run import listen, make_server
    from iam_tui.server.signing_key import signing_key

    async with AsyncExitStack() as stack:
        ground = await (_demo if options.demo else _local)(options, clock, stack)
        key = signing_key(ground.key)
        listener = listen(options.host, options.port, certificate, insecure=options.insecure_bind)
        stack.callback(listener.socket.close)
        ready = partial(_announce, ground, listener, as_json=options.json)
        server = make_server(ground.file, key, listener, certificate, ready=ready)
        await server.run_until_stopped()
        return server.stopped_by


async def _local(options: Options, clock: Clock, stack: AsyncExitStack) -> _Ground:
    target = chosen_target(load_settings(options))
    file = await stack.enter_async_context(opened_file(target.path, clock))
    return _Ground(file, default_db().with_name("signing.key"))


async def _demo(options: Options, clock: Clock, stack: AsyncExitStack) -> _Ground:
    """The demo, in a temporary folder or the file that the command line names; settings speak of others."""
    from iam_tui.stores.demo.fill import DEMO_USER, fill_demo

    loaded = load_settings(options)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iam-tui-")))
    named = loaded.settings.db if loaded.sources["db"].level is Level.FLAG else folder / "demo.db"
    file = await stack.enter_async_context(opened_file(named, clock, create=True))
    await fill_demo(file, clock)
    _, secret = await PersonalTokens(file).create(DEMO_USER)
    return _Ground(file, folder / "signing.key", DEMO_USER, secret)


def _announce(ground: _Ground, listener: "Listener", *, as_json: bool) -> None:
    """Say where it is served; the address alone is data, for scripts that wait for it."""
    if as_json:
        signed_in = {"user": ground.user, "token": ground.secret} if ground.user else {}
        print_row({"url": listener.url, **signed_in})
    elif ground.user:
        print(
            f"IAM_TUI_API={listener.url} IAM_TUI_USERNAME={ground.user} IAM_TUI_TOKEN={ground.secret} iam-tui"
        )
    else:
        print(listener.url)
    sys.stdout.flush()
    what = "the demo" if ground.user else ground.file.path
    say(f"Serving {what} at {listener.url}; ctrl+c stops it.")
