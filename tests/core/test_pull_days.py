"""Reports of the same days: no pull is counted twice, and none is lost."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.pull_days import Coverage, ReportPulls, merge_reports, overlapping, superseded
from iam_tui.core.usage import Pulls
from iam_tui.inventory.reports.pull_report import PullReport
from tests.inventory.reports import (
    API,
    MAIL,
    SHORT,
    SHORTEST,
    Row,
    api_rows,
    as_csv,
    mail_rows,
    number,
    read,
    short_rows,
)

Sums = dict[tuple[str, str, str], tuple[int, datetime | None]]


def merged(*reports: PullReport) -> Sums:
    """What several reports say together: pulls and last pull by repository, person and token."""
    found: Sums = {}
    for one in merge_reports([ReportPulls(report.pulls, report.days) for report in reports]):
        pulls, last = found.get(one[:3], (0, None))
        found[one[:3]] = (pulls + one.pulls, max(filter(None, (last, one.last_pull)), default=None))
    return found


def mail(rows: Sequence[Row]) -> PullReport:
    return read(as_csv(MAIL, rows))


def by_repository(sums: Sums) -> dict[str, int]:
    found = defaultdict[str, int](int)
    for (repository, _, _), (pulls, _) in sums.items():
        found[repository] += pulls
    return dict(found)


@given(mail_rows())
def test_a_report_that_is_brought_in_twice_counts_once(rows: list[Row]) -> None:
    assert merged(mail(rows), mail(rows)) == merged(mail(rows))


@given(mail_rows(), st.data())
def test_a_part_of_a_report_adds_and_erases_nothing(rows: list[Row], data: st.DataObject) -> None:
    """In whatever order the two are brought in."""
    part = [row for row in rows if data.draw(st.booleans())]
    assert merged(mail(rows), mail(part)) == merged(mail(part), mail(rows)) == merged(mail(rows))


@given(mail_rows(), st.data())
def test_two_halves_that_overlap_are_the_whole(rows: list[Row], data: st.DataObject) -> None:
    """Rows in the first, in the second, or in both."""
    where = [data.draw(st.sampled_from("12b")) for _ in rows]
    halves = [
        mail([row for row, place in zip(rows, where, strict=True) if place in {half, "b"}]) for half in "12"
    ]
    assert merged(*halves) == merged(mail(rows))


@given(st.lists(mail_rows(), max_size=4))
def test_of_the_same_hour_puller_tag_and_digest_the_larger_count_wins(reports: list[list[Row]]) -> None:
    """An independent count, over reports that say different things of the same hours."""
    expected = defaultdict[tuple[str, ...], int](int)
    for row in (row for rows in reports for row in rows):
        key = tuple(
            row[name]
            for name in ("repository", "datehour", "user_name", "access_token_name", "tag", "digest")
        )
        expected[key] = max(expected[key], number(row["pulls"]))
    sums = defaultdict[str, int](int)
    for (repository, *_), count in expected.items():
        sums[repository] += count
    assert by_repository(merged(*map(mail, reports))) == sums
    assert by_repository(merged(mail([row for rows in reports for row in rows]))) == sums


@given(st.lists(api_rows(), max_size=4), mail_rows())
def test_a_day_of_the_api_replaces_what_was_known_of_it(reports: list[list[Row]], mailed: list[Row]) -> None:
    """The newest one that has the day, wherever the mailed report comes."""
    newest: dict[str, list[Row]] = {}
    for rows in reports:
        newest |= {day: [row for row in rows if row["day"] == day] for day in {row["day"] for row in rows}}
    expected = defaultdict[str, int](int)
    for row in (row for rows in newest.values() for row in rows):
        expected[f"{row['namespace']}/{row['image_repository']}"] += int(row["data_downloads"])
    for row in mailed:
        if row["datehour"][:10].replace("/", "-") not in newest:
            expected[row["repository"]] += number(row["pulls"])
    of_the_api = [read(as_csv(API, rows)) for rows in reports]
    assert by_repository(merged(mail(mailed), *of_the_api)) == expected
    assert by_repository(merged(*of_the_api, mail(mailed))) == expected


@given(mail_rows(), st.sampled_from([SHORT, SHORTEST]), short_rows())
def test_a_short_form_counts_only_what_is_not_known_in_more_detail(
    mailed: list[Row], columns: Sequence[str], short: list[Row]
) -> None:
    """By day and repository the larger sum of the two, and everybody who is known to pull."""
    known, less = defaultdict[tuple[str, str], int](int), defaultdict[tuple[str, str], int](int)
    for row in mailed:
        known[row["datehour"][:10].replace("/", "-"), row["repository"]] += number(row["pulls"])
    for row in short:
        less[row["date"], row["repository"]] += int(row["pull_count"])
    expected = defaultdict[str, int](int)
    for key in known | less:
        expected[key[1]] += max(known[key], less[key])
    found = merged(mail(mailed), read(as_csv(columns, short)))
    assert by_repository(found) == expected
    assert {key[1] for key in found if key[1]} == {row["user_name"] for row in mailed}


@given(short_rows(), st.data())
def test_a_short_form_brought_in_again_counts_once(rows: list[Row], data: st.DataObject) -> None:
    whole = read(as_csv(SHORT, rows))
    part = read(as_csv(SHORT, [row for row in rows if data.draw(st.booleans())]))
    assert merged(whole, whole, part) == merged(part, whole) == merged(whole)


def test_reports_of_other_days_are_added_up() -> None:
    march, april = (
        read(f"datehour,user_name,repository,pulls\n2026/{month}/01/10,max,nginx,2\n".encode())
        for month in ("03", "04")
    )
    assert merge_reports([ReportPulls(one.pulls, one.days) for one in (march, april)]) == [
        Pulls("library/nginx", "max", "", 2, datetime(2026, month, 1, 10, tzinfo=UTC)) for month in (3, 4)
    ]


def test_rows_without_an_hour_are_not_taken_for_the_same_pull() -> None:
    """A spreadsheet cut the hours off a mailed report: its rows are added up."""
    rows = "".join(f"2026/03/12,max,nginx,ci,1,,{count}\n" for count in (2, 3))
    report = read(f"datehour,user_name,repository,access_token_name,tag,digest,pulls\n{rows}".encode())
    assert by_repository(merged(report)) == by_repository(merged(report, report)) == {"library/nginx": 5}


def test_somebody_whose_days_were_all_replaced_is_not_a_puller_any_more() -> None:
    mailed = read(b"datehour,user_name,repository,pulls\n2026/03/12/10,max,nginx,2\n")
    api = read(b"day,hub_username,repository,data_downloads\n2026-03-12,eddy,nginx,1\n")
    assert {key[1] for key in merged(mailed, api)} == {"eddy"}


MARCH = [date(2026, 3, day) for day in range(1, 32)]


@pytest.mark.parametrize(
    ("since", "until", "is_left_out"),
    [(1, 3, True), (3, 9, True), (5, 20, True), (1, 2, False), (10, 31, False)],
)
def test_a_report_without_days_is_left_out_where_another_one_covers_any_of_them(
    since: int, until: int, *, is_left_out: bool
) -> None:
    reports = {1: Coverage((), MARCH[since - 1], MARCH[until - 1]), 2: Coverage({*MARCH[2:9], None})}
    assert superseded(reports) == ({1} if is_left_out else set())


def test_reports_without_days_are_not_left_out_for_one_another() -> None:
    """Nor for rows without a day, nor if they have no dates at all."""
    old = Coverage((), MARCH[0], MARCH[9])
    assert superseded({1: old, 2: old, 3: Coverage({None})}) == set()
    assert superseded({1: Coverage(()), 2: Coverage(MARCH)}) == set()


def test_only_reports_that_share_a_day_overlap() -> None:
    assert overlapping({1: Coverage(MARCH[:3]), 2: Coverage(MARCH[2:5]), 3: Coverage(MARCH[5:])}) == {1, 2}
    assert overlapping({1: Coverage({None}), 2: Coverage({None, MARCH[0]}), 3: Coverage(())}) == {1, 2}
