"""A folder on disk as readers see it: the regular files under it, and nothing outside."""

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable
from errno import ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO
from posixpath import join

from iam_tui.inventory.file_source import PathRefusal

MOST_BYTES = 5 * 1024 * 1024
"""How large a file may be; larger ones are not read."""

LOOK = 64 * 1024
"""How many bytes a look at the start of a file reads."""

Warn = Callable[[str], None]
"""Takes a sentence about a file that was not read, or not completely."""

# Without O_NONBLOCK, opening a FIFO waits until another process writes to it.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE = frozenset({ENOENT, ENOTDIR, ENAMETOOLONG})


class DiskSource:
    """Reads the files of one folder, which exists; a `FileSource`.

    `root` is the folder's real path, `inside` the same with `/` at its end. `files_read` counts. `warn` gets
    what the system refuses, and which files have bytes that are not UTF-8: these become U+FFFD. A byte order
    mark is left out; line ends are kept.
    """

    def __init__(self, root: str, warn: Warn) -> None:
        self.root = os.path.realpath(root)
        self.files_read = 0
        self.inside = self.root.rstrip("/") + "/"
        self._warn = warn
        # Many services of a project build the same file, one after the other.
        self._last: tuple[str | None, str | PathRefusal] = (None, PathRefusal.MISSING)

    def read(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`, as `FileSource.read` describes it."""
        if path != self._last[0]:
            found = self.locate(path)
            self._last = (path, found if isinstance(found, PathRefusal) else self.read_text(found))
        return self._last[1]

    def locate(self, path: str) -> str | PathRefusal:
        """The path under the root that `path` leads to once all symbolic links are followed. Never raises."""
        if "\0" in path:
            return PathRefusal.MISSING
        try:
            real = os.path.realpath(join(self.root, path), strict=True)
        except OSError as error:
            # A path outside is refused whether or not there is a file.
            outside = not os.path.realpath(join(self.root, path)).startswith(self.inside)
            return PathRefusal.OUTSIDE if outside else self._refusal(path, error)
        return real[len(self.inside) :] if real.startswith(self.inside) else PathRefusal.OUTSIDE

    def read_text(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`, whose folders are known not to be links. Never raises."""
        found = self.read_bytes(path)
        return found if isinstance(found, PathRefusal) else self._text(path, found)

    def read_bytes(self, path: str) -> bytes | PathRefusal:
        """The content of the file at `path`, whose folders are known not to be links. Never raises."""
        try:
            file = os.open(self.inside + path, _FLAGS)
        except OSError as error:
            return self._refusal(path, error)
        try:
            found = self._content(file)
            return found.removeprefix(BOM_UTF8) if isinstance(found, bytes) else found
        except OSError as error:
            return self._refusal(path, error)
        finally:
            os.close(file)

    def read_start(self, path: str) -> bytes | PathRefusal:
        """The first `LOOK` bytes of a file whose folders are known not to be links. Never raises."""
        try:
            file = os.open(self.inside + path, _FLAGS)
        except OSError as error:
            return self._refusal(path, error)
        try:
            return os.read(file, LOOK).removeprefix(BOM_UTF8)
        except OSError as error:
            return self._refusal(path, error)
        finally:
            os.close(file)

    def _text(self, path: str, content: bytes) -> str | PathRefusal:
        """The content of the file at `path` as text. Never raises."""
        if b"\0" in content:
            return PathRefusal.BINARY
        try:
            return content.decode()
        except UnicodeDecodeError:
            self._warn(f"{path}: some bytes are not UTF-8; each is replaced by a placeholder.")
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
        # The file has changed meanwhile, or has no size until it is read, as under /proc.
        pieces, size = [content], len(content)
        while size <= MOST_BYTES and (more := os.read(file, MOST_BYTES)):
            pieces.append(more)
            size += len(more)
        return b"".join(pieces) if size <= MOST_BYTES else PathRefusal.TOO_LARGE

    def _refusal(self, path: str, error: OSError) -> PathRefusal:
        if error.errno in _NOT_THERE:
            return PathRefusal.MISSING
        # ELOOP: a symbolic link has replaced the file. ENXIO: a socket.
        if error.errno in (ELOOP, ENXIO):
            return PathRefusal.NOT_REGULAR
        self._warn(f"{path}: {error.strerror}.")
        return PathRefusal.UNREADABLE
