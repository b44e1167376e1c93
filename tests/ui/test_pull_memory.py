"""What the test of a pull remembers: the watch list, recent pulls, and the person it was tried as."""

from textual.widgets import Input

from iam_tui.ui.pull.puller_picker import PersonScreen
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, hints, rows, said, settled
from tests.ui.open_pull_screen import ACME, open_pull_screen


async def test_f6_puts_an_image_on_the_watch_list_and_takes_it_off(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pull_screen(pilot, "redis:7")
        await pilot.press("f6")
        assert "f6 unwatch" in hints(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "✓ redis:7 allowed" in rows(app, "#watch")
        await open_pull_screen(pilot, "redis:7")
        await pilot.press("f6", "escape")
        await settled(pilot)
        assert not [row for row in rows(app, "#watch") if "redis:7" in row]


async def test_d_takes_an_image_off_the_watch_list_beside_the_switches(make_console: MakeConsole) -> None:
    app = make_console(user="sam", options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await settled(pilot)
        watch = screen.query_one("#watch", Table)
        before = [row.key for row in watch.rows]
        assert "d unwatch" not in hints(app)
        watch.focus()
        await pilot.pause()
        assert "d unwatch" in hints(app)
        await pilot.press("d")
        assert [row.key for row in watch.rows] == before[1:]
        await settled(pilot)
    app = make_console(user="sam", options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await settled(pilot)
        assert [row.key for row in screen.query_one("#watch", Table).rows] == before[1:]


async def test_recent_pulls_come_back_with_the_arrow(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot)
        await pilot.press(*"nginx", "enter", "ctrl+u", *"redis", "enter")
        assert "Kept" in said(app, "#second")
        await settled(pilot)
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot)
        field = screen.query_one("#image", Input)
        assert "redis · nginx" in " ".join(rows(app, "#trace"))
        seen = []
        for key in ("up", "up", "up", "down"):
            await pilot.press(key)
            seen.append(field.value)
        assert seen == ["redis", "nginx", "nginx", "redis"]
        assert "docker.io/library/redis:latest" in said(app, "#verdict")


async def test_beside_the_answer_everybody_is_compared_and_recent_pulls_open(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_pull_screen(pilot, "axllent/mailpit")
        await pilot.press("enter")
        shown = rows(app, "#aside")
        assert "a member allowed" in shown
        assert "4 under r6 BLOCKED !" in shown
        aside = screen.query_one("#aside", Table)
        aside.focus()
        aside.move_to(aside.rows[shown.index("4 under r6 BLOCKED !")].key)
        await pilot.press("enter")
        assert "As hana, member" in said(app, "#first")
        assert "STALE SESSION" in said(app, "#verdict")
        screen.query_one("#image", Input).value = ""
        await pilot.pause()
        aside.move_to("recent:0")
        await pilot.press("enter")
        assert screen.query_one("#image", Input).value == "axllent/mailpit"


async def test_a_person_is_found_by_name_and_pulls_as_they_would(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "bitnami/redis")
        await pilot.press("f8")
        await pilot.pause()
        assert any(isinstance(screen, PersonScreen) for screen in app.screen_stack)
        assert "noor member signed out 9 Mar BLOCKED" in rows(app, "#found")
        await pilot.press(*"feli", "enter")
        await pilot.pause()
        assert app.screen is screen
        assert "As felix, member · signed in" in said(app, "#first")
        assert "under r4" in said(app, "#first")
        await pilot.press("f2", "f2", "f2", "f2", "f2", "f2")
        assert "As felix, member" in said(app, "#first")
