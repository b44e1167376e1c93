"""Files that cannot be used, or not now: each says what is wrong, names the file, and is left as it was."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils.db import Database

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import AllowlistEntry, Origin, Policy
from iam_tui.stores.errors import (
    FileCorrupt,
    FileEmpty,
    FileFull,
    FileLocked,
    FileNewer,
    FileReadOnly,
    FileUnreadable,
    NotFound,
    StoreError,
    Unavailable,
)
from iam_tui.stores.local import LocalAdmin, LocalStore, open_file
from tests.clock import FixedClock
from tests.stores.conftest import LocalHarness


async def opening(path: Path, error: type[Exception], says: str) -> None:
    """Opening the file raises this error, which names the file."""
    file = open_file(path, FixedClock())
    with pytest.raises(error, match=says) as raised:
        await file.open()
    assert str(path.parent) in str(raised.value)
    await file.close()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program is writing to the file."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


async def save(store: LocalStore, policy: Policy) -> int:
    """The number under which this policy was saved over the newest revision."""
    draft = Draft.of((await store.organization_state("acme")).revision).stage(policy)
    return (await store.save("acme", draft, note="", origin=Origin.CLI)).number


async def test_a_new_file_is_for_its_owner_only(tmp_path: Path, clock: FixedClock) -> None:
    """0600 for the file and its log, 0700 for the folders that were missing."""
    path = tmp_path / "a" / "b" / "iam.db"
    file = open_file(path, clock)
    await file.open()
    files = [path, *path.parent.glob("iam.db-*")]
    assert len(files) > 1
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path.parent, path.parent.parent)} == {0o700}
    await file.close()


async def test_a_file_that_must_be_there_is_not_made(tmp_path: Path, clock: FixedClock) -> None:
    """A mistyped name leaves nothing behind."""
    path = tmp_path / "no" / "such.db"
    file = open_file(path, clock, create=False)
    with pytest.raises(NotFound, match=r"such\.db"):
        await file.open()
    await file.close()
    assert not path.parent.exists()


async def test_a_locked_file_is_an_error_and_nothing_is_lost(local: LocalHarness) -> None:
    """Reading goes on meanwhile; the same save works once the other program is done."""
    store = local.store("olivia")
    await local.file.read(lambda database: database.execute("PRAGMA busy_timeout = 20"))
    with held(local.file.path):
        with pytest.raises(FileLocked, match=r"iam\.db"):
            await save(store, Policy(community=True))
        assert (await store.organization_state("acme")).revision.number == 1
    assert await save(store, Policy(community=True)) == 2


async def test_a_file_that_cannot_be_written(local: LocalHarness) -> None:
    """The file can still be read; a save says that nothing was changed."""
    store = local.store("olivia")
    await local.file.read(lambda database: database.execute("PRAGMA query_only = ON"))
    with pytest.raises(FileReadOnly) as raised:
        await save(store, Policy(community=True))
    assert raised.value.meaning == "Nothing was changed."
    assert (await store.organization_state("acme")).revision.policy == Policy()


async def test_a_full_disk_loses_nothing_that_was_saved(local: LocalHarness) -> None:
    """A save that does not fit is refused whole; one that does still works."""
    store = local.store("olivia")
    await local.file.read(
        lambda database: database.execute(
            f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0] + 2}"
        )
    )
    many = [AllowlistEntry(f"ns/image-{number}", "r" * 100) for number in range(1_000)]
    with pytest.raises(FileFull):
        await save(store, Policy().allow(many))
    assert (await store.organization_state("acme")).revision.number == 1
    assert await save(store, Policy(community=True)) == 2


async def test_a_damaged_file_is_an_error(local: LocalHarness, clock: FixedClock) -> None:
    """Wherever the damage is, it is a typed error and not a wrong answer."""
    path = local.file.path
    await local.file.read(lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    await local.file.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    store = LocalStore(open_file(path, clock), "olivia")
    with pytest.raises(FileCorrupt, match=r"iam\.db"):
        await store.organization_state("acme")
    await store.close()


@pytest.mark.parametrize(
    "content",
    [b"FROM nginx\n" * 200, b"SQLite format 3\0" + b"\xff" * 600, b"SQLite format 3\0", b"x"],
    ids=["text", "header", "start", "byte"],
)
async def test_a_file_that_is_not_a_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """Naming a Dockerfile as the store must not cost the Dockerfile."""
    path = tmp_path / "Dockerfile"
    path.write_bytes(content)
    await opening(path, FileCorrupt, "not a database")
    assert path.read_bytes() == content


async def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """It is a fine database, but not ours."""
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE places (url TEXT)")
    content = path.read_bytes()
    await opening(path, FileCorrupt, "another program")
    assert path.read_bytes() == content


async def test_a_file_of_a_newer_version_is_left_alone(local: LocalHarness) -> None:
    """It is not for this version to guess what the newer one meant."""
    path = local.file.path
    await local.file.write(
        lambda database: database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('iam_tui', 'teams', '')"
        )
    )
    await local.file.close()
    content = path.read_bytes()
    await opening(path, FileNewer, "teams")
    assert path.read_bytes() == content


async def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """Naming the folder instead of the file in it says so."""
    await opening(tmp_path / ".", FileCorrupt, "not a regular file")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """There is a file where a folder would have to be."""
    (tmp_path / "taken").write_text("")
    await opening(tmp_path / "taken" / "below" / "iam.db", FileReadOnly, "taken")


async def test_a_name_that_cannot_be(clock: FixedClock) -> None:
    """A NUL ends names in the operating system."""
    file = open_file(Path("a\0b"), clock)
    with pytest.raises(InvalidInput, match="NUL"):
        await file.open()
    await file.close()


async def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    """Its content may have been lost, so it is no store without organizations."""
    path = tmp_path / "iam.db"
    path.touch()
    file = open_file(path, FixedClock(), create=False)
    with pytest.raises(FileEmpty, match=r"iam\.db is empty \(0 bytes\)") as raised:
        await file.open()
    assert "backup" in raised.value.advice
    assert "org create" in raised.value.advice
    await file.close()
    assert path.stat().st_size == 0


async def test_an_empty_file_can_be_made_a_store(tmp_path: Path, clock: FixedClock) -> None:
    """Someone made it beforehand to set its permissions; they stay."""
    path = tmp_path / "iam.db"
    path.touch(0o640)
    file = open_file(path, clock)
    await file.open()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    await file.close()


async def test_an_empty_file_with_a_log_is_not_made_a_store(tmp_path: Path) -> None:
    """SQLite would delete the log, which may have everything."""
    path = tmp_path / "iam.db"
    path.touch()
    log = tmp_path / "iam.db-wal"
    log.write_bytes(b"x" * 5000)
    await opening(path, FileEmpty, "is empty")
    assert log.stat().st_size == 5000


async def test_a_dangling_link_is_not_followed_into_a_new_file(tmp_path: Path) -> None:
    """The disk with the real file is not mounted."""
    path = tmp_path / "iam.db"
    path.symlink_to(tmp_path / "elsewhere.db")
    await opening(path, FileUnreadable, r"is a link to .*elsewhere\.db, which does not exist")
    assert not path.exists()


async def test_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
    """The system's words name the file."""
    path = tmp_path / "iam.db"
    path.symlink_to(path)
    await opening(path, FileUnreadable, "iam.db")


