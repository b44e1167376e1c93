"""What the `.gitignore` files of a project leave out, as git reads them."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from posixpath import dirname, join
from typing import NamedTuple

from iam_tui.inventory.disk_source import Folder, Tell

GITIGNORE = ".gitignore"

_EXCLUDE = ".git/info/exclude"
_GROUP_NAME = re.compile(r"\(\?P<\w+>")
_STARS = re.compile(r"\*+")
_MOST_STARS = 3
"""How many stars a part of a pattern may have: trying more can take longer than anybody waits."""
_MOST_IN_ALL = 6


class Rules(NamedTuple):
    """The patterns of one file, for the paths that begin with its folder: the first `skip` characters."""

    spec: "Spec"
    skip: int


class Spec:
    """Patterns of git: which paths they leave out. A pattern that is none leaves out nothing, as in git."""

    def __init__(self, lines: Sequence[str]) -> None:
        # Imported where a project has such a file: it takes as long as walking a small project.
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415

        self._patterns: list[tuple[re.Pattern[str], bool]] = []
        for line in lines:
            with suppress(ValueError, re.error):
                pattern = GitIgnoreSpecPattern(line)
                if pattern.regex and pattern.include is not None:
                    self._patterns.insert(0, (pattern.regex, pattern.include))
        # Most paths match nothing at all; one look tells so faster than one for each pattern.
        found = [_GROUP_NAME.sub("(?:", regex.pattern) for regex, _ in self._patterns]
        self._any = re.compile("|".join(found) or r"(?!)")

    def leaves_out(self, path: str) -> bool | None:
        """Whether the path is left out, a folder's with `/` at its end; None if no pattern is about it.

        The last pattern that is about the path itself counts, not one about a folder above it: whoever asks
        has come through that folder.
        """
        if self._any.search(path):
            for regex, leaves_out in self._patterns:
                for match in regex.finditer(path):
                    # The one group that a pattern can have is the `/` behind the folder that it names.
                    if not match.lastindex or match.end(match.lastindex) == len(path):
                        return leaves_out
        return None


def is_ignored(path: str, rules: Sequence[Rules]) -> bool:
    """Whether the rules, the strongest first, leave out the absolute path; a folder's ends with `/`."""
    for spec, skip in rules:
        leaves_out = spec.leaves_out(path[skip:])
        if leaves_out is not None:
            return leaves_out
    return False


def rules_above(root: str, tell: Tell) -> tuple[Rules, ...]:
    """The rules that a git repository has for the folder `root` in it, from the folders above it too.

    None outside a repository, and where they leave out the root itself: whoever names that wants it.
    """
    folders = [root]
    while not os.path.lexists(join(folders[-1], ".git")):
        above = dirname(folders[-1])
        if above == folders[-1]:
            return ()
        folders.append(above)
    rules = _read(Folder(folders[-1], tell), _EXCLUDE, folders[-1], tell)
    for folder in reversed(folders[1:]):
        rules = _read(Folder(folder, tell), GITIGNORE, folder, tell) + rules
        inside = folders[folders.index(folder) - 1]
        if is_ignored(f"{inside}/", rules):
            return ()
    return rules


def rules_in(folder: Folder, path: str, tell: Tell) -> tuple[Rules, ...]:
    """The rules of the `.gitignore` in the folder at `path`, which ends with `/` or is empty."""
    return _read(folder, path + GITIGNORE, join(folder.root, path).rstrip("/"), tell)


def _read(folder: Folder, path: str, base: str, tell: Tell) -> tuple[Rules, ...]:
    text = folder.read_text(path)
    if not isinstance(text, str):
        return ()
    lines = [line for line in text.splitlines() if _is_quick(line, path, tell)]
    return (Rules(Spec(lines), len(base) + 1),)


def _is_quick(line: str, path: str, tell: Tell) -> bool:
    parts = [len(_STARS.findall(part)) for part in line.split("/")]
    if max(parts) <= _MOST_STARS and sum(parts) <= _MOST_IN_ALL:
        return True
    tell(f"{path}: a pattern with too many stars is not heeded.")
    return False
