"""What is real says so: on every screen, in a bar and in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.text import Tone
from iam_tui.ui.shared.widgets.lines import TextBlock
from tests.conftest import FixedClock
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.conftest import on_top, rest, said, settled
from tests.ui.hub.conftest import MakeHubConsole


async def test_every_screen_says_live_with_the_host_in_a_bar(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    seen = set()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for keys in (
            "",
            "question_mark",
            "escape enter",
            "escape t",
            "escape a",
            "escape space w",
            "escape i",
            "escape escape",
            "colon",
            "escape p",
        ):
            await pilot.press(*keys.split())
            await rest(pilot)
            if on_top(app) == "Palette":
                continue
            seen.add(on_top(app))
            assert f"LIVE 127.0.0.1:{hub.port}" in said(app, "#top"), on_top(app)
            top = app.screen.query_one("#top", TextBlock).render_line(0)
            wanted = app.screen.get_component_rich_style(f"tone--{Tone.LIVE}")
            assert {part.style.bgcolor for part in top if part.style} == {wanted.bgcolor}, on_top(app)
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


async def test_the_card_of_a_tiny_terminal_says_it_too(make_console: MakeHubConsole, hub: FakeHub) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(50, 12)) as pilot:
        await settled(pilot)
        assert f"LIVE 127.0.0.1:{hub.port}" in said(app, "#card")


async def test_without_colour_the_bar_is_reverse(
    make_console: MakeHubConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.screen.get_component_rich_style(f"tone--{Tone.LIVE}").reverse


async def test_the_demo_is_no_bar(demo_file: Path, clock: FixedClock) -> None:
    profile = Profile("demo", StoreKind.DEMO, demo_file)
    app = IamApp(
        StoreOpener([profile], clock), clock=clock, options=ConsoleOptions("globex", profile=profile)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "DEMO" in said(app, "#top")
        assert "LIVE" not in said(app, "#top")
        top = app.screen.query_one("#top", TextBlock).render_line(0)
        warning = app.screen.get_component_rich_style(f"tone--{Tone.LIVE}").bgcolor
        assert warning not in {part.style.bgcolor for part in top if part.style}


async def test_a_long_host_leaves_room(make_console: MakeHubConsole) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        long = replace(app.session.profile, api=f"https://{'h' * 80}.example")
        app.session.profile = long
        assert len(app.place) <= len("LIVE ") + 30
