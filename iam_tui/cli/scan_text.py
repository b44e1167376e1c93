"""What `scan` prints as text: the usages file by file, and how far it is."""

import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from posixpath import join, normpath
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from iam_tui.cli.output import print_columns, say
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.usage import Status, Usage
from iam_tui.core.verdict import Verdict

if TYPE_CHECKING:
    from iam_tui.core.decision import Decision

_LONGEST: Final = 120
"""How much of a text is shown where no image was found in it."""
_SECONDS: Final = 0.1
"""How often the progress is drawn anew."""
_ERASE: Final = "\r\x1b[K"
_BUILT: Final = "built here, not pulled"
_LIST: Final = "-"


class ScanRow(NamedTuple):
    """A usage, the path that its file is relative to, and the decision on it.

    There is none without an organization, for what is not pulled, and for what cannot be resolved.
    """

    usage: Usage
    below: str
    decision: "Decision | None" = None

    @property
    def file(self) -> str:
        """Where to find the file from here."""
        return "standard input" if self.usage.file == _LIST else normpath(join(self.below, self.usage.file))


class ProgressLine:
    """How far reading is, on one line of a terminal; nothing anywhere else."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._next = 0.0
        self._shown = False

    def step(self, files: int) -> None:
        """Draw how many files were read, if the last time is long enough ago."""
        self.show(f"{files} files read")

    def show(self, text: str) -> None:
        """Draw these words, if the last time is long enough ago."""
        if self._stream and time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS
            self._shown = True
            self._write(f"{_ERASE}{text}")

    def clear(self) -> None:
        """Leave no trace."""
        if self._shown:
            self._shown = False
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        if self._stream:
            self._stream.write(text)
            self._stream.flush()


def print_usages(rows: Iterable[ScanRow], progress: ProgressLine, *, judged: bool) -> None:
    """Print the rows below their files, as each file is read, and on standard error how many there were."""
    files = places = unresolved = 0
    for file, found in groupby(rows, key=lambda row: row.file):
        group = list(found)
        progress.clear()
        if files:
            print()
        print(escape_controls(file))
        print_columns(list(_lines(group, judged=judged)))
        files, places = files + 1, places + len(group)
        unresolved += sum(row.usage.reference is None for row in group)
    progress.clear()
    say(_summary(files, places, unresolved))


def _lines(rows: list[ScanRow], *, judged: bool) -> Iterator[list[str]]:
    wide = max(len(str(row.usage.line)) for row in rows)
    for row in rows:
        usage = row.usage
        image = usage.reference.canonical if usage.reference else short(usage.text)
        verdict = [_verdict(row)] if judged else []
        yield [f"  {usage.line:>{wide}}", *verdict, usage.place, image, _note(usage)]


def _verdict(row: ScanRow) -> str:
    if row.decision:
        return row.decision.verdict.words
    return "" if row.usage.reference else Verdict.CANNOT_TELL.words


def _note(usage: Usage) -> str:
    if usage.status is Status.BUILT:
        return _BUILT
    if usage.reference is None:
        return f"unresolved: {short(usage.problem)}"
    notes = [f"doubtful: {short(usage.problem)}"] if usage.problem else []
    if not usage.reached:
        notes.append("no target needs it")
    elif usage.reached_by:
        notes.append(f"for {', '.join(usage.reached_by)}")
    return "; ".join(notes)


def short(text: str) -> str:
    """The text, cut where it is too long to be shown."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _summary(files: int, places: int, unresolved: int) -> str:
    if not places:
        return "No images found."
    images = "1 place" if places == 1 else f"{places} places"
    where = "1 file" if files == 1 else f"{files} files"
    rest = f"; {unresolved} cannot be told" if unresolved else ""
    return f"{images} in {where}{rest}."
