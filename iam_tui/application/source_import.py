"""Imports a pull report or a folder into an inventory, on a thread, with progress and a way to stop."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.application.not_read_words import not_read_words
from iam_tui.core.counted import counted
from iam_tui.core.errors import InvalidInput, NothingUsable
from iam_tui.core.usage import Inventory, Status
from iam_tui.stores.protocol import Source, SourceKind

if TYPE_CHECKING:
    from iam_tui.inventory.reports.pull_report import PullReport

MOST_NAMED = 3
"""How many files that could not be read are named; the others are counted."""


class Stopped(Exception):
    """The import was stopped; nothing was kept."""


class ImportedSource(NamedTuple):
    """A source and what was read from it."""

    source: Source
    inventory: Inventory


class ImportProgress(NamedTuple):
    """How far an import is: in words, and as a part of the whole from 0 to 1, None if that is not known."""

    words: str
    part: float | None = None


class SourceImport(NamedTuple):
    """An import: what to read, `progress` (called on the importing thread), and an event that stops it."""

    kind: SourceKind
    path: str
    now: datetime
    progress: Callable[[ImportProgress], None]
    stop: Event

    def read(self) -> ImportedSource:
        """Read everything.

        Raises `InvalidInput` for what cannot be read, `NothingUsable` for a report of which no row can be
        used, and `Stopped` once `stop` is set.
        """
        try:
            path = Path(self.path).expanduser()
        except RuntimeError:
            raise InvalidInput(f"{self.path} cannot be read: the home folder does not exist.") from None
        return self._report(path) if self.kind is SourceKind.REPORT else self._folder(path)

    def _report(self, path: Path) -> ImportedSource:
        try:
            is_regular = S_ISREG(path.stat().st_mode)
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from None
        if not is_regular:
            # A pipe would keep the reading thread waiting, and nothing could stop it.
            raise InvalidInput(f"{path} cannot be read: it is not a regular file.")
        report = read_report_file(path, self.progress, self.stop.is_set)
        if not report.kept:
            raise NothingUsable(f"{path}: {report.summary}")
        source = Source(
            self.kind, self.path, self.now, report.kept, report.summary, report.since, report.until
        )
        return ImportedSource(source, Inventory(pulls=report.pulls, days=report.days))

    def _folder(self, path: Path) -> ImportedSource:
        from iam_tui.inventory.scan import scan  # noqa: PLC0415 (only needed for scanning)

        unread = list[str]()
        not_read = Counter[str]()
        usages = tuple(scan(str(path), unread.append, self._step, not_read=not_read))
        unresolved = sum(usage.status is Status.UNRESOLVED for usage in usages)
        files = len({usage.file for usage in usages})
        parts = [f"{counted(len(usages), 'place', 'places')} in {counted(files, 'file', 'files')}"]
        parts += [f"{unresolved:,} unresolved"] if unresolved else []
        parts += unread[:MOST_NAMED]
        parts += [f"{len(unread) - MOST_NAMED:,} more not read"] if len(unread) > MOST_NAMED else []
        summary = f"{'; '.join(parts)}."
        summary += f" {not_read_words(not_read)}" if not_read else ""
        source = Source(self.kind, self.path, self.now, len(usages), summary)
        return ImportedSource(source, Inventory(usages=usages))

    def _step(self, files: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.progress(ImportProgress(f"{counted(files, 'file', 'files')}"))


def read_report_file(
    path: Path, progress: Callable[[ImportProgress], None], is_stopped: Callable[[], bool]
) -> "PullReport":
    """The pull report in a file, which may be compressed.

    Raises `InvalidInput` if it cannot be read, `Stopped` once `is_stopped` is true.
    """
    from iam_tui.inventory.reports.pull_report import read_report  # noqa: PLC0415 (few runs need it)
    from iam_tui.inventory.reports.report_file import open_report  # noqa: PLC0415
    from iam_tui.inventory.reports.report_lines import NotAReport, ReadingCancelled  # noqa: PLC0415

    try:
        size = path.stat().st_size
        with open_report(path) as file:
            return read_report(
                file.text,
                progress=lambda read: progress(_megabytes(file.position(read), size)),
                cancelled=is_stopped,
            )
    except OSError as error:
        raise _unreadable(path, error) from None
    except NotAReport as error:
        raise NotAReport(f"{path}: {error.detail}", advice=error.advice) from error
    except ReadingCancelled:
        raise Stopped from None


def _unreadable(path: Path, error: OSError | ValueError) -> InvalidInput:
    reason = error.strerror if isinstance(error, OSError) else "it is not a valid path"
    return InvalidInput(f"{path} cannot be read: {reason}.")


def _megabytes(read: int, size: int) -> ImportProgress:
    """How much of a file was read; the size of a pipe is not known."""
    whole = f" of {size / 2**20:,.0f}" if size else ""
    return ImportProgress(f"{read / 2**20:,.0f}{whole} MB", min(read / size, 1) if size else None)
