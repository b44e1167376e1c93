"""Settings that Docker's API does not return: unknown until an owner records what Docker Home shows."""

from iam_tui.core.policy import Setting
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.driver import WIDE, OpenHubConsole

PUT = "PUT /v2/orgs/acme/settings"
TO_COMMUNITY = ("down", "down")
TO_ALLOWLIST = ("down",) * 5


async def test_unknown_switches_say_where_to_look(hub_console: OpenHubConsole) -> None:
    async with hub_console(organization="acme", size=WIDE) as c:
        shown = c.rows("#access")
        assert any(row.startswith("Community images ? Docker Home") for row in shown)
        assert any(row.startswith("Repository allowlist ? Docker Home unknown") for row in shown)
        assert "Docker's API does not show what is on it; Docker Home does." in shown
        await c.press(*TO_COMMUNITY)
        assert "Docker's API does not show this. Look in Docker Home, then record it with space." in c.text(
            "#about"
        )
        await c.press("down", "down", "down")
        assert "add every repository that is on it" in c.text("#about")


async def test_an_unknown_allowlist_is_not_said_to_be_off(hub_console: OpenHubConsole) -> None:
    async with hub_console(organization="acme") as c:
        await c.press("a")
        assert "The allowlist is off" not in c.second
        await c.press("escape", *TO_ALLOWLIST, "space", "a")
        assert "The allowlist is off" in c.second


async def test_space_goes_through_not_used_and_used_and_back_to_unknown(hub_console: OpenHubConsole) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*TO_ALLOWLIST)
        seen = []
        for _ in range(3):
            await c.press("space")
            seen.append(c.draft().policy.setting(Setting.ALLOWLIST))
        assert seen == [False, True, None]
        assert c.draft().is_clean


async def test_what_is_recorded_is_known_by_hand_with_its_date_and_nothing_is_sent(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*TO_COMMUNITY, "space", "down", "down", "down", "space")
        assert "2 staged (2 by hand in Docker Home)" in c.second
        await c.press("w")
        shown = c.rows("#review")
        assert f"Nothing is sent to 127.0.0.1:{hub.port}." in shown
        assert "By hand in Docker Home, only recorded here: 2 of 2" in shown
        assert "Community images: recorded as off, as it is there" in shown
        assert "Repository allowlist: recorded as off, as it is there" in shown
        assert not c.is_shown("#name-row")
        await c.press("enter")
        assert hub.calls(PUT) == []
        assert c.toasts == ["Saved as revision 2."]
        shown = c.rows("#access")
        assert "Community images ○ off allowed by hand 14:15" in shown
        assert "Repository allowlist ○ off 0 repos by hand 14:15" in shown


async def test_a_change_of_what_is_known_by_hand_is_a_step_and_is_counted(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme", size=(80, 40)) as c:
        await c.press(*TO_COMMUNITY, "space", "down", "down", "down", "space", "w", "enter")
        # Community on, the allowlist used with one entry, official images off.
        await c.press("space", "up", "space", "up", "up", "space", "a", *"bitnami/redis", "enter")
        assert "(3 by hand in Docker Home)" in c.second
        await c.press("w")
        assert c.screen == "ReviewScreen"
        shown = c.rows("#review")
        assert "Sent: PUT /v2/orgs/acme/settings Now After" in shown
        assert "  enabled false false" in shown
        assert "Δ allow_official_images true false" in shown
        assert "  allow_verified_publishers true true" in shown
        assert "By hand in Docker Home, only recorded here: 3 of 4" in shown
        assert "Community images: switch it on" in shown
        assert "Repository allowlist: switch it on" in shown
        assert "Repository allowlist: add bitnami/redis" in shown
        await c.press("enter")
        (sent,) = hub.calls(PUT)
        assert sent.json["restricted_images"] == {
            "enabled": False,
            "allow_official_images": False,
            "allow_verified_publishers": True,
            "allow_the_moon": "full",
        }
        assert c.toasts[-1] == "Saved as revision 3. 3 steps left to do in Docker Home."
