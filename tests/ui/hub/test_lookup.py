"""Looking up an unknown publisher while testing a pull: on enter alone, stopped by esc, never in the demo."""

from pathlib import Path

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Usage
from iam_tui.stores.protocol import Profile, Source, SourceKind, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.stores.hub.acts import say, silence, status
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.driver import ConsoleDriver, OpenHubConsole

CALL = "GET /v2/orgs/prom"
PUBLISHER = say(reply({"orgname": "prom", "badge": "verified_publisher"}))


async def test_enter_looks_up_and_shows_the_verdict_again(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.always[CALL] = PUBLISHER
    async with hub_console(organization="acme") as c:
        await c.open_pull_screen("prom/x")
        assert "CANNOT TELL" in c.text("#verdict")
        assert hub.calls(CALL) == []
        await c.press("enter")
        assert "ALLOWED" in c.text("#verdict")
        assert "Looked up: prom is a verified publisher." in c.second
        assert "prom is a verified publisher, read from Docker Hub on 2026-03-12." in " ".join(
            c.rows("#trace")
        )
        (request,) = hub.calls(CALL)
        assert "authorization" not in request.headers
        await c.press("enter")
        assert "Added to the recent tests; the up arrow brings it back." in c.second
    async with hub_console(organization="acme") as c:
        await c.open_pull_screen("prom/y")
        assert "ALLOWED" in c.text("#verdict")
        assert len(hub.calls(CALL)) == 1


async def test_keys_are_answered_meanwhile_and_esc_stops_it(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.next(CALL, silence)
    async with hub_console(organization="acme") as c:
        await c.open_pull_screen("prom/x")
        await c.press("enter", busy=True)
        await c.until(lambda: len(hub.calls(CALL)) == 1)
        assert f"Looking up prom at http://127.0.0.1:{hub.port}; esc stops." in c.second
        await c.press("y", busy=True)
        assert "prom/xy" in c.text("#verdict")
        await c.press("escape")
        assert c.screen == "PullScreen"
        assert "Not looked up." in c.second
        assert "CANNOT TELL" in c.text("#verdict")
        await c.press("escape")
        assert c.screen == "AccessScreen"


async def test_what_cannot_be_found_out_is_said_and_stays_unknown(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.next(CALL, status(404), status(500))
    hub.next("GET /v2/users/prom", status(404))
    async with hub_console(organization="acme") as c:
        await c.open_pull_screen("prom/x")
        await c.press("enter")
        assert "There is no prom on Docker Hub." in c.second
        await c.press("enter")
        assert "prom was not looked up." in c.second
        assert "CANNOT TELL" in c.text("#verdict")


async def test_nothing_is_asked_about_what_is_decided_otherwise(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.open_pull_screen("")
        before = len(hub.seen)
        for text in ("nginx", "acme/x", "ghcr.io/prom/x", "Prom/x"):
            await c.press("ctrl+u", *text, "enter")
        assert len(hub.seen) == before


async def test_a_local_console_and_the_demo_ask_nobody(
    demo_file: Path, hub: FakeHub, clock: FixedClock
) -> None:
    for kind in (StoreKind.DEMO, StoreKind.LOCAL):
        profile = Profile("here", kind, demo_file, "maya")
        app = IamApp(
            StoreOpener([profile], clock),
            clock=clock,
            options=ConsoleOptions("acme-corp", profile=profile),
        )
        async with ConsoleDriver.run(app) as c:
            await c.open_pull_screen("prom/x")
            await c.press("enter")
            assert c.session.lookup is None
            assert "Added to the recent tests; the up arrow brings it back." in c.second
    assert hub.connections == 0


async def test_the_impact_and_the_switches_know_what_was_looked_up_from_there(
    hub_console: OpenHubConsole, hub: FakeHub, clock: FixedClock
) -> None:
    hub.settings["acme"].change(enabled=True)
    hub.always[CALL] = PUBLISHER
    async with hub_console(organization="acme") as c:
        place = Usage("Dockerfile", 1, "FROM", "prom/x", ImageReference.parse("prom/x"))
        source = Source(SourceKind.SCAN, "shop", clock(), 1)
        await c.session.memory.keep_source("acme", source, Inventory((place,)))
        await c.press("r")
        assert "Repository allowlist ? Docker Home unknown may allow 1" in c.rows("#access")
        await c.press("i", "2")
        assert any("prom/x" in row for row in c.rows("#impact"))
        await c.press("t", "enter")
        assert "Looked up: prom is a verified publisher." in c.second
        await c.press("escape")
        assert not any("prom/x" in row for row in c.rows("#impact"))
        await c.press("escape")
        assert "Repository allowlist ? Docker Home unknown nothing" in c.rows("#access")
