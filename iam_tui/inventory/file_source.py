"""The scanned folder, as the readers see it: files by their path under its root, and nothing outside."""

from enum import Enum
from posixpath import join, normpath
from typing import Protocol


class PathRefusal(Enum):
    """Why a file is not read; the value ends a sentence that begins with its path."""

    OUTSIDE = "lies outside the scanned folder"
    MISSING = "does not exist"
    NOT_REGULAR = "is no regular file"
    TOO_LARGE = "is too large to read"
    BINARY = "is no text"
    UNREADABLE = "cannot be read"


class Tree(Protocol):
    """Reads the files of one folder."""

    def read(self, path: str) -> str | PathRefusal:
        """The text of the file at `path`: relative to the root, with `/`. Never raises.

        A path that is absolute or leads out of the root, also by a symbolic link, is OUTSIDE, whether or
        not something is there.
        """


_REMOTE = ("git@", "github.com/")


def is_remote(path: str) -> bool:
    """Whether the path leads to another machine: a URL, or a repository as git and Compose write them."""
    return "://" in path or path.startswith(_REMOTE)


def locate(folder: str, path: str) -> str:
    """Where `path` leads from `folder`, as `Tree.read` takes it; a home directory (`~`) is absolute."""
    if path.startswith("~"):
        return f"/{path}"
    return normpath(join(folder, path.replace("\\", "/")))
