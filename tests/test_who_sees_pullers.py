"""Pullers are for owners: their names, tokens and counts, and the reports that name them.

One file holds an organization, what was read from two APIs, and a report that an owner brought in for each.
The whole console and every verb that reads is gone through as another owner, who sees the pullers, and as
everybody else.
"""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.cli.main import main
from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Policy, Revision, Setting
from iam_tui.server.routes import ROUTES
from iam_tui.stores.local import LocalAdmin, LocalFile, LocalStore
from iam_tui.stores.local.hub_memory import UNKNOWN_AUTHOR, HubMemory
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.help.plain_screen import plain_text
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.server.running import Running, in_file, running
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.driver import NARROW, TINY, WIDE, ConsoleDriver

IMPORTER: Final = "olivia"
"""The owner who brings in the reports; the owner who then looks is another one."""
USERS: Final = {"owner": "omar", "editor": "eddy", "member": "max", "custom role": "rita", "stranger": "zoe"}
REPORT: Final = "zebra-pulls.csv"
PEOPLE: Final = 1_613
TOKENS: Final = 1_271
PULLS: Final = 7_351
ONLY_REPORTED: Final = 29
SECRETS: Final = {
    "a name": r"quentin",
    "a token": r"zeppelin",
    "how many people": r"\b1,613\b",
    "how many tokens": r"\b1,271\b",
    "how many pulls": r"\b7,?351\b",
    "how many rows": r"\b3,255\b",
    "the time of the last pull": r"17 May|2019-05-17",
    "the report": r"zebra-pulls",
    "a repository that nothing but the report names": r"zanzibar",
}
"""What a report says, as patterns."""
PULLER_KEYS: Final = ("people", "tokens", "pulls", "last_pull")
SCREENS: Final = {
    "organizations.screen",
    "access.screen",
    "impact.screen",
    "impact.sources_screen",
    "shared.details",
    "help.screen",
    "help.palette",
    "help.plain_screen",
}
OWNERS_SCREENS: Final = {"review.screen", "access.unsaved_changes"}
READERS_SCREENS: Final = {"pull.request_screen", "pull.screen", "pull.puller_picker"}
"""The modules of the screens that a walk has to come to."""
IN_STDERR: Final = {
    "the report",
    "how many rows",
    "how many people",
    "how many tokens",
    "the time of the last pull",
}
"""What an owner is told beside the data."""
COMMANDS: Final = (
    "orgs",
    "show acme",
    "check --org acme nginx grafana/grafana",
    "scan --org acme project",
    "impact acme",
    "impact acme --official off --community off",
    "impact acme --verified-publishers on",
    "impact acme --scan project",
    "impact acme --pulls zebra-pulls.csv",
    "set acme --official off",
    "set acme --disable --allow nginx",
)
"""Every verb that reads an organization, and changes that nobody confirms."""
PATHS: Final = [
    route.path.format(organization="acme", group="owners") for route in ROUTES if route.method == "GET"
]
"""Everything that the server answers to a GET."""
LOCAL_COMMANDS: Final = ("member list acme",)


def write_report(path: Path) -> None:
    """A pull report of many people with many tokens; its numbers occur nowhere else."""
    lines = ["datehour,user_name,repository,access_token_name,ips,pulls"]
    for number in range(PEOPLE):
        user, token = f"quentin-{number:04}", f"zeppelin-{number:04}" if number < TOKENS else "generated"
        more = PULLS - PEOPLE + 1 if number == 0 else 1
        lines += [
            f"2019/05/17/04,{user},grafana/grafana,{token},203.0.113.7,{more}",
            f"2019/05/17/04,{user},library/nginx,{token},203.0.113.7,1",
        ]
    lines += [
        f"2019/05/16/04,quentin-{number:04},zanzibar/cloves,generated,203.0.113.7,1"
        for number in range(ONLY_REPORTED)
    ]
    path.write_text("\n".join([*lines, ""]))


async def restrict(file: LocalFile) -> None:
    """Switch acme's Image Access Management on and verified publishers, such as grafana, off."""
    await LocalAdmin(file, IMPORTER).set_badge("grafana", Badge.VERIFIED_PUBLISHER)
    store = LocalStore(file, IMPORTER)
    draft = Draft.of((await store.organization_state("acme")).revision)
    policy = draft.policy.with_setting(Setting.ENABLED, on=True)
    policy = policy.with_setting(Setting.VERIFIED_PUBLISHER, on=False)
    await store.save("acme", draft.stage(policy), note="", origin=Origin.CLI)


async def record_by_hand(file: LocalFile, url: str) -> None:
    """Record of acme what a Hub's API lacks: community images are on, the allowlist is off."""
    known = Revision(0, Policy(community=True), UNKNOWN_AUTHOR, file.clock(), origin=Origin.DRIFT)
    await HubMemory(file, url, UNKNOWN_AUTHOR).keep("acme", known, by_hand=True)


