"""Reading a pull report or a folder into an inventory, on a thread, with progress and a way to stop."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import NamedTuple

from iam_tui.core.errors import InvalidInput
from iam_tui.core.usage import Inventory, Status
from iam_tui.stores.protocol import Source, SourceKind

MOST_TOLD = 3
"""How many files that could not be read are named; the others are counted."""


class Stopped(Exception):
    """Reading was stopped; nothing of it was kept."""


class Taken(NamedTuple):
    """A source and what was read from it."""

    source: Source
    inventory: Inventory


class Intake(NamedTuple):
    """One reading: what to read, `progress` (told a few words, from another thread), and when to stop."""

    kind: SourceKind
    path: str
    now: datetime
    progress: Callable[[str], None]
    stop: Event

    def read(self) -> Taken:
        """Everything in it; raises `InvalidInput` for what cannot be read, `Stopped` once asked to."""
        return self._report() if self.kind is SourceKind.REPORT else self._folder()

    def _report(self) -> Taken:
        from iam_tui.inventory.pull_report import read_report  # noqa: PLC0415 - only who imports one needs it
        from iam_tui.inventory.report_lines import Cancelled  # noqa: PLC0415

        path = Path(self.path).expanduser()
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                report = read_report(
                    file,
                    progress=lambda read: self.progress(f"{read >> 20:,} of {size >> 20:,} MB"),
                    cancelled=self.stop.is_set,
                )
        except OSError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
        except Cancelled:
            raise Stopped from None
        rows = len(report.pulls)
        source = Source(self.kind, path.name, self.now, rows, report.summary, report.since, report.until)
        return Taken(source, Inventory(pulls=report.pulls))

    def _folder(self) -> Taken:
        from iam_tui.inventory.scan import scan  # noqa: PLC0415 - only who scans needs it

        path, troubles = Path(self.path).expanduser(), list[str]()
        usages = tuple(scan(str(path), troubles.append, self._step))
        unresolved = sum(usage.status is Status.UNRESOLVED for usage in usages)
        told = [f"{len(usages):,} places in {len({usage.file for usage in usages}):,} files"]
        told += [f"{unresolved:,} unresolved"] if unresolved else []
        told += troubles[:MOST_TOLD]
        told += [f"{len(troubles) - MOST_TOLD:,} more not read"] if len(troubles) > MOST_TOLD else []
        source = Source(self.kind, str(path), self.now, len(usages), f"{'; '.join(told)}.")
        return Taken(source, Inventory(usages=usages))

    def _step(self, files: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.progress(f"{files:,} files")
