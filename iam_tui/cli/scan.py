"""`scan PATH...`: the images that a project pulls, with file and line, and their verdicts."""

import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.application.not_read_words import not_read_words
from iam_tui.cli.errors import ExitCode, WrongUsage, exit_code, print_error
from iam_tui.cli.output import Json, ProgressLine, print_columns, print_json_list, say, short
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup, add_puller
from iam_tui.core.errors import NothingUsable
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.usage import Status, Usage
from iam_tui.core.verdict import Verdict

if TYPE_CHECKING:
    from iam_tui.cli.check import CheckRequest
    from iam_tui.core.decision import Decision

_STDIN: Final = "-"
_OBJECTS_TO_COLLECT: Final = 20_000
_UNRESOLVED: Final = "unresolved"
"""The rule of a usage whose image is not known."""
_EXIT: Final = {Verdict.BLOCKED: ExitCode.BLOCKED, Verdict.CANNOT_TELL: ExitCode.CANNOT_TELL}
_MOST_SEVERE_FIRST: Final = (ExitCode.BLOCKED, ExitCode.CANNOT_TELL)


class ScanRow(NamedTuple):
    """A usage, the folder that its file is relative to, and the decision on it.

    `decision` is None without an organization, for what is not pulled, and for what is unresolved.
    """

    usage: Usage
    folder: str
    decision: "Decision | None" = None

    @property
    def file(self) -> str:
        """The path of the file from the working directory."""
        if self.usage.file == _STDIN:
            return "standard input"
        return normpath(join(self.folder, self.usage.file))


