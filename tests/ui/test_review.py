"""Review and save: from the switch to the new revision, and what happens when saving fails."""

from pathlib import Path

import pytest
from textual import events

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.stores.local import LocalAdmin, open_file
from tests.clock import FixedClock
from tests.ui.driver import OpenConsole, locked

REVIEW = ("j", "j", "j", "space", "w")
"""From the first row of Image access to the review of Verified Publisher off."""


async def test_verified_publisher_is_switched_off_and_saved_in_seven_keys(
    console: OpenConsole, clock: FixedClock
) -> None:
    async with console("acme-corp") as c:
        await c.press(*REVIEW)
        await c.paste("[bold]Until the audit[/bold]\nOPS-412")
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert c.draft().is_clean
        assert "r8" in c.top
        assert c.toasts == ["Saved as revision 8."]
        await c.press("q")
    assert c.app.return_code == 0
    saved_at = clock()
    clock.advance(days=1)
    async with console("acme-corp") as c:
        assert "Docker Verified Publisher Images ○ off BLOCKED allows 8 12 Mar maya" in c.rows("#access")
        revision = await c.saved("acme-corp")
    assert (revision.number, revision.author, revision.saved_at) == (8, "maya", saved_at)
    assert revision.note == "[bold]Until the audit[/bold] OPS-412"
    assert revision.policy.verified_publisher is False


async def test_the_review_says_what_is_staged_whom_it_concerns_and_what_it_blocks(
    console: OpenConsole,
) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", "allow:testcontainers/ryuk")
        await c.press("d", "g", *REVIEW)
        assert "Review 2 changes" in c.top
        assert c.first == " Would block 9 images in use by 9 people, 3 CI tokens; 1 may stop."
        assert "12 members at their next sign-in; 3 owners are never restricted" in c.second
        shown = c.rows("#review")
        assert "docker/dockerfile 9 people, 3 CI tokens allowed BLOCKED" in shown
        assert "and 4 more" in shown
        assert "portainer/portainer-ce 3 people CANNOT TELL BLOCKED" in shown
        assert "Docker Verified Publisher Images ● on ○ off" in shown
        assert "testcontainers/ryuk allowlisted not listed" in shown
        assert any("Cleans up after Testcontainers runs; review by 3 Mar" in row for row in shown)
        assert "Docker Verified Publisher Images allowed BLOCKED" in shown
        assert "testcontainers/ryuk allowed BLOCKED" in shown
        assert "grafana/grafana:11.2.0 allowed BLOCKED" in shown
        assert not any(row.startswith("nginx") for row in shown)


UNCHECKED = "! Nothing is known of what acme-labs uses: this change has not been checked."


async def test_switching_it_on_with_no_sources_is_unchecked_and_asks_for_the_name(
    console: OpenConsole,
) -> None:
    async with console("acme-labs") as c:
        await c.press("space", "w")
        assert UNCHECKED in c.first
        assert "members of acme-labs; 1 owner is never restricted" in c.second
        assert c.rows("#review")[0] == "alt+m brings in a pull report or scans a folder."
        assert not any("in use" in row for row in c.rows("#review"))
        assert c.is_shown("#name-row")
        before = await c.saved("acme-labs")
        await c.press(*"why", "enter")
        assert "Type acme-labs to save: nothing is known of what it uses." in c.second
        assert await c.saved("acme-labs") == before
        await c.press(*"acme-labs", "enter")
        assert c.toasts == [f"Saved as revision {before.number + 1}."]


async def test_other_changes_with_no_sources_say_so_and_need_no_name(console: OpenConsole) -> None:
    async with console("acme-labs") as c:
        await c.press("down", "down", "space", "w")
        assert UNCHECKED in c.first
        assert not c.is_shown("#name-row")
        await c.press("enter")
        assert c.screen == "AccessScreen"


