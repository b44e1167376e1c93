"""Pull reports by day, and how reports of the same days are merged, so that every day counts once.

Docker counts pulls in several reports, see https://docs.docker.com/docker-hub/usage/. The same hours are in
reports that overlap, and a report may hold a part of a day only. So:

- A day of the Reports API replaces everything else that is known of that day; the newest one counts.
- Rows of the report by mail are merged by hour, puller, tag and digest: the larger count is used.
- Rows that say less are merged by what they say. Where both kinds cover a repository on one day, they count
  the same pulls, and the larger sum is used.
- A report that was kept without its days is left out where another one covers any of them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from iam_tui.core.usage import HOUR_BITS, NO_HOUR, Basis, PullDay, Pulls

_HOUR_MASK: Final = (1 << HOUR_BITS) - 1
_FIRST_DAY: Final = datetime.min.replace(tzinfo=UTC)


class ReportPulls(NamedTuple):
    """The pulls of one report: added up by repository, person and token, and the same pulls by day."""

    pulls: Sequence[Pulls]
    days: Sequence[PullDay]


class Coverage(NamedTuple):
    """The days that a report covers; one without `days` was kept without them, from `since` to `until`."""

    days: Collection[date | None]
    since: date | None = None
    until: date | None = None


PulledBy = tuple[str, str, str]
"""Repository, person and token, as in `Pulls`."""


def superseded(reports: Mapping[int, Coverage]) -> set[int]:
    """The reports without days that cover a day of another report, and so are left out."""
    known = {day for report in reports.values() for day in report.days if day is not None}

    def is_covered(since: date | None, until: date | None) -> bool:
        return since is not None and until is not None and any(since <= day <= until for day in known)

    return {
        number
        for number, report in reports.items()
        if not report.days and is_covered(report.since, report.until)
    }


def overlapping(reports: Mapping[int, Coverage]) -> set[int]:
    """The reports that share a day with another one: only these have to be merged day by day."""
    covered_by = defaultdict[date | None, list[int]](list)
    for number, report in reports.items():
        for day in report.days:
            covered_by[day].append(number)
    return {number for numbers in covered_by.values() if len(numbers) > 1 for number in numbers}


def merge_reports(reports: Sequence[ReportPulls]) -> list[Pulls]:
    """The pulls of several reports, the oldest first, without counting a pull twice."""
    coverage = {number: Coverage({day.day for day in one.days}) for number, one in enumerate(reports)}
    shared = overlapping(coverage)
    apart = [one for number, report in enumerate(reports) if number not in shared for one in report.pulls]
    return [*apart, *_merge_by_day([reports[number] for number in sorted(shared)])]


def add_up(pullers: Iterable[PulledBy], days: Iterable[PullDay]) -> list[Pulls]:
    """The pulls of one report, by repository, person and token, in the order of `pullers`."""
    tally = _Tally(pullers)
    for day in days:
        tally.add(day.day, zip(day.places, day.counts, strict=True))
    return list(tally.pulls())


def _merge_by_day(reports: Sequence[ReportPulls]) -> Iterator[Pulls]:
    numbers: dict[PulledBy, int] = {}
    by_day = defaultdict[date | None, list[_Part]](list)
    for report in reports:
        part_of = [numbers.setdefault(one[:3], len(numbers)) for one in report.pulls]
        for day in report.days:
            by_day[day.day].append(_Part(part_of, day))
    tally = _Tally(numbers)
    for date_of, parts in by_day.items():
        _add_day(tally, date_of, parts)
    return tally.pulls()


class _Part(NamedTuple):
    """One report's rows of a day, and the numbers of its pullers among those of all reports."""

    numbers: Sequence[int]
    rows: PullDay

    def places(self) -> list[int]:
        """The places of the rows, with those numbers."""
        numbers = self.numbers
        return [numbers[place >> HOUR_BITS] << HOUR_BITS | place & _HOUR_MASK for place in self.rows.places]


def _add_day(tally: "_Tally", day: date | None, parts: Sequence[_Part]) -> None:
    whole = [part for part in parts if part.rows.basis is Basis.API and day is not None]
    if whole:
        tally.add(day, zip(whole[-1].places(), whole[-1].rows.counts, strict=True))
        return
    mail = _largest(part for part in parts if part.rows.basis is Basis.MAIL)
    short = _largest(part for part in parts if part.rows.basis is not Basis.MAIL)
    tally.add(day, mail)
    if not mail:
        tally.add(day, short)
        return
    more = tally.by_repository(short)
    more.subtract(tally.by_repository(mail))
    # Who they are is known of all pulls, but how often is only known of those that say most.
    tally.add(day, ((place, 0) for place, _ in short))
    tally.add_unknown(day, more)


def _largest(parts: Iterable[_Part]) -> list[tuple[int, int]]:
    """Place and count of the rows, of equal places and images the larger count."""
    found: dict[tuple[int, int], int] = {}
    for part in parts:
        keys = zip(part.places(), part.rows.images, strict=True)
        rows = dict(zip(keys, part.rows.counts, strict=True))
        # Most of the rows that two reports share are equal, and the difference of two sets is fast.
        for key, count in rows.items() - found.items() if found else rows.items():
            if count >= found.get(key, 0):
                found[key] = count
    return [(place, count) for (place, _), count in found.items()]


class _Tally:
    """Sums by repository, person and token, which rows name by their numbers."""

    def __init__(self, pulled_by: Iterable[PulledBy]) -> None:
        self._numbers = {one: number for number, one in enumerate(pulled_by)}
        self._names = list(self._numbers)
        self._counts: dict[int, int] = {}
        self._last: dict[int, int] = {}
        """The hour of the last pull, counted from the start of the calendar."""

    def add(self, day: date | None, rows: Iterable[tuple[int, int]]) -> None:
        """Add the places and counts of a day."""
        counts, last = self._counts, self._last
        start = 0 if day is None else day.toordinal() * 24
        for place, count in rows:
            number = place >> HOUR_BITS
            counts[number] = counts.get(number, 0) + count
            if count and start:
                hour = start + (place & _HOUR_MASK) % NO_HOUR
                if hour > last.get(number, 0):
                    last[number] = hour

    def add_unknown(self, day: date | None, counts: Mapping[str, int]) -> None:
        """Add pulls of which only the repository is known."""
        for repository, count in counts.items():
            if count > 0:
                by_nobody = repository, "", ""
                number = self._numbers.setdefault(by_nobody, len(self._names))
                if number == len(self._names):
                    self._names.append(by_nobody)
                self.add(day, [(number << HOUR_BITS | NO_HOUR, count)])

    def by_repository(self, rows: Iterable[tuple[int, int]]) -> Counter[str]:
        """The sum of each repository."""
        sums = Counter[str]()
        for place, count in rows:
            sums[self._names[place >> HOUR_BITS][0]] += count
        return sums

    def pulls(self) -> Iterator[Pulls]:
        """What was added, in the order of the numbers."""
        times: dict[int | None, datetime | None] = {None: None}
        for number, name in enumerate(self._names):
            count, hour = self._counts.get(number), self._last.get(number)
            if hour is not None and hour not in times:
                times[hour] = _FIRST_DAY + timedelta(hours=hour - 24)
            if count is not None:
                yield Pulls(*name, count, times[hour])
