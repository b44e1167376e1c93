"""The patterns of `.gitignore` files, as git matches them, in time in proportion to the path.

See https://git-scm.com/docs/gitignore and https://github.com/git/git/blob/master/wildmatch.c
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

MOST_WILDCARDS = 1_000
"""How many patterns of one file may have wildcards; any others are not applied."""
MOST_PATTERNS = 50_000
_MOST_TEXT = 20_000
_MOST_PARTS = 30
"""How many slashes and stars a pattern with wildcards may have; a path is tried with each of them."""

_GLUED_STARS = re.compile(r"((?:[^*?\[\\/]*/)*[^*?\[\\/]+)\*\*+(/|\Z)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r"[*?\[\\]")
_TRAILING_SPACES = re.compile(r"(?:[^\\ ]|\\.|\\\Z|[ ]++(?!\Z))*+", re.DOTALL)
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r" \t-\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_CLASS = re.compile(r"\[:([^\]]*):\]")


class _Pattern(NamedTuple):
    """A line; the last one that matches counts. `expression` is empty for a name without wildcards."""

    number: int
    ignores: bool
    folders_only: bool
    expression: str = ""


class _NoPattern(Exception):
    """The line is no pattern: it matches nothing."""


class GitignorePatterns:
    """The patterns of one file. `skipped` counts lines that are none, `left_out` those beyond the limits.

    Names without wildcards are looked up. In the expressions for the others, no part tries more than one way
    to match what a star stands for.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.skipped = self.left_out = self._text = 0
        # By whole name, or by `/` and the whole path; the last of several equal ones.
        self._exact: dict[str, _Pattern] = {}
        self._exact_folders: dict[str, _Pattern] = {}
        self._of_names: list[_Pattern] = []
        self._of_paths: list[_Pattern] = []
        for number, line in enumerate(lines):
            try:
                self._add(number, line)
            except _NoPattern:
                self.skipped += 1
        # Most paths match no pattern at all; one expression finds that out faster than one for each pattern.
        self._any_name, self._any_path = _any(self._of_names), _any(self._of_paths)

    def _add(self, number: int, line: str) -> None:
        spaces = _TRAILING_SPACES.match(line)
        text = line[: spaces.end()] if spaces else line
        if not text or text.startswith("#"):
            return
        ignores = not text.startswith("!")
        text = text if ignores else text[1:]
        folders_only = text.endswith("/")
        text = text[:-1] if folders_only else text
        of_names = "/" not in text
        text = text.removeprefix("/")
        if not text:
            raise _NoPattern
        text = _ESCAPED.sub(lambda match: "/" if match[1] == "/" else match[0], _bytes(text))
        pattern = _Pattern(number, ignores, folders_only)
        if not _SPECIAL.search(text):
            exact = self._exact_folders if folders_only else self._exact
            if number < MOST_PATTERNS:
                exact[text if of_names else f"/{text}"] = pattern
                return
        elif self._has_room(text):
            patterns = self._of_names if of_names else self._of_paths
            patterns.append(pattern._replace(expression=_expression(text)))
            return
        self.left_out += 1

    def _has_room(self, text: str) -> bool:
        if (
            len(self._of_names) + len(self._of_paths) == MOST_WILDCARDS
            or text.count("/") + text.count("*") > _MOST_PARTS
            or self._text + len(text) > _MOST_TEXT
        ):
            return False
        self._text += len(text)
        return True

    def ignores(self, path: str) -> bool | None:
        """Whether the path, for a folder with `/` at its end, is ignored; None if no pattern matches it.

        The last pattern that matches the path itself decides. A pattern that matches a folder above it does
        not count: the walk has already entered that folder.
        """
        path = _bytes(path)
        is_folder = path.endswith("/")
        if is_folder:
            path = path[:-1]
        name = path[path.rfind("/") + 1 :]
        found = [self._exact.get(name), self._exact.get(f"/{path}")]
        if is_folder:
            found += (self._exact_folders.get(name), self._exact_folders.get(f"/{path}"))
        if self._any_name.fullmatch(name):
            found.append(_last(self._of_names, name, is_folder=is_folder))
        if self._any_path.fullmatch(path):
            found.append(_last(self._of_paths, path, is_folder=is_folder))
        last = max((pattern for pattern in found if pattern), default=None)
        return last.ignores if last else None


