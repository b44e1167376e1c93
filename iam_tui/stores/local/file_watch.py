"""Notices that the open file is no longer the one at its path: deleted, replaced, or overwritten.

SQLite keeps working on a file that was deleted or replaced, and everything saved there is lost. Only SQLite's
own checkpoints write to the file itself, since saves go to the write-ahead log first; so an earlier time of
change, a smaller size, or a change while the log is too short for a checkpoint means that another program
wrote over it.
"""

import os
from enum import Enum
from pathlib import Path
from typing import Final

from iam_tui.stores.local.file_checks import index_of, log_of, size_of

_CHECKPOINT_PAGES: Final = 1_000
"""SQLite starts checkpoints when the log has this many pages (`PRAGMA wal_autocheckpoint`)."""


class FileChange(Enum):
    """What happened to an open file."""

    DELETED = "deleted"
    """There is no file at the path."""
    REPLACED = "replaced"
    """Another file is at the path."""
    LOG_DELETED = "log deleted"
    """The file is there without its log or the log's index; this connection still has their content."""
    OVERWRITTEN = "overwritten"
    """Another program wrote over the file, or made another log; nothing can be saved without damage."""


class FileWatch:
    """Remembers which file, log and index are open, and compares them with what is at the path.

    A `stat` call takes a few microseconds, and a page of revisions a hundred: to read, the log is looked at
    only if the file changed.
    """

    def __init__(self, path: Path, page_size: int) -> None:
        self._path = os.path.abspath(path)  # noqa: PTH100 - links stay: they may lead elsewhere later
        self._log, self._index = log_of(path), index_of(path)
        self._shortest = _CHECKPOINT_PAGES * page_size
        self._file = _status(self._path)
        self._beside = [_identity(_status(one)) for one in (self._log, self._index)]

    def change(self, *, with_log: bool) -> FileChange | None:
        """What happened since the file was opened; None if it is still the same, and its log if asked for."""
        now, before = _status(self._path), self._file
        if now is None:
            return FileChange.DELETED
        if before is None or _identity(now) != _identity(before):
            return FileChange.REPLACED
        if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
            if not self._is_checkpoint(before, now):
                return FileChange.OVERWRITTEN
            self._file = now
        return self._change_of_log() if with_log else None

    def _is_checkpoint(self, before: os.stat_result, now: os.stat_result) -> bool:
        is_newer = now.st_mtime_ns >= before.st_mtime_ns and now.st_size >= before.st_size
        return is_newer and size_of(self._log) >= self._shortest

    def _change_of_log(self) -> FileChange | None:
        beside = [_identity(_status(one)) for one in (self._log, self._index)]
        if beside == self._beside:
            return None
        only_deleted = all(one in (None, mine) for one, mine in zip(beside, self._beside, strict=True))
        return FileChange.LOG_DELETED if only_deleted else FileChange.OVERWRITTEN

    def remove_log(self) -> None:
        """Remove this file's log from beside the file that replaced it: SQLite would apply it there."""
        for path, mine in zip((self._log, self._index), self._beside, strict=True):
            if mine is not None and _identity(_status(path)) == mine:
                os.unlink(path)  # noqa: PTH108 - a string, as above


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - half the time of Path.stat
    except OSError:
        return None


def _identity(found: os.stat_result | None) -> tuple[int, int] | None:
    return None if found is None else (found.st_dev, found.st_ino)
