"""The walk of a project: the files that can name images, and nothing that git ignores."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from iam_tui.inventory.disk_source import Folder, Tell
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.file_types import YAML_ENDINGS, FileType, kind_by_content, kind_by_name
from iam_tui.inventory.ignored import GITIGNORE, Rules, is_ignored, rules_above, rules_in

Step = Callable[[int], None]
"""Takes how many files have been read; whatever it raises ends the walk."""

_GIT = ".git"
_MAY_BE_DOCKERFILE = "erfile"
"""What the name of every Dockerfile and Containerfile has, and that of few other files."""


class Found(NamedTuple):
    """A file that can name images, by its path under the root; `refusal` is why it cannot be read.

    Of a folder or a YAML file that cannot be read nobody knows what it would be: its `kind` is None.
    """

    path: str
    kind: FileType | None
    refusal: PathRefusal | None = None


class _Listing(NamedTuple):
    """What matters of one folder: the names of its folders, and the files that can name images."""

    folders: list[str]
    files: "list[os.DirEntry[str]]"
    has_rules: bool


def walk(folder: Folder, tell: Tell, step: Step) -> Iterator[Found]:
    """Every file of the folder that can name images, in no particular order.

    Not entered: `.git`, what git ignores, and folders behind symbolic links. A link to a file counts as the
    file that it leads to.
    """
    inside = folder.inside
    waiting: list[tuple[str, tuple[Rules, ...]]] = [("", rules_above(folder.root, tell))]
    while waiting:
        path, rules = waiting.pop()
        step(folder.files_read)
        try:
            listing = _listing(inside + path)
        except OSError as error:
            tell(f"{path or '.'}: {error.strerror}.")
            yield Found(path.rstrip("/") or ".", None, PathRefusal.UNREADABLE)
            continue
        if listing.has_rules:
            rules = rules_in(folder, path, tell) + rules
        for name in listing.folders:
            below = f"{path}{name}/"
            if name != _GIT and not (rules and is_ignored(inside + below, rules)):
                waiting.append((below, rules))
        for entry in listing.files:
            if not (rules and is_ignored(inside + path + entry.name, rules)):
                yield from _found(folder, path, entry)


def find(folder: Folder, name: str) -> Found:
    """The file of this name right in the folder, whatever it is called: it was asked for."""
    kind = kind_by_name(name, folder.inside)
    if kind is None and name.endswith(YAML_ENDINGS):
        content = folder.read_bytes(name)
        if isinstance(content, PathRefusal):
            return Found(name, None, content)
        kind = kind_by_content(content)
    return Found(name, kind or FileType.DOCKERFILE)


def _listing(path: str) -> _Listing:
    """What matters of the folder at the absolute path: the one loop that sees every file of the tree."""
    folders: list[str] = []
    files: list[os.DirEntry[str]] = []
    has_rules = False
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif name.endswith(YAML_ENDINGS) or _MAY_BE_DOCKERFILE in name:
                files.append(entry)
            elif name == GITIGNORE:
                has_rules = True
    return _Listing(folders, files, has_rules)


def _found(folder: Folder, above: str, entry: "os.DirEntry[str]") -> Iterator[Found]:
    path = above + entry.name
    kind = kind_by_name(entry.name, folder.inside + above)
    if entry.is_symlink():
        real = folder.locate(path) if kind else PathRefusal.MISSING
        if isinstance(real, str):
            yield Found(real, kind)
        elif kind:
            yield Found(path, kind, real)
    elif not entry.is_file(follow_symlinks=False):
        if kind:
            yield Found(path, kind, PathRefusal.NOT_REGULAR)
    elif kind:
        yield Found(path, kind)
    elif entry.name.endswith(YAML_ENDINGS):
        yield from _found_by_content(folder, path)


def _found_by_content(folder: Folder, path: str) -> Iterator[Found]:
    content = folder.read_bytes(path)
    if isinstance(content, bytes):
        kind = kind_by_content(content)
        if kind:
            yield Found(path, kind)
    elif content is not PathRefusal.MISSING:
        yield Found(path, None, content)
