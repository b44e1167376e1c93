"""The file is deleted, replaced or overwritten while it is open: no save is lost without a word."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.errors import Conflict, FileReplaced
from iam_tui.stores.local import LocalMemory, LocalStore, open_file
from iam_tui.stores.local.hub_memory import HubMemory
from tests.clock import FixedClock
from tests.stores.conftest import LocalHarness


async def save(store: LocalStore, policy: Policy) -> Revision:
    """Save a policy over the newest revision."""
    draft = Draft.of((await store.organization_state("acme")).revision).stage(policy)
    return await store.save("acme", draft, note="", origin=Origin.CONSOLE)


def back_up(path: Path) -> Path:
    """A copy of the file as it is now, made as SQLite's own backups are."""
    copy = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def restore_by_move(path: Path, backup: Path) -> None:
    """As a synchronizing tool does."""
    backup.replace(path)


def restore_by_checkout(path: Path, backup: Path) -> None:
    """As `git checkout` does: delete the file and write it anew."""
    content = backup.read_bytes()
    path.unlink()
    path.write_bytes(content)


def restore_by_copy(path: Path, backup: Path) -> None:
    """As `cp` does: the same file, with other content."""
    shutil.copyfile(backup, path)


def newest_in(path: Path) -> int:
    """The newest revision in a file, as another process reads it."""
    sql = "SELECT MAX(number) FROM revisions WHERE organization = 'acme'"
    program = f"import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute({sql!r}).fetchone()[0])"
    return int(subprocess.check_output([sys.executable, "-c", program, str(path)]))


RESTORED = [restore_by_move, restore_by_checkout, restore_by_copy]
REPLACED = [restore_by_move, restore_by_checkout]


@pytest.mark.parametrize("restore", RESTORED)
async def test_a_save_after_a_backup_was_restored_is_refused(
    local: LocalHarness, restore: Callable[[Path, Path], None]
) -> None:
    """Not "Saved as revision 3" into a file that is gone."""
    store = local.store("olivia")
    draft = Draft.of(await save(store, Policy(community=True)))
    backup = back_up(local.file.path)
    restore(local.file.path, backup)
    for _ in range(2):
        with pytest.raises(FileReplaced, match=r"iam\.db was (replaced|overwritten)") as raised:
            await store.save("acme", draft.stage(Policy()), note="", origin=Origin.CONSOLE)
    assert raised.value.meaning.startswith("Nothing was saved.")


@pytest.mark.parametrize("restore", RESTORED)
async def test_reading_notices_a_restored_backup(
    local: LocalHarness, restore: Callable[[Path, Path], None]
) -> None:
    """What is on the screen is not what is in the file."""
    backup = back_up(local.file.path)
    await save(local.store("olivia"), Policy(community=True))
    restore(local.file.path, backup)
    with pytest.raises(FileReplaced):
        await local.store("olivia").organization_state("acme")


