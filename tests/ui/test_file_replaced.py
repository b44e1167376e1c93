"""The local file is replaced, deleted, damaged or cannot be written while the console is open."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.ui.driver import OpenConsole
from tests.ui.test_profiles import local, open_console


def back_up(path: Path) -> Path:
    """A backup of the file as it is now."""
    copy = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def remove(path: Path) -> None:
    """Delete the file."""
    path.unlink()


async def test_a_save_into_a_replaced_file_is_refused_and_the_draft_stays(
    console: OpenConsole, demo_file: Path
) -> None:
    """Not "Saved as revision 8" into a file that is gone."""
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space", "w")
        staged = c.draft()
        back_up(demo_file).replace(demo_file)
        await c.press("enter")
        assert c.screen == "ReviewScreen"
        assert "The file was replaced. " in c.problem
        assert "Nothing was saved. What is staged in the console is still there" in c.problem
        assert not c.toasts
        assert c.draft() == staged
        await c.press("escape")
        assert c.draft() == staged
        await c.press("w", "enter")
        assert c.toasts == ["Saved as revision 8."]
        assert (await c.saved("acme-corp")).number == 8
    with closing(sqlite3.connect(demo_file)) as other:
        (number,) = other.execute(
            "SELECT MAX(number) FROM revisions WHERE organization = 'acme-corp'"
        ).fetchone()
    assert number == 8


async def test_staging_over_a_deleted_file_says_so_and_stays_in_memory(
    console: OpenConsole, demo_file: Path
) -> None:
    """The draft is kept in the same file and cannot be written; while the console is open, it is there."""
    async with console("acme-corp") as c:
        remove(demo_file)
        await c.press("j", "j", "j", "space")
        assert "was deleted or moved while it was open" in c.problem
        assert "but not in the file" in c.problem
        assert not c.draft().is_clean
        await c.press("q", "y")
        assert c.app.return_code is None
        await c.press("q", "y")
        assert c.app.return_code == 0


async def test_opening_the_organization_again_keeps_the_draft_over_the_restored_file(
    console: OpenConsole, demo_file: Path
) -> None:
    """The backup has an older draft."""
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space")
        backup = back_up(demo_file)
        await c.press("j", "space")
        staged = c.draft()
        backup.replace(demo_file)
        await c.press("escape")
        await c.press("escape", "enter")
        await c.press("escape", "enter")
        assert c.screen == "AccessScreen"
        assert c.draft().policy == staged.policy


async def test_a_restored_file_with_other_revisions_is_compared(
    console: OpenConsole, demo_file: Path
) -> None:
    """The same number stands for another policy there."""
    backup = back_up(demo_file)
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space", "w", "enter")
        assert c.toasts == ["Saved as revision 8."]
    with closing(sqlite3.connect(backup)) as other:
        other.execute(
            "INSERT INTO revisions SELECT organization, 8, 0, 0, 0, 0, 0, allowlist, 'ken', saved_at, '',"
            " 'cli', 7 FROM revisions WHERE organization = 'acme-corp' AND number = 7"
        )
        other.commit()
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space")
        backup.replace(demo_file)
        await c.press("w", "enter")
        assert "The file was replaced. " in c.problem
        await c.press("escape")
        assert c.screen == "ConflictScreen"
        assert "ken saved revision 8 on" in c.first
        assert "you opened another revision 8." in c.first


async def test_a_damaged_file_is_called_damaged_in_the_console(console: OpenConsole, demo_file: Path) -> None:
    with closing(sqlite3.connect(demo_file)) as other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute("UPDATE members SET session_at = 'yesterday' WHERE user = 'wei'")
        other.commit()
    async with console("acme-corp") as c:
        await c.press("t", "f8")
        assert "The file is damaged" in c.problem
        assert "Restore it from a backup" in c.problem


@pytest.mark.parametrize(
    ("kind", "word", "says"),
    [
        ("empty", "empty", "is empty (0 bytes)"),
        ("dangling", "cannot be opened", "which does not exist"),
        ("text", "not a store", "is not a database"),
    ],
)
async def test_a_file_that_cannot_be_opened_is_in_the_list_with_the_reason(
    tmp_path: Path, clock: FixedClock, kind: str, word: str, says: str
) -> None:
    path = tmp_path / "iam.db"
    if kind == "dangling":
        path.symlink_to(tmp_path / "elsewhere.db")
    else:
        path.write_text("" if kind == "empty" else "FROM nginx\n" * 100)
    async with open_console(clock, local(path, "olivia")) as c:
        await c.move_to("#profiles", f"profile:local:{path}")
        assert c.cursor_row("#profiles").endswith(f"! {word}")
        assert says in c.problem


async def test_a_file_copied_over_is_noticed_when_reading(console: OpenConsole, demo_file: Path) -> None:
    """As `cp backup.db iam.db` does: the same file, with other content."""
    backup = back_up(demo_file)
    async with console("acme-corp") as c:
        await c.press("space", "w", "enter")
        shutil.copyfile(backup, demo_file)
        await c.press("escape", "enter")
        assert "was overwritten by another program" in c.drawn


async def test_organizations_that_cannot_be_read_are_not_said_to_be_none(
    console: OpenConsole, demo_file: Path
) -> None:
    with closing(sqlite3.connect(demo_file)) as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE revisions SET saved_at = 'never'")
        database.commit()
    async with console() as c:
        assert c.first.strip() == "The organizations could not be read."
        assert "is damaged" in c.problem
