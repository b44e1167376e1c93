"""Copies of a local file beside it, written under another name first: those that have theirs are complete."""

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

_UNFINISHED: Final = ".unfinished-copy"
_ENDINGS: Final = ("", "-journal", "-wal", "-shm")


def write_copy(source: sqlite3.Connection, path: Path, kind: str) -> Path:
    """Copy what a connection sees to `NAME.KIND`, for its owner only, and return its path.

    An earlier copy is kept; the next one is `NAME.KIND.1`. Raises `sqlite3.Error`, also if the copy would be
    damaged, and `OSError`; nothing is left behind then.
    """
    file = path.resolve()
    descriptor, name = tempfile.mkstemp(_UNFINISHED, f".{file.name}.", file.parent)
    os.close(descriptor)
    unfinished = Path(name)
    try:
        with closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
            if target.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("the copy is damaged")
        return next(one for one in _names(file, kind) if _is_named(unfinished, one))
    finally:
        _remove(unfinished)


def remove_unfinished(path: Path) -> None:
    """Remove incomplete copies of a process that was killed; nobody may be copying the file meanwhile."""
    file = path.resolve()
    for one in file.parent.iterdir():
        if one.name.startswith(f".{file.name}.") and one.name.endswith(_UNFINISHED):
            _remove(one)


def _is_named(unfinished: Path, name: Path) -> bool:
    """Give a copy its name unless something has that name, even if it came this moment."""
    try:
        name.hardlink_to(unfinished)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links.
        if name.exists():
            return False
        unfinished.rename(name)
    return True


def _names(file: Path, kind: str) -> Iterator[Path]:
    yield file.with_name(f"{file.name}.{kind}")
    for number in itertools.count(1):
        yield file.with_name(f"{file.name}.{kind}.{number}")


def _remove(copy: Path) -> None:
    for ending in _ENDINGS:
        copy.with_name(copy.name + ending).unlink(missing_ok=True)
