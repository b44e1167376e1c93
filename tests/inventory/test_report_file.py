"""Reports as they were saved: plain, gzip, zip; what is inside must be one certain CSV."""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.application.source_import import ImportProgress, read_report_file
from iam_tui.inventory.reports import report_file
from iam_tui.inventory.reports.pull_report import PullReport
from iam_tui.inventory.reports.report_lines import NotAReport
from tests.inventory.reports import sums_of

CONTENT = b"date,repository,pull_count\n2026-03-12,library/nginx,9\n"
SUMS = {"library/nginx": 9}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(path: Path, content: bytes | None = None) -> PullReport:
    """The report in a file, written first if there is a content."""
    if content is not None:
        path.write_bytes(content)
    return read_report_file(path, lambda _: None, lambda: False)


@pytest.mark.parametrize("name", ["report.csv", "report.csv.gz", "report"])
def test_a_gzip_file_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    assert sums_of(read(tmp_path / name, gzip.compress(CONTENT))) == SUMS
    assert sums_of(read(tmp_path / name, gzip.compress(CONTENT[:30]) + gzip.compress(CONTENT[30:]))) == SUMS


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_the_one_csv_of_a_zip_is_read(tmp_path: Path, method: int) -> None:
    """What the Mac's Finder adds, and other files beside it, do not count."""
    files = {"a/": b"", "a/Report.CSV": CONTENT, "__MACOSX/a/._Report.csv": b"\0\5", "a/readme.pdf": b"%PDF"}
    assert sums_of(read(tmp_path / "report.zip", zipped(files, method))) == SUMS


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"march.csv": CONTENT, "april\x1b[2J.csv": CONTENT}, r"2 CSV files: march.csv, april\\x1b\[2J.csv"),
        ({f"{n}.csv": CONTENT for n in range(5)}, r"5 CSV files: 0.csv, 1.csv, 2.csv, …"),
        ({"readme.md": b""}, "no CSV file"),
        ({}, "no CSV file"),
        ({"[Content_Types].xml": b"", "xl/workbook.xml": b""}, "Excel workbook"),
    ],
)
def test_any_other_zip_says_what_is_in_it(tmp_path: Path, files: Mapping[str, bytes], told: str) -> None:
    with pytest.raises(NotAReport, match=told):
        read(tmp_path / "report.zip", zipped(files))


def test_an_encrypted_zip_is_named(tmp_path: Path) -> None:
    content = bytearray(zipped({"report.csv": CONTENT}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    with pytest.raises(NotAReport, match="encrypted"):
        read(tmp_path / "report.zip", bytes(content))


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"\xd0\xcf\x11\xe0", "Excel workbook"), (b"BZh91AY", "bzip2"), (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a", "RAR"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1", "Parquet"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(tmp_path: Path, start: bytes, told: str) -> None:
    with pytest.raises(NotAReport, match=told):
        read(tmp_path / "report", start + bytes(100))


def test_a_tar_archive_in_gzip_is_named(tmp_path: Path) -> None:
    header = b"report.csv".ljust(257, b"\0") + b"ustar\0"
    with pytest.raises(NotAReport, match="tar archive"):
        read(tmp_path / "report.tgz", gzip.compress(header.ljust(1024, b"\0")))


@pytest.mark.parametrize("cut", [9, 20, 60])
def test_a_compressed_file_that_is_cut_off_is_refused_whole(tmp_path: Path, cut: int) -> None:
    content = gzip.compress(CONTENT * 20)
    with pytest.raises(NotAReport, match="damaged or cut off"):
        read(tmp_path / "report.gz", content[:cut])
    with pytest.raises(NotAReport, match="damaged or cut off"):
        read(tmp_path / "report.zip", zipped({"report.csv": CONTENT})[:cut])


def test_a_bomb_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_file, "MOST_DECOMPRESSED", 3 << 20)
    rows = CONTENT + b"2026-03-12,library/nginx,9\n" * 150_000
    for content in (gzip.compress(rows, 1), zipped({"report.csv": rows})):
        assert len(content) < len(rows) / 50
        with pytest.raises(NotAReport, match="once it is decompressed"):
            read(tmp_path / "bomb", content)


def test_a_bomb_without_lines_ends_at_once(tmp_path: Path) -> None:
    """64 MB of zeros in 64 KB, and no more than two pieces of them are looked at."""
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(64)), packer.flush()])
    (tmp_path / "bomb.gz").write_bytes(bomb)
    told: list[ImportProgress] = []
    with pytest.raises(NotAReport, match="does not start with a line"):
        read_report_file(tmp_path / "bomb.gz", told.append, lambda: False)
    assert len(told) <= 3


def test_progress_of_a_compressed_file_is_that_of_the_file(tmp_path: Path) -> None:
    rows = b"".join(b"2026-03-12,ns%d/app,%d\n" % (n % 997, n) for n in range(200_000))
    (tmp_path / "report.gz").write_bytes(gzip.compress(CONTENT + rows))
    told: list[ImportProgress] = []
    read_report_file(tmp_path / "report.gz", told.append, lambda: False)
    parts = [one.part or 0 for one in told]
    assert parts == sorted(parts)
    assert parts[0] < parts[-1] == 1


def test_a_pipe_may_be_compressed_but_not_a_zip(tmp_path: Path) -> None:
    """As in `--pulls <(curl ...)`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def read_written(content: bytes) -> PullReport:
        writer = Thread(target=pipe.write_bytes, args=(content,))
        writer.start()
        try:
            return read(pipe)
        finally:
            writer.join()

    assert sums_of(read_written(CONTENT)) == SUMS
    assert sums_of(read_written(gzip.compress(CONTENT))) == SUMS
    with pytest.raises(NotAReport, match="zip archive cannot be read from a pipe"):
        read_written(zipped({"report.csv": CONTENT}))


@given(
    st.sampled_from(["gz", "zip"]), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4)
)
def test_damage_is_never_more_than_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, kind: str, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(gzip.compress(CONTENT) if kind == "gz" else zipped({"report.csv": CONTENT}))
    for place, byte in changes:
        content[place % len(content)] = byte
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind}"
    with suppress(NotAReport):
        read(path, bytes(content))
