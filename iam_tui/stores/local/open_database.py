"""Opens the local file: to read and write it, or to read it alone where nothing can be written."""

import os
import shutil
import sqlite3
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from iam_tui.stores.local.connection import BUSY_SECONDS
from iam_tui.stores.local.file_checks import log_of, size_of
from iam_tui.stores.local.file_watch import FileChange, FileWatch
from iam_tui.stores.local.sqlite_errors import kind_of

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


class Connection:
    """An open local file. `unwritable` is why it can only be read, None if it can be written as well."""

    def __init__(
        self, database: "Database", path: Path, *, unwritable: sqlite3.Error | None, resources: ExitStack
    ) -> None:
        self.database = database
        self.unwritable = unwritable
        self._path = path
        self._resources = resources
        self._watch = None if unwritable else FileWatch(path, _page_size(database))
        self._seen = _seen(path)

    def change(self) -> FileChange | None:
        """What happened to the file since it was opened; None if nothing did."""
        if self._watch is not None:
            return self._watch.change()
        # Without a log, SQLite does not notice what others write: the file is opened again.
        return None if _seen(self._path) == self._seen else FileChange.REPLACED

    def rescue(self) -> bool:
        """Write all of the log to the file, even if either was deleted; whether nothing is left to write."""
        busy, pages, written = self.database.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        return not busy and pages == written

    def abandon(self) -> None:
        """Before a file that was deleted or replaced is closed: complete it, and remove its log.

        SQLite would apply the log to any other file at the path.
        """
        if self._watch is not None:
            with suppress(sqlite3.Error):
                self.rescue()
            self._watch.remove_log()

    def close(self) -> None:
        """Close the file, and remove the copy that was read in its place."""
        self._resources.close()


def connect(path: Path) -> Connection:
    """Open an existing file and create missing tables; without a place for the log, to read it alone.

    Raises errors of SQLite and the operating system, and those of `bring_up_to_date`.
    """
    # 38 ms that the first frame need not wait for.
    from iam_tui.stores.local.schema import bring_up_to_date, check_tables  # noqa: PLC0415

    try:
        with ExitStack() as stack:
            database = _open(os.path.realpath(path), stack)
            bring_up_to_date(database, path)
            return Connection(database, path, unwritable=None, resources=stack.pop_all())
    except sqlite3.OperationalError as error:
        if kind_of(error) not in _CANNOT_PREPARE:
            raise
        unwritable = error
    with ExitStack() as stack:
        database = _open(_without_log(path) or _copy(path, stack).as_uri(), stack)
        check_tables(database, path)
        return Connection(database, path, unwritable=unwritable, resources=stack.pop_all())


def _open(name: str, stack: ExitStack) -> "Database":
    """A connection to an absolute path or a `file:` URI, which the stack closes."""
    from sqlite_utils.db import Database  # noqa: PLC0415 (see `connect`)

    connection = sqlite3.connect(name, timeout=BUSY_SECONDS, uri=name.startswith("file:"))
    stack.callback(connection.close)
    return Database(connection, execute_plugins=False)


def _without_log(path: Path) -> str | None:
    """The URI that reads the file alone; None if its log has content that is not in the file yet."""
    return None if size_of(log_of(path)) else f"{path.resolve().as_uri()}?immutable=1"


def _copy(path: Path, stack: ExitStack) -> Path:
    """A private copy of the file with its log, removed by the stack; nobody writes to them meanwhile."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="iam-tui-")))
    copy = folder / "copy.db"
    shutil.copyfile(path, copy)
    shutil.copyfile(log_of(path), f"{copy}-wal")
    return copy


def _seen(path: Path) -> list[tuple[int, int, int, int] | None]:
    return [_stamp(os.path.realpath(path)), _stamp(log_of(path))]


def _stamp(path: str) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - as in `file_watch`
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _page_size(database: "Database") -> int:
    (size,) = database.execute("PRAGMA page_size").fetchone()
    return int(size)