@pytest.mark.parametrize("restore", REPLACED)
async def test_after_the_error_the_restored_backup_is_read_and_written(
    local: LocalHarness, clock: FixedClock, restore: Callable[[Path, Path], None]
) -> None:
    """The log of the file that is gone is not applied to the one that took its place."""
    store = local.store("olivia")
    backup = back_up(local.file.path)
    await save(store, Policy(community=True))
    restore(local.file.path, backup)
    with pytest.raises(FileReplaced):
        await store.organization_state("acme")
    assert (await store.organization_state("acme")).revision.number == 1
    assert (await save(store, Policy(official=False))).number == 2
    await local.file.close()

    again = LocalStore(open_file(local.file.path, clock), "olivia")
    saved = await again.revisions("acme")
    await again.close()
    assert [one.policy for one in saved] == [Policy(official=False), Policy()]
    with closing(sqlite3.connect(local.file.path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("restore", RESTORED)
async def test_what_was_open_is_kept_in_a_copy_beside_the_restored_backup(
    local: LocalHarness, restore: Callable[[Path, Path], None]
) -> None:
    """What was saved since the backup is in the copy, and the backup is as it was restored."""
    backup = back_up(local.file.path)
    await save(local.store("olivia"), Policy(community=True))
    restore(local.file.path, backup)
    with pytest.raises(FileReplaced) as raised:
        await local.store("olivia").organization_state("acme")
    await local.file.close()
    assert "What was open here is in iam.db.was-open beside it." in raised.value.advice
    copy = local.file.path.with_name("iam.db.was-open")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (newest_in(copy), newest_in(local.file.path)) == (2, 1)


@pytest.mark.parametrize("restore", RESTORED)
async def test_a_backup_restored_over_an_idle_program_is_not_changed_when_it_ends(
    local: LocalHarness, restore: Callable[[Path, Path], None]
) -> None:
    """Nothing was read or written since, and closing does not write the log of before into the backup."""
    backup = back_up(local.file.path)
    await save(local.store("olivia"), Policy(community=True))
    restore(local.file.path, backup)
    await local.file.close()
    assert newest_in(local.file.path) == 1
    assert newest_in(local.file.path.with_name("iam.db.was-open")) == 2


async def test_a_restored_revision_of_the_same_number_is_a_conflict(local: LocalHarness) -> None:
    """Revision 2 was opened, and revision 2 of the restored file is another one."""
    store = local.store("olivia")
    backup = back_up(local.file.path)
    opened = await save(store, Policy(community=True))
    with closing(sqlite3.connect(backup)) as other:
        other.execute(
            "INSERT INTO revisions SELECT organization, 2, 0, 0, 0, 0, 0, allowlist, author, saved_at, '',"
            " 'cli', 1 FROM revisions WHERE organization = 'acme'"
        )
        other.commit()
    backup.replace(local.file.path)
    with pytest.raises(FileReplaced):
        await store.organization_state("acme")
    assert (await store.organization_state("acme")).revision.number == 2
    with pytest.raises(Conflict, match="the newest is another revision 2"):
        await store.save("acme", Draft.of(opened).stage(Policy()), note="", origin=Origin.CONSOLE)


async def test_a_deleted_file_is_no_place_to_save(local: LocalHarness) -> None:
    """Nor is an empty one made in its place; once it is back, work goes on."""
    store, path = local.store("olivia"), local.file.path
    aside = path.with_name("aside.db")
    path.rename(aside)
    for _ in range(2):
        with pytest.raises(FileReplaced, match=r"iam\.db was deleted or moved") as raised:
            await store.organization_state("acme")
        with pytest.raises(FileReplaced):
            await LocalMemory(local.file, "local", "olivia").keep_pull("nginx")
    assert "restore a backup" in raised.value.advice
    assert not path.exists()
    aside.rename(path)
    assert (await save(store, Policy(community=True))).number == 2


async def test_a_file_that_was_moved_away_is_complete(local: LocalHarness, clock: FixedClock) -> None:
    """What was saved before is in it, although it was in the log that stayed behind."""
    await save(local.store("olivia"), Policy(community=True))
    aside = local.file.path.with_name("aside.db")
    local.file.path.rename(aside)
    with pytest.raises(FileReplaced):
        await local.store("olivia").organization_state("acme")
    await local.file.close()
    assert [one.name for one in aside.parent.iterdir()] == ["aside.db"]
    store = LocalStore(open_file(aside, clock), "olivia")
    assert (await store.organization_state("acme")).revision.number == 2
    await store.close()


@pytest.mark.parametrize("endings", [("-wal",), ("-shm",), ("-wal", "-shm")])
async def test_a_deleted_log_loses_nothing(
    local: LocalHarness, clock: FixedClock, endings: tuple[str, ...]
) -> None:
    """Cleaned up by somebody who took it for rubbish: what is in it is still known here."""
    store, path = local.store("olivia"), local.file.path
    await save(store, Policy(community=True))
    for ending in endings:
        path.with_name(path.name + ending).unlink()
    assert (await save(store, Policy(official=False))).number == 3
    await local.file.close()
    again = LocalStore(open_file(path, clock), "olivia")
    assert [one.number for one in await again.revisions("acme")] == [3, 2, 1]
    await again.close()


async def test_a_log_that_another_program_made_anew_is_left_alone(local: LocalHarness) -> None:
    """Writing the old one would destroy what it saved."""
    store, path = local.store("olivia"), local.file.path
    await save(store, Policy(community=True))
    log = path.with_name("iam.db-wal")
    log.unlink()
    log.write_bytes(b"")
    with pytest.raises(FileReplaced, match="overwritten"):
        await save(store, Policy(official=False))
    await local.file.close()
    assert log.read_bytes() == b""


async def test_a_file_replaced_during_the_save_is_said_to_be_replaced(local: LocalHarness) -> None:
    """The save went to the file that is gone."""
    backup = back_up(local.file.path)
    with pytest.raises(FileReplaced) as raised:
        await local.file.write(lambda _: backup.replace(local.file.path))
    assert raised.value.meaning.startswith("The change went to the file that was open.")


async def test_the_link_to_the_file_leads_elsewhere(local: LocalHarness, clock: FixedClock) -> None:
    """The open file is no longer the one at the path."""
    link = local.file.path.with_name("link.db")
    link.symlink_to(local.file.path)
    store = LocalStore(open_file(link, clock), "olivia")
    assert (await save(store, Policy(community=True))).number == 2
    backup = back_up(local.file.path)
    link.unlink()
    link.symlink_to(backup)
    with pytest.raises(FileReplaced):
        await save(store, Policy())
    await store.close()


async def test_a_long_log_is_no_sign_of_another_program(local: LocalHarness, clock: FixedClock) -> None:
    """Two processes save so much that SQLite writes the log to the file."""
    other = LocalMemory(open_file(local.file.path, clock), "local", "olivia")
    memory = LocalMemory(local.file, "local", "olivia")
    texts = [f"image-{number}" for number in range(40_000)]
    before = local.file.path.stat().st_mtime_ns
    for number in range(6):
        await other.keep_watch_list("acme", texts[number:])
        await memory.keep_watch_list("acme", texts[number:])
    assert local.file.path.stat().st_mtime_ns != before
    assert await memory.watch_list("acme") == texts[5:]
    await other._file.close()


def touch(path: Path) -> None:
    """Another time, the same content."""
    os.utime(path)


def write_the_log(path: Path) -> None:
    """As backup programs for SQLite do."""
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def set_the_clock_back(path: Path) -> None:
    """The file was written in what is the future now."""
    os.utime(path, (4e9, 4e9))


@pytest.mark.parametrize("happens", [touch, write_the_log, set_the_clock_back])
async def test_what_leaves_the_content_alone_is_no_other_program(
    local: LocalHarness, clock: FixedClock, happens: Callable[[Path], None]
) -> None:
    """Nothing is refused, and nothing of what was saved is lost."""
    store = local.store("olivia")
    await save(store, Policy(community=True))
    happens(local.file.path)
    assert (await save(store, Policy(official=False))).number == 3
    write_the_log(local.file.path)
    assert (await save(store, Policy())).number == 4
    await local.file.close()
    again = LocalStore(open_file(local.file.path, clock), "olivia")
    assert [one.number for one in await again.revisions("acme")] == [4, 3, 2, 1]
    await again.close()
    assert not list(local.file.path.parent.glob("*.was-open"))


async def test_a_deleted_file_is_kept_in_a_copy_at_the_end(local: LocalHarness) -> None:
    """Nothing else has what was saved in it."""
    await save(local.store("olivia"), Policy(community=True))
    local.file.path.unlink()
    await local.file.close()
    assert newest_in(local.file.path.with_name("iam.db.was-open")) == 2


async def test_a_copy_that_would_be_damaged_is_not_offered(local: LocalHarness) -> None:
    """The file was overwritten after a checkpoint: the log alone has what is left, and is kept."""
    path = local.file.path
    memory = LocalMemory(local.file, "local", "olivia")
    for number in range(20):
        await memory.keep_pull(f"image-{number}")
    write_the_log(path)
    await save(local.store("olivia"), Policy(community=True))
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(FileReplaced, match="overwritten") as raised:
        await local.store("olivia").organization_state("acme")
    assert "its log is in iam.db-wal.was-open beside it." in raised.value.advice
    assert path.with_name("iam.db-wal.was-open").stat().st_size > 0
    assert not path.with_name("iam.db.was-open").exists()
    assert not path.with_name("iam.db-wal").exists()


async def test_a_draft_outlives_the_file_it_was_kept_in(local: LocalHarness) -> None:
    """It stays in memory, and is not replaced by the older one of the restored file."""
    memory, store = LocalMemory(local.file, "local", "olivia"), local.store("olivia")
    base = Draft.of((await store.organization_state("acme")).revision)
    older, newer = base.stage(Policy(community=True)), base.stage(Policy(official=False))
    await memory.keep_draft("acme", older)
    backup = back_up(local.file.path)
    await memory.keep_draft("acme", newer)
    backup.replace(local.file.path)
    with pytest.raises(FileReplaced):
        await memory.draft("acme")
    assert await memory.draft("acme") == newer


async def test_a_draft_that_could_not_be_kept_stays_in_memory(local: LocalHarness) -> None:
    """Reading the restored file does not bring back the older one."""
    memory, store = LocalMemory(local.file, "local", "olivia"), local.store("olivia")
    base = Draft.of((await store.organization_state("acme")).revision)
    backup = back_up(local.file.path)
    backup.replace(local.file.path)
    newer = base.stage(Policy(official=False))
    with pytest.raises(FileReplaced):
        await memory.keep_draft("acme", newer)
    assert await memory.draft("acme") == newer


async def test_the_memory_of_docker_hub_is_protected_too(local: LocalHarness) -> None:
    """What Docker Hub's organizations are known by is in the same file."""
    memory = HubMemory(local.file, "https://hub.docker.com", "olivia")
    local.file.path.unlink()
    with pytest.raises(FileReplaced):
        await memory.keep("acme", Revision(1, Policy(), "olivia", local.file.clock()))
