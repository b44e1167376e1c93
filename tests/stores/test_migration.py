"""An older file gets its new tables, after a copy of it was put beside it."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from iam_tui.stores.errors import FileCorrupt
from iam_tui.stores.local import LocalMemory, LocalStore, open_file
from tests.clock import FixedClock
from tests.stores import process
from tests.stores.older_file import older_file


@pytest.fixture
def older(tmp_path: Path, clock: FixedClock) -> Path:
    """A file from before there was a memory, with an organization in it."""
    path = tmp_path / "iam.db"
    with older_file(path, clock, before="memory"):
        pass
    return path


def tables(path: Path) -> set[str]:
    """The names of the file's tables."""
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_an_older_file_is_copied_and_then_brought_up_to_date(older: Path, clock: FixedClock) -> None:
    """What was in it is in both; the copy has the old tables and is its owner's only."""
    old_tables = tables(older)
    file = open_file(older, clock)
    assert (await LocalStore(file, "olivia").organization_state("acme")).revision.number == 1
    await LocalMemory(file, "local", "olivia").keep_pull("nginx")
    await file.close()

    copy = older.with_name("iam.db.before-1")
    assert tables(copy) == old_tables < tables(older)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    store = LocalStore(open_file(copy, clock), "olivia")
    assert (await store.organization_state("acme")).revision.number == 1
    await store.close()


async def test_a_copy_is_made_once_and_never_overwritten(older: Path, clock: FixedClock) -> None:
    """A file that is up to date is not copied; a copy of before stays beside a new one."""
    first = older.with_name("iam.db.before-1")
    first.write_text("kept")
    for _ in range(2):
        file = open_file(older, clock)
        await file.open()
        await file.close()
    assert first.read_text() == "kept"
    assert sorted(path.name for path in older.parent.glob("*.before-*")) == [
        "iam.db.before-1",
        "iam.db.before-1.1",
    ]


async def test_a_half_copy_of_a_killed_process_is_removed(older: Path, clock: FixedClock) -> None:
    """A copy has its name once it is complete; what is incomplete is not taken for one."""
    half = older.with_name(".iam.db.x1y2z3.unfinished-copy")
    half.write_bytes(b"SQLite format 3\0")
    half.with_name(f"{half.name}-journal").write_bytes(b"x")
    file = open_file(older, clock)
    await file.open()
    await file.close()
    assert sorted(one.name for one in older.parent.iterdir()) == ["iam.db", "iam.db.before-1"]


async def test_a_copy_that_does_not_fit_leaves_nothing_behind(older: Path) -> None:
    """The file stays as it was, and is said to be full; so the disk does not get fuller with each try."""
    before = tables(older)
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("UPDATE organizations SET full_name = ?", ["x" * 100_000])
        connection.commit()
    with process.start("open_with_size_limit", str(older), "60000") as child:
        assert child.communicate()[0].startswith("FileFull\n")
    assert [one.name for one in older.parent.iterdir() if "copy" in one.name or "before" in one.name] == []
    assert tables(older) == before


async def test_a_new_file_needs_no_copy(tmp_path: Path, clock: FixedClock) -> None:
    """There is nothing in it yet."""
    file = open_file(tmp_path / "iam.db", clock)
    await file.open()
    await file.close()
    assert not list(file.path.parent.glob("*.before-*"))


async def test_a_migration_that_fails_changes_nothing(older: Path, clock: FixedClock) -> None:
    """The file stays what it was, and the copy is there as well."""
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("CREATE TABLE recent_pulls (mine TEXT)")
    before = tables(older)
    file = open_file(older, clock)
    with pytest.raises(FileCorrupt, match="recent_pulls"):
        await file.open()
    await file.close()
    assert tables(older) == before == tables(older.with_name("iam.db.before-1"))
