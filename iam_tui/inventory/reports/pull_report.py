"""Docker Hub's pull reports: what was really pulled, by whom, with which token.

Docker mails them to owners as CSV, and its Reports API has one for each day; see `report_columns`. A report
is read in one pass. IP addresses are never kept. Rows that are left out are counted.
"""

import csv
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from iam_tui.core.errors import InvalidInput
from iam_tui.core.pull_days import PulledBy, add_up
from iam_tui.core.reference import parse_repository
from iam_tui.core.usage import HOUR_BITS, NO_HOUR, Basis, PullDay, Pulls
from iam_tui.inventory.reports.report_columns import read_columns
from iam_tui.inventory.reports.report_lines import LONGEST_LINE, Readable, ReportLines
from iam_tui.inventory.reports.report_values import read_count, read_time

_MADE_AT_SIGN_IN: Final = "generated"
_LINES_NAMED: Final = 3
_MOST_CACHED: Final = 1 << 16
_ROWS_BEFORE_MERGING: Final = 1 << 14
K = TypeVar("K")
V = TypeVar("V")


class SkipReason(StrEnum):
    """Why a row was left out."""

    BROKEN = "not readable as CSV"
    FIELDS = "with too many or too few fields"
    REPOSITORY = "without a usable repository"
    PULLS = "without a usable number of pulls"
    LONG = "too long"
    CUT = "cut off at the end of the file"
    NUL = "with a NUL byte"


class SkippedRows(NamedTuple):
    """Rows left out for one reason: how many, and the line numbers of the first few, from 1."""

    reason: SkipReason
    rows: int
    lines: tuple[int, ...]


class PullReport(NamedTuple):
    """A pull report, added up by repository, person and token, and by day to be merged with other reports.

    Of all `rows`, `kept` are in `pulls` and the others in `skipped`. Those kept with 0 pulls only checked for
    a version: they add no date, but their person counts. `undated` rows have a day that is missing or cannot
    be read, and `repeated` ones say the same as another row, of which the larger number counts.
    `since` and `until` are the first and last hour or day, timezone-aware.
    """

    pulls: tuple[Pulls, ...]
    days: tuple[PullDay, ...]
    rows: int
    kept: int
    undated: int
    repeated: int
    skipped: tuple[SkippedRows, ...]
    since: datetime | None
    until: datetime | None

    @property
    def summary(self) -> str:
        """What was read and what was left out, as a sentence."""
        parts = [f"{self.kept:,} of {self.rows:,} rows kept"]
        parts += [f"{one.rows:,} {one.reason} ({_lines_words(one)})" for one in self.skipped]
        if self.undated:
            parts.append(f"{self.undated:,} kept without a day, which is missing or cannot be read")
        if self.repeated:
            parts.append(f"{self.repeated:,} repeating another row, where the larger number of pulls counts")
        return f"{'; '.join(parts)}."


