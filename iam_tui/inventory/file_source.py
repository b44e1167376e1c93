"""The scanned folder as readers see it: files by their path under it, and nothing outside."""

from enum import Enum
from posixpath import join, normpath
from typing import Protocol


class PathRefusal(Enum):
    """Why a file is not read; the value completes a sentence that starts with the file's path."""

    OUTSIDE = "is outside the scanned folder"
    MISSING = "does not exist"
    NOT_REGULAR = "is not a regular file"
    TOO_LARGE = "is too large to read"
    BINARY = "is not a text file"
    UNREADABLE = "cannot be read"


class FileSource(Protocol):
    """Reads the files of one folder."""

    def read(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`, relative to the folder, with `/`. Never raises.

        A path that is absolute or leads out of the folder, also through a symbolic link, is OUTSIDE, whether
        or not there is a file.
        """


_REMOTE = ("git@", "github.com/")


def is_remote(path: str) -> bool:
    """Whether the path leads to another machine: a URL, or a repository as git and Compose write them."""
    return "://" in path or path.startswith(_REMOTE)


def locate(folder: str, path: str) -> str:
    """Where `path` leads from `folder`, for `FileSource.read`; a home directory (`~`) counts as absolute."""
    if path.startswith("~"):
        return f"/{path}"
    return normpath(join(folder, path.replace("\\", "/")))
