"""The local SQLite file: opened by the first call, used on its own thread, with typed errors."""

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
from iam_tui.stores.local.sqlite_errors import typed_error

if TYPE_CHECKING:
    from sqlite_utils.db import Database

Clock = Callable[[], datetime]
T = TypeVar("T")

_MAGIC: Final = b"SQLite format 3\0"
_SMALLEST: Final = 512


class LocalFile:
    """One SQLite file. The first call opens it; all calls run one after another on the file's thread.

    Calls raise `FileLocked`, `FileReadOnly`, `FileFull`, `FileCorrupt`, `FileNewer`, `Unavailable`, and
    `NotFound` if there is no file and `create` is false; nothing is written then.
    """

    def __init__(self, path: Path, clock: Clock, *, create: bool = True) -> None:
        self.path = path
        self.clock = clock
        self._create = create
        self._database: Database | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="iam-tui-file")
        self._closed = False

    async def open(self) -> None:
        """Open the file now, so that any problem with it is raised here."""
        await self.read(lambda _: None)

    async def read(self, job: "Callable[[Database], T]") -> T:
        """Run the job and return its result."""
        return await self._on_thread(job)

    async def write(self, job: "Callable[[Database], T]") -> T:
        """Run the job in a transaction and return its result once it is on disk; if it raises, roll back."""

        def in_transaction(database: "Database") -> T:
            with write_transaction(database):
                return job(database)

        return await self._on_thread(in_transaction)

    async def close(self) -> None:
        """Finish the calls under way, close the file and end its thread; calling it twice is fine."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

    async def _on_thread(self, job: "Callable[[Database], T]") -> T:
        if self._closed:
            raise Unavailable(f"{self.path} has been closed.", advice="Open it again.")
        # Shielded: otherwise a queued job, such as keeping a draft, is lost when its screen is left.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._run, job))

    def _run(self, job: "Callable[[Database], T]") -> T:
        try:
            return job(self._database or self._connect())
        except Exception as error:
            typed = typed_error(error, self.path)
            if typed is None:
                raise
            raise typed from error

    def _connect(self) -> "Database":
        from sqlite_utils.db import Database  # noqa: PLC0415 (38 ms that the first frame need not wait for)

        from iam_tui.stores.local.schema import bring_up_to_date  # noqa: PLC0415

        self._create_or_check()
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS)
        try:
            database = Database(connection, execute_plugins=False)
            bring_up_to_date(database, self.path)
        except BaseException:
            connection.close()
            raise
        self._database = database
        return database

    def _create_or_check(self) -> None:
        """Create the file and missing folders, readable by their owner only; check a file that exists."""
        if "\0" in str(self.path):
            raise InvalidInput("A file name cannot contain a NUL character.")
        if self.path.exists():
            self._check_is_database()
            return
        if not self._create:
            raise NotFound(
                f"There is no file {self.path}.",
                advice="Check the name, or create an organization in a new file.",
            )
        missing = [folder for folder in self.path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        # SQLite gives its log the same permissions as the file.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))

    def _check_is_database(self) -> None:
        """SQLite treats any file shorter than a page as an empty database, and would overwrite it."""
        if not self.path.is_file():
            raise FileCorrupt(f"{self.path} is not a regular file.", advice="Give the path of a file.")
        with self.path.open("rb") as file:
            start = file.read(_SMALLEST)
        if start and (len(start) < _SMALLEST or not start.startswith(_MAGIC)):
            raise FileCorrupt(f"{self.path} is not a database.", advice="Give the path of another file.")

    def _disconnect(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def open_file(path: Path, clock: Clock, *, create: bool = True) -> LocalFile:
    """The local file at a path, opened by its first call; `create` decides about a missing file."""
    return LocalFile(path, clock, create=create)
