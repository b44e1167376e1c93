"""The lines of a Dockerfile: parser directives, continuation lines, comments and heredocs."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What counts as white space at the ends of a line: BuildKit follows Go here, which differs from Python."""

_BOM = "\ufeff"
_DIRECTIVE = re.compile(r"([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S.*)")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_TAKES_HEREDOC = re.compile(r"(?:onbuild[\t\v\f\r ]+)?(?:run|copy|add)[\t\v\f\r ]", re.IGNORECASE)
# The words of a line: quoted parts stay whole, and the blanks after `<<` belong to the word.
_WORD = re.compile(
    r"""(?:[^\s'"\\<]++|\\(?:.|\Z)|'[^']*+'|"(?:[^"\\]|\\.)*+"|<<[\t\r ]*+|<)++|\s++|(?P<open>.)""", re.DOTALL
)
_HEREDOC = re.compile(r"[0-9]*<<(-?)\s*([^<]+)", re.DOTALL)
_QUOTED = re.compile(r"""'([^']*+)'|"((?:[^"\\]|\\.)*+)"|\\(.)""", re.DOTALL)
_ESCAPED = re.compile(r'\\(["$\\])')


class SyntaxDirective(NamedTuple):
    """The frontend image that reads the file: `# syntax=` at its top. Lines count from 1."""

    line: int
    image: str


class DockerfileLines(NamedTuple):
    """A Dockerfile as physical lines, and what the directives at its top set."""

    lines: list[str]
    escape: str
    syntax: SyntaxDirective | None


def split_lines(text: str) -> DockerfileLines:
    """The physical lines, without line ends and byte order mark, and the directives. Never raises."""
    lines = text.removeprefix(_BOM).split("\n")
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    if lines[0].lstrip(SPACE)[:1] not in ("#", "/"):
        return DockerfileLines(lines, "\\", None)
    top = [line.lstrip(SPACE) for line in _top(lines)]
    found = {key: value for _, key, value in _directives(top, 0, "#")}
    escape = found.get("escape", "\\")
    return DockerfileLines(lines, escape if escape in ("\\", "`") else "\\", _syntax(lines))


def _top(lines: list[str]) -> list[str]:
    """The lines that can have directives: each of them once, a `#!` line before and one line after them."""
    return lines[: len(_DIRECTIVES) + 2]


def _syntax(lines: list[str]) -> SyntaxDirective | None:
    """The `syntax` directive. Before it BuildKit allows a `#!` line, and `//` for `#`, but no indent."""
    start = int(lines[0].startswith("#!"))
    for mark in ("#", "//"):
        for line, key, value in _directives(_top(lines), start, mark):
            if key == "syntax":
                return SyntaxDirective(line, value.partition(" ")[0])
    return None


def _directives(lines: list[str], start: int, mark: str) -> Iterator[tuple[int, str, str]]:
    """The directives from index `start` on, with their lines, up to the first line that is not one."""
    seen: set[str] = set()
    for number, line in enumerate(lines[start:], start + 1):
        found = _DIRECTIVE.fullmatch(line.removeprefix(mark).strip(SPACE)) if line.startswith(mark) else None
        key = found[1].lower() if found else ""
        if found is None or key not in _DIRECTIVES or key in seen:
            return
        seen.add(key)
        yield number, key, found[2]


def logical_lines(source: DockerfileLines) -> Iterator[tuple[int, str]]:
    """Every instruction as one line, with the number of the line that it starts on.

    Comments and the bodies of heredocs are left out. A heredoc without an end is an error for BuildKit; here
    it has no body, because the lines after it are most likely instructions.
    """
    lines, escape, _ = source
    heredocs = _Heredocs(lines)
    at, count = 0, len(lines)
    while at < count:
        start = at + 1
        line = lines[at].lstrip(SPACE)
        at += 1
        if not line or line[0] == "#":
            continue
        if escape in line[-1:] or line[-1] in " \t":
            pieces: list[str] = []
            while (cut := _continued(line, escape)) is not None:
                pieces.append(cut)
                at = _past_comments(lines, at)
                if at == count:
                    line = ""
                    break
                line = lines[at]
                at += 1
            line = "".join((*pieces, line))
        yield start, line
        if "<<" in line and _TAKES_HEREDOC.match(line):
            at = heredocs.skip(line, at)


def _continued(line: str, escape: str) -> str | None:
    """The line without the escape character at its end; None if it has none, or an escaped one."""
    cut = line.rstrip(" \t")
    if not cut.endswith(escape) or cut.endswith(escape * 2):
        return None
    return cut[:-1]


def _past_comments(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].lstrip(SPACE)[:1] in ("", "#"):
        at += 1
    return at


class _Heredocs:
    """Finds the ends of heredocs. The lines are indexed once, when the first heredoc is found."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._places: dict[bool, dict[str, list[int]]] = {}

    def skip(self, line: str, at: int) -> int:
        """The index after the bodies of the heredocs that `line` opens; the first body starts at `at`."""
        for name, dash in _heredocs(line):
            ends = self._ends(dash).get(name, [])
            found = bisect_left(ends, at)
            if found == len(ends):
                return at
            at = ends[found] + 1
        return at

    def _ends(self, dash: bool) -> dict[str, list[int]]:
        places = self._places.get(dash)
        if places is None:
            places = self._places[dash] = {}
            for index, line in enumerate(self._lines):
                places.setdefault(line.lstrip("\t") if dash else line, []).append(index)
        return places


def _heredocs(line: str) -> list[tuple[str, bool]]:
    """The words that end the heredocs of a line, each with whether tabs are allowed before it."""
    found: list[tuple[str, bool]] = []
    for word in _WORD.finditer(line):
        if word["open"]:
            return []
        heredoc = _HEREDOC.fullmatch(word[0]) if "<<" in word[0] else None
        name = _QUOTED.sub(_unquoted, heredoc[2]) if heredoc else ""
        if heredoc and name:
            found.append((name, bool(heredoc[1])))
    return found


def _unquoted(quoted: re.Match[str]) -> str:
    single, double, escaped = quoted.groups()
    if double is not None:
        return _ESCAPED.sub(r"\1", double)
    return single if single is not None else escaped
