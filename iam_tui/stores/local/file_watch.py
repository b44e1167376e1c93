"""Notices that the open file is no longer the one at its path: deleted, replaced, or overwritten.

SQLite keeps working on a file that was deleted or replaced, and everything saved there is lost. Saves go to
the write-ahead log first: only SQLite's own checkpoints write to the file itself, and the log's index counts
them. So a file whose content changed without a checkpoint was written by another program.
"""

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from iam_tui.stores.local.file_checks import index_of, log_of

_LARGEST: Final = 8 * 1024 * 1024
"""How large a file may be to be compared by content; reading more would delay the first frame."""
WAS_OPEN: Final = ".was-open"
"""What follows the name of a log that is kept."""
_BLOCK: Final = 1024 * 1024
_INDEX: Final = struct.Struct("=16xI12x8s56xI28xI")
"""Frames, salts, frames written to the file, and frames that were to be, in the index of the log.

See https://www.sqlite.org/walformat.html, section 2.
"""


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


class _Checkpoints(NamedTuple):
    """How much of the log SQLite has written to the file."""

    frames: int
    salts: bytes
    written: int
    attempted: int

    @property
    def is_complete(self) -> bool:
        """Whether all of the log is in the file."""
        return self.frames == self.written

    def wrote_since(self, before: "_Checkpoints") -> bool:
        """Whether SQLite wrote to the file since then, or does so now."""
        if self.salts != before.salts:
            # The log began anew, which it only does once all of it is in the file.
            return not before.is_complete or self.attempted > 0
        return self.attempted > self.written or self[2:] != before[2:]


_UNKNOWN: Final = _Checkpoints(1, b"", 0, 0)
"""As if nothing of the log were in the file."""


class FileWatch:
    """Remembers which file, log and index are open, and compares them with what is at the path.

    A `stat` call takes a few microseconds, and a page of revisions a hundred: to read, the log is looked at
    only if the file changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = os.path.abspath(path)  # noqa: PTH100 - links stay: they may lead elsewhere later
        self._log, self._index = log_of(path), index_of(path)
        self._held = _HeldFiles(self._path, self._index)
        self._checkpoints = self._read_checkpoints()
        self._file = _status(self._path)
        self._content = self._held.checksum()
        self._beside = [_identity(_status(one)) for one in (self._log, self._index)]

    def change(self, *, with_log: bool) -> FileChange | None:
        """What happened since the file was opened; None if it is still the same, and its log if asked for."""
        # Read first: what SQLite writes after this is seen the next time.
        checkpoints = self._read_checkpoints()
        now, before = _status(self._path), self._file
        if now is None:
            return FileChange.DELETED
        if before is None or _identity(now) != _identity(before):
            return FileChange.REPLACED
        if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
            if not self._is_own_change(checkpoints, may_have_written=now.st_size >= before.st_size):
                return FileChange.OVERWRITTEN
            self._file = now
        self._checkpoints = checkpoints
        return self._change_of_log() if with_log else None

    @property
    def is_unlinked(self) -> bool:
        """Whether the file has no name any more; one that was moved has another one."""
        return self._held.is_unlinked

    def _is_own_change(self, checkpoints: _Checkpoints, *, may_have_written: bool) -> bool:
        """Whether SQLite wrote to the file, or only its time changed."""
        if may_have_written and any(
            now.wrote_since(self._checkpoints) for now in (checkpoints, self._read_checkpoints())
        ):
            self._content = self._held.checksum()
            return True
        return self._content is not None and self._content == self._held.checksum()

    def _change_of_log(self) -> FileChange | None:
        beside = [_identity(_status(one)) for one in (self._log, self._index)]
        if beside == self._beside:
            return None
        only_deleted = all(one in (None, mine) for one, mine in zip(beside, self._beside, strict=True))
        # Another console may have written all of a deleted log to the file, and have made the next one.
        is_written = self._read_checkpoints().is_complete
        return FileChange.LOG_DELETED if only_deleted or is_written else FileChange.OVERWRITTEN

    def _read_checkpoints(self) -> _Checkpoints:
        header = self._held.read_index(_INDEX.size)
        return _Checkpoints(*_INDEX.unpack(header)) if len(header) == _INDEX.size else _UNKNOWN

    def put_log_away(self, *, keep: bool) -> None:
        """Take this file's log from beside the file that replaced it: SQLite would apply it there.

        It is deleted; with `keep`, it is only renamed. If neither is permitted, `has_left_log` is true.
        """
        for path in self._own_log():
            try:
                if keep and path == self._log:
                    os.replace(path, path + WAS_OPEN)  # noqa: PTH105 - a string, as above
                else:
                    os.unlink(path)  # noqa: PTH108
            except OSError:
                continue

    @property
    def has_left_log(self) -> bool:
        """Whether this file's log is still beside the path."""
        return any(True for _ in self._own_log())

    def _own_log(self) -> Iterator[str]:
        if _identity(_status(self._log)) not in (None, self._beside[0]):
            # Another program made a new log, and uses the index for it.
            return
        for path, mine in zip((self._log, self._index), self._beside, strict=True):
            if mine is not None and _identity(_status(path)) == mine:
                yield path

    def close(self) -> None:
        """Let go of the file. Call this after its connection was closed."""
        self._held.close()


class _HeldFiles:
    """The open file and the index of its log, to read them beside SQLite.

    On POSIX systems, closing any descriptor of a file drops the locks that SQLite has on it in this process.
    So every file is opened once for all who watch it, and stays open for the last of them.
    """

    _all: Final[dict[tuple[int, int], list[int]]] = {}
    """Descriptor and number of users of each file."""
    _lock: Final = threading.Lock()

    def __init__(self, file: str, index: str) -> None:
        with self._lock:
            self._file, self._index = self._hold(file), self._hold(index)

    def _hold(self, path: str) -> tuple[int, int] | None:
        found = _identity(_status(path))
        if found is None:
            return None
        if found not in self._all:
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
            found = _identity(os.fstat(descriptor)) or found
            self._all.setdefault(found, [descriptor, 0])
        self._all[found][1] += 1
        return found

    def checksum(self) -> int | None:
        """A checksum of the file's content; None if it is too large, or cannot be read."""
        if self._file is None:
            return None
        descriptor, found, start = self._all[self._file][0], 0, 0
        try:
            if os.fstat(descriptor).st_size > _LARGEST:
                return None
            while block := os.pread(descriptor, _BLOCK, start):
                found, start = zlib.crc32(block, found), start + len(block)
        except OSError:
            return None
        return found

    def read_index(self, size: int) -> bytes:
        """The first bytes of the log's index; fewer if there are not that many."""
        try:
            return b"" if self._index is None else os.pread(self._all[self._index][0], size, 0)
        except OSError:
            return b""

    @property
    def is_unlinked(self) -> bool:
        """Whether the file has no name any more."""
        return self._file is not None and os.fstat(self._all[self._file][0]).st_nlink == 0

    def close(self) -> None:
        """Close what nobody else holds; calling it twice is fine."""
        with self._lock:
            for one in (self._file, self._index):
                if one is not None:
                    self._all[one][1] -= 1
                    if not self._all[one][1]:
                        os.close(self._all.pop(one)[0])
            self._file = self._index = None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - half the time of Path.stat
    except OSError:
        return None


def _identity(found: os.stat_result | None) -> tuple[int, int] | None:
    return None if found is None else (found.st_dev, found.st_ino)
