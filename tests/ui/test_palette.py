"""The command palette: everything that can be done now, by name, with outside names as they are."""

from collections.abc import AsyncIterator, Sequence

import pytest
from textual.command import CommandList
from textual.theme import BUILTIN_THEMES

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.theme import UnknownTheme
from tests.clock import FixedClock
from tests.ui.driver import ConsoleDriver, OpenConsole


async def open_palette(c: ConsoleDriver, key: str = ":") -> None:
    """Open the palette and wait for its commands."""
    await c.press(key)
    assert c.screen == "Palette"


def offered(c: ConsoleDriver) -> list[str]:
    """The commands that the palette shows."""
    return [str(option.prompt) for option in c.app.screen.query_one(CommandList).options]


async def test_it_offers_the_visible_keys_with_what_they_do(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await open_palette(c)
        assert "space     Stage the other position of the switch" in offered(c)
        assert "t         Test pulls against this policy" in offered(c)
        assert "w         Review what is staged, then save it" not in offered(c)
        assert "          Theme: Change the current theme" in offered(c)
        assert all("\n" not in text for text in offered(c))


async def test_a_command_found_by_typing_is_done(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await open_palette(c, "ctrl+p")
        await c.press(*"back to the org")
        assert offered(c)[0] == "o         Back to the organizations"
        await c.press("enter")
        assert c.screen == "OrganizationsScreen"


async def test_one_jumps_from_an_organization_to_another(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await open_palette(c)
        await c.press(*"glob")
        assert offered(c)[0] == "          Go to globex"
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert "globex" in c.top
        await c.press("escape")
        assert c.screen == "OrganizationsScreen"


async def test_themes_are_found_by_name(console: OpenConsole) -> None:
    async with console() as c:
        await open_palette(c)
        await c.press(*"iam-safe")
        await c.press("enter")
        assert c.app.theme == "iam-safe"


async def test_every_theme_that_is_offered_can_be_used(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        for theme in c.app.available_themes:
            c.app.theme = theme
            await c.settle()
            assert c.app.return_code is None, theme
        await c.press("t", "escape")
        assert c.screen == "AccessScreen"


async def test_a_screen_is_shown_as_plain_text(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await open_palette(c)
        await c.press(*"plain")
        await c.press("enter")
        assert c.screen == "PlainScreen"
        told = c.text("#text")
        assert "Docker Official Images  ● on  allowed" in told
        assert "localstack/localstack" in told
        await c.press("escape")
        assert c.screen == "AccessScreen"


async def test_hostile_names_are_shown_as_they_are(
    console: OpenConsole, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "[/bold][@click=app.quit]x[/]\x1b]0;t\x07"
    revision = Revision(1, Policy(), "maya", clock(), origin=Origin.CONSOLE)

    async def organizations(_store: LocalStore) -> AsyncIterator[Sequence[OrganizationState]]:
        yield [OrganizationState(Organization(name), Role.OWNER, revision)]

    monkeypatch.setattr(LocalStore, "organizations", organizations)
    async with console() as c:
        await open_palette(c)
        await c.press(*"click")
        literal = "[/bold][@click=app.quit]x[/]\\x1b]0;t\\x07"
        assert offered(c) == [f"          Go to {literal}"]
        assert literal in c.app.export_screenshot().replace("&#160;", " ")
        await c.press("enter")
        assert c.screen == "AccessScreen"
        await c.press("?")
        assert literal in c.app.export_screenshot().replace("&#160;", " ")


@pytest.mark.parametrize("theme", BUILTIN_THEMES)
async def test_every_theme_of_textuals_opens_from_the_setting(console: OpenConsole, theme: str) -> None:
    async with console("acme-corp", options=ConsoleOptions(theme=theme)) as c:
        assert c.app.theme == theme
        assert c.screen == "AccessScreen"


async def test_an_unknown_theme_names_those_that_were_meant(console: OpenConsole) -> None:
    with pytest.raises(UnknownTheme, match=r"iam-drak is not a theme\. Did you mean iam-dark"):
        console(options=ConsoleOptions(theme="iam-drak"))
    with pytest.raises(UnknownTheme, match=r"zzz is not a theme\. There are ansi-dark, "):
        console(options=ConsoleOptions(theme="zzz"))
