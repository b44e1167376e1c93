"""Reads a database with its write-ahead log where SQLite cannot: nothing is written, not even locks.

The formats are those of https://www.sqlite.org/fileformat2.html, section 4 for the log.
"""

import struct
from pathlib import Path
from typing import Final

from iam_tui.stores.local.file_checks import log_of

_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_BIG_ENDIAN: Final = 0x377F0683
_LITTLE_ENDIAN: Final = 0x377F0682
_READ_AND_WRITE_VERSION: Final = slice(18, 20)
"""Where the header says that the database has a write-ahead log."""
_WITHOUT_LOG: Final = b"\1\1"


def read_image(path: Path) -> bytes:
    """The content of the database without a log: the file, with the transactions that are in the log only.

    Raises `OSError`. What is not a database is returned as it is.
    """
    image = bytearray(path.read_bytes())
    if not image.startswith(_MAGIC):
        return bytes(image)
    log = Path(log_of(path))
    if log.exists():
        _apply(log.read_bytes(), image)
    image[_READ_AND_WRITE_VERSION] = _WITHOUT_LOG
    return bytes(image)


def _apply(log: bytes, image: bytearray) -> None:
    """Put the pages of the log's complete transactions in place, up to its first invalid frame."""
    if len(log) < _HEADER.size:
        return
    magic, _, page_size, _, *salts, first, second = _HEADER.unpack_from(log)
    words = {_BIG_ENDIAN: ">", _LITTLE_ENDIAN: "<"}.get(magic)
    sums = (0, 0) if words is None else _checksum((0, 0), log[:24], words)
    if words is None or sums != (first, second):
        return
    pages: dict[int, bytes] = {}
    for start in range(_HEADER.size, len(log) - _FRAME.size - page_size + 1, _FRAME.size + page_size):
        number, pages_after_commit, *frame_salts, first, second = _FRAME.unpack_from(log, start)
        page = log[start + _FRAME.size : start + _FRAME.size + page_size]
        sums = _checksum(_checksum(sums, log[start : start + 8], words), page, words)
        if frame_salts != salts or sums != (first, second) or number == 0:
            return
        pages[number] = page
        if pages_after_commit:
            _put(pages, image, page_size, pages_after_commit)
            pages.clear()


def _put(pages: dict[int, bytes], image: bytearray, page_size: int, pages_after_commit: int) -> None:
    size = pages_after_commit * page_size
    image.extend(bytes(max(0, size - len(image))))
    for number, page in pages.items():
        image[(number - 1) * page_size : number * page_size] = page
    del image[size:]


def _checksum(sums: tuple[int, int], data: bytes, words: str) -> tuple[int, int]:
    first, second = sums
    for one, other in struct.iter_unpack(f"{words}2I", data):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
