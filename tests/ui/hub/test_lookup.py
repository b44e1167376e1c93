"""Looking up an unknown publisher while testing a pull: on enter alone, stopped by esc, never in the demo."""

from pathlib import Path

from textual.pilot import Pilot

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Usage
from iam_tui.stores.protocol import Profile, Source, SourceKind, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.conftest import FixedClock
from tests.stores.hub.acts import say, silence, status
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.conftest import on_top, rest, rows, said, settled
from tests.ui.hub.conftest import MakeHubConsole, until

CALL = "GET /v2/orgs/prom"
PUBLISHER = say(reply({"orgname": "prom", "badge": "verified_publisher"}))


async def type_pull(pilot: Pilot[None], text: str) -> None:
    """Test a pull of what is typed, key by key."""
    (await settled(pilot)).test_pull("")
    await rest(pilot)
    await pilot.press(*text)
    await rest(pilot)


async def test_enter_looks_up_and_shows_the_verdict_again(make_console: MakeHubConsole, hub: FakeHub) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.always[CALL] = PUBLISHER
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_pull(pilot, "prom/x")
        assert "CANNOT TELL" in said(app, "#verdict")
        assert hub.calls(CALL) == []
        await pilot.press("enter")
        await rest(pilot)
        assert "ALLOWED" in said(app, "#verdict")
        assert "Looked up: prom is a verified publisher." in said(app, "#second")
        assert "prom is a verified publisher, read from Docker Hub on 2026-03-12." in " ".join(
            rows(app, "#trace")
        )
        (request,) = hub.calls(CALL)
        assert "authorization" not in request.headers
        await pilot.press("enter")
        await rest(pilot)
        assert "Kept: the up arrow brings it back." in said(app, "#second")
    again = make_console(organization="acme")
    async with again.run_test(size=(80, 24)) as pilot:
        await type_pull(pilot, "prom/y")
        assert "ALLOWED" in said(again, "#verdict")
        assert len(hub.calls(CALL)) == 1


async def test_keys_are_answered_meanwhile_and_esc_stops_it(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.next(CALL, silence)
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_pull(pilot, "prom/x")
        await pilot.press("enter")
        await until(pilot, lambda: len(hub.calls(CALL)) == 1)
        assert f"Looking up prom at http://127.0.0.1:{hub.port}; esc stops." in said(app, "#second")
        await pilot.press("y")
        assert "prom/xy" in said(app, "#verdict")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "PullScreen"
        assert "Not looked up." in said(app, "#second")
        assert "CANNOT TELL" in said(app, "#verdict")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"


async def test_what_cannot_be_found_out_is_said_and_stays_unknown(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.next(CALL, status(404), status(500))
    hub.next("GET /v2/users/prom", status(404))
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_pull(pilot, "prom/x")
        await pilot.press("enter")
        await rest(pilot)
        assert "There is no prom on Docker Hub." in said(app, "#second")
        await pilot.press("enter")
        await rest(pilot)
        assert "prom was not looked up." in said(app, "#second")
        assert "CANNOT TELL" in said(app, "#verdict")


async def test_nothing_is_asked_about_what_is_decided_otherwise(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_pull(pilot, "")
        before = len(hub.seen)
        for text in ("nginx", "acme/x", "ghcr.io/prom/x", "Prom/x"):
            await pilot.press("ctrl+u", *text, "enter")
            await rest(pilot)
        assert len(hub.seen) == before


async def test_a_local_console_and_the_demo_ask_nobody(
    demo_file: Path, hub: FakeHub, clock: FixedClock
) -> None:
    for kind in (StoreKind.DEMO, StoreKind.LOCAL):
        profile = Profile("here", kind, demo_file, "maya")
        console = IamApp(
            StoreOpener([profile], clock),
            clock=clock,
            options=ConsoleOptions("acme-corp", profile=profile),
        )
        async with console.run_test(size=(80, 24)) as pilot:
            await type_pull(pilot, "prom/x")
            await pilot.press("enter")
            await rest(pilot)
            assert console.session.lookup is None
            assert "Kept: the up arrow brings it back." in said(console, "#second")
    assert hub.connections == 0


async def test_the_impact_and_the_switches_know_what_was_looked_up_from_there(
    make_console: MakeHubConsole, hub: FakeHub, clock: FixedClock
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.always[CALL] = PUBLISHER
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        place = Usage("Dockerfile", 1, "FROM", "prom/x", ImageReference.parse("prom/x"))
        source = Source(SourceKind.SCAN, "shop", clock(), 1)
        await app.session.memory.keep_source("acme", source, Inventory((place,)))
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("i", "4")
        await rest(pilot)
        assert any("prom/x" in row for row in rows(app, "#impact"))
        await pilot.press("t")
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        assert "Looked up: prom is a verified publisher." in said(app, "#second")
        await pilot.press("escape")
        await rest(pilot)
        assert not any("prom/x" in row for row in rows(app, "#impact"))
        await pilot.press("escape")
        await settled(pilot)
        assert screen.workspace.images_in_use is not None
        assert screen.workspace.images_in_use.catalog is app.session.catalog
