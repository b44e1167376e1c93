"""Image access: what owners stage, what others read, and what both are told."""

from textual.pilot import Pilot

from iam_tui.core.policy import Setting
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, hints, rows, said

ACME = ConsoleOptions(organization="acme-corp")


async def settled(pilot: Pilot[None]) -> AccessScreen:
    """The Image access screen, once it has read everything."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, AccessScreen)
    return screen


async def test_an_owner_sees_the_policy_and_where_it_stands(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        assert "acme-corp" in said(app, "#top")
        assert "OWNER maya" in said(app, "#top")
        assert said(app, "#first").strip().startswith("Members may pull Organization")
        assert any(row.startswith("Docker Official Images ● on allowed") for row in rows(app, "#access"))


async def test_a_toggle_is_staged_said_and_taken_back(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await settled(pilot)
        screen.query_one("#access", Table).move_to(Setting.VERIFIED_PUBLISHER)
        await pilot.press("space")
        assert "1 staged. Would block 8 images in use by 9 people, 3 CI tokens; 1 unsure." in said(
            app, "#second"
        )
        assert "Docker Verified Publisher Images Δ ○ off BLOCKED allows 8 staged, was on" in rows(
            app, "#access"
        )
        assert "✗ grafana/grafana:11.2.0 BLOCKED Δ" in rows(app, "#watch")
        assert "w review" in hints(app)
        await pilot.press("u")
        assert "Nothing staged" in said(app, "#second")
        assert "✓ grafana/grafana:11.2.0 allowed" in rows(app, "#watch")
        assert "U redo" in hints(app)
        assert "w review" not in hints(app)


async def test_every_switch_answers_the_key_of_its_row(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        before = screen.draft.policy
        for setting in Setting:
            screen.query_one("#access", Table).move_to(setting)
            await pilot.press("space")
            assert screen.draft.policy.setting(setting) is not before.setting(setting)
        assert len(screen.draft.changes) == len(Setting)


async def test_the_organizations_own_images_say_that_docker_has_no_switch(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        screen.query_one("#access", Table).move_to("organization")
        await pilot.press("space")
        assert "always allowed" in said(app, "#second")
        assert screen.draft.is_clean


async def test_an_entry_is_removed_and_comes_back(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert "d remove" not in hints(app)
        screen.query_one("#access", Table).move_to("allow:testcontainers/ryuk")
        await pilot.pause()
        assert "d remove" in hints(app)
        await pilot.press("d")
        assert "Would block 1 image in use by 8 people, 3 CI tokens." in said(app, "#second")
        assert screen.draft.policy.entry("testcontainers/ryuk") is None
        await pilot.press("x")
        assert screen.draft.is_clean


async def test_staged_changes_are_there_at_the_next_start(make_console: MakeConsole) -> None:
    first = make_console(options=ACME)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space")
        await settled(pilot)
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert "1 staged" in said(second, "#second")
        assert not screen.draft.policy.enabled
        await pilot.press("u")
        assert screen.draft.is_clean


async def test_a_member_reads_why_and_whom_to_ask_and_has_no_editing_key(make_console: MakeConsole) -> None:
    app = make_console(options=ConsoleOptions(organization="globex"))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert "READ-ONLY member" in said(app, "#top")
        assert said(app, "#first").strip().startswith("You may pull")
        assert "Only owners can change this:" in said(app, "#second")
        keys = {hint.split()[0] for hint in hints(app)}
        assert not keys & {"space", "a", "d", "u", "U", "w", "x"}
        assert "e ask for access" in hints(app)
        await pilot.press("space", "a", "d", "x", "w")
        assert screen.draft.is_clean
        assert app.screen is screen
        assert "Read-only: you are member" in said(app, "#second")


async def test_an_owner_may_open_it_read_only(make_console: MakeConsole) -> None:
    app = make_console(options=ConsoleOptions(organization="acme-corp", read_only=True))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert "READ-ONLY owner" in said(app, "#top")
        await pilot.press("space")
        assert screen.draft.is_clean


async def test_without_a_business_plan_it_cannot_be_switched_on(make_console: MakeConsole) -> None:
    app = make_console(options=ConsoleOptions(organization="initech"))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert "No Docker Business plan" in said(app, "#first")
        await pilot.press("space")
        assert "needs a Docker Business plan; this one is Team" in said(app, "#second")
        assert screen.draft.is_clean


async def test_too_small_a_window_shows_a_card_and_keeps_what_is_staged(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press("space")
        for size in ((44, 12), (10, 3), (1, 1), (44, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert screen.is_card
        assert "1 staged" in said(app, "#card")
        assert "The window is 44x12; at least 60x16 is needed." in said(app, "#card")
        assert "space toggle" not in hints(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.press("u")
        assert screen.draft.is_clean


async def test_a_click_on_a_switch_flips_it(make_console: MakeConsole) -> None:
    app: IamApp = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        table = screen.query_one("#access", Table)
        await pilot.click(table, offset=(50, 0))
        await pilot.pause()
        assert not screen.draft.policy.enabled
