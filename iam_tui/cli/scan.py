"""`scan PATH...`: the images that a project pulls, with file and line, and their verdicts."""

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import dirname
from typing import TYPE_CHECKING, Final

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import Json, print_rows, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup
from iam_tui.cli.scan_text import ProgressLine, ScanRow, print_usages
from iam_tui.core.usage import Status, Usage
from iam_tui.core.verdict import Verdict

if TYPE_CHECKING:
    from iam_tui.cli.check import CheckRequest

_STDIN: Final = "-"
_OBJECTS_TO_COLLECT: Final = 20_000
_UNRESOLVED: Final = "unresolved"
"""The rule of what nobody can tell."""
_EXIT: Final = {Verdict.BLOCKED: ExitCode.BLOCKED, Verdict.CANNOT_TELL: ExitCode.CANNOT_TELL}
_MOST_SEVERE_FIRST: Final = (ExitCode.BLOCKED, ExitCode.CANNOT_TELL)


def configure(parser: Parser, verb: str) -> None:
    """Where to look, and for whom to judge."""
    del verb
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a folder or a file; - reads a list")
    parser.add_argument("--org", metavar="O", help="also tell the verdicts in this organization")
    parser.add_argument(
        "--for",
        metavar="WHO",
        dest="puller",
        help="whose pull: a user name, or owner, editor, member, signed-out; you if left out",
    )
    parser.add_argument("--use-env", action="store_true", help="fill in variables from the environment, too")
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each place that names an image; the exit code is that of the most severe."""
    # Unlike other verbs it can run for long, so what it has used and left must go; now and then is enough.
    gc.set_threshold(_OBJECTS_TO_COLLECT)
    gc.enable()
    request = _request(options, clock)
    progress = ProgressLine(sys.stderr)
    found: set[ExitCode] = set()
    environment = dict(os.environ) if options.use_env else None
    read = read_rows(options.paths, progress, environment)
    if request is not None and options.lookup:
        # What is to be looked up has to be known first; without it each row is printed as it is found.
        read = iter(whole := list(read))
        progress.clear()
        request = request.looking_up((row.usage.reference for row in whole), options, clock)
    rows = _judged(read, request, found)
    try:
        if options.json:
            print_rows(_json(row, judged=request is not None) for row in rows)
        else:
            print_usages(rows, progress, judged=request is not None)
    finally:
        progress.clear()
    return next((code for code in _MOST_SEVERE_FIRST if code in found), ExitCode.FINE)


def _request(options: Options, clock: Clock) -> "CheckRequest | None":
    """What a decision needs; None without an organization, and then no store is opened nor imported."""
    if not options.org:
        if options.puller:
            raise WrongUsage("--for says whose pull is judged; it goes with --org.")
        if options.lookup:
            raise WrongUsage("--lookup asks for what verdicts need; it goes with --org.")
        return None
    from asyncio import run as wait_for

    from iam_tui.cli.check import read_request

    return wait_for(read_request(options, clock))


def read_rows(
    paths: Sequence[str], progress: ProgressLine, environment: Mapping[str, str] | None = None
) -> Iterator[ScanRow]:
    """The usages of all paths; raises before the first of them if a path cannot be scanned."""
    from iam_tui.inventory.scan import scan

    def tell(text: str) -> None:
        progress.clear()
        say(text)

    walks = [None if path == _STDIN else scan(path, tell, progress.step, environment) for path in paths]
    for path, walk in zip(paths, walks, strict=True):
        if walk is None:
            yield from (ScanRow(usage, "") for usage in _listed())
        else:
            below = path if Path(path).is_dir() else dirname(path)
            yield from (ScanRow(usage, below) for usage in walk)


def _listed() -> Iterator[Usage]:
    from iam_tui.inventory.lists.image_list import read_list

    if sys.stdin is None:
        return
    if sys.stdin.isatty():
        say("Reading images from standard input; ctrl+d ends.")
    yield from read_list(sys.stdin.buffer)


def _judged(
    rows: Iterable[ScanRow], request: "CheckRequest | None", found: set[ExitCode]
) -> Iterator[ScanRow]:
    """The rows with their decisions, if there is a request; `found` gathers what they come to."""
    decide = request.judge() if request else None
    for row in rows:
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
    told = dict.fromkeys(("category", "verdict", "rule", "reason", "docker_error"))
    if decision:
        told = {name: getattr(decision, name) for name in told}
    elif usage.reference is None:
        told |= {"verdict": Verdict.CANNOT_TELL, "rule": _UNRESOLVED, "reason": usage.problem}
    return fields | told
