"""`python -m tests.soak.corruptions`: random damage to a local file, then verbs, server and console.

Whatever is wrong with the file is said in words: no exit code 70, no traceback, no hang, no "disk I/O error".
Each failure is printed with its seed; `--seed S --count 1` repeats it.
"""

import argparse
import asyncio
import io
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

import httpx

from iam_tui.application.open_profile import StoreOpener
from iam_tui.cli.main import main as run_verb
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy
from iam_tui.server.app import make_app
from iam_tui.server.auth import SignedTokens
from iam_tui.stores.demo.fill import DEMO_USER, fill_demo
from iam_tui.stores.local import LocalFile, LocalMemory, LocalStore, open_file
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.local.tokens import PersonalTokens
from iam_tui.stores.protocol import HUB_API, OWN_PROFILE, Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.soak.damage import damage
from tests.ui.driver import ConsoleDriver

SECONDS: Final = 60
"""How much time of the processor one verb or the whole walk through the console may take."""
CODES: Final = range(7)
ORGANIZATION: Final = "acme-corp"
KEY: Final = b"a key of 32 bytes for the tests."
NEVER: Final = ("Traceback", "disk I/O error")
COMMANDS: Final = (
    "orgs",
    "--json orgs",
    "show acme-corp",
    "--json show acme-corp",
    "show globex",
    "check --org acme-corp nginx mysql/mysql-server acme-corp/api localstack/localstack",
    "check --org acme-corp --for wei --json nginx mysql/mysql-server",
    "check --for erik --org globex mysql/mysql-server",
    "impact acme-corp --community on",
    "--json impact acme-corp --official off",
    "impact globex --enable",
    "set acme-corp --official off",
    "token list",
    "--json token list",
    "set acme-corp --official off --allow grafana/grafana --yes",
    "member add acme-corp newcomer",
    "member role acme-corp wei --role editor",
    "member sign-in acme-corp wei",
    "member sign-out acme-corp wei",
    "member remove acme-corp felix",
    "org plan acme-corp business",
    "org create fresh --owner maya",
    "publisher set grafana none",
    "token create maya",
    "token revoke 0",
)
PATHS: Final = (
    "/v2/orgs/acme-corp/settings", "/v2/orgs/acme-corp", "/v2/user/orgs", "/v2/orgs/acme-corp/members",
    "/v2/auditlogs/acme-corp", "/v2/orgs/globex/settings", "/v2/user",
)  # fmt: skip
_WALK: Final = """
    down down enter escape space w escape u t {mysql/mysql-server} f8 down enter escape escape i 3 down enter
    escape m down enter escape escape space a {a/b} enter escape e escape escape down down enter escape p down
    a escape r escape
"""
"""Keys, and in braces what is typed."""
KEYS: Final = [key for word in _WALK.split() for key in (word[1:-1] if word.startswith("{") else [word])]


class Failure(NamedTuple):
    """What went wrong after the damage of a seed."""

    seed: int
    damage: str
    step: str
    what: str

    def __str__(self) -> str:
        return f"seed {self.seed} ({self.damage}): {self.step}\n{self.what}"


class _HungUp(BaseException):
    """A step took too long."""


