"""Reading a pull report or a folder into an inventory, on a thread, with progress and a way to stop."""

import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import NamedTuple

from iam_tui.core.errors import InvalidInput
from iam_tui.core.impact_words import counted
from iam_tui.core.usage import Inventory, Status
from iam_tui.stores.protocol import Source, SourceKind

MOST_TOLD = 3
"""How many files that could not be read are named; the others are counted."""


class Stopped(Exception):
    """Reading was stopped; nothing of it was kept."""


class ImportedSource(NamedTuple):
    """A source and what was read from it."""

    source: Source
    inventory: Inventory


class ImportProgress(NamedTuple):
    """How far a reading is: in words, and of what is known to come the part that is done, 0 to 1."""

    words: str
    part: float | None = None


class SourceImport(NamedTuple):
    """One reading: what to read, `progress` (told from another thread), and when to stop."""

    kind: SourceKind
    path: str
    now: datetime
    progress: Callable[[ImportProgress], None]
    stop: Event

    def read(self) -> ImportedSource:
        """Everything in it; raises `InvalidInput` for what cannot be read, `Stopped` once asked to."""
        try:
            path = Path(self.path).expanduser()
        except RuntimeError:
            raise InvalidInput(f"{self.path} cannot be read: nobody has that home folder.") from None
        return self._report(path) if self.kind is SourceKind.REPORT else self._folder(path)

    def _report(self, path: Path) -> ImportedSource:
        from iam_tui.inventory.reports.pull_report import read_report  # noqa: PLC0415 - only who imports one needs it
        from iam_tui.inventory.reports.report_lines import ReadingCancelled  # noqa: PLC0415

        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                raise InvalidInput(f"{path} cannot be read: it is no file.")
            with path.open("rb") as file:
                report = read_report(
                    file, progress=lambda read: self._read(read, about.st_size), cancelled=self.stop.is_set
                )
        except OSError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
        except ReadingCancelled:
            raise Stopped from None
        rows = len(report.pulls)
        source = Source(self.kind, self.path, self.now, rows, report.summary, report.since, report.until)
        return ImportedSource(source, Inventory(pulls=report.pulls))

    def _folder(self, path: Path) -> ImportedSource:
        from iam_tui.inventory.scan import scan  # noqa: PLC0415 - only who scans needs it

        troubles = list[str]()
        usages = tuple(scan(str(path), troubles.append, self._step))
        unresolved = sum(usage.status is Status.UNRESOLVED for usage in usages)
        files = len({usage.file for usage in usages})
        told = [f"{counted(len(usages), 'place', 'places')} in {counted(files, 'file', 'files')}"]
        told += [f"{unresolved:,} unresolved"] if unresolved else []
        told += troubles[:MOST_TOLD]
        told += [f"{len(troubles) - MOST_TOLD:,} more not read"] if len(troubles) > MOST_TOLD else []
        source = Source(self.kind, self.path, self.now, len(usages), f"{'; '.join(told)}.")
        return ImportedSource(source, Inventory(usages=usages))

    def _read(self, read: int, size: int) -> None:
        words = f"{read / 2**20:,.0f} of {size / 2**20:,.0f} MB"
        self.progress(ImportProgress(words, min(read / size, 1) if size else 1))

    def _step(self, files: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.progress(ImportProgress(f"{counted(files, 'file', 'files')}"))
