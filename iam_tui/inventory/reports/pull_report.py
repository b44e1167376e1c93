"""Docker Hub's pull report: what was really pulled, by whom, with which token.

Docker Hub mails it to owners as CSV, see https://docs.docker.com/docker-hub/usage/. It is read in one
pass; the memory needed depends on the number of people and repositories, not of rows. IP addresses are never
kept. Rows that are left out are counted.
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
# Such a count fits into a column of SQLite, and into a number of JSON.
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_NO_PULLS: Final = ("0", "")
_BLANK_AND_ONE: Final = ("", "1")
_LINES_NAMED: Final = 3
_LONGEST_EXCERPT: Final = 200


class SkipReason(StrEnum):
    """Why a row was left out."""

    BROKEN = "not readable as CSV"
    FIELDS = "with too many or too few fields"
    REPOSITORY = "without a usable repository"
    PULLS = "without a usable number of pulls"
    LONG = "too long"
    CUT = "cut off at the end of the file"


class SkippedRows(NamedTuple):
    """Rows left out for one reason: how many, and the line numbers of the first few, from 1."""

    reason: SkipReason
    rows: int
    lines: tuple[int, ...]


class PullReport(NamedTuple):
    """A pull report, added up by repository, person and token.

    Of all `rows`, `kept` are in `pulls` and the others in `skipped`. Of those kept, `checks` only asked for a
    version, without a download: they add neither pulls nor a date, but the person counts; and `undated` have
    an hour that cannot be read. `since` and `until` are the first and last hour, timezone-aware.
    """

    pulls: tuple[Pulls, ...]
    rows: int
    kept: int
    checks: int
    undated: int
    skipped: tuple[SkippedRows, ...]
    since: datetime | None
    until: datetime | None

    @property
    def summary(self) -> str:
        """What was read and what was left out, as a sentence."""
        parts = [f"{self.kept:,} of {self.rows:,} rows kept"]
        parts += [f"{one.rows:,} {one.reason} ({_lines_words(one)})" for one in self.skipped]
        if self.undated:
            parts.append(f"{self.undated:,} kept without their hour, which cannot be read")
        return f"{'; '.join(parts)}."


def read_report(
    file: BinaryIO,
    *,
    progress: Callable[[int], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PullReport:
    """Read a whole report: UTF-8 or UTF-16, columns in any order and case, with any others beside them.

    For every chunk of the file (1 MiB), `progress` gets the number of bytes read so far, and `cancelled` is
    asked. Raises `NotAReport` for a file that is not text or has no column `repository`, `ReadingCancelled`,
    and what reading the file raises. Without a column `pulls`, every row counts as one pull.
    """
    lines = ReportLines(file, progress, cancelled)
    with _fields_up_to(LONGEST_LINE):
        return _ReportReader(lines).read()


class _PullTally:
    """The pulls of one person with one token from one repository. Hours are compared as text."""

    __slots__ = ("last", "pulls")

    def __init__(self) -> None:
        self.pulls = 0
        self.last = ""


class _ReportReader:
    """One pass over the rows of a report."""

    def __init__(self, lines: ReportLines) -> None:
        self._lines = lines
        self._tallies: dict[tuple[str, str, str], _PullTally] = {}
        self._repositories: dict[str, str] = {}
        self._hours: dict[str, datetime | None] = {"": None}
        self._skipped: dict[SkipReason, SkippedRows] = {}
        self._kept = self._checks = self._undated = 0

    def read(self) -> PullReport:
        """The whole report."""
        columns, separator = self._header()
        rows = csv.reader(self._lines, delimiter=separator, strict=True)
        # Two fields are appended to every row, for columns that the report lacks: an empty one, and one pull.
        blank, names = len(columns), [*columns, "", "pulls"]
        pick = itemgetter(*(names.index(one) if one in names else blank for one in _COLUMNS))
        while True:
            line = self._lines.begin()
            try:
                row = next(rows)
            except StopIteration:
                return self._report()
            except csv.Error:
                self._leave_out(SkipReason.BROKEN, line)
                continue
            if len(row) == len(columns) and not self._lines.long:
                row += _BLANK_AND_ONE
                self._add(line, *pick(row))
            elif row:
                self._leave_out(SkipReason.FIELDS, line)

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
            found = escape_controls(", ".join(columns)[:_LONGEST_EXCERPT])
            raise NotAReport(f"The file has no column `repository`. Its first line has the columns: {found}")
        return columns, separator

    def _add(self, line: int, text: str, user: str, token: str, hour: str, pulls: str) -> None:
        repository = self._repositories.get(text) or self._learn_repository(text)
        if repository is None:
            self._leave_out(SkipReason.REPOSITORY, line)
            return
        if pulls and not _COUNT.fullmatch(pulls):
            self._leave_out(SkipReason.PULLS, line)
            return
        key = repository, user.strip(), "" if token == _MADE_AT_SIGN_IN else token.strip()
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = _PullTally()
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

    def _leave_out(self, reason: SkipReason, line: int) -> None:
        """Leave the row's first line out, and read its other lines as separate rows."""
        self._lines.take_back()
        if self._lines.long:
            reason = SkipReason.LONG
        elif self._lines.cut:
            reason = SkipReason.CUT
        before = self._skipped.get(reason, SkippedRows(reason, 0, ()))
        lines = (*before.lines, line)[:_LINES_NAMED]
        self._skipped[reason] = SkippedRows(reason, before.rows + 1, lines)

    def _report(self) -> PullReport:
        skipped = tuple(self._skipped.values())
        hours = [hour for hour in self._hours.values() if hour]
        return PullReport(
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
    """Let the csv module read fields of up to `limit` characters; its default is too short for addresses."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_hour(text: str) -> datetime | None:
    """An hour as the report writes it, `2026/03/12/14`; None for any other text."""
    if len(text) != len("yyyy/mm/dd/hh"):
        return None
    try:
        return datetime.strptime(text, "%Y/%m/%d/%H").replace(tzinfo=UTC)
    except ValueError:
        return None


def _lines_words(skipped: SkippedRows) -> str:
    lines = ", ".join(f"{line:,}" for line in skipped.lines)
    if skipped.rows == 1:
        return f"line {lines}"
    return f"lines {lines}{' and others' if skipped.rows > len(skipped.lines) else ''}"
