"""Saving to real organizations: the name is typed where pulls may stop, and nothing is overwritten."""

from iam_tui.ui.shared.widgets.field import Field
from tests.stores.hub.acts import first, hang_up, html
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.conftest import on_top, rest, rows, said, settled
from tests.ui.hub.conftest import MakeHubConsole

PUT = "PUT /v2/orgs/acme/settings"
OFFICIAL_OFF = ("down",) * 4 + ("space",)


async def test_switching_it_on_asks_for_the_organizations_name(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "w")
        await rest(pilot)
        assert app.screen.query_one("#name-row").display
        await pilot.press(*"why", "enter")
        assert "Type acme to save" in said(app, "#second")
        assert app.screen.query_one("#name", Field).has_focus
        await pilot.press(*"acm", "enter")
        await rest(pilot)
        assert "acm is not acme." in said(app, "#second")
        assert hub.calls(PUT) == []
        await pilot.press("e", "enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert len(hub.calls(PUT)) == 1
        assert hub.settings["acme"].document["restricted_images"]["enabled"] is True
        assert (await app.session.store.revision("acme", 2)).note == "why"


async def test_what_could_stop_pulls_asks_for_it_and_what_only_allows_does_not(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True, allow_verified_publishers=False)
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*OFFICIAL_OFF, "w")
        await rest(pilot)
        # The allowlist is unknown, so nobody can tell; that counts.
        assert any("Docker Official Images allowed CANNOT TELL" in row for row in rows(app, "#review"))
        assert app.screen.query_one("#name-row").display
        await pilot.press("escape", "x", "up", "space", "w")
        await rest(pilot)
        assert not app.screen.query_one("#name-row").display
        await pilot.press("enter")
        await rest(pilot)
        assert hub.settings["acme"].document["restricted_images"]["allow_verified_publishers"] is True


async def test_tab_goes_from_the_note_to_the_name_to_the_list(make_console: MakeHubConsole) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "w")
        await rest(pilot)
        seen = []
        for _ in range(3):
            seen.append(app.focused.id if app.focused else None)
            await pilot.press("tab")
        assert seen == ["note", "name", "review"]


async def test_a_change_made_elsewhere_is_a_conflict_and_nothing_is_sent(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*OFFICIAL_OFF, "w")
        await rest(pilot)
        hub.settings["acme"].change(allow_verified_publishers=False)
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "ConflictScreen"
        assert "Somebody saved revision 2" in said(app, "#first")
        assert hub.calls(PUT) == []
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        flags = hub.settings["acme"].document["restricted_images"]
        assert (flags["allow_official_images"], flags["allow_verified_publishers"]) == (False, False)


async def test_a_connection_that_breaks_off_is_not_said_to_have_saved_nothing(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*OFFICIAL_OFF, "w")
        await rest(pilot)
        hub.next(PUT, hang_up)
        hub.next("GET /v2/orgs/acme/settings", first(lambda: None), html())
        await pilot.press("enter")
        await rest(pilot)
        assert "Everything is still staged" in said(app, "#second")
        assert "Nothing was saved" not in said(app, "#second")
        assert "It is not known whether your changes were saved" in said(app, "#problem")


async def test_two_consoles_on_one_revision_one_wins_and_one_compares(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.etags = True
    one, other = make_console(organization="acme"), make_console("omar", organization="acme")
    async with one.run_test(size=(80, 24)) as first, other.run_test(size=(80, 24)) as second:
        await settled(first)
        await settled(second)
        await first.press(*OFFICIAL_OFF, "w")
        await second.press("down", "down", "down", "space", "w")
        await rest(first)
        await rest(second)
        await first.press("enter")
        await rest(first)
        await second.press("enter")
        await rest(second)
        assert on_top(one) == "AccessScreen"
        assert on_top(other) == "ConflictScreen"
        assert len(hub.calls(PUT)) == 1
