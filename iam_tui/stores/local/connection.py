"""How a connection to the local file behaves: write-ahead log, full sync, and one writer at a time."""

import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from iam_tui.stores.local.sqlite_errors import kind_of

if TYPE_CHECKING:
    from sqlite_utils.db import Database

# Long enough for another program's save to finish, short enough that the screen does not seem frozen.
BUSY_SECONDS: Final = 2.0
_WAL_ATTEMPTS: Final = 40


def prepare_connection(database: "Database") -> None:
    """Switch to the write-ahead log (kept in the file), full sync and enforced foreign keys."""
    _use_write_ahead_log(database)
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA foreign_keys = ON")


@contextmanager
def write_transaction(database: "Database") -> Iterator[None]:
    """One transaction that takes the write lock at its start, and is rolled back by any exception.

    `Database.atomic` begins deferred: two processes could both read the newest revision, and the second one
    could then neither write nor see why. Inside this block `atomic` is a savepoint.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.commit()
    except BaseException:
        # A full disk rolls back by itself.
        if database.conn.in_transaction:
            database.rollback()
        raise


@contextmanager
def trial_transaction(database: "Database") -> Iterator["Database"]:
    """One transaction that is always rolled back."""
    database.execute("BEGIN")
    try:
        yield database
    finally:
        database.rollback()


def _use_write_ahead_log(database: "Database") -> None:
    """Retry for `BUSY_SECONDS`: for this switch SQLite itself does not wait while others open the file."""
    for attempt in itertools.count(1):
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if kind_of(error) != sqlite3.SQLITE_BUSY or attempt == _WAL_ATTEMPTS:
                raise
            time.sleep(BUSY_SECONDS / _WAL_ATTEMPTS)
        else:
            return
