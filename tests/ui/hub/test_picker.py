"""Docker Hub's organizations in the picker: as each answers, with errors, and offline."""

import asyncio

from tests.clock import FixedClock
from tests.stores.hub.acts import silence, status
from tests.stores.hub.exchange import Reply, Request
from tests.stores.hub.fake_hub import Act, FakeHub
from tests.ui.driver import OpenHubConsole


def when(gate: asyncio.Event) -> Act:
    """Answer honestly, once the gate is open."""

    async def act(_hub: FakeHub, _request: Request, _writer: asyncio.StreamWriter) -> Reply | None:
        await gate.wait()
        return None

    return act


async def test_rows_appear_as_each_organization_answers_in_the_order_of_names(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    gate = asyncio.Event()
    hub.always["GET /v2/orgs/acme/settings"] = when(gate)
    async with hub_console(busy=True) as c:
        await c.until(lambda: c.screen == "OrganizationsScreen")
        await c.until(lambda: [row.split()[0] for row in c.rows("#organizations")] == ["team"])
        assert "still reading" in c.first
        gate.set()
        await c.settle()
        assert [row.split()[0] for row in c.rows("#organizations")] == ["acme", "team"]
        assert "2 organizations, you can edit 2." in c.first


async def test_one_that_may_not_be_read_says_so_and_enter_tells_whom_to_ask(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = status(403, "no")
    async with hub_console("max") as c:
        assert c.rows("#organizations")[0].startswith("acme member ! no access ? ? ? ?")
        assert "You may not read its settings. Ask an owner" in c.second
        await c.press("enter")
        assert c.screen == "OrganizationsScreen"
        assert "Ask an owner: olivia, omar." in c.problem
        del hub.always["GET /v2/orgs/acme/settings"]
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert "READ-ONLY member" in c.top


async def test_one_that_does_not_answer_leaves_the_others_alone(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = status(503)
    async with hub_console() as c:
        assert c.rows("#organizations")[0].startswith("acme OWNER ! no answer")
        assert c.rows("#organizations")[1].startswith("team OWNER ○ off")
        await c.press("home")
        assert "enter tries again" in c.second


async def test_esc_stops_reading_and_keys_are_answered_meanwhile(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = silence
    async with hub_console(busy=True) as c:
        await c.until(lambda: c.screen == "OrganizationsScreen")
        await c.until(lambda: len(c.rows("#organizations")) == 1)
        await c.press("/", *"te", busy=True)
        assert "1 organization" in c.first
        await c.press("escape", busy=True)
        assert c.app.workers
        await c.press("escape")
        assert "Stopped; r reads again." in c.second
        del hub.always["GET /v2/orgs/acme/settings"]
        await c.press("r")
        assert len(c.rows("#organizations")) == 2
        assert "enter open" in c.keys


async def test_offline_the_last_known_state_is_shown_with_its_time_and_read_only(
    hub_console: OpenHubConsole, hub: FakeHub, clock: FixedClock
) -> None:
    hub.settings["acme"].change(enabled=True)
    async with hub_console() as c:
        await c.press("enter", "down", "down", "down", "space")
        clock.advance(hours=1)
        await hub.stop()
        await c.press("r")
        # What was staged stays in sight and is kept.
        assert "It cannot be read now, as of 12 Mar" in c.second
        assert "READ-ONLY owner" in c.top
        assert any("staged, was on" in row for row in c.rows("#access"))
        assert not any(hint.startswith(("space", "w ")) for hint in c.keys)
        await c.press("space")
        assert "What cannot be read now cannot be changed" in c.second
    async with hub_console() as c:
        assert c.rows("#organizations")[0].startswith("acme OWNER ● on ? on on ? as of")
        await c.press("enter")
        assert "It cannot be read now" in c.second
        assert any("staged, was on" in row for row in c.rows("#access"))
