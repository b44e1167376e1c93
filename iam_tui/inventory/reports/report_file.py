"""A report file as it was saved: plain, or compressed with gzip or in a zip archive."""

import gzip
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL
from io import BufferedReader
from pathlib import Path
from struct import error as struct_error
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from iam_tui.core.escape_controls import escape_controls
from iam_tui.inventory.reports.report_lines import NotAReport, Readable

MOST_DECOMPRESSED: Final = 1 << 31
"""A compressed report is read up to this size: a few kilobytes may hold terabytes."""
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "Save it as CSV UTF-8."),
    (b"BZh", "compressed with bzip2", "Decompress it first."),
    (b"\xfd7zXZ", "compressed with xz", "Decompress it first."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Decompress it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Extract the CSV first."),
    (b"Rar!", "a RAR archive", "Extract the CSV first."),
    (b"%PDF", "a PDF document", "Docker Hub mails pull reports as CSV."),
    (b"PAR1", "a Parquet file", "Convert it to CSV."),
)
_DAMAGE: Final = (
    BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct_error,
    EOFError, ValueError, OverflowError,
)  # fmt: skip
_EXTRACT: Final = "Extract the report and give its path."
_WORKBOOK: Final = "[Content_Types].xml"
_ENCRYPTED: Final = 1
_TAR_AT: Final = 257
_MOST_NAMED: Final = 3


class ReportFile:
    """An open report file: `text` is its decompressed content, `position` how much of the file was read."""

    def __init__(self, file: BufferedReader, text: Readable) -> None:
        self.text = text
        self._file = file

    def position(self, read: int) -> int:
        """How many bytes of the file were read once `read` bytes of its content were."""
        return self._file.tell() if self.text is not self._file and self._file.seekable() else read


@contextmanager
def open_report(path: Path) -> Iterator[ReportFile]:
    """Open a report. Raises `NotAReport` for an archive without one certain CSV file in it, and `OSError`."""
    with path.open("rb") as file:
        start = file.peek(8)[:8]
        for mark, what, advice in _OTHERS:
            if start.startswith(mark):
                raise NotAReport(f"The file is {what}, which is not read.", advice=advice)
        if start.startswith(_GZIP):
            yield ReportFile(file, _Decompressed(gzip.GzipFile(fileobj=file)))
        elif start.startswith((_ZIP, _EMPTY_ZIP)):
            yield ReportFile(file, _zipped(file))
        else:
            yield ReportFile(file, file)


def _zipped(file: BufferedReader) -> "_Decompressed":
    if not file.seekable():
        raise NotAReport("A zip archive cannot be read from a pipe.", advice="Save it to a file first.")
    with _damage_said():
        archive = ZipFile(file)
        return _Decompressed(archive.open(_member(archive)))


def _member(archive: ZipFile) -> ZipInfo:
    """The one report in an archive; what the Mac's Finder adds does not count."""
    files = [
        one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")
    ]
    if any(one.filename == _WORKBOOK for one in files):
        raise NotAReport("The file is an Excel workbook, which is not read.", advice="Save it as CSV UTF-8.")
    reports = [one for one in files if one.filename.lower().endswith((".csv", ".tsv", ".txt"))]
    if len(reports) != 1:
        what = "no CSV file" if not reports else f"{len(reports):,} CSV files: {_names(reports)}"
        raise NotAReport(f"The zip archive has {what}.", advice=_EXTRACT)
    if reports[0].flag_bits & _ENCRYPTED:
        raise NotAReport("The zip archive is encrypted.", advice=_EXTRACT)
    return reports[0]


def _names(files: list[ZipInfo]) -> str:
    names = ", ".join(escape_controls(one.filename[:100]) for one in files[:_MOST_NAMED])
    return f"{names}, …" if len(files) > _MOST_NAMED else names


class _Decompressed:
    """Decompressed content, up to a limit; damage is said as such."""

    def __init__(self, content: Readable) -> None:
        self._content = content
        self._read = 0

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes. Raises `NotAReport` beyond the limit, for damage, and for a tar archive."""
        with _damage_said():
            chunk = self._content.read(size)
        if not self._read and chunk[_TAR_AT : _TAR_AT + 5] == b"ustar":
            raise NotAReport("The file is a tar archive, which is not read.", advice="Extract the CSV first.")
        self._read += len(chunk)
        if self._read > MOST_DECOMPRESSED:
            raise NotAReport(
                f"The file is more than {MOST_DECOMPRESSED >> 30} GB once it is decompressed.",
                advice="If that is right, decompress it first and give the path of the CSV.",
            )
        return chunk


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:
        raise NotAReport(f"The zip archive cannot be read: {error}.", advice=_EXTRACT) from error
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) and error.errno != EINVAL:
            raise
        # An impossible place in an archive is EINVAL.
        raise NotAReport(
            f"The compressed file is damaged or cut off: {error}.", advice="Download or copy it again."
        ) from error