def read_report(
    file: Readable,
    *,
    progress: Callable[[int], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PullReport:
    """Read a whole report: UTF-8 or UTF-16, columns in any order and case, with any others beside them.

    For every chunk of the file (1 MiB), `progress` gets the number of bytes read so far, and `cancelled` is
    asked. Raises `NotAReport` for a file that is not text, or whose columns name no repository or no known
    count of pulls; `ReadingCancelled`; and what reading the file raises.
    """
    with _fields_up_to(LONGEST_LINE):
        return _ReportReader(file, progress, cancelled).read()


class _DayRows:
    """The rows of a day that are merged alike, in columns; see `PullDay`."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.places = array("Q")
        self.images = array("Q")
        self.counts = array("Q")
        self._merged_away = 0
        self._merge_at = _ROWS_BEFORE_MERGING

    @property
    def rows(self) -> int:
        """How many rows were added."""
        return len(self.counts) + self._merged_away

    def merge_if_many(self) -> None:
        """Merge the rows if there are many new ones, to save memory."""
        if len(self.counts) > self._merge_at:
            self.merge()
            self._merge_at = 2 * len(self.counts) + _ROWS_BEFORE_MERGING

    def merge(self) -> None:
        """Make one row of those that say the same: the larger count of a mailed report, else the sum."""
        keys = list(zip(self.places, self.images, strict=True))
        merged = dict(zip(keys, self.counts, strict=True))
        if len(merged) == len(keys):
            return
        self._merged_away += len(keys) - len(merged)
        adds_up = self.basis is not Basis.MAIL
        merged.clear()
        for key, count in zip(keys, self.counts, strict=True):
            known = merged.get(key, 0)
            merged[key] = known + count if adds_up else max(known, count)
        # In place, since the reader holds methods of these arrays.
        self.places[:] = array("Q", (place for place, _ in merged))
        self.images[:] = array("Q", (image for _, image in merged))
        self.counts[:] = array("Q", merged.values())


class _Cache(dict[K, V]):
    """What was made of a text in the report, so that it is made once; emptied when it is full."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        if len(self) >= _MOST_CACHED:
            self.clear()
        made = self[key] = self._make(key)
        return made


class _Slot(NamedTuple):
    """Where the rows of one time go."""

    hour: int
    add_place: Callable[[int], None]
    add_image: Callable[[int], None]
    add_count: Callable[[int], None]


class _ReportReader:
    """One pass over the rows of a report."""

    def __init__(
        self, file: Readable, progress: Callable[[int], object], cancelled: Callable[[], bool]
    ) -> None:
        self._progress = progress
        self._days: dict[tuple[date | None, Basis], _DayRows] = {}
        self._lines = ReportLines(file, self._on_chunk, cancelled)
        self._columns = read_columns(self._lines)
        self._numbers: dict[PulledBy, int] = {}
        self._skipped: dict[SkipReason, SkippedRows] = {}

    def read(self) -> PullReport:
        """The whole report."""
        lines, columns = self._lines, self._columns
        repositories, names = _Cache(_read_repository), _Cache(str.strip)
        slots, images, counts = _Cache(self._slot), _Cache(_image_number), _Cache(read_count)
        numbers, may_be_person = self._numbers, columns.token_may_be_person
        pick = itemgetter(*columns.picked)
        rows = csv.reader(lines, delimiter=columns.separator, strict=True)
        begin, width = lines.begin, columns.width
        while True:
            begin()
            try:
                row = next(rows)
            except StopIteration:
                return self._report()
            except csv.Error:
                self._leave_out(SkipReason.BROKEN)
                rows = csv.reader(lines, delimiter=columns.separator, strict=True)
                continue
            if len(row) != width or not (lines.plain or lines.is_sound):
                if row:
                    self._leave_out(SkipReason.FIELDS)
                continue
            # A blank field is appended to every row, for the columns that the report does not have.
            row.append("")
            namespace, repository, person, token, time, tag, digest, pulls, checks = pick(row)
            name, count = repositories[namespace, repository], counts[pulls]
            if count is None and not pulls.strip() and counts[checks]:
                count = 0
            if name is None or count is None:
                self._leave_out(SkipReason.REPOSITORY if name is None else SkipReason.PULLS)
                continue
            user, token = names[person], names[token]
            if token == _MADE_AT_SIGN_IN or (may_be_person and token.lower() == user.lower()):
                token = ""
            hour, add_place, add_image, add_count = slots[time]
            add_place(numbers.setdefault((name, user, token), len(numbers)) << HOUR_BITS | hour)
            add_image(images[tag, digest])
            add_count(count)

    def _slot(self, text: str) -> _Slot:
        time, basis = read_time(text), self._columns.basis
        if time is None or (basis is Basis.MAIL and (time.hour == NO_HOUR or not time.is_whole)):
            # Nothing tells different pulls of that day apart.
            basis = Basis.SHORT
        day = time and time.day
        rows = self._days.get((day, basis)) or self._days.setdefault((day, basis), _DayRows(basis))
        return _Slot(
            time.hour if time else NO_HOUR, rows.places.append, rows.images.append, rows.counts.append
        )

    def _leave_out(self, reason: SkipReason) -> None:
        """Leave the row's first line out, and read its other lines as separate rows."""
        self._lines.take_back()
        if self._lines.long:
            reason = SkipReason.LONG
        elif self._lines.cut:
            reason = SkipReason.CUT
        elif self._lines.has_nul:
            reason = SkipReason.NUL
        before = self._skipped.get(reason, SkippedRows(reason, 0, ()))
        lines = (*before.lines, self._lines.number)[:_LINES_NAMED]
        self._skipped[reason] = SkippedRows(reason, before.rows + 1, lines)

    def _on_chunk(self, read: int) -> None:
        for rows in self._days.values():
            rows.merge_if_many()
        self._progress(read)

    def _report(self) -> PullReport:
        for rows in self._days.values():
            rows.merge()
        days = tuple(
            PullDay(day, basis, rows.places, rows.images, rows.counts)
            for (day, basis), rows in self._days.items()
        )
        times = [_times(day) for day in days if day.day is not None]
        skipped = tuple(self._skipped.values())
        kept = sum(rows.rows for rows in self._days.values())
        mailed = [rows for rows in self._days.values() if rows.basis is Basis.MAIL]
        return PullReport(
            tuple(add_up(self._numbers, days)),
            days,
            kept + sum(one.rows for one in skipped),
            kept,
            sum(rows.rows for (day, _), rows in self._days.items() if day is None),
            sum(rows.rows - len(rows.counts) for rows in mailed),
            skipped,
            min((since for since, _ in times), default=None),
            max((until for _, until in times), default=None),
        )


@contextmanager
def _fields_up_to(limit: int) -> Iterator[None]:
    """Let the csv module read fields of up to `limit` characters; its default is too short for addresses."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_repository(written: tuple[str, str]) -> str | None:
    """The repository that these two name, a namespace (it may be blank) and a name; None if they do not."""
    namespace, name = (text.strip() for text in written)
    try:
        return parse_repository(f"{namespace}/{name}" if namespace else name)
    except InvalidInput:
        return None


def _image_number(written: tuple[str, str]) -> int:
    """A 64-bit number for a tag and a digest; 0 if there is neither."""
    tag, digest = (text.strip() for text in written)
    if not tag and not digest:
        return 0
    text = f"{tag}\n{digest}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def _times(rows: PullDay) -> tuple[datetime, datetime]:
    """The first and the last hour of a day's rows; its start if none has an hour."""
    hours = {place & ((1 << HOUR_BITS) - 1) for place in rows.places} - {NO_HOUR} or {0}
    start = datetime.combine(rows.day or date.min, time(), UTC)
    return start + timedelta(hours=min(hours)), start + timedelta(hours=max(hours))


def _lines_words(skipped: SkippedRows) -> str:
    lines = ", ".join(f"{line:,}" for line in skipped.lines)
    if skipped.rows == 1:
        return f"line {lines}"
    return f"lines {lines}{' and others' if skipped.rows > len(skipped.lines) else ''}"
