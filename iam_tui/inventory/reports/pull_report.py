"""Docker Hub's pull report: what was really pulled, by whom, with which token (facts 7).

A report is read in one pass, in memory that grows with the people and repositories in it, not with its rows.
Addresses (`ips`) are never kept. Nothing is left out without being counted.
"""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from operator import itemgetter
from typing import BinaryIO, Final, NamedTuple

from iam_tui.core.errors import InvalidInput
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.reference import parse_repository
from iam_tui.core.usage import Pulls
from iam_tui.inventory.reports.report_lines import LONGEST_LINE, NotAReport, ReportLines

_COLUMNS: Final = ("repository", "user_name", "access_token_name", "datehour", "pulls")
_MADE_AT_SIGN_IN: Final = "generated"
_SEPARATORS: Final = (",", ";", "\t")
# At most what a column of SQLite and every number in JSON can hold.
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_NO_PULLS: Final = ("0", "")
_BLANK_AND_ONE: Final = ("", "1")
_LINES_TOLD: Final = 3
_SHOWN: Final = 200


class Skip(StrEnum):
    """Why a row was left out."""

    BROKEN = "not readable as CSV"
    FIELDS = "with more or fewer fields than there are columns"
    REPOSITORY = "without a usable repository"
    PULLS = "without a usable number of pulls"
    LONG = "too long"
    CUT = "cut off at the end of the file"


class Skipped(NamedTuple):
    """Rows left out for one reason: how many, and the lines that the first few start on, from 1."""

    reason: Skip
    rows: int
    lines: tuple[int, ...]


class Report(NamedTuple):
    """A pull report, added up by repository, person and token.

    Of `rows`, `kept` are in `pulls` and the others in `skipped`. `checks` of those kept only asked for a
    version, without a download: they add no pulls and no date, but the person counts. `undated` were kept
    although their hour cannot be read. `since` and `until` are the first and last hour, timezone-aware.
    """

    pulls: tuple[Pulls, ...]
    rows: int
    kept: int
    checks: int
    undated: int
    skipped: tuple[Skipped, ...]
    since: datetime | None
    until: datetime | None

    @property
    def summary(self) -> str:
        """What was read and what was left out, in words."""
        told = [f"{self.kept:,} of {self.rows:,} rows kept"]
        told += [f"{one.rows:,} {one.reason} ({_lines_words(one)})" for one in self.skipped]
        if self.undated:
            told.append(f"{self.undated:,} kept without their hour, which cannot be read")
        return f"{'; '.join(told)}."


