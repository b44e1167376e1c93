"""Review and save: from the switch to the new revision, and what happens when it does not get there."""

import sqlite3
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.stores.local import LocalAdmin, open_file
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.review.screen import ReviewScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import MakeConsole, hints, paste, rows, said, settled

ACME = ConsoleOptions(organization="acme-corp")
REVIEW = ("j", "j", "j", "space", "w")
"""From the first row of Image access to the review of Verified Publisher off."""


def toasts(app: IamApp) -> list[str]:
    """The messages of the toasts so far."""
    return [notification.message for notification in app._notifications]


async def test_verified_publisher_is_switched_off_and_saved_in_seven_keys(
    make_console: MakeConsole, clock: FixedClock
) -> None:
    first = make_console(options=ACME)
    async with first.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW)
        await settled(pilot)
        await paste(pilot, "[bold]Until the audit[/bold]\nOPS-412")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(first.screen, AccessScreen)
        assert first.screen.workspace.draft.is_clean
        assert "r8" in said(first, "#top")
        assert toasts(first) == ["Saved as revision 8."]
        await pilot.press("q")
        await pilot.pause()
    assert first.return_code == 0
    saved_at = clock()
    clock.advance(days=1)
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Docker Verified Publisher Images ○ off BLOCKED allows 8 12 Mar maya" in rows(
            second, "#access"
        )
        revision = (await second.session.store.organization_state("acme-corp")).revision
    assert (revision.number, revision.author, revision.saved_at) == (8, "maya", saved_at)
    assert revision.note == "[bold]Until the audit[/bold] OPS-412"
    assert revision.policy.verified_publisher is False


async def test_the_review_says_what_is_staged_whom_it_concerns_and_what_it_blocks(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        screen.query_one("#access", Table).move_to("allow:testcontainers/ryuk")
        await pilot.press("d", "g", *REVIEW)
        await settled(pilot)
        assert "Review 2 changes" in said(app, "#top")
        assert said(app, "#first") == " Would block 9 images in use by 9 people, 3 CI tokens; 1 unsure."
        assert "12 members at their next sign-in; 3 owners are never restricted" in said(app, "#second")
        shown = rows(app, "#review")
        assert "docker/dockerfile 9 people, 3 CI tokens BLOCKED" in shown
        assert "and 4 more" in shown
        assert "Docker Verified Publisher Images ● on ○ off" in shown
        assert "testcontainers/ryuk allowlisted not listed" in shown
        assert any("Cleans up after Testcontainers runs; review by 3 Mar" in row for row in shown)
        assert "Docker Verified Publisher Images allowed BLOCKED" in shown
        assert "testcontainers/ryuk allowed BLOCKED" in shown
        assert "grafana/grafana:11.2.0 allowed BLOCKED" in shown
        assert not any(row.startswith("nginx") for row in shown)


async def test_where_nothing_is_known_of_what_is_used_it_says_whom_it_concerns(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ConsoleOptions(organization="acme-labs"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "w")
        await settled(pilot)
        assert "members of acme-labs; 1 owner is never restricted" in said(app, "#first")
        assert "next sign-in to Docker Desktop" in said(app, "#second")
        assert not any("in use" in row for row in rows(app, "#review"))


async def test_an_overdue_entry_is_named(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW)
        await settled(pilot)
        assert "! Overdue for review: testcontainers/ryuk" in rows(app, "#review")


async def test_one_types_the_note_at_once_and_walks_the_list_meanwhile(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW, "q", "?", "down")
        await settled(pilot)
        assert app.screen.query_one("#note", Field).value == "q?"
        assert app.screen.query_one("#review", Table).cursor == "used:docker/dockerfile"
        await pilot.press("tab", "up")
        assert app.screen.query_one("#review", Table).has_focus
        assert "enter save" in hints(app)
        await pilot.press("tab", "!")
        assert app.screen.query_one("#note", Field).value == "q?!"


async def test_escape_keeps_everything_staged_and_saves_nothing(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*REVIEW)
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is screen
        assert "1 staged" in said(app, "#second")
        assert "r7" in said(app, "#top")


async def test_two_quick_enters_save_once(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        screen.action_save()
        assert said(app, "#second").strip() == "Saving…"
        assert not any(hint.startswith("enter") for hint in hints(app))
        screen.action_save()
        await settled(pilot)
        assert toasts(app) == ["Saved as revision 8."]
        assert (await app.session.store.organization_state("acme-corp")).revision.number == 8
        assert isinstance(app.screen, AccessScreen)


async def test_a_locked_file_keeps_all_and_the_next_enter_saves(
    make_console: MakeConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.file.BUSY_SECONDS", 0.05)
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW, *"why")
        await settled(pilot)
        other = sqlite3.connect(demo_file)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("enter")
        await settled(pilot)
        assert "The file is in use" in said(app, "#problem")
        assert "Close the other program" in said(app, "#problem")
        assert "Nothing was saved; everything is still staged." in said(app, "#second")
        assert app.screen.query_one("#note", Field).value == "why"
        assert app.screen.query_one("#note", Field).has_focus
        other.rollback()
        other.close()
        await pilot.press("enter")
        await settled(pilot)
        revision = (await app.session.store.organization_state("acme-corp")).revision
        assert (revision.number, revision.note) == (8, "why")


async def test_too_long_a_note_is_said_and_stays(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*REVIEW)
        await settled(pilot)
        await paste(pilot, "n" * 4001)
        await pilot.press("enter")
        await settled(pilot)
        assert "The note has 4,001 characters" in said(app, "#problem")
        assert len(app.screen.query_one("#note", Field).value) == 4001


async def test_who_stops_being_an_owner_meanwhile_is_told_and_loses_nothing(
    make_console: MakeConsole, demo_file: Path, clock: FixedClock
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*REVIEW)
        await settled(pilot)
        file = open_file(demo_file, clock)
        await LocalAdmin(file, "ken").set_role("acme-corp", "maya", Role.MEMBER)
        await file.close()
        await pilot.press("enter")
        await settled(pilot)
        assert "Not permitted" in said(app, "#problem")
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is screen
        assert "READ-ONLY member" in said(app, "#top")
        kept = await app.session.memory.draft("acme-corp")
        assert kept is not None
        assert not kept.policy.verified_publisher


async def test_a_save_that_ends_below_another_screen_leaves_that_one_alone(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        await pilot.press(*REVIEW)
        review = app.screen
        assert isinstance(review, ReviewScreen)
        review.action_save()
        await app.action_quit()
        await settled(pilot)
        assert "for next time?" in said(app, "#first")
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is state
        assert state.workspace.draft == Draft.of(
            (await app.session.store.organization_state("acme-corp")).revision
        )
