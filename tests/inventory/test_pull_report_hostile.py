"""Pull reports made to hurt: enormous fields, endless quotes, arbitrary bytes; memory stays flat."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.usage import Pulls
from iam_tui.inventory.reports.pull_report import SkippedRows, SkipReason, read_report
from iam_tui.inventory.reports.report_lines import LONGEST_LINE, NotAReport


class MadeWhileRead(io.BytesIO):
    """A file that is made chunk by chunk as it is read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks

    def read(self, size: int | None = -1) -> bytes:
        return next(self._chunks, b"")


def peak(file: BinaryIO) -> int:
    tracemalloc.start()
    try:
        read_report(file)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_many_addresses_in_a_field_are_fine() -> None:
    """More than the csv module takes by itself; its own limit is back afterwards."""
    before = csv.field_size_limit()
    field = '"' + ", ".join(["10.0.0.1"] * 50_000) + '"'
    found = read_report(io.BytesIO(f"repository,pulls,ips\nnginx,1,{field}\n".encode()))
    assert (found.kept, found.skipped) == (1, ())
    assert csv.field_size_limit() == before


def test_an_enormous_field_costs_its_own_row_only() -> None:
    for field in ("x" * (LONGEST_LINE * 3), '"' + "x" * LONGEST_LINE):
        found = read_report(io.BytesIO(f"repository,pulls,ips\nnginx,1,{field}\nredis,1,y\n".encode()))
        assert found.skipped == (SkippedRows(SkipReason.LONG, 1, (2,)),)
        assert found.pulls == (Pulls("library/redis", "", "", 1, None),)


def test_an_enormous_last_line_is_left_out_too() -> None:
    found = read_report(io.BytesIO(b"repository,pulls\nnginx,1\n" + b"x" * (LONGEST_LINE + 1)))
    assert found.skipped == (SkippedRows(SkipReason.LONG, 1, (3,)),)


def test_a_quote_open_over_more_than_fits_is_given_up() -> None:
    """The rows after the line that opens it are all read."""
    rows = LONGEST_LINE // 7
    found = read_report(io.BytesIO(b'repository,pulls,ips\nnginx,1,"\n' + b"redis,1,x\n" * rows))
    assert found.skipped == (SkippedRows(SkipReason.BROKEN, 1, (2,)),)
    assert found.kept == rows


def test_memory_does_not_grow_with_the_rows() -> None:
    """Three times the rows of the same people."""
    chunk = "".join(f"ns{n % 50}/app,user{n % 20},1\n" for n in range(2_000)).encode()

    def file(chunks: int) -> BinaryIO:
        return MadeWhileRead(iter([b"repository,user_name,pulls\n", *[chunk] * chunks]))

    assert peak(file(30)) < 1.5 * peak(file(10))


def test_a_line_without_end_is_not_held() -> None:
    """A hundred megabytes on one line."""
    piece = b"x" * (1 << 20)
    chunks = iter([b"repository,pulls\n", *[piece] * 100, b"\nnginx,1\n"])
    assert peak(MadeWhileRead(chunks)) < 20 * (1 << 20)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever stands after a good start."""
    for start in (b"", b"repository,pulls\n", b"repository,pulls\nnginx,1\n"):
        with suppress(NotAReport):
            found = read_report(io.BytesIO(start + content))
            assert found.rows == found.kept + sum(one.rows for one in found.skipped)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["nginx", "a/b", "NO"]), cells, cells), max_size=20))
def test_what_a_csv_writer_wrote_is_read(rows: list[tuple[str, str, str]]) -> None:
    """Every row is kept, or left out for its repository; nothing is lost between quotes and line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["repository", "user_name", "other", "pulls"])
    writer.writerows((*row, 1) for row in rows)
    found = read_report(io.BytesIO(text.getvalue().encode()))
    good = [row for row in rows if row[0] != "NO"]
    assert found.kept == len(good)
    assert {one.user for one in found.pulls} == {user.strip() for _, user, _ in good}
