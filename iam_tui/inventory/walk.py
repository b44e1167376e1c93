"""The walk through a project: the files that can name images, without those that git ignores."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from iam_tui.inventory.disk_source import DiskSource, Warn
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.gitignore import GITIGNORE, IgnoreRules, is_ignored, rules_above, rules_in
from iam_tui.inventory.readers import (
    DOCKERFILE,
    ENDINGS,
    STARTS,
    Reader,
    has_telling_content,
    reader_by_content,
    reader_by_name,
    starts_manifest,
)
from iam_tui.inventory.unread import YAML, unread_kind

OnStep = Callable[[int], None]
"""Takes the number of files read so far; an exception that it raises ends the walk."""

_GIT = ".git"
_PACKAGES = "/node_modules/"


class FoundFile(NamedTuple):
    """A file that can name images, by its path under the root; `refusal` is why it cannot be read.

    `reader` is None for a folder that cannot be read, and for a file that could be recognized only by its
    content and cannot be read. `not_read` is the kind of a file that names images in a form that is not read.
    """

    path: str
    reader: Reader | None
    refusal: PathRefusal | None = None
    not_read: str = ""


class _FolderListing(NamedTuple):
    """What the walk needs of one folder: the names of its folders, and the files that can name images."""

    folders: list[str]
    files: "list[os.DirEntry[str]]"
    has_rules: bool


def walk(source: DiskSource, warn: Warn, on_step: OnStep) -> Iterator[FoundFile]:
    """Every file of the folder that can name images, in no particular order.

    It does not enter `.git`, folders that git ignores and folders behind symbolic links. A link to a file
    counts as the file that it leads to.
    """
    inside = source.inside
    waiting: list[tuple[str, tuple[IgnoreRules, ...]]] = [("", rules_above(source.root, warn))]
    while waiting:
        path, rules = waiting.pop()
        on_step(source.files_read)
        try:
            listing = _listing(inside + path)
        except OSError as error:
            warn(f"{path or '.'}: {error.strerror}.")
            yield FoundFile(path.rstrip("/") or ".", None, PathRefusal.UNREADABLE)
            continue
        if listing.has_rules:
            rules = rules_in(source, path, warn) + rules
        for name in listing.folders:
            below = f"{path}{name}/"
            if name != _GIT and not (rules and is_ignored(inside + below, rules)):
                waiting.append((below, rules))
        for entry in listing.files:
            if not (rules and is_ignored(inside + path + entry.name, rules)):
                yield from _found(source, path, entry)


def find(source: DiskSource, name: str) -> FoundFile:
    """The file of this name right in the folder. If no reader recognizes it, it counts as a Dockerfile."""
    reader = reader_by_name(name, source.inside)
    found = [] if reader or not has_telling_content(name) else list(_found_by_content(source, "", name))
    return found[0] if found else FoundFile(name, reader or DOCKERFILE)


def _listing(path: str) -> _FolderListing:
    """The folder at the absolute path. This is the one loop that sees every file, so it has to be fast."""
    folders: list[str] = []
    files: list[os.DirEntry[str]] = []
    has_rules = False
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif name.endswith(ENDINGS) or name.startswith(STARTS) or "." not in name:
                files.append(entry)
            elif name == GITIGNORE:
                has_rules = True
    return _FolderListing(folders, files, has_rules)


def _found(source: DiskSource, above: str, entry: "os.DirEntry[str]") -> Iterator[FoundFile]:
    path = above + entry.name
    reader = reader_by_name(entry.name, source.inside + above)
    if entry.is_symlink():
        real = source.locate(path) if reader else PathRefusal.MISSING
        if isinstance(real, str):
            yield FoundFile(real, reader)
        elif reader:
            yield FoundFile(path, reader, real)
    elif not entry.is_file(follow_symlinks=False):
        if reader:
            yield FoundFile(path, reader, PathRefusal.NOT_REGULAR)
    elif reader:
        yield FoundFile(path, reader)
    elif has_telling_content(entry.name):
        yield from _found_by_content(source, above, entry.name)


def _found_by_content(source: DiskSource, above: str, name: str) -> Iterator[FoundFile]:
    path = above + name
    content = _telling_content(source, path)
    if isinstance(content, PathRefusal):
        if content is not PathRefusal.MISSING:
            yield FoundFile(path, None, content)
    elif reader := reader_by_content(name, content):
        yield FoundFile(path, reader)
    elif kind := unread_kind(name, content):
        yield FoundFile(path, None, not_read=kind)


def _telling_content(source: DiskSource, path: str) -> bytes | PathRefusal:
    """The whole content of a file that can be a manifest, else the start of it."""
    if path.endswith(YAML):
        return source.read_bytes(path)
    if _PACKAGES in f"/{path}":
        return b""
    start = source.read_start(path)
    return source.read_bytes(path) if isinstance(start, bytes) and starts_manifest(path, start) else start