def read_report(
    file: BinaryIO,
    *,
    progress: Callable[[int], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Read a whole report: UTF-8 or UTF-16, columns in any order and case, with any others beside them.

    `progress` is told the bytes read so far, and `cancelled` asked, for every chunk of the file (1 MiB).
    Raises `NotAReport` for a file that is no text or has no column `repository`, `report_lines.Cancelled`,
    and what reading the file raises. Without a column `pulls` every row counts as one pull.
    """
    lines = ReportLines(file, progress, cancelled)
    with _fields_up_to(LONGEST_LINE):
        return _Reader(lines).read()


class _Tally:
    """The pulls of one person and token from one repository; hours compare as they are written."""

    __slots__ = ("last", "pulls")

    def __init__(self) -> None:
        self.pulls = 0
        self.last = ""


class _Reader:
    """One pass over the rows of a report."""

    def __init__(self, lines: ReportLines) -> None:
        self._lines = lines
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._repositories: dict[str, str] = {}
        self._hours: dict[str, datetime | None] = {"": None}
        self._skipped: dict[Skip, Skipped] = {}
        self._kept = self._checks = self._undated = 0

    def read(self) -> Report:
        """The whole report."""
        columns, separator = self._header()
        rows = csv.reader(self._lines, delimiter=separator, strict=True)
        # What has no column is read from two more fields, put at the end of every row: blank, and one pull.
        blank, names = len(columns), [*columns, "", "pulls"]
        pick = itemgetter(*(names.index(one) if one in names else blank for one in _COLUMNS))
        while True:
            line = self._lines.begin()
            try:
                row = next(rows)
            except StopIteration:
                return self._report()
            except csv.Error:
                self._leave_out(Skip.BROKEN, line)
                continue
            if len(row) == len(columns) and not self._lines.long:
                row += _BLANK_AND_ONE
                self._add(line, *pick(row))
            elif row:
                self._leave_out(Skip.FIELDS, line)

    def _header(self) -> tuple[list[str], str]:
        self._lines.begin()
        text = next(self._lines, None)
        if text is None:
            raise NotAReport("The file is empty.")
        separator = max(_SEPARATORS, key=text.count)
        try:
            names = next(csv.reader([text], delimiter=separator), [])
        except csv.Error as error:
            raise NotAReport(f"The first line of the file is not readable as CSV: {error}.") from error
        columns = [name.strip().lower() for name in names]
        if "repository" not in columns:
            found = escape_controls(", ".join(columns)[:_SHOWN])
            raise NotAReport(f"The file has no column `repository`. The columns in its first line: {found}")
        return columns, separator

    def _add(self, line: int, text: str, user: str, token: str, hour: str, pulls: str) -> None:
        repository = self._repositories.get(text) or self._learn_repository(text)
        if repository is None:
            self._leave_out(Skip.REPOSITORY, line)
            return
        if pulls and not _COUNT.fullmatch(pulls):
            self._leave_out(Skip.PULLS, line)
            return
        key = repository, user.strip(), "" if token == _MADE_AT_SIGN_IN else token.strip()
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = _Tally()
        if hour not in self._hours:
            self._hours[hour] = _read_hour(hour)
        self._kept += 1
        if self._hours[hour] is None:
            self._undated += 1
        if pulls in _NO_PULLS:
            self._checks += 1
            return
        tally.pulls += int(pulls)
        if hour > tally.last and self._hours[hour] is not None:
            tally.last = hour

    def _learn_repository(self, text: str) -> str | None:
        try:
            repository = parse_repository(text.strip())
        except InvalidInput:
            return None
        return self._repositories.setdefault(text, repository)

    def _leave_out(self, reason: Skip, line: int) -> None:
        """Leave the row's first line out, and look at its others as rows of their own."""
        self._lines.take_back()
        if self._lines.long:
            reason = Skip.LONG
        elif self._lines.cut:
            reason = Skip.CUT
        before = self._skipped.get(reason, Skipped(reason, 0, ()))
        lines = (*before.lines, line)[:_LINES_TOLD]
        self._skipped[reason] = Skipped(reason, before.rows + 1, lines)

    def _report(self) -> Report:
        skipped = tuple(self._skipped.values())
        hours = [hour for hour in self._hours.values() if hour]
        return Report(
            tuple(Pulls(*key, one.pulls, self._hours[one.last]) for key, one in self._tallies.items()),
            self._kept + sum(one.rows for one in skipped),
            self._kept,
            self._checks,
            self._undated,
            skipped,
            min(hours, default=None),
            max(hours, default=None),
        )


@contextmanager
def _fields_up_to(limit: int) -> Iterator[None]:
    """The csv module takes fields of so many characters meanwhile; its own limit is short for addresses."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_hour(text: str) -> datetime | None:
    """An hour as the report writes it, `2026/03/12/14`; None if it is none."""
    if len(text) != len("yyyy/mm/dd/hh"):
        return None
    try:
        return datetime.strptime(text, "%Y/%m/%d/%H").replace(tzinfo=UTC)
    except ValueError:
        return None


def _lines_words(skipped: Skipped) -> str:
    lines = ", ".join(f"{line:,}" for line in skipped.lines)
    if skipped.rows == 1:
        return f"line {lines}"
    return f"lines {lines}{' and on' if skipped.rows > len(skipped.lines) else ''}"
