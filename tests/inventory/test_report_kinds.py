"""The documented kinds of pull report: the same sums as an independent count, and what is no report."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.usage import Pulls
from iam_tui.inventory.reports.pull_report import SkippedRows, SkipReason
from iam_tui.inventory.reports.report_lines import NotAReport
from iam_tui.inventory.reports.report_values import read_count, read_time
from tests.inventory.reports import (
    API,
    MAIL,
    SHORT,
    SHORTEST,
    Row,
    api_rows,
    as_csv,
    mail_rows,
    read,
    short_rows,
    sums,
    sums_of,
)

SAMPLES = {
    "mail": (
        MAIL,
        b"datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls\n"
        b'2026/03/12/14,max,library/nginx,generated,"10.9.8.7, 10.9.8.6",public,1.27,,3,2\n'
        b'2026/03/12/15,max,library/nginx,generated,10.9.8.7,public,1.27,,0,"1,234"\n'
        b"2026/03/13/09,acme-ci,bitnami/redis,ci-build,10.9.8.7,public,,sha256:ab,0,1.2E+06\n",
    ),
    "api": (
        API,
        ",".join(API).encode() + b"\n"
        b"2026-03-12,max,nginx,library,1.27,,public,acme,max,10.9.8.7,linux,docker,3,2,5,100\n"
        b"2026-03-12,max,nginx,library,1.27,,public,acme,max,10.9.8.6,linux,docker,0,4,4,100\n"
        b"2026-03-12,acme-ci,redis,bitnami,,,public,acme,ci-build,10.9.8.7,linux,docker,1,7.0,8,100\n",
    ),
    "short": (
        SHORT,
        b"event_date,repository,tag,pull_count\n2026-03-12,library/nginx,1,9\n2026-03-13,a/b,,3\n",
    ),
    "shortest": (SHORTEST, b"date,repository,pull_count\n2026-03-12,library/nginx,9\n2026-03-13,a/b,3\n"),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_report_of_each_kind_gives_the_same_sums_as_an_independent_count(kind: str) -> None:
    columns, content = SAMPLES[kind]
    found = read(content)
    assert sums_of(found) == sums(content, columns)
    assert found.kept == found.rows == content.count(b"\n") - 1
    assert found.skipped == ()
    assert "10.9.8" not in repr(found)


@given(
    st.one_of(
        mail_rows().map(lambda rows: (MAIL, rows)),
        api_rows().map(lambda rows: (API, rows)),
        short_rows().map(lambda rows: (SHORT, rows)),
        short_rows().map(lambda rows: (SHORTEST, rows)),
    ),
    st.randoms(use_true_random=False),
)
def test_any_report_gives_the_same_sums_in_any_order_of_its_columns(
    made: tuple[Sequence[str], list[Row]], order: random.Random
) -> None:
    """With a column that nobody knows among them."""
    columns, rows = [*made[0], "unheard_of"], made[1]
    order.shuffle(columns)
    content = as_csv(columns, [{**row, "unheard_of": "5"} for row in rows])
    found = read(content)
    assert sums_of(found) == sums(content, columns)
    assert (found.rows, found.kept, found.repeated) == (len(rows), len(rows), 0)


def test_the_person_of_the_reports_api_is_no_token() -> None:
    """`auth_name` is the token where it differs from the person; `event_count` counts checks too."""
    found = read(SAMPLES["api"][1])
    day = datetime(2026, 3, 12, tzinfo=UTC)
    assert found.pulls == (
        Pulls("library/nginx", "max", "", 6, day),
        Pulls("bitnami/redis", "acme-ci", "ci-build", 7, day),
    )
    assert (found.since, found.until) == (day, day)


def test_older_names_of_columns_are_known() -> None:
    found = read(b"datehour,username,repository,pat_name,pulls\n2026/03/12/14,max,nginx,ci,3\n")
    assert found.pulls[0][:4] == ("library/nginx", "max", "ci", 3)


def test_pull_count_is_read_and_not_taken_for_one_pull_a_row() -> None:
    assert sums_of(read(b"date,repository,pull_count\n2026-03-12,nginx,500\n")) == {"library/nginx": 500}


@pytest.mark.parametrize(
    "columns", ["repository", "repository,count", "day,namespace,image_repository,event_count,version_checks"]
)
def test_without_a_known_count_no_row_is_counted_and_the_columns_are_listed(columns: str) -> None:
    row = ",".join("1" for _ in columns.split(","))
    with pytest.raises(NotAReport, match="no column that counts pulls: `pulls`") as error:
        read(f"{columns}\n{row}\n".encode())
    assert error.value.detail.endswith(f"Its columns: {columns.replace(',', ', ')}")


@pytest.mark.parametrize("columns", ["pulls", "image_repository,data_downloads", "namespace,data_downloads"])
def test_without_a_repository_the_columns_are_listed(columns: str) -> None:
    with pytest.raises(NotAReport, match="no column that names the repository") as error:
        read(f"{columns}\n".encode())
    assert error.value.detail.endswith(f"Its columns: {columns.replace(',', ', ')}")


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(NotAReport, match="column `pulls` twice"):
        read(b"repository,pulls,pulls\nnginx,1,2\n")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0), ("17", 17), (" 17 ", 17), ("1,234", 1234), ("1,234,567", 1_234_567), ("1 234", 1234),
        ("1\u00a0234", 1234), ("1\u202f234\u202f567", 1_234_567), ("1'234", 1234), ("1’234", 1234),
        ("\u00a05", 5), ("5.0", 5), ("5,0", 5),
        ("1,234.00", 1234), ("1.2E+06", 1_200_000), ("1,2E+06", 1_200_000),
        ("1e3", 1000), ("1.5E1", 15), ("999999999999", 999_999_999_999),
        ("", None), ("-1", None), ("-0", None), ("1.5", None), ("0,5", None), ("1.000", None),
        ("12.345", None),
        ("1,23,4", None), ("1,234 567", None), ("1.2E+30", None), ("1E-3", None), ("1000000000000", None),
        ("9" * 400, None), ("NaN", None), ("Infinity", None), ("١٢", None), ("1_000", None), ("0x10", None),
        ("many", None), ("1E+999", None), ("+5", None), ("=5", None), ("$5", None), (",", None), (".", None),
    ],
)  # fmt: skip
def test_a_count_is_a_certain_whole_number_or_none(text: str, count: int | None) -> None:
    assert read_count(text) == count


@given(st.text(max_size=12))
def test_no_text_is_more_than_a_count(text: str) -> None:
    found = read_count(text)
    assert found is None or 0 <= found < 10**12


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026/03/12/14", "2026-03-12 14 True"), ("2026/03/12", "2026-03-12 24 True"),
        ("2026-03-12", "2026-03-12 24 True"), ("2026-03-12T14:00:00Z", "2026-03-12 14 True"),
        ("2026-03-12 14:00:00 UTC", "2026-03-12 14 True"),
        ("2026-03-12T23:30:00-02:00", "2026-03-13 1 False"),
        ("2026/03/12/24", None), ("2026/13/01/00", None), ("2026-02-30", None), ("12.03.2026", None),
        ("20260312", None), ("", None), ("0001-01-01T00:00:00+14:00", None), ("2026-03-12Tx", None),
    ],
)  # fmt: skip
def test_a_time_is_a_day_and_an_hour_in_utc_or_none(text: str, expected: str | None) -> None:
    found = read_time(text)
    assert (found and f"{found.day} {found.hour} {found.is_whole}") == expected


def test_a_row_whose_count_is_not_understood_is_left_out_and_said() -> None:
    found = read(
        b"date,repository,pull_count\n2026-03-12,nginx,1.5\n2026-03-12,nginx,-3\n2026-03-12,nginx,4\n"
    )
    assert sums_of(found) == {"library/nginx": 4}
    assert found.skipped == (SkippedRows(SkipReason.PULLS, 2, (2, 3)),)
    assert found.summary == "1 of 3 rows kept; 2 without a usable number of pulls (lines 2, 3)."


@pytest.mark.parametrize("start", ["sep=;\r\n", '"sep=;"\r\n', "\ufeffsep=;\r\n", "\r\nSEP=;\r\n\r\n"])
def test_excels_line_that_names_the_separator_is_no_header(start: str) -> None:
    found = read(f"{start}date;repository;pull_count\r\n2026-03-12;nginx;5\r\n".encode())
    assert sums_of(found) == {"library/nginx": 5}


def test_that_line_may_name_any_separator() -> None:
    assert sums_of(read(b"sep=|\ndate|repository|pull_count\n2026-03-12|nginx|5\n")) == {"library/nginx": 5}


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16-be")]
)
def test_what_a_spreadsheet_saved_gives_the_same_sums(separator: str, encoding: str) -> None:
    columns, content = SAMPLES["short"]
    again = content.decode().replace(",", separator).encode(encoding)
    assert sums_of(read(again)) == sums(content, columns)


def test_another_encoding_is_named_with_what_to_do() -> None:
    with pytest.raises(NotAReport, match="not UTF-8 text: byte 38 is 0xe9") as error:
        read("repository,user_name,pulls\nnginx,andré,1\n".encode("cp1252"))
    assert "iconv -f WINDOWS-1252 -t UTF-8" in error.value.advice


def test_a_row_with_a_nul_byte_is_left_out_and_said() -> None:
    """A file that a crash left full of them has no rows."""
    found = read(b"repository,user_name,pulls\nnginx,m\0x,1\nredis,max,2\n\0\0\0\0\n")
    assert sums_of(found) == {"library/redis": 2}
    assert found.skipped == (SkippedRows(SkipReason.NUL, 2, (2, 4)),)
    assert "2 with a NUL byte (lines 2, 4)" in found.summary


def test_rows_that_repeat_another_one_are_merged_and_said() -> None:
    """As in a report that was put together of two; the larger count is used."""
    line = "2026/03/12/14,max,nginx,generated,,public,1,,0,"
    found = read(f"{','.join(MAIL)}\n{line}2\n{line}5\n{line}3\n".encode())
    assert sums_of(found) == {"library/nginx": 5}
    assert (found.kept, found.repeated) == (3, 2)
    assert "2 repeating another row, where the larger number of pulls counts" in found.summary
