"""Counts and times as reports and spreadsheets write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from iam_tui.core.usage import NO_HOUR

# No row counts a trillion pulls. Sums of such counts fit into 64 bits.
_MOST: Final = 10**12
_PLAIN: Final = re.compile(r"[0-9]{1,12}")
# Thousands are separated by the same character everywhere. The Swiss write ' or ’, others a kind of space.
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}([,'\u2019 \u00a0\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*(?=[.]|$)")
_DECIMAL: Final = re.compile(r"[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE]\+?[0-9]{1,3})?")
# 1.000 is a thousand in a German spreadsheet and one in an English one.
_AMBIGUOUS: Final = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?", re.ASCII)
_SLASHED: Final = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})(?:[/ ]([0-9]{2}))?", re.ASCII)


class ReportTime(NamedTuple):
    """The day and the hour (0 to 23, else `NO_HOUR`) of a row, in UTC; `is_whole` if nothing is finer."""

    day: date
    hour: int
    is_whole: bool


def read_count(text: str) -> int | None:
    """A number of pulls: `1234`, `1,234`, `5.0`, `1.2E+06`; None for what is not certainly a whole number.

    None also for a number below 0, one of more than 12 digits, and `1.000`, which is 1 or 1000.
    """
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return int(text)
    if _AMBIGUOUS.fullmatch(text):
        return None
    if thousands := _THOUSANDS.match(text):
        text = text[: thousands.end()].replace(thousands[1], "") + text[thousands.end() :]
    elif text.count(",") == 1 and "." not in text:
        # The decimal comma of many countries.
        text = text.replace(",", ".")
    if not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    if number >= _MOST or number != number.to_integral_value():
        return None
    return int(number)


def read_time(text: str) -> ReportTime | None:
    """`2026/03/12/14`, `2026-03-12`, `2026/03/12`, or a time of ISO 8601; None for any other text.

    Without an offset, it is UTC.
    """
    text = text.strip()
    try:
        if slashed := _SLASHED.fullmatch(text):
            year, month, day, hour = slashed.groups()
            found = date(int(year), int(month), int(day))
            return ReportTime(found, NO_HOUR if hour is None else _hour(hour), is_whole=True)
        if not _ISO_DAY.fullmatch(text):
            return None
        if len(text) == len("yyyy-mm-dd"):
            return ReportTime(date.fromisoformat(text), NO_HOUR, is_whole=True)
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    is_whole = not (moment.minute or moment.second or moment.microsecond)
    return ReportTime(moment.date(), moment.hour, is_whole)


def _hour(text: str) -> int:
    hour = int(text)
    if hour >= NO_HOUR:
        raise ValueError(text)
    return hour
