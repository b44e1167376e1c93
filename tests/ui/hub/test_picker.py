"""The organizations of Docker Hub in the picker: as each answers, those in trouble, those of before."""

import asyncio

from tests.conftest import FixedClock
from tests.stores.hub.acts import silence, status
from tests.stores.hub.exchange import Reply, Request
from tests.stores.hub.fake_hub import Act, FakeHub
from tests.ui.conftest import hints, on_top, rest, rows, said
from tests.ui.hub.conftest import MakeHubConsole, until


def when(gate: asyncio.Event) -> Act:
    """Answer honestly, once the gate is open."""

    async def act(_hub: FakeHub, _request: Request, _writer: asyncio.StreamWriter) -> Reply | None:
        await gate.wait()
        return None

    return act


async def test_rows_appear_as_each_organization_answers_in_the_order_of_names(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    gate = asyncio.Event()
    hub.always["GET /v2/orgs/acme/settings"] = when(gate)
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_top(app) == "OrganizationsScreen")
        await until(pilot, lambda: [row.split()[0] for row in rows(app, "#organizations")] == ["team"])
        assert "still reading" in said(app, "#first")
        gate.set()
        await rest(pilot)
        assert [row.split()[0] for row in rows(app, "#organizations")] == ["acme", "team"]
        assert "2 organizations, you can edit 2." in said(app, "#first")


async def test_one_that_may_not_be_read_says_so_and_enter_tells_whom_to_ask(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = status(403, "no")
    app = make_console("max")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert rows(app, "#organizations")[0].startswith("acme member ! no access ? ? ? ?")
        assert "You may not read its settings. Ask an owner" in said(app, "#second")
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"
        assert "Ask an owner: olivia, omar." in said(app, "#problem")
        del hub.always["GET /v2/orgs/acme/settings"]
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert "READ-ONLY member" in said(app, "#top")


async def test_one_that_does_not_answer_leaves_the_others_alone(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = status(503)
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert rows(app, "#organizations")[0].startswith("acme OWNER ! no answer")
        assert rows(app, "#organizations")[1].startswith("team OWNER ○ off")
        await pilot.press("home")
        assert "enter tries again" in said(app, "#second")


async def test_esc_stops_reading_and_keys_are_answered_meanwhile(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.always["GET /v2/orgs/acme/settings"] = silence
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_top(app) == "OrganizationsScreen")
        await until(pilot, lambda: len(rows(app, "#organizations")) == 1)
        await pilot.press("slash", *"te")
        assert "1 organization" in said(app, "#first")
        await pilot.press("escape")
        assert app.workers
        await pilot.press("escape")
        await rest(pilot)
        assert "Stopped; r reads again." in said(app, "#second")
        del hub.always["GET /v2/orgs/acme/settings"]
        await pilot.press("r")
        await rest(pilot)
        assert len(rows(app, "#organizations")) == 2
        assert "enter open" in hints(app)


async def test_offline_the_last_known_state_is_shown_with_its_time_and_read_only(
    make_console: MakeHubConsole, hub: FakeHub, clock: FixedClock
) -> None:
    hub.settings["acme"].change(enabled=True)
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press("down", "down", "down", "space")
        await rest(pilot)
        clock.advance(hours=1)
        await hub.stop()
        await pilot.press("r")
        await rest(pilot)
        # What was staged stays in sight and is kept.
        assert "It cannot be read now, as of 12 Mar" in said(app, "#second")
        assert "READ-ONLY owner" in said(app, "#top")
        assert any("staged, was on" in row for row in rows(app, "#access"))
        assert not any(hint.startswith(("space", "w ")) for hint in hints(app))
        await pilot.press("space")
        assert "What cannot be read now cannot be changed" in said(app, "#second")
    again = make_console()
    async with again.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert rows(again, "#organizations")[0].startswith("acme OWNER ● on ? on on ? as of")
        await pilot.press("enter")
        await rest(pilot)
        assert "It cannot be read now" in said(again, "#second")
        assert any("staged, was on" in row for row in rows(again, "#access"))
