"""What the test of a pull remembers: the watch list, recent pulls, and whose pull it is."""

from tests.ui.driver import WIDE, OpenConsole


async def test_f6_puts_an_image_on_the_watch_list_and_takes_it_off(console: OpenConsole) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.open_pull_screen("redis:7")
        await c.press("f6")
        assert "f6 unwatch" in c.keys
        await c.press("escape")
        assert "✓ redis:7 allowed" in c.rows("#watch")
        await c.open_pull_screen("redis:7")
        await c.press("f6", "escape")
        assert not [row for row in c.rows("#watch") if "redis:7" in row]


async def test_d_takes_an_image_off_the_watch_list_beside_the_switches(console: OpenConsole) -> None:
    async with console("acme-corp", user="sam", size=WIDE) as c:
        before = c.row_keys("#watch")
        assert "d unwatch" not in c.keys
        await c.press("tab")
        assert "d unwatch" in c.keys
        await c.press("d")
        assert c.row_keys("#watch") == before[1:]
    async with console("acme-corp", user="sam", size=WIDE) as c:
        assert c.row_keys("#watch") == before[1:]


async def test_recent_pulls_come_back_with_the_arrow(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.press(*"nginx", "enter", "ctrl+u", *"redis", "enter")
        assert "Added to the recent tests" in c.second
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        assert "redis · nginx" in " ".join(c.rows("#trace"))
        seen = []
        for key in ("up", "up", "up", "down"):
            await c.press(key)
            seen.append(c.value("#image"))
        assert seen == ["redis", "nginx", "nginx", "redis"]
        assert "docker.io/library/redis:latest" in c.text("#verdict")


async def test_beside_the_answer_everybody_is_compared_and_recent_pulls_open(
    console: OpenConsole,
) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.open_pull_screen("axllent/mailpit")
        await c.press("enter")
        shown = c.rows("#aside")
        assert "a member allowed" in shown
        assert "4 under r6 BLOCKED !" in shown
        await c.move_to("#aside", c.row_keys("#aside")[shown.index("4 under r6 BLOCKED !")])
        await c.press("enter")
        assert "As hana, member" in c.first
        assert "STALE SESSION" in c.text("#verdict")
        await c.fill("#image", "")
        await c.move_to("#aside", "recent:0")
        await c.press("enter")
        assert c.value("#image") == "axllent/mailpit"


async def test_a_person_is_found_by_name_and_pulls_as_they_would(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("bitnami/redis")
        screen = c.app.screen
        await c.press("f8")
        assert c.screen == "PullerPicker"
        assert "noor member signed out 9 Mar BLOCKED" in c.rows("#found")
        await c.press(*"feli", "enter")
        assert c.app.screen is screen
        assert "As felix, member · signed in" in c.first
        assert "under r4" in c.first
        await c.press(*["f2"] * 7)
        assert "As felix, member" in c.first
