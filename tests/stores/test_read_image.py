"""A database is read with its log as SQLite itself reads it, whatever is in the log."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from iam_tui.stores.local.read_image import read_image


@pytest.fixture
def with_log(tmp_path: Path) -> Iterator[Path]:
    """A copy of a database and of its log, which has several transactions, a checkpoint and a restart."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a, b)")
        for number in range(40):
            connection.execute("INSERT INTO t VALUES (?, ?)", [number, "x" * 300 * (number % 7)])
            if number == 20:
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            if number == 30:
                connection.execute("DELETE FROM t WHERE a < 10")
        copy = tmp_path / "copy.db"
        shutil.copyfile(path, copy)
        shutil.copyfile(f"{path}-wal", f"{copy}-wal")
        yield copy


def rows(connection: sqlite3.Connection) -> list[object]:
    """Everything in the table."""
    return connection.execute("SELECT * FROM t ORDER BY a").fetchall()


def rows_of_image(path: Path) -> list[object]:
    """Everything in the table of the image."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(read_image(path))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return rows(connection)


@pytest.mark.parametrize("seed", range(40))
def test_a_log_that_ends_anywhere_is_read_as_sqlite_reads_it(with_log: Path, seed: int) -> None:
    """Cut by a crash, or with a page that was not written whole."""
    chance = random.Random(seed)
    log = with_log.with_name("copy.db-wal")
    content = bytearray(log.read_bytes())
    if seed % 2:
        del content[chance.randrange(len(content)) :]
    elif seed:
        content[chance.randrange(len(content))] ^= 0xFF
    log.write_bytes(content)
    image = rows_of_image(with_log)
    with closing(sqlite3.connect(with_log)) as connection:
        assert image == rows(connection)


def test_what_is_no_database_is_returned_as_it_is(tmp_path: Path) -> None:
    """SQLite says what is wrong with it."""
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"FROM nginx\n")
    assert read_image(path) == b"FROM nginx\n"
