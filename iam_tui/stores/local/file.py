"""The local SQLite file: opened by the first call, used on its own thread, with typed errors."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from iam_tui.stores.errors import FileFull, FileReadOnly, FileReplaced, NotFound, Unavailable
from iam_tui.stores.local.connection import trial_transaction, write_transaction
from iam_tui.stores.local.file_checks import log_of, prepare_path
from iam_tui.stores.local.file_watch import WAS_OPEN, FileChange, FileWatch
from iam_tui.stores.local.open_database import Connection, connect
from iam_tui.stores.local.sqlite_errors import typed_error, unwritable_error

if TYPE_CHECKING:
    from sqlite_utils.db import Database

Clock = Callable[[], datetime]
T = TypeVar("T")

_WORDS: Final = {
    FileChange.DELETED: (
        "was deleted or moved while it was open",
        "Put it back, or restore a backup; then try again.",
    ),
    FileChange.REPLACED: (
        "was replaced by another file while it was open",
        "Open it again to see what the other file has.",
    ),
    FileChange.OVERWRITTEN: (
        "was overwritten by another program while it was open",
        "It may lack your last saves. Quit all programs that have it open, then open it again.",
    ),
}
_NOT_READ: Final = (
    "Nothing was read or saved. What is staged in the console is still there, but not in the file."
)
_SAVED_ELSEWHERE: Final = "The change went to the file that was open. It may be missing in the one there now."


class LocalFile:
    """One SQLite file. The first call opens it; all calls run one after another on the file's thread.

    Calls raise `FileLocked`, `FileReadOnly`, `FileFull`, `FileCorrupt`, `FileEmpty`, `FileUnreadable`,
    `FileNewer`, `Unavailable`, and `NotFound` if there is no file and `create` is false; nothing is written
    then. A file that cannot be written can still be read.

    Once the open file was deleted, replaced or overwritten, calls raise `FileReplaced`. If it was replaced, a
    read after that error opens the file that is there now, which counts up `generation`; writes raise the
    error until a read has done so. A deleted one can be used again once it is back, an overwritten one not.
    """

    def __init__(self, path: Path, clock: Clock, *, create: bool = True) -> None:
        self.path = path
        self.clock = clock
        self.generation = 0
        self._create = create
        self._connection: Connection | None = None
        self._change: FileChange | None = None
        """What happened to the file that was open, until it is back or another one is open."""
        self._copy: Path | None = None
        """Where the content of a file that was replaced is kept."""
        self._log_kept: Path | None = None
        """Its log, if it could not be copied."""
        self._left: FileWatch | None = None
        """Whose log is still beside the file that replaced it."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="iam-tui-file")
        self._closed = False

    async def open(self) -> None:
        """Open the file now, so that any problem with it is raised here."""
        await self.read(lambda _: None)

    async def read(self, job: "Callable[[Database], T]") -> T:
        """Run the job and return its result."""
        return await self._on_thread(partial(self._read, job))

    async def write(self, job: "Callable[[Database], T]") -> T:
        """Run the job in a transaction and return its result once it is on disk; if it raises, roll back."""
        return await self._on_thread(partial(self._write, job))

    async def remember(self, job: "Callable[[Database], T]") -> T:
        """Like `write`; if the file cannot be written, return what the job would have, and keep nothing.

        For what was only read from elsewhere: no disk is needed to show it.
        """
        return await self._on_thread(partial(self._remember, job))

    async def close(self) -> None:
        """Finish the calls under way, close the file and end its thread; calling it twice is fine."""
        if self._closed:
            return
        self._closed = True
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._run, self._disconnect)
        finally:
            self._thread.shutdown(wait=False)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise Unavailable(f"{self.path} has been closed.", advice="Open it again.")
        # Shielded: otherwise a queued job, such as keeping a draft, is lost when its screen is left.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._run, work))

    def _run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Exception as error:
            typed = typed_error(error, self.path)
            if typed is None:
                raise
            raise typed from error

    def _read(self, job: "Callable[[Database], T]") -> T:
        return job(self._connected(to_write=False).database)

    def _write(self, job: "Callable[[Database], T]") -> T:
        connection = self._connected(to_write=True)
        if connection.unwritable is not None:
            # There may be space, or permission, by now.
            self._disconnect()
            connection = self._connect()
        if connection.unwritable is not None:
            raise unwritable_error(connection.unwritable, self.path)
        with write_transaction(connection.database):
            result = job(connection.database)
        change = connection.change()
        if change is not None:
            self._let_go(change)
            raise self._replaced(meaning=_SAVED_ELSEWHERE)
        return result

    def _remember(self, job: "Callable[[Database], T]") -> T:
        try:
            return self._write(job)
        except (FileFull, FileReadOnly):
            pass
        except sqlite3.Error as error:
            if not isinstance(typed_error(error, self.path), FileFull | FileReadOnly):
                raise
        with trial_transaction(self._connected(to_write=False).database) as database:
            return job(database)

    def _connected(self, *, to_write: bool) -> Connection:
        """The connection to the file at the path; `FileReplaced` if that is not the one that was open."""
        meaning = None if to_write else _NOT_READ
        if self._change is FileChange.OVERWRITTEN:
            raise self._replaced(meaning=meaning)
        connection = self._connection
        if connection is None:
            if self._change is not None and to_write:
                raise self._replaced()
            return self._connect()
        change = connection.change(with_log=to_write)
        if change is None:
            self._change = None
            return connection
        only_read = connection.unwritable is not None and change is FileChange.REPLACED
        if only_read or (change is FileChange.LOG_DELETED and connection.rescue()):
            self._disconnect()
            return self._connect()
        self._let_go(change)
        raise self._replaced(meaning=meaning)

    def _connect(self) -> Connection:
        if self._left is not None and self._left.has_left_log:
            raise self._replaced(meaning=_NOT_READ)
        try:
            prepare_path(self.path, create=self._create)
        except NotFound as error:
            if self._change is None:
                raise
            raise self._replaced(meaning=_NOT_READ) from error
        self._connection = connect(self.path)
        # A file that is deleted later is not replaced by an empty one.
        self._create = False
        if self._change is not None:
            self._change = None
            self.generation += 1
        return self._connection

    def _let_go(self, change: FileChange) -> None:
        """Disconnect from a file that was replaced; a deleted one stays open, as it may come back."""
        self._change = FileChange.OVERWRITTEN if change is FileChange.LOG_DELETED else change
        if change is not FileChange.DELETED:
            self._disconnect()

    def _replaced(self, *, meaning: str | None = None) -> FileReplaced:
        what, advice = _WORDS[self._change or FileChange.REPLACED]
        if self._left is not None and self._left.has_left_log:
            advice = f"Remove {log_of(self.path)} first: it belongs to the file that was open."
        if self._copy is not None:
            advice += f" What was open here is in {self._copy.name} beside it."
        elif self._log_kept is not None:
            advice += f" What was open could not be copied; its log is in {self._log_kept.name} beside it."
        return FileReplaced(f"{self.path} {what}.", meaning=meaning, advice=advice)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        change = self._change or connection.change(with_log=True)
        try:
            if change not in (None, FileChange.LOG_DELETED):
                self._keep_elsewhere(connection, change)
        finally:
            if change is FileChange.OVERWRITTEN:
                connection.never_close()
            else:
                connection.close()

    def _keep_elsewhere(self, connection: Connection, change: FileChange) -> None:
        """Keep what was open in a copy, or where the file was moved to, and take its log from the path."""
        kept = False
        if change is not FileChange.OVERWRITTEN:
            # It may have been moved: then it is complete where it is now.
            with suppress(sqlite3.Error):
                kept = connection.rescue() and not connection.is_unlinked
        if change is not FileChange.DELETED or not kept:
            self._copy = connection.copy()
            kept = kept or self._copy is not None
        self._left = connection.put_log_away(keep=not kept)
        log = Path(log_of(self.path) + WAS_OPEN)
        self._log_kept = log if not kept and log.exists() else None


def open_file(path: Path, clock: Clock, *, create: bool = True) -> LocalFile:
    """The local file at a path, opened by its first call; `create` decides about a missing file."""
    return LocalFile(path, clock, create=create)
