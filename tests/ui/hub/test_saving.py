"""Saving to Docker Hub: the name is asked for where pulls may stop, and nothing is overwritten."""

from tests.stores.hub.acts import first, hang_up, html
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.driver import OpenHubConsole

PUT = "PUT /v2/orgs/acme/settings"
OFFICIAL_OFF = ("down",) * 4 + ("space",)


async def test_switching_it_on_asks_for_the_organizations_name(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.press("space", "w")
        assert c.is_shown("#name-row")
        await c.press(*"why", "enter")
        assert "Type acme to save" in c.second
        assert c.focused == "name"
        await c.press(*"acm", "enter")
        assert "acm is not acme." in c.second
        assert hub.calls(PUT) == []
        await c.press("e", "enter")
        assert c.screen == "AccessScreen"
        assert len(hub.calls(PUT)) == 1
        assert hub.settings["acme"].document["restricted_images"]["enabled"] is True
        assert (await c.session.store.revision("acme", 2)).note == "why"


async def test_what_could_stop_pulls_asks_for_it_and_what_only_allows_does_not(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.settings["acme"].change(enabled=True, allow_verified_publishers=False)
    async with hub_console(organization="acme") as c:
        await c.press(*OFFICIAL_OFF, "w")
        # The allowlist is unknown, so the result is too, and that counts. Image access says the same.
        assert any("Docker Official Images allowed CANNOT TELL" in row for row in c.rows("#review"))
        assert c.is_shown("#name-row")
        await c.press("escape")
        assert any(row.startswith("Docker Official Images Δ ○ off CANNOT TELL") for row in c.rows("#access"))
        await c.press("x", "up", "space", "w")
        assert not c.is_shown("#name-row")
        await c.press("enter")
        assert hub.settings["acme"].document["restricted_images"]["allow_verified_publishers"] is True


async def test_tab_goes_from_the_note_to_the_name_to_the_list(hub_console: OpenHubConsole) -> None:
    async with hub_console(organization="acme") as c:
        await c.press("space", "w")
        seen = []
        for _ in range(3):
            seen.append(c.focused)
            await c.press("tab")
        assert seen == ["note", "name", "review"]


async def test_a_change_made_elsewhere_is_a_conflict_and_nothing_is_sent(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*OFFICIAL_OFF, "w")
        hub.settings["acme"].change(allow_verified_publishers=False)
        await c.press("enter")
        assert c.screen == "ConflictScreen"
        assert "Somebody saved revision 2" in c.first
        assert hub.calls(PUT) == []
        await c.press("enter", "enter")
        flags = hub.settings["acme"].document["restricted_images"]
        assert (flags["allow_official_images"], flags["allow_verified_publishers"]) == (False, False)


async def test_a_connection_that_breaks_off_is_not_said_to_have_saved_nothing(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*OFFICIAL_OFF, "w")
        hub.next(PUT, hang_up)
        hub.next("GET /v2/orgs/acme/settings", first(lambda: None), html())
        await c.press("enter")
        assert "Everything is still staged" in c.second
        assert "Nothing was saved" not in c.second
        assert "It is not known whether your changes were saved" in c.problem


async def test_two_consoles_on_one_revision_one_wins_and_one_compares(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.etags = True
    async with (
        hub_console(organization="acme") as one,
        hub_console("omar", organization="acme") as other,
    ):
        await one.press(*OFFICIAL_OFF, "w")
        await other.press("down", "down", "down", "space", "w")
        await one.press("enter")
        await other.press("enter")
        assert one.screen == "AccessScreen"
        assert other.screen == "ConflictScreen"
        assert len(hub.calls(PUT)) == 1


async def test_a_custom_role_keeps_its_name_stages_and_learns_what_hub_decides(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    """What was staged stays staged when Hub refuses it."""
    hub.settings["acme"].change(enabled=True, allow_verified_publishers=False)
    hub.people["acme"]["max"] = "Security [b]admin"
    async with hub_console("max", organization="acme") as c:
        assert "Security [b]admin" in c.top
        assert "Docker Hub decides whether your role may save" in c.second
        await c.press(*("down",) * 3, "space", "w", "enter")
        assert "does not permit saving the settings of acme" in c.problem
        assert c.screen == "ReviewScreen"
        hub.allowed_to_save.add("Security [b]admin")
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert hub.settings["acme"].document["restricted_images"]["allow_verified_publishers"] is True