class World(NamedTuple):
    """The file, the two APIs, and what was brought in."""

    folder: Path
    path: Path
    server: Running
    hub: FakeHub
    clock: FixedClock

    def profile(self, kind: str, user: str) -> Profile:
        """The profile of that kind, for the user."""
        if kind == "local":
            return Profile("local", StoreKind.LOCAL, self.path, user)
        return Profile(kind, StoreKind.HUB, self.path, None, self.url(kind))

    def url(self, kind: str) -> str:
        """The API of a Hub profile."""
        return self.server.url if kind == "served" else self.hub.url

    def environment(self, kind: str, user: str) -> Mapping[str, str]:
        """The variables that sign in to a Hub profile."""
        if kind == "local":
            return {}
        secret = self.server.secrets[user] if kind == "served" else SECRET
        return {"IAM_TUI_API": self.url(kind), "IAM_TUI_USERNAME": user, "IAM_TUI_TOKEN": secret}

    def options(self, kind: str, user: str) -> Sequence[str]:
        """The options that choose the profile on the command line."""
        return ("--db", str(self.path), "--as", user) if kind == "local" else ("--profile", kind)

    def app(self, kind: str, user: str) -> IamApp:
        """A console on the profile."""
        profile = self.profile(kind, user)
        opener = StoreOpener([profile], self.clock, self.environment(kind, user))
        return IamApp(opener, clock=self.clock, options=ConsoleOptions(profile=profile))

    async def bring_in(self, kind: str) -> None:
        """Bring in the report and the project's folder, as an owner does it in the console."""
        async with ConsoleDriver.run(self.app(kind, IMPORTER)) as c:
            await c.press("enter", "i", "m")
            for key, name in (("p", REPORT), ("f", "project")):
                await c.press(key)
                await c.paste(str(self.folder / name))
                await c.press("enter")
            assert len(c.rows("#sources")) == 4, c.problem


@contextmanager
def hub_in_a_thread(clock: FixedClock) -> Iterator[FakeHub]:
    """A Hub that answers while this thread does something else."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait_for(work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)

    hub = FakeHub(clock)
    try:
        wait_for(hub.start())
        yield hub
        wait_for(hub.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything brought in once; nothing below changes it."""
    folder = tmp_path_factory.mktemp("world")
    clock = FixedClock()
    write_report(folder / REPORT)
    (folder / "project").mkdir()
    (folder / "project" / "Dockerfile").write_text("FROM nginx:1.27\nFROM grafana/grafana:11\nFROM $BASE\n")
    with running(folder / "w.db") as server, hub_in_a_thread(clock) as hub:
        in_file(server.path, restrict)
        hub.settings["acme"].change(enabled=True, allow_verified_publishers=False)
        hub.people["acme"]["rita"] = "Release Manager"
        hub.secrets["rita"] = SECRET
        made = World(folder, server.path, server, hub, clock)
        config = folder / "config" / "iam_tui" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            "".join(
                f'[profiles.{kind}]\napi = "{made.url(kind)}"\ndb = "{made.path}"\n'
                for kind in ("served", "hub")
            )
        )
        for kind in ("served", "hub"):
            in_file(made.path, partial(record_by_hand, url=made.url(kind)), clock)
        for kind in ("local", "served", "hub"):
            asyncio.run(made.bring_in(kind))
        yield made


@pytest.fixture(autouse=True)
def own_environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the user who runs the tests stay out of them."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(world.folder / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(world.folder / "data"))


