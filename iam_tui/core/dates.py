"""Dates as people type them: `2027-01-31`, `31 Jan`, `Jan 31 2027`, `+90d`."""

import re
from calendar import monthrange
from datetime import date, timedelta

from iam_tui.core.errors import InvalidInput

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_AHEAD = re.compile(r"\+?\s?(\d{1,5})\s?(d|w|m|y|days?|weeks?|months?|years?)", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.?\s?([a-z]{3,9})\.?(?:,?\s?(\d{4}))?", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s?(\d{1,2})(?:,?\s(\d{4}))?", re.ASCII)


def parse_date(text: str, today: date) -> date | None:
    """The date that was typed, None for blank text; without a year, the next such date from `today` on.

    Raises `InvalidInput` for any other text, and for a date that does not exist.
    """
    typed = " ".join(text.casefold().split())
    if not typed:
        return None
    try:
        found = _read(typed, today)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("There is no such date.") from error
    if found is None:
        raise InvalidInput("Type a date such as 2027-01-31, 31 Jan or +90d.")
    return found


def _read(typed: str, today: date) -> date | None:
    if match := _ISO.fullmatch(typed):
        year, month, day = map(int, match.groups())
        return date(year, month, day)
    if match := _AHEAD.fullmatch(typed):
        return _ahead(today, int(match[1]), match[2][0])
    if match := _DAY_FIRST.fullmatch(typed):
        return _of_month(match[2], int(match[1]), match[3], today)
    if match := _MONTH_FIRST.fullmatch(typed):
        return _of_month(match[1], int(match[2]), match[3], today)
    return None


def _ahead(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    year, month = divmod(today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1), 12)
    if year > date.max.year:
        raise OverflowError
    # In a month that is too short, it is the last day.
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _of_month(name: str, day: int, year: str | None, today: date) -> date | None:
    month = next((number for number, full in enumerate(_MONTHS, 1) if full.startswith(name)), None)
    if month is None:
        return None
    if year is not None:
        return date(int(year), month, day)
    # The next 29 February can be eight years away.
    for coming in range(today.year, today.year + 9):
        if 0 < day <= monthrange(coming, month)[1] and date(coming, month, day) >= today:
            return date(coming, month, day)
    raise ValueError(day)
