"""The command palette: everything that can be done now, by name, with outside names as they are."""

from collections.abc import AsyncIterator, Sequence

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.app import IamApp
from iam_tui.ui.help.palette import Palette
from iam_tui.ui.shared.options import ConsoleOptions
from tests.conftest import FixedClock
from tests.ui.conftest import MakeConsole, on_top, rest, said

ACME = ConsoleOptions(organization="acme-corp")


async def opened(pilot: Pilot[None], key: str = "colon") -> None:
    """Open the palette and wait for its commands."""
    await rest(pilot)
    await pilot.press(key)
    await rest(pilot)
    assert isinstance(pilot.app.screen, Palette)


async def find(pilot: Pilot[None], text: str) -> None:
    """Type in the palette and wait for what it finds."""
    pilot.app.screen.query_one(CommandInput).value = text
    await rest(pilot)


def offered(app: IamApp) -> list[str]:
    """The commands that the palette shows."""
    return [str(option.prompt) for option in app.screen.query_one(CommandList).options]


async def test_it_offers_the_visible_keys_with_what_they_do(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        assert "space     Stage the other position of the switch" in offered(app)
        assert "t         Try pulls against this policy" in offered(app)
        assert "w         Look at what is staged, then save it" not in offered(app)
        assert "          Theme: Change the current theme" in offered(app)
        assert all("\n" not in text for text in offered(app))


async def test_a_command_found_by_typing_is_done(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "ctrl+p")
        await find(pilot, "back to the org")
        assert offered(app)[0] == "o         Back to the organizations"
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"


async def test_one_jumps_from_an_organization_to_another(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await find(pilot, "glob")
        assert offered(app)[0] == "          Go to globex"
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert "globex" in said(app, "#top")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"


async def test_themes_are_found_by_name(make_console: MakeConsole) -> None:
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await find(pilot, "iam-safe")
        await pilot.press("enter")
        await rest(pilot)
        assert app.theme == "iam-safe"


async def test_a_screen_is_shown_as_plain_text(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await find(pilot, "plain")
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "PlainScreen"
        told = said(app, "#text")
        assert "Docker Official Images  ● on  allowed" in told
        assert "localstack/localstack" in told
        await pilot.press("escape")
        assert on_top(app) == "AccessScreen"


async def test_hostile_names_are_shown_as_they_are(
    make_console: MakeConsole, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "[/bold][@click=app.quit]x[/]\x1b]0;t\x07"
    revision = Revision(1, Policy(), "maya", clock(), origin=Origin.CONSOLE)

    async def organizations(_store: LocalStore) -> AsyncIterator[Sequence[OrganizationState]]:
        yield [OrganizationState(Organization(name), Role.OWNER, revision)]

    monkeypatch.setattr(LocalStore, "organizations", organizations)
    app = make_console()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await find(pilot, "click")
        literal = "[/bold][@click=app.quit]x[/]\\x1b]0;t\\x07"
        assert offered(app) == [f"          Go to {literal}"]
        assert literal in app.export_screenshot().replace("&#160;", " ")
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        await pilot.press("question_mark")
        await rest(pilot)
        assert literal in app.export_screenshot().replace("&#160;", " ")
