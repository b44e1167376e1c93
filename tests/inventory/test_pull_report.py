"""Docker Hub's pull report: what is read, added up, left out and said."""

import io
from datetime import UTC, datetime

import pytest

from iam_tui.core.usage import Pulls
from iam_tui.inventory.reports.pull_report import PullReport, SkippedRows, SkipReason, read_report
from iam_tui.inventory.reports.report_lines import NotAReport, ReadingCancelled

HEADER = (
    "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls"
)


def row(
    repository: str = "library/nginx",
    *,
    user: str = "max",
    via: str = "generated",
    hour: str = "2026/03/12/14",
    pulls: str = "1",
    ips: str = "10.0.0.1",
    privacy: str = "public",
    tag: str = "latest",
    checks: str = "0",
) -> str:
    return f"{hour},{user},{repository},{via},{ips},{privacy},{tag},,{checks},{pulls}"


def rows_of(count: int, repository: str = "library/nginx") -> list[str]:
    """So many rows that differ in their tag alone."""
    return [row(repository, tag=str(number)) for number in range(count)]


def report(*rows: str, header: str = HEADER, end: str = "\n", encoding: str = "utf-8") -> PullReport:
    return read_report(io.BytesIO((end.join([header, *rows]) + end).encode(encoding)))


def at(hour: int, day: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_rows_are_added_up_by_repository_person_and_token() -> None:
    """The latest hour counts as the last pull, whatever order the rows have."""
    found = report(
        row(pulls="2", hour="2026/03/12/14"),
        row(pulls="3", hour="2026/03/12/09"),
        row(via="ci-checkout", pulls="40"),
        row(user="eddy"),
        row("bitnami/redis"),
    )
    assert found.pulls == (
        Pulls("library/nginx", "max", "", 5, at(14)),
        Pulls("library/nginx", "max", "ci-checkout", 40, at(14)),
        Pulls("library/nginx", "eddy", "", 1, at(14)),
        Pulls("bitnami/redis", "max", "", 1, at(14)),
    )
    assert (found.rows, found.kept, found.since, found.until) == (5, 5, at(9), at(14))
    assert found.summary == "5 of 5 rows kept."


def test_a_repository_without_a_namespace_is_official() -> None:
    found = report(row("nginx", tag="1"), row("library/nginx", tag="2"))
    assert [one[:4] for one in found.pulls] == [("library/nginx", "max", "", 2)]


def test_addresses_are_not_kept() -> None:
    assert "10.9.8.7" not in repr(report(row(ips='"10.9.8.7, 10.9.8.6"')))


def test_a_private_repository_is_read_like_any_other() -> None:
    assert report(row("acme/tool", privacy="private")).pulls[0].repository == "acme/tool"


def test_a_check_without_a_download_adds_no_pull_and_no_date_but_its_person() -> None:
    found = report(row(pulls="0"), row(user="eddy", pulls="", checks="3"))
    assert found.pulls == (
        Pulls("library/nginx", "max", "", 0, None),
        Pulls("library/nginx", "eddy", "", 0, None),
    )
    assert found.kept == 2


def test_columns_come_in_any_order_and_case_with_others_beside_them() -> None:
    found = report("x,4,nginx,max", header="Extra, PULLS ,Repository,User_Name")
    assert found.pulls == (Pulls("library/nginx", "max", "", 4, None),)


def test_repository_and_count_alone_are_enough() -> None:
    """They are then pulls by nobody known; nothing says that two rows are the same."""
    found = report("nginx,2", "nginx,2", header="repository,pulls")
    assert found.pulls == (Pulls("library/nginx", "", "", 4, None),)


def test_a_missing_repository_column_is_told_with_the_columns_there_are() -> None:
    with pytest.raises(NotAReport, match=r"no column that names the repository.*: datehour, repo, pulls"):
        report("x", header="datehour,repo,pulls")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_spreadsheet_may_have_saved_it_with_another_separator(separator: str) -> None:
    found = report(row().replace(",", separator), header=HEADER.replace(",", separator))
    assert found.pulls == (Pulls("library/nginx", "max", "", 1, at(14)),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_found_out(encoding: str) -> None:
    """With a mark at the start or without."""
    assert report(row(via="größe ✓"), encoding=encoding).pulls[0][2] == "größe ✓"


def test_another_encoding_is_refused_naming_the_byte() -> None:
    start = len(HEADER) + 1 + len("2026/03/12/14,max,library/nginx,") + 1
    with pytest.raises(NotAReport, match=f"not UTF-8 text: byte {start:,} is 0xe9"):
        report(row(via="équipe"), encoding="latin-1")
    with pytest.raises(NotAReport, match="UTF-32"):
        report(row(), encoding="utf-32")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_report(content: bytes) -> None:
    with pytest.raises(NotAReport, match="empty"):
        read_report(io.BytesIO(content))


def test_a_first_line_that_is_no_csv_is_refused() -> None:
    with pytest.raises(NotAReport, match="first line"):
        report(header="repository\rpulls")


def test_a_report_without_rows_is_fine() -> None:
    found = report()
    assert (found.pulls, found.rows, found.since, found.skipped) == ((), 0, None, ())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quoted_fields_may_hold_separators_quotes_and_line_ends(end: str) -> None:
    found = report(row(via=f'"a,""b""{end}c"'), row("redis"), end=end)
    assert [(one.repository, one.token) for one in found.pulls] == [
        ("library/nginx", f'a,"b"{end}c'),
        ("library/redis", ""),
    ]


def test_blank_lines_are_no_rows() -> None:
    assert report("", row(), "", "").rows == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("UPPER/case"), SkipReason.REPOSITORY),
        (row(""), SkipReason.REPOSITORY),
        (row("nginx:1.27"), SkipReason.REPOSITORY),
        (row(pulls="many"), SkipReason.PULLS),
        (row(pulls=""), SkipReason.PULLS),
        (row(pulls="-1"), SkipReason.PULLS),
        (row(pulls="9" * 20), SkipReason.PULLS),
        ("nginx,max", SkipReason.FIELDS),
        (row() + ",more", SkipReason.FIELDS),
        (row(via='"a"b'), SkipReason.BROKEN),
    ],
)
def test_what_cannot_be_read_is_counted_with_its_line(bad: str, reason: SkipReason) -> None:
    """And what stands around it is read."""
    found = report(row(tag="1"), bad, row(tag="2"))
    assert found.skipped == (SkippedRows(reason, 1, (3,)),)
    assert (found.rows, found.kept, found.pulls[0].pulls) == (3, 2, 2)
    assert found.summary == f"2 of 3 rows kept; 1 {reason} (line 3)."