async def make_file(path: Path) -> None:
    """A closed file with something in every table."""
    clock = FixedClock()
    file = open_file(path, clock)
    await fill_demo(file, clock)
    await PersonalTokens(file).create(DEMO_USER)
    memory = LocalMemory(file, OWN_PROFILE, DEMO_USER)
    revision = (await LocalStore(file, DEMO_USER).organization_state(ORGANIZATION)).revision
    await memory.keep_draft(
        ORGANIZATION, Draft.of(revision).stage(revision.policy.disallow("testcontainers/ryuk"))
    )
    await memory.keep_pull("nginx:1.27")
    await memory.keep_pull("mysql/mysql-server")
    snapshot = HubSnapshot(Organization("acme", full_name="Acme"), Role.OWNER, Policy(community=None))
    await HubMemory(file, HUB_API, DEMO_USER).record([snapshot])
    await file.read(lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    await file.close()


def failures(seed: int, template: Path, folder: Path, *, console: bool = True) -> Iterator[Failure]:
    """Damage a copy of the file, and go through everything."""
    path = folder / f"{seed}.db"
    shutil.copyfile(template, path)
    how = damage(seed, path)
    steps = {"server": partial(_on_copy, _server, path)}
    if console:
        steps["console"] = partial(_on_copy, _console, path)
    steps |= {one: partial(_verb, one, path) for one in COMMANDS}
    for name, step in steps.items():
        what = _in_time(step)
        if "TimeoutError" in what:
            # Waiting is limited by the clock, and other programs may be busy.
            what = _in_time(step)
        if what:
            yield Failure(seed, how, name, what)
    path.unlink()


def _on_copy(step: Callable[[Path], Coroutine[None, None, str]], path: Path) -> str:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        return asyncio.run(step(Path(shutil.copy(path, folder))))


def _verb(command: str, path: Path) -> str:
    """What is wrong with the way that a command line ends; empty if nothing is."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["--db", str(path), "--as", DEMO_USER, *command.split()]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run_verb(arguments, clock=FixedClock())
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = out.getvalue() + err.getvalue()
    if code not in CODES or any(word in said for word in NEVER):
        return f"exit code {code}\n{said}"
    if "--json" in command and out.getvalue():
        json.loads(out.getvalue())
    return "" if code == 0 or err.getvalue() or out.getvalue() else f"exit code {code} without a word"


async def _server(path: Path) -> str:
    """What is wrong with the answers of the server."""
    clock = FixedClock()
    clock.now = datetime.now(UTC)
    file = open_file(path, clock, create=False)
    try:
        return await _ask(file, clock)
    finally:
        await file.close()


async def _ask(file: LocalFile, clock: FixedClock) -> str:
    tokens = PersonalTokens(file)
    try:
        known = [one.id for one in await tokens.all()]
    except IamError:
        known = []
    signed = SignedTokens(KEY, tokens, clock).issue(DEMO_USER, (*known, "none")[0], timedelta(hours=1))
    wrong = []
    transport = httpx.ASGITransport(make_app(file, KEY))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {signed}"}
    ) as client:
        for path in PATHS:
            answer = await client.get(path)
            if answer.status_code == 500 or any(word in answer.text for word in NEVER):
                wrong.append(f"GET {path}: {answer.status_code} {answer.text}")
        switches = {"enabled": True, "allow_official_images": False, "allow_verified_publishers": True}
        answer = await client.put(PATHS[0], json={"restricted_images": switches})
        if answer.status_code == 500:
            wrong.append(f"PUT: {answer.status_code} {answer.text}")
    return "\n".join(wrong)


async def _console(path: Path) -> str:
    """What is wrong with the console."""
    profile = Profile(OWN_PROFILE, StoreKind.LOCAL, path, DEMO_USER)
    options = ConsoleOptions(organization=ORGANIZATION, profile=profile)
    app = IamApp(StoreOpener([profile], FixedClock()), clock=FixedClock(), options=options)
    drawn = []
    async with ConsoleDriver.run(app) as driver:
        for key in KEYS:
            if app.return_code is not None:
                break
            await driver.press(key)
            drawn.append(driver.drawn)
    if app.crash is not None:
        return "".join(traceback.format_exception(app.crash))
    return next((f"drawn: {text}" for text in drawn if any(word in text for word in NEVER)), "")


def _in_time(step: Callable[[], str]) -> str:
    """What is wrong with a step, also if it raises or does not end."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _HungUp

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return step()
    except _HungUp:
        return f"took more than {SECONDS} seconds"
    except Exception:  # noqa: BLE001 - whatever it is, it is a finding
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def own_environment(folder: Path) -> Iterator[None]:
    """Keep the settings and data of the user who runs this out of it."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.upper().startswith("IAM_TUI_"):
            del os.environ[name]
    for name in ("CONFIG", "DATA", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(folder / name.lower())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> int:
    """Print each failure, and how many there were; the exit code is 1 if there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.corruptions", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many seeds")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--console-every", type=int, default=1, help="open the console for every so many seeds"
    )
    options = parser.parse_args()
    found = 0
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="corruptions-") as name, own_environment(Path(name)):
        template = Path(name) / "template.db"
        asyncio.run(make_file(template))
        seeds = range(options.seed, options.seed + options.count)
        for seed in seeds:
            for failure in failures(seed, template, Path(name), console=seed % options.console_every == 0):
                found += 1
                print(failure, flush=True)
            if seed % 50 == 49:
                print(f"up to seed {seed}: {found} failures", file=sys.stderr, flush=True)
    print(f"seeds {seeds.start} to {seeds.stop - 1}: {found} failures")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
