"""Quitting with staged changes: keep them, drop them, or stay."""

from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import NARROW, TINY, ConsoleDriver, OpenConsole, locked


@pytest.mark.parametrize("size", [NARROW, TINY])
@pytest.mark.parametrize(("answer", "staged"), [("y", True), ("n", False), ("enter", True)])
async def test_the_next_start_has_what_was_kept_and_not_what_was_dropped(
    console: OpenConsole, answer: str, staged: bool, size: tuple[int, int]
) -> None:
    async with console("acme-corp") as c:
        await c.press("space", "j", "j", "space")
        await c.resize(*size)
        await c.press("q")
        assert c.screen == "UnsavedChangesScreen"
        await c.press(answer)
    assert c.app.return_code == 0
    async with console("acme-corp") as c:
        assert len(c.draft().changes) == (2 if staged else 0)
        assert ("2 staged" in c.second) is staged


async def test_it_says_what_is_staged_and_that_nothing_was_saved(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        await c.press("space", "j", "j", "space", "q")
        assert "Keep 2 staged changes for next time?" in c.first
        assert "Nothing has been saved or sent" in c.second
        assert c.rows("#leave")[1:] == [
            "Image Access Management ● on ○ off",
            "Community images ○ off ● on",
        ]
        assert {"y keep and quit", "n discard and quit", "escape stay"} <= set(c.keys)
        await c.press("q", "escape")
        assert c.app.screen is screen
        assert len(c.draft().changes) == 2


async def test_a_temporary_demo_offers_to_keep_nothing(clock: FixedClock) -> None:
    """Its data is deleted when it ends, so there is no next time."""
    demo = Profile("demo", StoreKind.DEMO)
    opener = StoreOpener([demo], clock)
    app = IamApp(opener, clock=clock, options=ConsoleOptions(profile=demo, organization="acme-corp"))
    async with ConsoleDriver.run(app) as c:
        await c.press("space", "q")
        assert "Quit and discard 1 staged change?" in c.first
        assert "deleted when you quit" in c.second
        assert not any("keep" in key or key.startswith("enter") for key in c.keys)
        await c.press("y", "enter")
        assert c.screen == "UnsavedChangesScreen"
        await c.press("n")
    assert app.return_code == 0
    opener.close()


async def test_without_staged_changes_it_quits_at_once(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("space", "u", "q")
    assert c.app.return_code == 0


async def test_a_file_that_cannot_be_written_is_said_before_leaving_without(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.05)
    async with console("acme-corp") as c:
        await c.press("space")
        with locked(demo_file):
            await c.press("q", "n")
            assert c.screen == "AccessScreen"
            assert "The file is in use" in c.problem
            assert c.app.return_code is None
            await c.press("q", "n")
    assert c.app.return_code == 0
