"""Tables of images and containers: those of docker, podman, nerdctl, crictl, ctr and kubectl.

A table's heading says which column has the images. A table that was cut out of its heading is recognized by
the columns that only such tables have: ids, ages, sizes, media types.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from iam_tui.core.bare_words import is_clear
from iam_tui.core.usage import Usage
from iam_tui.inventory.lists.cells import Cell, cell_usage, is_id, name_in, odd_usage
from iam_tui.inventory.lists.noise import is_noise

NumberedLine = tuple[int, str]

_CELL = re.compile(r"[^\s]+(?: [^\s]+)*")
_WORD = re.compile(r"\S+")
_CTR = re.compile(r"REF\s+TYPE\s+DIGEST\s")
_NAME_HEADINGS = ("REPOSITORY", "REPOSITORY:TAG", "IMAGE", "IMAGES", "REF")
_ALONE = frozenset({"IMAGE", "IMAGES", "DATA", "REPOSITORY", "REPOSITORY:TAG", "REF"})
"""Headings of tables with one column; `DATA` is the one in the documentation of kubectl."""
_TAG, _DIGEST, _ID, _PODS = "TAG", "DIGEST", "IMAGE ID", "RESTARTS"
# `docker image ls --tree` lists the platforms of an image below it.
_BRANCHES = ("├", "└", "│")
_RULE = re.compile(r"-{3,}[\s-]*")
_TITLE = re.compile(r"[A-Z][A-Za-z ]+ usage:.*")
_NO_COLUMN = "this table of pods has no column of images; use -o json"
_NOT_A_ROW = "this line is not a row of the table"

_SHORT_ID = r"(?:sha256:)?[0-9a-f]{12,64}"
_DIGEST_CELL = r"sha256:[0-9a-f]{64}|[0-9a-f]{13}|<none>"
_SIZE = r"\d[\d.]* ?(?:[kKMGT]i?)?B"
_AGE = r"(?:About |Less than )?(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago"
_BARE_ROWS = tuple(
    re.compile(form)
    for form in (
        # docker, podman, nerdctl and crictl images: name, tag, perhaps a digest, id, perhaps more, size
        rf"(?P<name>\S+) ++(?P<tag>\S+) ++(?:(?P<digest>{_DIGEST_CELL}) ++)?{_SHORT_ID} ++"
        rf"(?:{_AGE} .*)?{_SIZE}(?: ++true| ++false)?",
        # docker images since version 29: name, id, disk usage, content size
        rf"(?P<name>\S+) ++{_SHORT_ID} ++{_SIZE} ++{_SIZE}(?: ++U)?",
        # docker and nerdctl ps: id, image, quoted command, age
        rf'{_SHORT_ID} ++(?P<name>\S+) ++".*" ++[^"]*{_AGE} [^"]*',
        # podman and crictl ps: id, image, perhaps a command, age
        rf"{_SHORT_ID} ++(?P<name>\S+) ++.*{_AGE} .*",
        # ctr images ls: reference, media type, digest
        r"(?P<name>\S+) ++application/vnd\.\S+ ++sha256:[0-9a-f]{64} .*",
    )
)
_LONGEST_ROW = 2000


class _Table(NamedTuple):
    """Where the columns of a table are; `name` is None if none of them has images."""

    name: slice | None
    tag: slice | None = None
    digest: slice | None = None
    tabs: bool = False
    """The columns are numbered fields between tabs, not characters."""
    names_pods: bool = False

    @property
    def one_column(self) -> bool:
        """Whether a row has nothing but the image."""
        return self.name == slice(0, None)


def read_tables(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """The images in the tables of a text; None if there is no table of images, or more else than tables."""
    if not any(_is_image_table(line) for _, line in lines):
        return None
    rows: list[Usage] = []
    outside: list[Usage] = []
    table: _Table | None = None
    is_over = True
    for number, line in lines:
        text = line.strip()
        heading = _heading(line)
        if heading:
            table, is_over = heading, False
            if heading.names_pods and heading.name is None:
                outside.append(odd_usage(number, text, _NO_COLUMN))
        elif not text:
            is_over = True
        elif is_noise(text) or text.startswith(_BRANCHES) or _RULE.fullmatch(text) or _TITLE.fullmatch(text):
            continue
        elif table is None or (is_over and not _goes_on(line, table)):
            outside.append(odd_usage(number, text, _NOT_A_ROW))
        else:
            is_over = False
            rows.extend(_row(number, line, table))
    if len(outside) > len(rows) + 1:
        return None
    return sorted([*rows, *outside], key=lambda usage: usage.line)


def read_bare_rows(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """The images in the rows of a table without its heading; None if a line has another form."""
    rows = [(number, line.strip()) for number, line in lines if line.strip() and not is_noise(line.strip())]
    rows = [(number, text) for number, text in rows if not text.startswith(_BRANCHES)]
    if not rows:
        return None
    form = next((form for form in _BARE_ROWS if _matches(form, rows[0][1])), None)
    found: list[Usage] = []
    for number, text in rows if form else ():
        match = _matches(form, text)
        if match is None:
            return None
        found.append(cell_usage(number, _matched(match)))
    return found or None


def _matches(form: re.Pattern[str] | None, row: str) -> re.Match[str] | None:
    return form.fullmatch(row) if form and len(row) <= _LONGEST_ROW else None


def _matched(match: re.Match[str]) -> Cell:
    fields = match.groupdict()
    return Cell(fields["name"], fields.get("tag") or "", fields.get("digest") or "")


def _is_image_table(line: str) -> bool:
    heading = _heading(line)
    return heading is not None and heading.name is not None


def _heading(line: str) -> _Table | None:
    """The columns of a heading; None if the line is not a heading."""
    text = line.strip()
    if not text[:1].isupper() or len(text) > _LONGEST_ROW:
        return None
    if text in _ALONE:
        return _Table(slice(0, None))
    if "\t" in text:
        return _tabbed(text)
    found = [(match[0], match.start()) for match in (_WORD if _CTR.match(text) else _CELL).finditer(line)]
    if len(found) == 1:
        return None
    ends = [start for _, start in found[1:]] + [None]
    columns = {name.upper(): slice(start, end) for (name, start), end in zip(found, ends, strict=True)}
    name = _name_column(list(columns))
    if line != line.upper() and (name is None or not all(cell[0].isupper() for cell, _ in found)):
        return None
    return _Table(
        columns[name] if name else None,
        columns.get(_TAG),
        columns.get(_DIGEST),
        names_pods=_PODS in columns,
    )


def _tabbed(text: str) -> _Table | None:
    cells = [cell.strip().upper() for cell in text.split("\t")]
    name = _name_column(cells)
    if name is None or text != text.upper():
        return None
    columns = {cell: slice(number, number + 1) for number, cell in enumerate(cells)}
    return _Table(columns[name], columns.get(_TAG), columns.get(_DIGEST), tabs=True)


def _name_column(cells: Sequence[str]) -> str | None:
    """The heading of the column with the images. `nerdctl images --names` calls it NAME."""
    if "NAME" in cells and _ID in cells:
        return "NAME"
    return next((name for name in _NAME_HEADINGS if name in cells), None)


def _goes_on(line: str, table: _Table) -> bool:
    """Whether a line after a blank one is another row of the table, not the start of something else.

    `docker image ls --tree` puts blank lines between images, and the names of one image below each other.
    """
    if table.one_column:
        return False
    cells = _CELL.findall(line)
    return (len(cells) > 1 and _fits(line, table)) or (name_in(cells[0]) is not None and is_clear(cells[0]))


def _fits(line: str, table: _Table) -> bool:
    """Whether there is a blank before and after the column with the image."""
    if table.tabs or table.name is None:
        return True
    edges = [edge for edge in (table.name.start, table.name.stop) if edge]
    return all(line[edge - 1 : edge].strip() == "" for edge in edges)


def _row(number: int, line: str, table: _Table) -> Iterator[Usage]:
    if table.name is None:
        return
    if not _fits(line, table):
        yield odd_usage(number, line.strip(), _NOT_A_ROW)
        return
    name, tag, digest = (_cell(line, column, table) for column in (table.name, table.tag, table.digest))
    if table.tag is None:
        # Without a column for tags the names are whole, and the digest that ctr shows beside them is theirs.
        digest = ""
    # kubectl lists the images of several containers in one row.
    for one in name.split(",") if "," in name else [name]:
        word = one.strip()
        if any(character.isspace() for character in word) and not is_id(word) and not word.startswith("<"):
            yield odd_usage(number, word, _NOT_A_ROW)
        else:
            yield cell_usage(number, Cell(word, tag, digest))


def _cell(line: str, column: slice | None, table: _Table) -> str:
    if column is None:
        return ""
    if table.tabs:
        return "".join(line.split("\t")[column]).strip()
    return line[column].strip()
