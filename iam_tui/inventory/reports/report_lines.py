"""The lines of a large text file, read in chunks: its encoding is detected, long lines are cut."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import chain
from typing import Final, Protocol

from iam_tui.core.errors import InvalidInput

LONGEST_LINE: Final = 1 << 20
"""How many characters of a line are read; thousands of addresses fit."""
_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANOTHER_ENCODING: Final = (
    "Its encoding may be Windows-1252 (Latin-1). Save it as CSV UTF-8, or convert it:"
    " iconv -f WINDOWS-1252 -t UTF-8 REPORT > NEW"
)


class Readable(Protocol):
    """A file, as far as it is needed here."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""
        ...


class NotAReport(InvalidInput):
    """The file is not a pull report; nothing of it was kept."""

    title = "Not a pull report"
    advice = "Docker Hub mails pull reports to owners: hub.docker.com, Usage, Pulls."


class ReadingCancelled(Exception):
    """Reading was cancelled; nothing of it was kept."""


class _LongLine(str):
    """The first `LONGEST_LINE` characters of a line."""

    __slots__ = ()


class _CutLine(str):
    """The text after the last line end of the file."""

    __slots__ = ()


class _LineWithNul(str):
    """A line with a NUL byte: it was never written whole, or is no text."""

    __slots__ = ()


class ReportLines:
    """The lines of a file, for rows that may have several lines, or may look so and turn out to be broken.

    `read` counts bytes, and `number` is that of the row's first line, from 1. Call `begin` before each row:
    then `long`, `cut` and `has_nul` say whether it has a line that is too long, is cut off by the end of the
    file, or has a NUL byte; none of them can be true as long as `plain` is. `take_back` returns its lines but
    the first, to be read again; after an error of the csv module, by a new iterator. Iterating raises
    `NotAReport` for a file that is not text, or has no end of a line at its start, and `ReadingCancelled`.
    """

    def __init__(
        self, file: Readable, progress: Callable[[int], object], cancelled: Callable[[], bool]
    ) -> None:
        self.read = 0
        self._file = file
        self._progress = progress
        self._cancelled = cancelled
        self._rest = chain.from_iterable(self._lines())
        self._again: list[str] = []
        self._row: list[str] = []
        self.number = 1
        self.plain = True

    def begin(self) -> None:
        """Begin a row."""
        self.number += len(self._row)
        self._row.clear()

    def __iter__(self) -> Iterator[str]:
        row, again, rest = self._row, self._again, self._rest
        while True:
            line = again.pop() if again else next(rest, None)
            if line is None:
                return
            row.append(line)
            yield line

    def take_back(self) -> None:
        """Return the lines of the row, except the first, to be read again."""
        self._again += reversed(self._row[1:])
        del self._row[1:]

    @property
    def long(self) -> bool:
        """Whether a line of the row is too long."""
        return self._has(_LongLine)

    @property
    def cut(self) -> bool:
        """Whether the file ends within the row."""
        return self._has(_CutLine)

    @property
    def has_nul(self) -> bool:
        """Whether the row has a NUL byte."""
        return self._has(_LineWithNul)

    @property
    def is_sound(self) -> bool:
        """Whether the row can be used: no line of it is too long or has a NUL byte."""
        return not (self.long or self.has_nul)

    def _has(self, kind: type[str]) -> bool:
        return not self.plain and any(isinstance(line, kind) for line in self._row)

    def _lines(self) -> Iterator[Iterable[str]]:
        pending, is_first = "", True
        for text in self._texts():
            if "\0" in text:
                self.plain = False
            # Only a line feed ends a line: a carriage return may be part of a quoted field.
            lines = StringIO(text, newline="\n").readlines()
            head = lines[0] if lines else ""
            if len(pending) <= LONGEST_LINE:
                pending += head
            if head.endswith("\n"):
                is_first = False
                lines[0] = pending if pending.endswith("\n") else f"{pending}\n"
                pending = "" if lines[-1].endswith("\n") else lines.pop()
                yield lines if self.plain and len(lines[0]) <= LONGEST_LINE else map(self._special, lines)
            elif is_first and len(pending) > LONGEST_LINE:
                raise NotAReport("The file does not start with a line of column names.")
        if pending:
            self.plain = False
            yield [self._special(pending) if len(pending) > LONGEST_LINE else _CutLine(pending)]

    def _special(self, line: str) -> str:
        if len(line) > LONGEST_LINE:
            self.plain = False
            return _LongLine(line[:LONGEST_LINE])
        return _LineWithNul(line) if "\0" in line else line

    def _texts(self) -> Iterator[str]:
        chunk = self._chunk()
        encoding, mark = _encoding(chunk)
        decoder = codecs.getincrementaldecoder(encoding)()
        chunk = chunk[mark:]
        while chunk:
            try:
                yield decoder.decode(chunk)
            except UnicodeDecodeError as error:
                place, byte = self.read - len(error.object) + error.start, error.object[error.start]
                raise NotAReport(
                    f"The file is not {encoding.upper()} text: byte {place + 1:,} is {byte:#04x}.",
                    advice=_ANOTHER_ENCODING if encoding == "utf-8" else "Save it as UTF-8.",
                ) from error
            chunk = self._chunk()
        if decoder.getstate()[0]:
            # Half a character at the end: the file was cut off there, and its last line with it.
            yield "\ufffd"

    def _chunk(self) -> bytes:
        if self._cancelled():
            raise ReadingCancelled
        chunk = self._file.read(_CHUNK)
        self.read += len(chunk)
        self._progress(self.read)
        return chunk


def _encoding(start: bytes) -> tuple[str, int]:
    """The encoding of a file that starts like this, and the length of its byte order mark in bytes."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            if encoding is None:
                raise NotAReport("The file is UTF-32 text.", advice="Save it as UTF-8.")
            return encoding, len(mark)
    # Column names are ASCII, so in UTF-16 every second byte of them is zero.
    if start[1:2] == b"\0" != start[:1]:
        return "utf-16-le", 0
    if start[:1] == b"\0" != start[1:2]:
        return "utf-16-be", 0
    return "utf-8", 0