def test_the_first_lines_are_told_of_many() -> None:
    found = report(*[row("UPPER")] * 5, row())
    assert found.summary == "1 of 6 rows kept; 5 without a usable repository (lines 2, 3, 4 and others)."


def test_a_quote_that_never_ends_costs_its_own_line_only() -> None:
    """Line 3 opens it; what follows is read, not swallowed."""
    found = report(row(), row(via='"oops'), *rows_of(50), row(ips='"10.0.0.1, 10.0.0.2"'), row())
    assert found.skipped == (SkippedRows(SkipReason.BROKEN, 1, (3,)),)
    assert found.kept == 53


def test_a_cut_last_line_is_counted_and_said() -> None:
    whole = "\n".join([HEADER, row(), row("redis")])
    found = read_report(io.BytesIO(whole[:-12].encode()))
    assert found.skipped == (SkippedRows(SkipReason.CUT, 1, (3,)),)
    assert "1 cut off at the end of the file (line 3)" in found.summary
    assert read_report(io.BytesIO(whole.encode())).kept == 2


@pytest.mark.parametrize(("encoding", "off"), [("utf-8", 1), ("utf-16", 1)])
def test_a_file_cut_within_a_character_is_cut_too(encoding: str, off: int) -> None:
    content = "\n".join([HEADER, row(), row(via="é")[: row().index("generated") + 1]]).encode(encoding)
    found = read_report(io.BytesIO(content[:-off]))
    assert found.skipped == (SkippedRows(SkipReason.CUT, 1, (3,)),)
    assert found.kept == 1


def test_an_hour_that_cannot_be_read_loses_no_pull() -> None:
    found = report(row(hour="yesterday"), row(hour="2026/13/40/99"), row(hour=""))
    assert (found.kept, found.undated, found.pulls[0].pulls, found.pulls[0].last_pull) == (3, 3, 3, None)
    assert "3 kept without a day" in found.summary


def test_progress_is_told_and_cancelling_stops() -> None:
    """For every chunk of the file, with the bytes read so far."""
    content = "\n".join([HEADER, *[row()] * 40_000]).encode()
    told: list[int] = []
    read_report(io.BytesIO(content), progress=told.append)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == len(content)
    with pytest.raises(ReadingCancelled):
        read_report(io.BytesIO(content), progress=told.append, cancelled=lambda: len(told) > 5)
