"""What is checked about the path of a local file before SQLite opens it, and how a new file is created.

The file itself is not opened here: on POSIX systems, closing it would drop the locks that SQLite holds on it
in the same process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

import os
import stat
from pathlib import Path
from typing import Final

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.errors import FileCorrupt, FileEmpty, FileUnreadable, NotFound

_SMALLEST: Final = 512
"""The smallest page of SQLite in bytes; a database has at least one."""
_IN_MEMORY: Final = ":memory:"


def file_exists(path: Path) -> bool:
    """Whether there is a file; `FileUnreadable` for a dangling link and a folder that may not be entered.

    Raises `InvalidInput` for a name that no file can have.
    """
    _check_name(path)
    return _status(path) is not None


def log_of(path: Path) -> str:
    """The path of the write-ahead log that SQLite keeps beside the file, where a link leads to."""
    return os.path.realpath(path) + "-wal"


def index_of(path: Path) -> str:
    """The path of the index of the write-ahead log."""
    return os.path.realpath(path) + "-shm"


def prepare_path(path: Path, *, create: bool) -> None:
    """Check that there is a file SQLite may open; with `create`, make one if there is none.

    A new file and missing folders can be used by their owner only. Raises `InvalidInput` for a name that no
    file can have, `NotFound` without a file, `FileEmpty`, `FileCorrupt` and `FileUnreadable`, and `OSError`
    where the file cannot be created.
    """
    _check_name(path)
    found = _status(path)
    if found is not None:
        _check_content(path, found, may_be_empty=create)
    elif create:
        _create(path)
    else:
        raise NotFound(
            f"There is no file {path}.", advice="Check the name, or create an organization in a new file."
        )


def _check_name(path: Path) -> None:
    if "\0" in str(path):
        raise InvalidInput("A file name cannot contain a NUL character.")
    if path.name == _IN_MEMORY:
        raise InvalidInput(
            f"{_IN_MEMORY} would be a store that is gone when the program ends.",
            advice="Give the path of a file; `iam-tui --demo` opens sample data that is not kept.",
        )


def _status(path: Path) -> os.stat_result | None:
    """The file's status, None if there is no file."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise FileUnreadable(
                f"{path} is a link to {path.readlink()}, which does not exist.",
                advice="Restore what it points to, or remove the link.",
            ) from None
        return None
    except PermissionError:
        raise FileUnreadable(f"You may not enter a folder on the way to {path}.") from None
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{path}: {getattr(error, 'strerror', None) or error}.") from None


def _check_content(path: Path, found: os.stat_result, *, may_be_empty: bool) -> None:
    """SQLite treats an empty file as a new database, and then deletes a log that may hold everything."""
    if not stat.S_ISREG(found.st_mode):
        raise FileCorrupt(f"{path} is not a regular file.", advice="Give the path of a file.")
    if not os.access(path, os.R_OK):
        raise FileUnreadable(f"You may not read {path}.")
    if found.st_size == 0 and (not may_be_empty or size_of(log_of(path))):
        raise FileEmpty(f"{path} is empty (0 bytes).")
    if 0 < found.st_size < _SMALLEST:
        raise FileCorrupt(f"{path} is not a database.", advice="Give the path of another file.")


def size_of(path: str) -> int:
    """The size of a file in bytes; 0 if there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - a few microseconds for each call of a store
    except OSError:
        return 0


def _create(path: Path) -> None:
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    try:
        # SQLite gives its log the same permissions as the file.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        # Another process made it first. A link that leads nowhere is not followed.
        if _status(path) is None:
            raise