def configure(parser: Parser, verb: str) -> None:
    """Add where to look, and for which organization and puller to judge."""
    del verb
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a folder or a file; - reads a list")
    parser.add_argument("--org", metavar="O", help="also print the verdicts in this organization")
    add_puller(parser)
    parser.add_argument("--use-env", action="store_true", help="also fill in variables from the environment")
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each place that names an image; the most severe one decides the exit code."""
    # Unlike other verbs this one can run for long, so memory has to be freed now and then.
    gc.set_threshold(_OBJECTS_TO_COLLECT)
    gc.enable()
    request = _request(options, clock)
    progress = ProgressLine(sys.stderr)
    found: set[ExitCode] = set()
    environment = dict(os.environ) if options.use_env else None
    not_read = Counter[str]()

    def say_no_list(error: NothingUsable) -> None:
        progress.clear()
        print_error(error)
        found.add(exit_code(error))

    read = read_rows(options.paths, progress, environment, not_read, say_no_list)
    if request is not None and options.lookup:
        # A lookup needs all images first; without one each row is printed as it is found.
        read = iter(whole := list(read))
        progress.clear()
        request = request.with_lookup((row.usage.reference for row in whole), options, clock)
    rows = _judged(read, request, found)
    try:
        if options.json:
            print_json_list(_json(row, judged=request is not None) for row in rows)
        else:
            _print_text(rows, progress, judged=request is not None)
    finally:
        progress.clear()
    if not_read:
        say(not_read_words(not_read))
        if not found:
            return ExitCode.CANNOT_TELL
    return next((code for code in _MOST_SEVERE_FIRST if code in found), ExitCode.FINE)


def _request(options: Options, clock: Clock) -> "CheckRequest | None":
    """What a decision needs; None without an organization, and then no store is opened nor imported."""
    if not options.org:
        if options.puller:
            raise WrongUsage("--for needs --org, because it says whose pull is judged.")
        if options.lookup:
            raise WrongUsage("--lookup needs --org, because only verdicts depend on badges.")
        return None
    from asyncio import run as wait_for

    from iam_tui.cli.check import read_request

    return wait_for(read_request(options, clock))


def read_rows(
    paths: Sequence[str],
    progress: ProgressLine,
    environment: Mapping[str, str] | None = None,
    not_read: Counter[str] | None = None,
    say_no_list: Callable[[NothingUsable], None] | None = None,
) -> Iterator[ScanRow]:
    """The usages in all paths; raises `InvalidInput` before the first if a path cannot be scanned.

    After the last one `not_read` counts by kind what names images in a form that is not read. Standard input
    may be a text that is not a list of images: then `say_no_list` is called with the error, and without it
    the error is raised.
    """
    from iam_tui.inventory.lists.image_list import NotAList
    from iam_tui.inventory.scan import scan

    def say_unread(text: str) -> None:
        progress.clear()
        say(text)

    walks = [
        None if path == _STDIN else scan(path, say_unread, progress.show_files, environment, not_read)
        for path in paths
    ]
    for path, walk in zip(paths, walks, strict=True):
        if walk is None:
            try:
                yield from (ScanRow(usage, "") for usage in _listed())
            except NotAList as error:
                if say_no_list is None:
                    raise
                say_no_list(error)
        else:
            folder = path if Path(path).is_dir() else dirname(path)
            yield from (ScanRow(usage, folder) for usage in walk)


def _listed() -> Sequence[Usage]:
    """The images in a list on standard input; raises `NotAList`."""
    from iam_tui.inventory.lists.image_list import read_list

    if sys.stdin is None:
        return ()
    if sys.stdin.isatty():
        say("Reading images from standard input; press ctrl+d to end.")
    return read_list(sys.stdin.buffer)


def _judged(
    rows: Iterable[ScanRow], request: "CheckRequest | None", found: set[ExitCode]
) -> Iterator[ScanRow]:
    """The rows with their decisions, if there is a request; adds their exit codes to `found`."""
    decide = request.judge() if request else None
    for row in rows:
        found.add(ExitCode.FINE)
        usage = row.usage
        decision = None
        if usage.reference is None:
            found.add(ExitCode.CANNOT_TELL)
        elif decide and usage.status is not Status.BUILT:
            decision = decide(usage.reference)
            found.add(_EXIT.get(decision.verdict, ExitCode.FINE))
        yield row._replace(decision=decision)


def _json(row: ScanRow, *, judged: bool) -> Json:
    usage, decision = row.usage, row.decision
    fields: dict[str, object] = {
        "file": usage.file,
        "line": usage.line,
        "place": usage.place,
        "text": usage.text,
        "reference": usage.reference.canonical if usage.reference else None,
        "status": usage.status,
        "reached": usage.reached,
        "reached_by": usage.reached_by if usage.reference else None,
        "problem": usage.problem or None,
    }
    if not judged:
        return fields
    verdict = dict.fromkeys(("category", "verdict", "rule", "reason", "docker_error"))
    if decision:
        verdict = {name: getattr(decision, name) for name in verdict}
    elif usage.reference is None:
        verdict |= {"verdict": Verdict.CANNOT_TELL, "rule": _UNRESOLVED, "reason": usage.problem}
    return fields | verdict


def _print_text(rows: Iterable[ScanRow], progress: ProgressLine, *, judged: bool) -> None:
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
    width = max(len(str(row.usage.line)) for row in rows)
    for row in rows:
        usage = row.usage
        image = usage.reference.canonical if usage.reference else short(usage.text)
        verdict = [_verdict(row)] if judged else []
        yield [f"  {usage.line:>{width}}", *verdict, usage.place, image, _note(usage)]


def _verdict(row: ScanRow) -> str:
    if row.decision:
        return row.decision.verdict.words
    return "" if row.usage.reference else Verdict.CANNOT_TELL.words


def _note(usage: Usage) -> str:
    if usage.status is Status.BUILT:
        return "built here, not pulled"
    if usage.reference is None:
        return f"unresolved: {short(usage.problem)}"
    notes = [f"doubtful: {short(usage.problem)}"] if usage.problem else []
    if not usage.reached:
        notes.append("no target needs it")
    elif usage.reached_by:
        notes.append(f"for {', '.join(usage.reached_by)}")
    return "; ".join(notes)


def _summary(files: int, places: int, unresolved: int) -> str:
    if not places:
        return "No images found."
    images = "1 place" if places == 1 else f"{places} places"
    where = "1 file" if files == 1 else f"{files} files"
    rest = f"; {unresolved} unresolved" if unresolved else ""
    return f"{images} in {where}{rest}."