async def test_a_store_in_memory_is_refused(clock: FixedClock) -> None:
    """Everything in it would be gone at the end."""
    file = open_file(Path(":memory:"), clock)
    with pytest.raises(InvalidInput, match="gone when the program ends"):
        await file.open()
    await file.close()


@pytest.mark.parametrize("name", ["file:x", "file:x?mode=memory", "a?b#c%20d"])
async def test_a_name_like_a_uri_is_a_plain_path(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """SQLite would read parameters out of it."""
    monkeypatch.chdir(tmp_path)
    file = open_file(Path(name), clock)
    await LocalAdmin(file).create_organization("acme", "olivia")
    await file.close()
    assert (tmp_path / name).stat().st_size


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE members SET session_at = 'yesterday' WHERE user = 'olivia'",
        "UPDATE members SET session_at = '0001-01-01T00:00:00+00:00' WHERE user = 'olivia'",
        "UPDATE members SET session_at = '2026-01-01T00:00:00' WHERE user = 'olivia'",
        "UPDATE members SET session = 'signed_in' WHERE user = 'max'",
        "UPDATE members SET user = CAST(X'6fff' AS TEXT) WHERE user = 'max'",
        "DROP TABLE members",
    ],
)
async def test_a_file_changed_by_hand_into_nonsense(local: LocalHarness, change: str) -> None:
    """What this program never writes it does not take for an answer either."""
    await local.file.write(lambda database: database.execute(change))
    with pytest.raises(FileCorrupt, match=r"iam\.db"):
        await local.store("olivia").members("acme")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE revisions SET note = 'rewritten'",
        "DELETE FROM revisions",
        "REPLACE INTO revisions SELECT * FROM revisions WHERE number = 1",
        "INSERT INTO revisions SELECT organization, 9, 1, 1, 1, 1, 1, allowlist, 'zoe', saved_at, '', 'cli',"
        " 1 FROM revisions LIMIT 1",
        "UPDATE allowlists SET entries = '[]'",
        "DELETE FROM allowlists",
        "REPLACE INTO allowlists SELECT digest, '[]' FROM allowlists",
    ],
)
async def test_revisions_cannot_be_rewritten_around_the_program(local: LocalHarness, change: str) -> None:
    """The file itself refuses, whatever program opens it."""
    saved = await save(local.store("olivia"), Policy().allow([AllowlistEntry("bitnami/redis")]))
    before = await local.store("olivia").revisions("acme")
    with closing(sqlite3.connect(local.file.path)) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(change)
    assert await local.store("olivia").revisions("acme") == before
    assert len(before) == saved


async def test_a_bug_is_not_reported_as_an_error_of_the_file(local: LocalHarness) -> None:
    """Only errors of the file or the system are translated; others are raised as they are."""

    def wrong(database: Database) -> None:
        database.execute("SELECT ?", [])

    with pytest.raises(sqlite3.ProgrammingError):
        await local.file.read(wrong)


async def test_a_closed_file_says_so(local: LocalHarness) -> None:
    """A late call raises a typed error."""
    await local.file.close()
    with pytest.raises(Unavailable, match="closed"):
        await local.store("olivia").organization_state("acme")


async def test_every_error_says_what_to_do(tmp_path: Path) -> None:
    """Title, meaning and advice are never empty."""
    (tmp_path / "iam.db").write_text("nonsense")
    file = open_file(tmp_path / "iam.db", FixedClock())
    with pytest.raises(StoreError) as raised:
        await file.open()
    assert all((raised.value.title, raised.value.detail, raised.value.meaning, raised.value.advice))
    await file.close()
