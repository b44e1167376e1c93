"""A real folder as the readers see it: regular files under its root, and nothing outside."""

import os
import stat
from collections.abc import Callable
from errno import ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO
from posixpath import join

from iam_tui.inventory.file_source import PathRefusal

MOST_BYTES = 5 * 1024 * 1024
"""How large a file may be that is read."""

Tell = Callable[[str], None]
"""Takes a sentence about a file that was not read, or not all of it."""

# Without O_NONBLOCK, opening a FIFO waits for somebody who writes to it.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE = frozenset({ENOENT, ENOTDIR, ENAMETOOLONG})


class Folder:
    """Reads the files of one folder, which exists; a `Tree`. `inside` is its real path with `/` behind it.

    `tell` hears of what the system refuses, and of bytes that are no UTF-8. Texts keep their line ends; for
    a byte that is no UTF-8 stands U+FFFD.
    """

    def __init__(self, root: str, tell: Tell) -> None:
        self.root = os.path.realpath(root)
        self.files_read = 0
        self.inside = self.root.rstrip("/") + "/"
        self._tell = tell
        # Many services of a project build the same file, one after the other.
        self._last: tuple[str | None, str | PathRefusal] = (None, PathRefusal.MISSING)

    def read(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`, as `Tree.read` has it; never raises."""
        if path != self._last[0]:
            found = self.locate(path)
            self._last = (path, found if isinstance(found, PathRefusal) else self.read_text(found))
        return self._last[1]

    def locate(self, path: str) -> str | PathRefusal:
        """Where `path` leads, under the root, all symbolic links followed. Never raises."""
        if "\0" in path:
            return PathRefusal.MISSING
        try:
            real = os.path.realpath(join(self.root, path), strict=True)
        except OSError as error:
            # What leads outside is refused whether or not something is there.
            outside = not os.path.realpath(join(self.root, path)).startswith(self.inside)
            return PathRefusal.OUTSIDE if outside else self._refusal(path, error)
        return real[len(self.inside) :] if real.startswith(self.inside) else PathRefusal.OUTSIDE

    def read_text(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`, whose folders are known to be no links. Never raises."""
        found = self.read_bytes(path)
        return found if isinstance(found, PathRefusal) else self.text(path, found)

    def read_bytes(self, path: str) -> bytes | PathRefusal:
        """The content of the file at `path`, whose folders are known to be no links. Never raises."""
        try:
            file = os.open(self.inside + path, _FLAGS)
        except OSError as error:
            return self._refusal(path, error)
        try:
            return self._content(file)
        except OSError as error:
            return self._refusal(path, error)
        finally:
            os.close(file)

    def text(self, path: str, content: bytes) -> str | PathRefusal:
        """The content of the file at `path` as text."""
        if b"\0" in content:
            return PathRefusal.BINARY
        try:
            return content.decode()
        except UnicodeDecodeError:
            self._tell(f"{path}: some bytes are no UTF-8; a sign stands for each of them.")
            return content.decode(errors="replace")

    def _content(self, file: int) -> bytes | PathRefusal:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return PathRefusal.NOT_REGULAR
        if status.st_size > MOST_BYTES:
            return PathRefusal.TOO_LARGE
        self.files_read += 1
        content = os.read(file, status.st_size + 1)
        if len(content) == status.st_size:
            return content
        # It changed meanwhile, or is one whose size nobody knows before it is read.
        pieces, size = [content], len(content)
        while size <= MOST_BYTES and (more := os.read(file, MOST_BYTES)):
            pieces.append(more)
            size += len(more)
        return b"".join(pieces) if size <= MOST_BYTES else PathRefusal.TOO_LARGE

    def _refusal(self, path: str, error: OSError) -> PathRefusal:
        if error.errno in _NOT_THERE:
            return PathRefusal.MISSING
        # ELOOP: a link in place of the file; ENXIO: a socket.
        if error.errno in (ELOOP, ENXIO):
            return PathRefusal.NOT_REGULAR
        self._tell(f"{path}: {error.strerror}.")
        return PathRefusal.UNREADABLE
