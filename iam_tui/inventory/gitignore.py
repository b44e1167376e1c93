"""Which files of a project git ignores, by the patterns of its `.gitignore` files."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from posixpath import dirname, join
from typing import NamedTuple

from iam_tui.inventory.disk_source import DiskSource, Warn

GITIGNORE = ".gitignore"

_EXCLUDE = ".git/info/exclude"
_GROUP_NAME = re.compile(r"\(\?P<\w+>")
_STARS = re.compile(r"\*+")
_MOST_STARS = 3
"""How many stars one part of a pattern may have; matching more of them can take practically forever."""
_MOST_IN_ALL = 6


class IgnoreRules(NamedTuple):
    """The patterns of one file; of a path they see what follows its first `skip` characters, their folder."""

    patterns: "GitignorePatterns"
    skip: int


class GitignorePatterns:
    """Patterns as git reads them. An invalid one has no effect, as in git."""

    def __init__(self, lines: Sequence[str]) -> None:
        # Imported only for projects with such a file: the import takes as long as walking a small project.
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415

        self._patterns: list[tuple[re.Pattern[str], bool]] = []
        for line in lines:
            with suppress(ValueError, re.error):
                pattern = GitIgnoreSpecPattern(line)
                if pattern.regex and pattern.include is not None:
                    self._patterns.insert(0, (pattern.regex, pattern.include))
        # Most paths match no pattern at all; one expression finds that out faster than one for each pattern.
        found = [_GROUP_NAME.sub("(?:", regex.pattern) for regex, _ in self._patterns]
        self._any = re.compile("|".join(found) or r"(?!)")

    def ignores(self, path: str) -> bool | None:
        """Whether the path, for a folder with `/` at its end, is ignored; None if no pattern matches it.

        The last pattern that matches the path itself decides. A pattern that matches a folder above it does
        not count: the walk has already entered that folder.
        """
        if self._any.search(path):
            for regex, ignored in self._patterns:
                for match in regex.finditer(path):
                    # The only group in these patterns is the `/` after the folder that the pattern names.
                    if not match.lastindex or match.end(match.lastindex) == len(path):
                        return ignored
        return None


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
    lines = [line for line in text.splitlines() if _is_fast(line, path, warn)]
    return (IgnoreRules(GitignorePatterns(lines), len(base) + 1),)


def _is_fast(line: str, path: str, warn: Warn) -> bool:
    parts = [len(_STARS.findall(part)) for part in line.split("/")]
    if max(parts) <= _MOST_STARS and sum(parts) <= _MOST_IN_ALL:
        return True
    warn(f"{path}: a pattern with too many * is not applied.")
    return False
