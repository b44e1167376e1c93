"""Quitting with staged changes: kept, dropped, or not quitting."""

import sqlite3
from pathlib import Path

import pytest

from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.access.unsaved_changes import LeaveScreen
from iam_tui.ui.shared.options import ConsoleOptions
from tests.ui.conftest import MakeConsole, hints, rows, said, settled

ACME = ConsoleOptions(organization="acme-corp")


@pytest.mark.parametrize("size", [(80, 24), (44, 12)])
@pytest.mark.parametrize(("answer", "staged"), [("y", True), ("n", False), ("enter", True)])
async def test_the_next_start_has_what_was_kept_and_not_what_was_dropped(
    make_console: MakeConsole, answer: str, staged: bool, size: tuple[int, int]
) -> None:
    first = make_console(options=ACME)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "j", "space")
        await pilot.resize_terminal(*size)
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(first.screen, LeaveScreen)
        await pilot.press(answer)
        await pilot.pause()
        await first.workers.wait_for_complete()
    assert first.return_code == 0
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert len(screen.workspace.draft.changes) == (2 if staged else 0)
        assert ("2 staged" in said(second, "#second")) is staged


async def test_it_says_what_is_staged_and_that_nothing_was_saved(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press("space", "j", "j", "space", "q")
        await pilot.pause()
        assert "Keep 2 staged changes for next time?" in said(app, "#first")
        assert "Nothing was saved" in said(app, "#second")
        assert rows(app, "#leave")[1:] == [
            "Image Access Management ● on ○ off",
            "Community images ○ off ● on",
        ]
        assert {"y keep and quit", "n drop and quit", "escape stay"} <= set(hints(app))
        await pilot.press("q")
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is screen
        assert len(screen.workspace.draft.changes) == 2


async def test_without_staged_changes_it_quits_at_once(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "u", "q")
        await pilot.pause()
    assert app.return_code == 0


async def test_a_file_that_cannot_be_written_is_said_before_leaving_without(
    make_console: MakeConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.file.BUSY_SECONDS", 0.05)
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space")
        await settled(pilot)
        other = sqlite3.connect(demo_file)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("q", "n")
        await settled(pilot)
        assert isinstance(app.screen, AccessScreen)
        assert "The file is in use" in said(app, "#problem")
        assert app.return_code is None
        await pilot.press("q", "n")
        await pilot.pause()
        await app.workers.wait_for_complete()
        other.close()
    assert app.return_code == 0
