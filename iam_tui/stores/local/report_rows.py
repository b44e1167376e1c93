"""The pulls of reports by day, as the local file keeps them, and which of them have to be merged.

A day is three columns of 64-bit numbers, little-endian, compressed together.
"""

import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.pull_days import Coverage
from iam_tui.core.usage import HOUR_BITS, Basis, PullDay
from iam_tui.stores.local.row_checks import row_reader
from iam_tui.stores.protocol import SourceKind

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_COLUMNS: Final = 3
_LEVEL: Final = 1


class DayBlob(NamedTuple):
    """A day of a report, serialized."""

    day: str
    basis: str
    rows: bytes


def day_blobs(days: Iterable[PullDay]) -> list[DayBlob]:
    """Days serialized for `keep_days`."""
    return [
        DayBlob("" if one.day is None else one.day.isoformat(), one.basis, _packed(one[2:])) for one in days
    ]


def keep_days(database: "Database", source: int, blobs: Sequence[DayBlob]) -> None:
    """Insert the days of a source."""
    if not blobs:
        return
    database.conn.executemany(
        "INSERT INTO report_days VALUES (?, ?, ?, ?)", ((source, *blob) for blob in blobs)
    )


@row_reader
def read_coverages(database: "Database", profile: str, organization: str) -> dict[int, Coverage]:
    """The days that each report of a profile's organization covers, by its number, the oldest first."""
    days = defaultdict[int, list[date | None]](list)
    scope = [profile, organization, SourceKind.REPORT]
    for number, day in database.execute(
        "SELECT d.source, d.day FROM sources s JOIN report_days d ON d.source = s.id"
        " WHERE s.profile = ? AND s.organization = ? AND s.kind = ?",
        scope,
    ):
        days[number].append(_read_day(day))
    return {
        number: Coverage(frozenset(days[number]), _read_hours_day(since), _read_hours_day(until))
        for number, since, until in database.execute(
            "SELECT id, since, until FROM sources WHERE profile = ? AND organization = ? AND kind = ?"
            " ORDER BY id",
            scope,
        )
    }


def read_days(database: "Database", source: int, pulls: int) -> list[PullDay]:
    """The days of a source, whose rows name its so many `pulls` by their index."""
    return [
        _read_rows(row, pulls)
        for row in database.execute("SELECT day, basis, rows FROM report_days WHERE source = ?", [source])
    ]


@row_reader
def _read_rows(row: tuple[str, str, bytes], pulls: int) -> PullDay:
    day, basis, packed = row
    try:
        content = zlib.decompress(packed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    numbers = _native(array("Q", content))
    size, rest = divmod(len(numbers), _COLUMNS)
    places, images, counts = (numbers[size * one : size * (one + 1)] for one in range(_COLUMNS))
    if rest or not size or max(places) >> HOUR_BITS >= pulls:
        raise ValueError("a day of a report is not complete")
    return PullDay(_read_day(day), Basis(basis), places, images, counts)


def _packed(columns: Sequence[Sequence[int]]) -> bytes:
    numbers = array("Q")
    for column in columns:
        numbers.extend(column)
    return zlib.compress(_native(numbers).tobytes(), _LEVEL)


def _native(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_hours_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text[:10])