def _bytes(text: str) -> str:
    """The text with a character for each of its bytes, which is what `?` stands for in git."""
    return text if text.isascii() else text.encode(errors="surrogateescape").decode("latin-1")


def _any(patterns: list[_Pattern]) -> re.Pattern[str]:
    return re.compile("|".join(pattern.expression for pattern in patterns) or r"(?!)", re.DOTALL)


def _last(patterns: list[_Pattern], text: str, *, is_folder: bool) -> _Pattern | None:
    for pattern in reversed(patterns):
        if (is_folder or not pattern.folders_only) and re.fullmatch(pattern.expression, text, re.DOTALL):
            return pattern
    return None


def _expression(text: str) -> str:
    """The expression for the whole of a name, or of a path without its first `/`; raises `_NoPattern`."""
    if glued := _GLUED_STARS.match(text):
        # Git compares `aa` of `aa**/b` first; the stars then count as if they stood alone.
        start, rest = re.escape(glued[1]), text[glued.end() :]
        if not glued[2]:
            return f"{start}.*"
        return f"{start}(?:{_joined(rest)}|[^/]*/{_joined(f'**/{rest}')})"
    return _joined(text)


def _joined(text: str) -> str:
    groups: list[list[str]] = [[]]
    for part in _parts(text):
        if part == "":
            # Between two slashes; no path has that.
            return r"(?!)"
        if part is None:
            groups.append([])
        else:
            groups[-1].append(part)
    first, *others = ["/".join(group) for group in groups]
    if not others:
        return first
    start = f"{first}/" if first else ""
    # Several folders, as few as possible: whatever they are, more of them would not match more.
    middle = "".join(f"(?>(?:[^/]+/)*?{group}/)" for group in others[:-1] if group)
    return start + middle + (f"(?:[^/]+/)*{others[-1]}" if others[-1] else ".+")


def _parts(text: str) -> list[str | None]:
    """The expressions for the names between the slashes; None for `**`."""
    parts: list[str | None] = []
    pieces: list[str] = [""]
    at = start = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "/":
            parts.append(_with_stars(pieces))
            pieces, start = [""], at
        elif character == "*":
            stars_at = at - 1
            while text[at : at + 1] == "*":
                at += 1
            whole = stars_at == start and text[at : at + 1] in ("", "/")
            if at - stars_at > 1 and whole:
                parts.append(None)
                if at == len(text):
                    return parts
                pieces, at = [""], at + 1
                start = at
            else:
                pieces.append("")
        elif character == "?":
            pieces[-1] += "[^/]"
        elif character == "[":
            expression, at = _bracket(text, at)
            pieces[-1] += expression
        elif character == "\\":
            if at == len(text):
                raise _NoPattern
            pieces[-1] += re.escape(text[at])
            at += 1
        else:
            pieces[-1] += re.escape(character)
    parts.append(_with_stars(pieces))
    return parts


def _with_stars(pieces: list[str]) -> str:
    """The pieces with a star between them. Each piece is taken at the first place where it matches."""
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle if piece) + f"[^/]*{last}"


def _bracket(text: str, at: int) -> tuple[str, int]:
    """The expression for a set of characters whose `[` has been read, and the index after its `]`."""
    negated = text[at : at + 1] in ("!", "^") and bool(text[at : at + 1])
    at += negated
    found: list[str] = []
    before = ""
    first = True
    while (character := text[at : at + 1]) != "]" or first:
        first = False
        if not character:
            raise _NoPattern
        named = _CLASS.match(text, at)
        at += 1
        if character == "-" and before and text[at : at + 1] not in ("", "]"):
            end, at = _escaped(text, at)
            if before <= end:
                found.append(f"{re.escape(before)}-{re.escape(end)}")
            before = ""
        elif named:
            if named[1] not in _CLASSES:
                raise _NoPattern
            found.append(_CLASSES[named[1]])
            at, before = named.end(), ""
        else:
            before, at = _escaped(text, at - 1)
            found.append(re.escape(before))
    inside = "".join(found)
    if negated:
        return f"[^/{inside}]", at + 1
    return (f"(?!/)[{inside}]" if inside else "(?!)"), at + 1


def _escaped(text: str, at: int) -> tuple[str, int]:
    """The character at the index, or the one after a backslash there, and the index after it."""
    if text[at] == "\\":
        at += 1
    if at >= len(text):
        raise _NoPattern
    return text[at], at + 1
