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

from iam_tui.cli.errors import ExitCode, OutputFailed, WrongUsage, exit_code, present
from iam_tui.cli.parser import (
    Clock,
    Options,
    Parser,
    add_console,
    add_everywhere,
    add_json,
    cut_at_word,
    merge,
    unknown,
)
from iam_tui.cli.verbs import VERBS, actions_of, module_of
from iam_tui.core.errors import IamError

EXAMPLES: Final = """\
iam-tui: Docker's Image Access Management in the terminal

examples:
  iam-tui --demo                                     look around in sample organizations
  iam-tui --as max check --org acme nginx:1.27       may max pull this image?
  iam-tui --as olivia set acme --official off        what would change; --yes saves it
  iam-tui --as max check --json - < images.txt       a list of images, verdicts as JSON

exit codes:
  0 fine   1 something is blocked   2 wrong usage, invalid input, not confirmed, unusable file
  3 unavailable, try again   4 not signed in, not permitted, not found   5 changed meanwhile
  6 cannot tell   130, 143 interrupted
"""


def main(argv: Sequence[str] | None = None, *, clock: Clock = lambda: datetime.now(UTC)) -> int:
    """Run one command line and return its exit code (design 6)."""
    _print_anything(sys.stdout)
    _print_anything(sys.stderr)
    with _stopped_by_sigterm(), _garbage_left():
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
            present(error)
            code = exit_code(error)
        except Exception as error:
            # Python's own exit code for this is 1, which would read as "something is blocked".
            traceback.print_exc()
            raise SystemExit(ExitCode.DEFECT) from error
    return int(code)


def _run(arguments: Sequence[str], clock: Clock) -> int:
    before, word, after = cut_at_word(arguments)
    top = top_parser()
    if word is None:
        options = top.parse_args(before)
        return module_of("version" if options.version else "console").run(options, clock)
    actions = actions_of(word)
    if word not in VERBS and not actions:
        raise unknown("verb", word, sorted({name.partition(" ")[0] for name in VERBS}))
    verb = word
    if actions:
        between, action, after = cut_at_word(after)
        before = [*before, *between]
        if action is None:
            return _explain_group(word, actions, before)
        if action not in actions:
            raise unknown(f"action of {word}", action, list(actions))
        verb = f"{word} {action}"
    given = top.parse_args(before)
    if given.version:
        return module_of("version").run(given, clock)
    return module_of(VERBS[verb].module).run(_verb_options(verb, given, after), clock)


def top_parser() -> Parser:
    """The parser of what may stand before a verb, or without one."""
    parser = _TopParser("iam-tui")
    add_console(parser)
    add_everywhere(parser)
    add_json(parser)
    parser.add_argument("--version", action="store_true", help="print versions and platform")
    return parser


class _TopParser(Parser):
    def format_help(self) -> str:
        """The examples and exit codes first, then the verbs, then argparse's own help."""
        verbs = "".join(f"  {name:<18} {verb.summary}\n" for name, verb in VERBS.items())
        return f"{EXAMPLES}\nverbs (without one, the console opens):\n{verbs}\n{super().format_help()}"


def verb_parser(verb: str) -> Parser:
    """The parser of one verb, with the options that every verb takes."""
    parser = Parser(f"iam-tui {verb}", f"{VERBS[verb].summary[0].upper()}{VERBS[verb].summary[1:]}.")
    module_of(VERBS[verb].module).configure(parser, verb)
    add_everywhere(parser)
    return parser


def _verb_options(verb: str, before: Options, after: Sequence[str]) -> Options:
    parser = verb_parser(verb)
    # Options between images need the intermixed reading, which in turn does not know `--`.
    parse = parser.parse_args if "--" in after else parser.parse_intermixed_args
    options = merge(parser.prog, before, parse(after))
    options.verb = verb
    return options


def _explain_group(word: str, actions: dict[str, str], options: Sequence[str]) -> int:
    listed = "\n".join(f"  iam-tui {word} {name:<10} {summary}" for name, summary in actions.items())
    if "-h" in options or "--help" in options:
        print(listed)
        return ExitCode.FINE
    raise WrongUsage(
        f"{word} needs one of: {', '.join(actions)}.", advice=f"`iam-tui {word} --help` tells more."
    )


def _print_anything(stream: object) -> None:
    """Let a stream that is not UTF-8 show what it cannot encode as escapes rather than fail."""
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
    """Point standard output at nothing, so that Python's own last flush finds nothing to complain about."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Collect no garbage: imports allocate much and free nothing, and most runs end soon after them.

    Nor is all of it looked through once more at the end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an orderly end with exit code 143."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(ExitCode.TERMINATED)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
