"""Dates as people type them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.dates import parse_date
from iam_tui.core.errors import InvalidInput

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("   ", None),
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-1-5", date(2027, 1, 5)),
        ("31 Jan", date(2027, 1, 31)),
        ("31. january", date(2027, 1, 31)),
        ("12 mar", TODAY),
        ("11 mar", date(2027, 3, 11)),
        ("13 MAR", date(2026, 3, 13)),
        ("Jan 31", date(2027, 1, 31)),
        ("Jan 31, 2028", date(2028, 1, 31)),
        ("1 sept 2026", date(2026, 9, 1)),
        ("29 feb", date(2028, 2, 29)),
        ("+90d", date(2026, 6, 10)),
        ("90 days", date(2026, 6, 10)),
        ("+2w", date(2026, 3, 26)),
        ("+1m", date(2026, 4, 12)),
        ("+ 10 months", date(2027, 1, 12)),
        ("1y", date(2027, 3, 12)),
        ("+0d", TODAY),
    ],
)
def test_a_date_is_understood(typed: str, day: date | None) -> None:
    assert parse_date(typed, TODAY) == day


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    assert parse_date("+1m", date(2026, 1, 31)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "typed",
    [
        "soon",
        "31",
        "2027-02-30",
        "2027-13-01",
        "31 feb",
        "0 jan",
        "5 ja",
        "5 foo",
        "+99999y",
        "+99999m",
        "-5d",
        "٣١ jan",
    ],
)
def test_what_is_not_a_date_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_date(typed, TODAY)
    assert refused.value.detail in {
        "There is no such date.",
        "Type a date such as 2027-01-31, 31 Jan or +90d.",
    }


@given(st.dates(min_value=TODAY, max_value=TODAY + timedelta(days=364)))
def test_every_day_of_the_coming_year_can_be_typed_without_the_year(day: date) -> None:
    assert parse_date(f"{day.day} {day:%b}", TODAY) == day
    assert parse_date(f"{day:%B} {day.day}", TODAY) == day
    assert parse_date(day.isoformat(), TODAY) == day


@given(st.text(max_size=30), st.dates())
def test_any_text_is_a_date_or_refused(text: str, today: date) -> None:
    with suppress(InvalidInput):
        day = parse_date(text, today)
        assert (day is None) == (not text.strip())
