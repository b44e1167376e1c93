"""Opens the local file: to read and write it, or to read it alone where nothing can be written."""

import ctypes
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iam_tui.stores.errors import FileLocked
from iam_tui.stores.local.connection import BUSY_SECONDS
from iam_tui.stores.local.copies import write_copy
from iam_tui.stores.local.file_checks import log_of
from iam_tui.stores.local.file_watch import FileChange, FileWatch
from iam_tui.stores.local.read_image import read_image
from iam_tui.stores.local.sqlite_errors import kind_of, unwritable_error

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_CANNOT_PREPARE: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors of a folder or disk that takes no log: the file can still be read without one."""
_ATTEMPTS_TO_READ: Final = 20


class Connection:
    """An open local file. `unwritable` is why it can only be read, None if it can be written as well."""

    def __init__(self, database: "Database", path: Path, *, unwritable: sqlite3.Error | None) -> None:
        self.database = database
        self.unwritable = unwritable
        self._path = path
        self._watch = None if unwritable else FileWatch(path)
        self._seen = _seen(path)

    def change(self, *, with_log: bool = False) -> FileChange | None:
        """What happened to the file since it was opened; None if nothing did. See `FileWatch.change`."""
        if self._watch is not None:
            return self._watch.change(with_log=with_log)
        # What was read is a copy in memory: when the file changes, it is read again.
        return None if _seen(self._path) == self._seen else FileChange.REPLACED

    def rescue(self) -> bool:
        """Write all of the log to the file, even if either was deleted; whether nothing is left to write."""
        busy, pages, written = self.database.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        return not busy and pages == written

    @property
    def is_unlinked(self) -> bool:
        """Whether the file was deleted, rather than moved."""
        return self._watch is not None and self._watch.is_unlinked

    def copy(self) -> Path | None:
        """Copy what a file had that was replaced, and return where the copy is; None if there is none."""
        if self._watch is None:
            return None
        with suppress(sqlite3.Error, OSError):
            return write_copy(self.database.conn, self._path, "was-open")
        return None

    def put_log_away(self, *, keep: bool) -> FileWatch | None:
        """See `FileWatch.put_log_away`; the watch if the log is still there, and else None."""
        if self._watch is None:
            return None
        self._watch.put_log_away(keep=keep)
        return self._watch if self._watch.has_left_log else None

    def close(self) -> None:
        """Close the file."""
        self.database.close()
        if self._watch is not None:
            self._watch.close()

    def never_close(self) -> None:
        """Keep an overwritten file open to the end of the process: closing it would write the log to it."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.database.conn))


def connect(path: Path) -> Connection:
    """Open an existing file and create missing tables; where no log can be written, to read it alone.

    Raises errors of SQLite and the operating system, and those of `bring_up_to_date`.
    """
    # 38 ms that the first frame need not wait for.
    from iam_tui.stores.local.schema import bring_up_to_date, is_up_to_date  # noqa: PLC0415

    try:
        database = _open(sqlite3.connect(os.path.realpath(path), timeout=BUSY_SECONDS))
        with _closed_by_error(database):
            bring_up_to_date(database, path)
        return Connection(database, path, unwritable=None)
    except sqlite3.OperationalError as error:
        if kind_of(error) not in _CANNOT_PREPARE:
            raise
        unwritable = error
    database = _open(sqlite3.connect(":memory:"))
    with _closed_by_error(database):
        connection = _read(database, path, unwritable)
        if not is_up_to_date(database, path):
            reason = unwritable_error(unwritable, path)
            raise type(reason)(f"{path} has to be changed by this newer version first. {reason.detail}")
    return connection


def _read(database: "Database", path: Path, unwritable: sqlite3.Error) -> Connection:
    """The file as it was at one moment, in memory; `FileLocked` if it is written to all the time."""
    for _ in range(_ATTEMPTS_TO_READ):
        connection = Connection(database, path, unwritable=unwritable)
        image = read_image(path)
        if connection.change() is None:
            database.conn.deserialize(image)
            return connection
    raise FileLocked(f"Another program is writing to {path}.")


def _open(connection: sqlite3.Connection) -> "Database":
    from sqlite_utils.db import Database  # noqa: PLC0415 (see `connect`)

    return Database(connection, execute_plugins=False)


@contextmanager
def _closed_by_error(database: "Database") -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _seen(path: Path) -> list[tuple[int, int, int, int] | None]:
    return [_stamp(os.path.realpath(path)), _stamp(log_of(path))]


def _stamp(path: str) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - as in `file_watch`
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
