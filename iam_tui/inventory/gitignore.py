"""Which files of a project git ignores, by the patterns of its `.gitignore` files."""

import os
from collections.abc import Sequence
from posixpath import dirname, join
from typing import NamedTuple

from iam_tui.core.counted import counted
from iam_tui.inventory.disk_source import DiskSource, Warn
from iam_tui.inventory.gitignore_patterns import GitignorePatterns

GITIGNORE = ".gitignore"

_EXCLUDE = ".git/info/exclude"


class IgnoreRules(NamedTuple):
    """The patterns of one file; of a path they see what follows its first `skip` characters, their folder."""

    patterns: GitignorePatterns
    skip: int


def is_ignored(path: str, rules: Sequence[IgnoreRules]) -> bool:
    """Whether the rules, the strongest first, ignore the absolute path, for a folder with `/` at its end."""
    for patterns, skip in rules:
        ignored = patterns.ignores(path[skip:])
        if ignored is not None:
            return ignored
    return False


def rules_above(root: str, warn: Warn) -> tuple[IgnoreRules, ...]:
    """The rules of the git repository around the folder `root`, those from the folders above it included.

    No rules outside a repository, nor if they ignore `root` itself: it was named, so it is wanted.
    """
    folders = [root]
    while not os.path.lexists(join(folders[-1], ".git")):
        above = dirname(folders[-1])
        if above == folders[-1]:
            return ()
        folders.append(above)
    rules = _read(DiskSource(folders[-1], warn), _EXCLUDE, folders[-1], warn)
    for folder in reversed(folders[1:]):
        rules = _read(DiskSource(folder, warn), GITIGNORE, folder, warn) + rules
        inside = folders[folders.index(folder) - 1]
        if is_ignored(f"{inside}/", rules):
            return ()
    return rules


def rules_in(folder: DiskSource, path: str, warn: Warn) -> tuple[IgnoreRules, ...]:
    """The rules of the `.gitignore` file in the folder at `path`, which ends with `/` or is empty."""
    return _read(folder, path + GITIGNORE, join(folder.root, path).rstrip("/"), warn)


def _read(folder: DiskSource, path: str, base: str, warn: Warn) -> tuple[IgnoreRules, ...]:
    text = folder.read_text(path)
    if not isinstance(text, str):
        return ()
    patterns = GitignorePatterns(line.removesuffix("\r") for line in text.split("\n"))
    if patterns.skipped:
        lines = counted(
            patterns.skipped, "line is not a valid pattern and was", "lines are not valid patterns and were"
        )
        warn(f"{path}: {lines} skipped.")
    if patterns.left_out:
        many = counted(patterns.left_out, "pattern beyond the limits is", "patterns beyond the limits are")
        warn(f"{path}: {many} not applied.")
    return (IgnoreRules(patterns, len(base) + 1),)
