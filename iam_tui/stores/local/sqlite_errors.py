"""Maps errors of SQLite and the operating system to typed errors that name the file."""

import errno
import sqlite3
from pathlib import Path
from typing import Final

from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.stores.errors import FileCorrupt, FileFull, FileLocked, FileReadOnly, StoreError, Unavailable


class UnreadableRow(Exception):
    """A row contains something this program never writes; `typed_error` adds the name of the file."""


_BY_CODE: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_BUSY: FileLocked,
    sqlite3.SQLITE_LOCKED: FileLocked,
    sqlite3.SQLITE_PROTOCOL: FileLocked,
    sqlite3.SQLITE_READONLY: FileReadOnly,
    sqlite3.SQLITE_PERM: FileReadOnly,
    sqlite3.SQLITE_AUTH: FileReadOnly,
    sqlite3.SQLITE_CANTOPEN: FileReadOnly,
    sqlite3.SQLITE_FULL: FileFull,
    sqlite3.SQLITE_CORRUPT: FileCorrupt,
    sqlite3.SQLITE_NOTADB: FileCorrupt,
    sqlite3.SQLITE_FORMAT: FileCorrupt,
    sqlite3.SQLITE_SCHEMA: FileCorrupt,
    sqlite3.SQLITE_ERROR: FileCorrupt,
    sqlite3.SQLITE_CONSTRAINT: FileCorrupt,
    sqlite3.SQLITE_MISMATCH: FileCorrupt,
}
_BY_ERRNO: Final[dict[int, type[StoreError]]] = {
    errno.ENOSPC: FileFull,
    errno.EDQUOT: FileFull,
    errno.EIO: Unavailable,
    errno.EMFILE: Unavailable,
    errno.ENFILE: Unavailable,
}


def typed_error(error: Exception, path: Path) -> IamError | None:
    """The typed error for a problem with the file; None for a bug of this program."""
    if isinstance(error, UnicodeEncodeError):
        half = error.object[error.start]
        return InvalidInput(f"The text contains half a character (U+{ord(half):04X}), which cannot be saved.")
    if isinstance(error, UnreadableRow):
        return FileCorrupt(f"{path}: {error}")
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, path)
    if isinstance(error, OSError):
        kind = _BY_ERRNO.get(error.errno or 0, FileReadOnly)
        return kind(f"{error.filename or path}: {error.strerror or error}")
    return None


def _of_sqlite(error: sqlite3.Error, path: Path) -> IamError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's own error: a misused statement is our bug, text that is not UTF-8 is damage in the file.
        return None if isinstance(error, sqlite3.ProgrammingError) else FileCorrupt(f"{path}: {error}")
    # The low byte is the kind of error, the rest its details.
    if code & 0xFF == sqlite3.SQLITE_TOOBIG:
        return InvalidInput("The text is too long to be saved.")
    return _BY_CODE.get(code & 0xFF, Unavailable)(f"{path}: {error}")