async def test_a_source_that_is_brought_in_from_the_review_checks_the_change(
    console: OpenConsole, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mlrun/mlrun\n")
    async with console("acme-labs") as c:
        await c.press("space", "w")
        # As a terminal sends it: with its character, which the note's field must not take.
        c.app.post_message(events.Key("alt+m", "m"))
        await c.settle()
        assert c.screen == "SourcesScreen"
        await c.press("f")
        await c.paste(str(tmp_path))
        await c.press("enter", "escape")
        assert c.screen == "ReviewScreen"
        assert "block 1 image in use" in c.first
        assert not c.is_shown("#name-row")


async def test_old_sources_are_named_before_everything_else(console: OpenConsole, clock: FixedClock) -> None:
    clock.advance(days=45)
    async with console("acme-corp") as c:
        await c.press(*REVIEW)
        assert c.rows("#review")[:2] == [
            "! The newest source is 45 days old: what is in use since is not checked.",
            "alt+m brings in a pull report or scans a folder.",
        ]
        assert "Would block 8 images" in c.first


async def test_an_overdue_entry_is_named(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*REVIEW)
        assert "! Overdue for review: testcontainers/ryuk" in c.rows("#review")


async def test_one_types_the_note_at_once_and_walks_the_list_meanwhile(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*REVIEW, "q", "?", "down")
        assert c.value("#note") == "q?"
        assert c.cursor("#review") == "used:docker/dockerfile"
        await c.press("tab", "up")
        assert c.focused == "review"
        assert "enter save" in c.keys
        await c.press("tab", "!")
        assert c.value("#note") == "q?!"


async def test_escape_keeps_everything_staged_and_saves_nothing(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        await c.press(*REVIEW, "escape")
        assert c.app.screen is screen
        assert "1 staged" in c.second
        assert "r7" in c.top


async def test_two_quick_enters_save_once(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 30)
    monkeypatch.setattr("iam_tui.ui.shared.typed_ahead.IMPOSSIBLE_SECONDS", 0.5)
    monkeypatch.setattr("iam_tui.ui.shared.typed_ahead.WORK_SECONDS", 0.5)
    async with console("acme-corp") as c:
        await c.press(*REVIEW)
        with locked(demo_file):
            await c.press("enter", busy=True)
            assert c.second.strip() == "Saving…"
            assert not any(hint.startswith("enter") for hint in c.keys)
            await c.press("enter", busy=True)
        await c.settle()
        assert c.toasts == ["Saved as revision 8."]
        assert (await c.saved("acme-corp")).number == 8
        assert c.screen == "AccessScreen"


async def test_a_locked_file_keeps_all_and_the_next_enter_saves(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.05)
    async with console("acme-corp") as c:
        await c.press(*REVIEW, *"why")
        with locked(demo_file):
            await c.press("enter")
        assert "The file is in use" in c.problem
        assert "Close the other program" in c.problem
        assert "Everything is still staged; the error below says what happened." in c.second
        assert c.value("#note") == "why"
        assert c.focused == "note"
        await c.press("enter")
        revision = await c.saved("acme-corp")
        assert (revision.number, revision.note) == (8, "why")


async def test_too_long_a_note_is_said_and_stays(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*REVIEW)
        await c.paste("n" * 4001)
        await c.press("enter")
        assert "The note has 4,001 characters" in c.problem
        assert len(c.value("#note")) == 4001


async def test_who_stops_being_an_owner_meanwhile_is_told_and_loses_nothing(
    console: OpenConsole, demo_file: Path, clock: FixedClock
) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        await c.press(*REVIEW)
        file = open_file(demo_file, clock)
        await LocalAdmin(file, "ken").set_role("acme-corp", "maya", Role.MEMBER)
        await file.close()
        await c.press("enter")
        assert "Not permitted" in c.problem
        await c.press("escape")
        assert c.app.screen is screen
        assert "READ-ONLY member" in c.top
        kept = await c.kept_draft("acme-corp")
        assert kept is not None
        assert not kept.policy.verified_publisher


async def test_a_save_that_ends_below_another_screen_leaves_that_one_alone(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 30)
    async with console("acme-corp") as c:
        screen = c.app.screen
        await c.press(*REVIEW)
        with locked(demo_file):
            await c.press("enter", "ctrl+q", busy=True)
            assert "for next time?" in c.first
        await c.settle()
        assert "for next time?" in c.first
        assert (await c.saved("acme-corp")).number == 8
        await c.press("escape")
        assert c.app.screen is screen
        assert c.draft() == Draft.of(await c.saved("acme-corp"))
