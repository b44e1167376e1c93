"""The entry point of `iam-tui`, `iam_tui` and `python -m iam_tui`."""

import gc
import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from iam_tui.cli.errors import ExitCode, OutputFailed, WrongUsage, exit_code, print_error
from iam_tui.cli.parser import (
    Clock,
    Options,
    Parser,
    add_common_options,
    add_console_options,
    add_json,
    merge,
    split_at_word,
    unknown,
)
from iam_tui.cli.verbs import VERBS, actions_of, module_of
from iam_tui.core.errors import IamError

EXAMPLES: Final = """\
iam-tui: Docker's Image Access Management in the terminal

examples:
  iam-tui --demo                                     look around in sample organizations
  iam-tui --as max check --org acme nginx:1.27       may max pull this image?
  iam-tui --as olivia set acme --official off        show what would change; --yes saves it
  iam-tui --as max check --json - < images.txt       check a list of images, print JSON

exit codes:
  0 fine   1 something is blocked   2 wrong usage, invalid input, not confirmed, unusable file
  3 unavailable, try again   4 not signed in, not permitted, not found   5 changed in the meantime
  6 cannot tell   130, 143 interrupted
"""


def main(argv: Sequence[str] | None = None, *, clock: Clock = lambda: datetime.now(UTC)) -> int:
    """Run one command line and return its exit code; `SystemExit` with code 70 for a defect."""
    _escape_unencodable(sys.stdout)
    _escape_unencodable(sys.stderr)
    with _exit_on_sigterm(), _without_garbage_collection():
        try:
            code = _run(sys.argv[1:] if argv is None else argv, clock)
            _flush()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else ExitCode.WRONG
        except BrokenPipeError:
            _drop_output()
            code = ExitCode.BROKEN_PIPE
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except IamError as error:
            print_error(error)
            code = exit_code(error)
        except Exception as error:
            # Python's own exit code for this is 1, which would read as "something is blocked".
            traceback.print_exc()
            raise SystemExit(ExitCode.DEFECT) from error
    return int(code)


def _run(arguments: Sequence[str], clock: Clock) -> int:
    before, word, after = split_at_word(arguments)
    top = top_parser()
    if word is None:
        options = top.parse_args(before)
        return _print_versions() if options.version else module_of("console").run(options, clock)
    actions = actions_of(word)
    if word not in VERBS and not actions:
        # An unknown option may be the reason: its value is then taken for the verb.
        top.parse_args(before)
        raise unknown("verb", word, sorted({name.partition(" ")[0] for name in VERBS}))
    verb = word
    if actions:
        between, action, after = split_at_word(after)
        before = [*before, *between]
        if action is None:
            return _print_actions(word, actions, before)
        if action not in actions:
            raise unknown(f"{word} action", action, list(actions))
        verb = f"{word} {action}"
    given = top.parse_args(before)
    if given.version:
        return _print_versions()
    return module_of(VERBS[verb].module).run(_verb_options(verb, given, after), clock)


def top_parser() -> Parser:
    """The parser of the options before a verb, or without one."""
    parser = _TopParser("iam-tui")
    add_console_options(parser)
    add_common_options(parser)
    add_json(parser)
    parser.add_argument("--version", action="store_true", help="print versions and platform")
    return parser


class _TopParser(Parser):
    def format_help(self) -> str:
        """The examples and exit codes first, then the verbs, then argparse's own help."""
        verbs = "".join(f"  {name:<18} {verb.summary}\n" for name, verb in VERBS.items())
        return f"{EXAMPLES}\nverbs (without one, the console opens):\n{verbs}\n{super().format_help()}"


def verb_parser(verb: str) -> Parser:
    """The parser of one verb, with the options that every verb accepts."""
    parser = Parser(f"iam-tui {verb}", f"{VERBS[verb].summary[0].upper()}{VERBS[verb].summary[1:]}.")
    module_of(VERBS[verb].module).configure(parser, verb)
    add_common_options(parser)
    return parser


def _verb_options(verb: str, before: Options, after: Sequence[str]) -> Options:
    parser = verb_parser(verb)
    # Options between images need intermixed parsing, which in turn does not know `--`.
    parse = parser.parse_args if "--" in after else parser.parse_intermixed_args
    options = merge(parser.prog, before, parse(after))
    options.verb = verb
    return options


def _print_actions(word: str, actions: dict[str, str], options: Sequence[str]) -> int:
    """The help of a first word alone; `WrongUsage` where help was not asked for."""
    listed = "\n".join(f"  iam-tui {word} {name:<10} {summary}" for name, summary in actions.items())
    if "-h" in options or "--help" in options:
        print(listed)
        return ExitCode.FINE
    raise WrongUsage(f"{word} needs one of: {', '.join(actions)}.", advice=f"See `iam-tui {word} --help`.")


def _print_versions() -> int:
    """Print the versions of this program, Python and Textual, and the platform, on one line."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    def version_of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "(not installed)"

    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = platform.python_version()
    print(f"iam-tui {version_of('iam-tui')}, Python {python}, Textual {version_of('textual')}, {system}")
    return ExitCode.FINE


def _escape_unencodable(stream: object) -> None:
    """Let a stream that is not UTF-8 print escapes for what it cannot encode, rather than fail."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_output()
        raise OutputFailed(f"{error.strerror}.") from error


def _drop_output() -> None:
    """Redirect standard output to nothing, so that Python's last flush does not fail."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Collect no garbage: imports allocate much and free nothing, and most runs end soon after them.

    Freezing at the end keeps the interpreter from looking through all objects once more as it exits.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _exit_on_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an orderly exit with code 143."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(ExitCode.TERMINATED)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
