"""The local SQLite file: opened late, used on one thread of its own, its troubles told as typed errors."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.errors import FileCorrupt, NotFound, Unavailable
from iam_tui.stores.local.connection import BUSY_SECONDS, write_transaction
from iam_tui.stores.local.sqlite_errors import translated

if TYPE_CHECKING:
    from sqlite_utils.db import Database

Clock = Callable[[], datetime]
T = TypeVar("T")

_MAGIC: Final = b"SQLite format 3\0"
_SMALLEST: Final = 512


class LocalFile:
    """One SQLite file. Nothing touches it before the first call; every call runs on its one thread.

    Calls raise `FileLocked`, `FileReadOnly`, `FileFull`, `FileCorrupt`, `FileNewer`, `Unavailable` or, where
    there is no file and `create` is off, `NotFound`; whatever they were to write is then not written.
    """

    def __init__(self, path: Path, clock: Clock, *, create: bool = True) -> None:
        self.path = path
        self.clock = clock
        self._create = create
        self._database: Database | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="iam-tui-file")
        self._closed = False

    async def open(self) -> None:
        """Open the file now, so that whatever is wrong with it shows here."""
        await self.read(lambda _: None)

    async def read(self, job: "Callable[[Database], T]") -> T:
        """What the job reads."""
        return await self._on_thread(job)

    async def write(self, job: "Callable[[Database], T]") -> T:
        """What the job answers after everything it wrote is on the disk; if it raises, nothing is written."""

        def in_transaction(database: "Database") -> T:
            with write_transaction(database):
                return job(database)

        return await self._on_thread(in_transaction)

    async def close(self) -> None:
        """Do what is still to be done, close the file and end its thread; calling it twice is fine."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

    async def _on_thread(self, job: "Callable[[Database], T]") -> T:
        if self._closed:
            raise Unavailable(f"{self.path} has been closed.", advice="Open it again.")
        # Otherwise a job still in the queue is dropped with its waiter: a draft, as its screen is left.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._call, job))

    def _call(self, job: "Callable[[Database], T]") -> T:
        try:
            return job(self._database or self._connect())
        except Exception as error:
            trouble = translated(error, self.path)
            if trouble is None:
                raise
            raise trouble from error

    def _connect(self) -> "Database":
        from sqlite_utils.db import Database  # noqa: PLC0415 (38 ms no first frame need wait for)

        from iam_tui.stores.local.schema import bring_up_to_date  # noqa: PLC0415

        self._make_ready()
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS)
        try:
            database = Database(connection, execute_plugins=False)
            bring_up_to_date(database, self.path)
        except BaseException:
            connection.close()
            raise
        self._database = database
        return database

    def _make_ready(self) -> None:
        """Make the file and the folders above it, for their owner's eyes only, where they are missing."""
        if "\0" in str(self.path):
            raise InvalidInput("A file name cannot hold a NUL character.")
        if self.path.exists():
            self._check_is_database()
            return
        if not self._create:
            raise NotFound(
                f"There is no file {self.path}.", advice="Check the name, or create an organization in it."
            )
        missing = [folder for folder in self.path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        # SQLite gives its log the same permissions as the file itself.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))

    def _check_is_database(self) -> None:
        """SQLite itself takes any file under one page for an empty database, and would write over it."""
        if not self.path.is_file():
            raise FileCorrupt(f"{self.path} is not a file.", advice="Name a file.")
        with self.path.open("rb") as file:
            start = file.read(_SMALLEST)
        if start and (len(start) < _SMALLEST or not start.startswith(_MAGIC)):
            raise FileCorrupt(f"{self.path} is not a database.", advice="Name another file.")

    def _disconnect(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def open_file(path: Path, clock: Clock, *, create: bool = True) -> LocalFile:
    """The local file at a path, opened by its first call; without `create` a missing file stays missing."""
    return LocalFile(path, clock, create=create)
