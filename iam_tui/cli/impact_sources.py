"""What is in use, from the reports and paths that the command line names."""

import gc
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from iam_tui.application.source_import import read_report_file
from iam_tui.cli.lookup import namespaces_of
from iam_tui.cli.output import say
from iam_tui.cli.parser import Options
from iam_tui.cli.scan import read_rows
from iam_tui.cli.scan_text import ProgressLine
from iam_tui.core.usage import Inventory, Pulls, Usage


def used_namespaces(inventory: Inventory) -> Iterator[str]:
    """The namespaces on Docker Hub that are in use."""
    pulled = (pulls.repository.partition("/")[0] for pulls in inventory.pulls)
    return chain(namespaces_of(usage.reference for usage in inventory.usages), pulled)


def read_named(options: Options) -> Inventory:
    """What the named reports and paths hold; says on standard error how much that is, and what was left out.

    Files are relative to the path they were found under in JSON, and to where we are otherwise. Raises
    `InvalidInput` for what cannot be read.
    """
    progress = ProgressLine(sys.stderr)
    try:
        pulls = [one for path in options.pulls for one in _read_report(path, progress)]
        usages = tuple(_read_usages(options.scan, progress, from_here=not options.json))
    finally:
        progress.clear()
    return Inventory(usages, tuple(pulls))


def _read_report(path: str, progress: ProgressLine) -> Sequence[Pulls]:
    report = read_report_file(
        Path(path), lambda done: progress.show(f"{done.words} of the report read"), lambda: False
    )
    progress.clear()
    say(f"{path}: {report.summary}")
    return report.pulls


def _read_usages(paths: Sequence[str], progress: ProgressLine, *, from_here: bool) -> Iterator[Usage]:
    if not paths:
        return
    files, places = dict[str, str](), 0
    # Other than reports, YAML leaves much that only the collector takes away.
    gc.enable()
    try:
        for row in read_rows(paths, progress):
            file = files.setdefault(row.file, row.file)
            places += 1
            yield row.usage._replace(file=file) if from_here else row.usage
    finally:
        gc.disable()
    progress.clear()
    where = "1 file" if len(files) == 1 else f"{len(files):,} files"
    say(f"{', '.join(paths)}: {places:,} {'place' if places == 1 else 'places'} in {where}.")
