"""What Docker's API does not tell: unknown, until an owner records it; and what is left for hands to do."""

from iam_tui.core.policy import Setting
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.conftest import on_top, rest, rows, said, settled
from tests.ui.hub.conftest import MakeHubConsole

PUT = "PUT /v2/orgs/acme/settings"
TO_COMMUNITY = ("down", "down")
TO_ALLOWLIST = ("down",) * 5


async def test_unknown_switches_say_where_to_look(make_console: MakeHubConsole) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        shown = rows(app, "#access")
        assert any(row.startswith("Community images ? Docker Home") for row in shown)
        assert any(row.startswith("Repository allowlist ? Docker Home unknown") for row in shown)
        assert "Docker's API does not show what is on it; Docker Home does." in shown
        await pilot.press(*TO_COMMUNITY)
        assert "Docker's API does not show this. Look in Docker Home, then record it with space." in said(
            app, "#about"
        )
        await pilot.press("down", "down", "down")
        assert "list all repositories that are on it" in said(app, "#about")


async def test_space_goes_through_not_used_and_used_and_back_to_unknown(make_console: MakeHubConsole) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*TO_ALLOWLIST)
        seen = []
        for _ in range(3):
            await pilot.press("space")
            seen.append(screen.draft.policy.setting(Setting.ALLOWLIST))
        assert seen == [False, True, None]
        assert screen.draft.is_clean


async def test_what_is_recorded_is_known_by_hand_with_its_date_and_nothing_is_sent(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*TO_COMMUNITY, "space", "down", "down", "down", "space")
        assert "2 staged (2 by hand in Docker Home)" in said(app, "#second")
        await pilot.press("w")
        await rest(pilot)
        shown = rows(app, "#review")
        assert f"Nothing is sent to 127.0.0.1:{hub.port}." in shown
        assert "By hand in Docker Home, only recorded here: 2 of 2" in shown
        assert "Community images: recorded as off, as it is there" in shown
        assert "Repository allowlist: recorded as off, as it is there" in shown
        assert not app.screen.has_class("-grave")
        await pilot.press("enter")
        await rest(pilot)
        assert hub.calls(PUT) == []
        assert [toast.message for toast in app._notifications] == ["Saved as revision 2."]
        shown = rows(app, "#access")
        assert "Community images ○ off allowed by hand 14:15" in shown
        assert "Repository allowlist ○ off 0 repos by hand 14:15" in shown


async def test_a_change_of_what_is_known_by_hand_is_a_step_and_is_counted(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*TO_COMMUNITY, "space", "down", "down", "down", "space", "w", "enter")
        await settled(pilot)
        # Community on, the allowlist used with one entry, official images off.
        await pilot.press("space", "up", "space", "up", "up", "space", "a", *"bitnami/redis", "enter")
        await rest(pilot)
        assert "(3 by hand in Docker Home)" in said(app, "#second")
        await pilot.press("w")
        await rest(pilot)
        assert on_top(app) == "ReviewScreen"
        shown = rows(app, "#review")
        assert "Sent: PUT /v2/orgs/acme/settings Now After" in shown
        assert "  enabled false false" in shown
        assert "Δ allow_official_images true false" in shown
        assert "  allow_verified_publishers true true" in shown
        assert "By hand in Docker Home, only recorded here: 3 of 4" in shown
        assert "Community images: switch it on" in shown
        assert "Repository allowlist: switch it on" in shown
        assert "Repository allowlist: add bitnami/redis" in shown
        await pilot.press("enter")
        await rest(pilot)
        (sent,) = hub.calls(PUT)
        assert sent.json["restricted_images"] == {
            "enabled": False,
            "allow_official_images": False,
            "allow_verified_publishers": True,
            "allow_the_moon": "full",
        }
        last = list(app._notifications)[-1].message
        assert last == "Saved as revision 3. 3 steps left to do in Docker Home."
