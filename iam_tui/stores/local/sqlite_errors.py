"""Maps errors of SQLite and the operating system to typed errors that name the file and say what happened."""

import errno
import os
import resource
import sqlite3
from pathlib import Path
from typing import Final

from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.stores.errors import FileCorrupt, FileFull, FileLocked, FileReadOnly, StoreError, Unavailable


class UnreadableRow(Exception):
    """A row contains something this program never writes; `typed_error` adds the name of the file."""


_DAMAGED: Final = "{path} is damaged: {error}."
_IN_USE: Final = "Another program is writing to {path}."
_BY_CODE: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: (FileLocked, _IN_USE),
    sqlite3.SQLITE_LOCKED: (FileLocked, _IN_USE),
    sqlite3.SQLITE_PROTOCOL: (FileLocked, _IN_USE),
    sqlite3.SQLITE_FULL: (FileFull, "There is no space left for {path}."),
    sqlite3.SQLITE_NOTADB: (FileCorrupt, "{path} is not a database."),
    sqlite3.SQLITE_CORRUPT: (FileCorrupt, _DAMAGED),
    sqlite3.SQLITE_FORMAT: (FileCorrupt, _DAMAGED),
    sqlite3.SQLITE_SCHEMA: (FileCorrupt, _DAMAGED),
    sqlite3.SQLITE_ERROR: (FileCorrupt, _DAMAGED),
    sqlite3.SQLITE_CONSTRAINT: (FileCorrupt, _DAMAGED),
    sqlite3.SQLITE_MISMATCH: (FileCorrupt, _DAMAGED),
}
_UNWRITABLE: Final = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN}
)
_BY_ERRNO: Final[dict[int, type[StoreError]]] = {
    errno.ENOSPC: FileFull,
    errno.EDQUOT: FileFull,
    errno.EFBIG: FileFull,
    errno.EIO: Unavailable,
    errno.EMFILE: Unavailable,
    errno.ENFILE: Unavailable,
}
_LITTLE_SPACE: Final = 1024 * 1024
_DISK: Final = "Check the disk, its quota and its free space; then try again."


def typed_error(error: Exception, path: Path) -> IamError | None:
    """The typed error for a problem with the file; None for a bug of this program."""
    if isinstance(error, UnicodeEncodeError):
        half = error.object[error.start]
        return InvalidInput(f"The text contains half a character (U+{ord(half):04X}), which cannot be saved.")
    if isinstance(error, UnicodeDecodeError):
        # From Python, for a message of SQLite that quotes the file.
        return FileCorrupt(f"{path} is damaged: it contains text that is not UTF-8.")
    if isinstance(error, UnreadableRow):
        return FileCorrupt(_DAMAGED.format(path=path, error=error))
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, path)
    if isinstance(error, OSError):
        kind = _BY_ERRNO.get(error.errno or 0, FileReadOnly)
        return kind(f"{error.filename or path}: {error.strerror or error}.")
    return None


def unwritable_error(error: sqlite3.Error, path: Path) -> IamError:
    """The typed error for a write to a file that was opened to read, because of this error."""
    return _of_sqlite(error, path) or FileReadOnly(_why_read_only(path))


def kind_of(error: sqlite3.Error) -> int:
    """The kind of an error: the low byte of SQLite's code, 0 without one; the rest is its details."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _of_sqlite(error: sqlite3.Error, path: Path) -> IamError | None:
    code = kind_of(error)
    if not code:
        # Python's own error: a misused statement is our bug, text that is not UTF-8 is damage in the file.
        if isinstance(error, sqlite3.ProgrammingError):
            return None
        return FileCorrupt(_DAMAGED.format(path=path, error=error))
    if code == sqlite3.SQLITE_TOOBIG:
        return InvalidInput("The text is too long to be saved.")
    if code in _UNWRITABLE:
        return FileReadOnly(_why_read_only(path))
    if code == sqlite3.SQLITE_IOERR:
        return _of_disk(error, path)
    kind, words = _BY_CODE.get(code, (Unavailable, "{path} cannot be used now: {error}."))
    return kind(words.format(path=path, error=error))


def _of_disk(error: sqlite3.Error, path: Path) -> IamError:
    """SQLite's "disk I/O error" is all it says for a quota, a limit, a failing disk and a damaged file."""
    if error.sqlite_errorcode in (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS):
        return FileCorrupt(_DAMAGED.format(path=path, error="it ends too early"))
    if resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY:
        return FileFull(f"There is no space left for {path}, or it reached the limit for the size of files.")
    try:
        space = os.statvfs(path.parent)
    except OSError:
        space = None
    if space is not None and space.f_bavail * space.f_frsize < _LITTLE_SPACE:
        return FileFull(f"There is no space left for {path}.")
    return Unavailable(f"The system failed to read or write {path}.", advice=_DISK)


def _why_read_only(path: Path) -> str:
    folder = path.resolve().parent
    try:
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            return f"{path} is on a disk that can only be read."
    except OSError:
        pass
    if not os.access(path, os.W_OK):
        return f"You may read {path}, but not write to it."
    if not os.access(folder, os.W_OK):
        return f"You may not write to the folder of {path}, where its log would be."
    return f"{path} can only be read."
