"""Real organizations are marked as live on every screen, in a bar and in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.text import Tone
from iam_tui.ui.shared.widgets.lines import TextBlock
from tests.clock import FixedClock
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.driver import ConsoleDriver, OpenHubConsole


async def test_every_screen_says_live_with_the_host_in_a_bar(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    seen = set()
    async with hub_console(organization="acme") as c:
        for keys in (
            "",
            "?",
            "escape enter",
            "escape t",
            "escape a",
            "escape space w",
            "escape i",
            "escape escape",
            ":",
            "escape p",
        ):
            await c.press(*keys.split())
            if c.screen == "Palette":
                continue
            seen.add(c.screen)
            assert f"LIVE 127.0.0.1:{hub.port}" in c.top, c.screen
            top = c.app.screen.query_one("#top", TextBlock).render_line(0)
            wanted = c.app.screen.get_component_rich_style(f"tone--{Tone.LIVE}")
            assert {part.style.bgcolor for part in top if part.style} == {wanted.bgcolor}, c.screen
            assert top.cell_length == 80
    assert seen == {
        "AccessScreen",
        "HelpScreen",
        "DetailsScreen",
        "PullScreen",
        "EntryScreen",
        "ReviewScreen",
        "ImpactScreen",
        "OrganizationsScreen",
        "ProfilesScreen",
    }


async def test_the_card_of_a_tiny_terminal_says_it_too(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    async with hub_console(organization="acme", size=(50, 12)) as c:
        assert f"LIVE 127.0.0.1:{hub.port}" in c.card


async def test_without_colour_the_bar_is_reverse(
    hub_console: OpenHubConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hub_console(organization="acme") as c:
        assert c.app.screen.get_component_rich_style(f"tone--{Tone.LIVE}").reverse


async def test_the_demo_is_no_bar(demo_file: Path, clock: FixedClock) -> None:
    profile = Profile("demo", StoreKind.DEMO, demo_file)
    app = IamApp(
        StoreOpener([profile], clock), clock=clock, options=ConsoleOptions("globex", profile=profile)
    )
    async with ConsoleDriver.run(app) as c:
        assert "DEMO" in c.top
        assert "LIVE" not in c.top
        top = c.app.screen.query_one("#top", TextBlock).render_line(0)
        warning = c.app.screen.get_component_rich_style(f"tone--{Tone.LIVE}").bgcolor
        assert warning not in {part.style.bgcolor for part in top if part.style}


async def test_a_long_host_leaves_room(hub_console: OpenHubConsole) -> None:
    async with hub_console(organization="acme") as c:
        long = replace(c.session.profile, api=f"https://{'h' * 80}.example")
        c.session.profile = long
        assert len(c.app.place) <= len("LIVE ") + 30