class Visit:
    """A walk through the console that remembers everything it was shown or given to copy."""

    def __init__(self, c: ConsoleDriver) -> None:
        self.c = c
        self.seen: list[str] = []

    def look(self) -> None:
        """Remember what is drawn, what the plain text would be, the toasts and the clipboard."""
        c = self.c
        texts = (c.drawn, *plain_text(c.app.screen), *c.toasts, c.app.clipboard)
        where = type(c.app.screen).__module__.removeprefix("iam_tui.ui.")
        self.seen += [f"{where}: {text}" for text in texts]

    async def press(self, *keys: str) -> None:
        """Press keys, and look after each."""
        for key in keys:
            await self.c.press(key)
            self.look()

    async def offered(self, binding: str, *more: str) -> None:
        """Press the key of a binding if it is offered, then some more; come back from what that opened."""
        for active in self.c.app.screen.active_bindings.values():
            if active.binding.id == binding and active.enabled:
                await self.peek(active.binding.key, *more)
                return

    async def peek(self, *keys: str) -> None:
        """Press keys, and come back from the screens that they opened."""
        depth = len(self.c.screens)
        await self.press(*keys)
        while len(self.c.screens) > depth:
            await self.press("escape")

    async def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size, and look."""
        await self.c.resize(*size)
        self.look()

    async def walk(self) -> None:
        """From the organizations to every screen behind the first of them."""
        self.look()
        await self.press("enter")
        assert self.c.screen == "AccessScreen"
        await self.access()
        await self.press("i")
        assert self.c.screen == "ImpactScreen"
        await self.impact()
        await self.press("m")
        assert self.c.screen == "SourcesScreen"
        await self.sources()
        await self.press("escape", "escape", "r", "x", "escape")
        assert self.c.screen == "OrganizationsScreen"

    async def access(self) -> None:
        """Image access, then with a switch staged where that is possible, and the review."""
        await self.peek("enter")
        for size in (TINY, NARROW, WIDE):
            await self.resize(size)
        for _ in self.c.row_keys("#access"):
            await self.press("down")
        await self.offered("access.request", *"why", "ctrl+y", "f2", "c")
        await self.c.move_to("#access", Setting.OFFICIAL)
        await self.press("space", "c")
        await self.resize(NARROW)
        await self.resize(WIDE)
        await self.peek("?")
        await self.offered("access.review", "down", "down")
        if not self.c.draft().is_clean:
            await self.peek("q")

    async def impact(self) -> None:
        """Every part of the impact, every row of it with its details, and the test of its pull."""
        for part in "1234567":
            await self.press(part, "s", "c")
            for _ in self.c.row_keys("#impact"):
                await self.press("down")
            await self.peek("enter")
        await self.resize(NARROW)
        await self.press(*"1234567", "5")
        await self.peek("enter")
        await self.resize(WIDE)
        await self.peek("t", "enter", "ctrl+y", "f8", "down")
        await self.peek("t", "f7", "ctrl+y")
        await self.peek(":", *"plain", "enter", "c")

    async def sources(self) -> None:
        """The sources, and what is asked before one is brought in or forgotten."""
        await self.peek("?")
        for _ in self.c.row_keys("#sources"):
            await self.offered("sources.forget", "escape")
            await self.press("down")
        await self.offered("sources.report", "escape")
        await self.offered("sources.folder", "escape")


async def visit(app: IamApp) -> list[str]:
    """Everything that a walk through the console shows."""
    async with ConsoleDriver.run(app, WIDE) as c:
        visited = Visit(c)
        await visited.walk()
        return visited.seen


def found(texts: Sequence[str]) -> dict[str, str]:
    """Which secrets are in the texts, each with one that has it."""
    return {secret: text for secret, pattern in SECRETS.items() for text in texts if re.search(pattern, text)}


CASES: Final = [
    *(
        (kind, role)
        for kind in ("local", "served", "hub")
        for role in ("owner", "editor", "member", "stranger")
    ),
    ("hub", "custom role"),
]


@pytest.mark.parametrize(("kind", "role"), CASES)
def test_in_the_console(world: World, kind: str, role: str) -> None:
    texts = asyncio.run(visit(world.app(kind, USERS[role])))
    been = {text.partition(":")[0] for text in texts}
    # A stranger owns another organization, in which nothing was brought in.
    assert been >= SCREENS | (OWNERS_SCREENS if role in ("owner", "stranger") else READERS_SCREENS)
    assert any("Forget " in text for text in texts) is (role != "stranger")
    shown = found(texts)
    assert shown.keys() == (SECRETS.keys() if role == "owner" else set()), shown


class Printed(NamedTuple):
    """What one command line printed; `data` is its JSON, None for text and for none."""

    line: str
    out: str
    err: str
    data: object = None


WAYS: Final[Mapping[str, Callable[[Printed], str]]] = {"out": lambda one: one.out, "err": lambda one: one.err}


def call(capsys: pytest.CaptureFixture[str], world: World, line: Sequence[str]) -> Printed:
    """Run one command line in this process."""
    main(line, clock=world.clock)
    out, err = capsys.readouterr()
    return Printed(" ".join(line), out, err, json.loads(out) if "--json" in line and out else None)


@pytest.mark.parametrize(("kind", "role"), CASES)
def test_on_the_command_line(
    world: World,
    kind: str,
    role: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = USERS[role]
    for name, value in world.environment(kind, user).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(world.folder)
    commands = (*COMMANDS, *(LOCAL_COMMANDS if kind == "local" else ()))
    printed = [
        call(capsys, world, [*world.options(kind, user), *command.split(), *as_json])
        for command in commands
        for as_json in ((), ("--json",))
    ]
    shown = {way: found([text(one) for one in printed]) for way, text in WAYS.items()}
    if role == "owner":
        assert shown["out"].keys() == SECRETS.keys() - {"how many rows"}
        assert shown["err"].keys() == IN_STDERR
    else:
        assert shown == {"out": {}, "err": {}}
    rows = [row for one in printed for row in impact_rows(one.data)]
    assert bool(rows) == (role != "stranger")
    if role == "owner":
        assert any(row["pulls"] == PULLS and row["last_pull"] for row in rows)
    else:
        assert {row[key] for row in rows for key in PULLER_KEYS} <= {None}


def impact_rows(data: object) -> list[Mapping[str, object]]:
    """The rows of repositories in the JSON of an impact; none in other JSON."""
    lists = data.values() if isinstance(data, dict) else ()
    return [row for rows in lists if isinstance(rows, list) for row in rows if "tokens" in row]


@pytest.mark.parametrize("role", ["owner", "editor", "member", "stranger"])
def test_over_the_servers_api(world: World, role: str) -> None:
    """Not even owners: what they brought in stays in the file."""
    for path in PATHS:
        answer = world.server.ask(USERS[role], path)
        assert found([answer.text]) == {}, path
