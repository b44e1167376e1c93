"""How the command line reports an error, and the exit code it ends with."""

import sys
from enum import IntEnum
from typing import Final

from iam_tui.core.errors import IamError, InvalidInput, NothingUsable
from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores import errors as store


class ExitCode(IntEnum):
    """The exit codes, listed in docs/command-line.md; scripts rely on the numbers."""

    FINE = 0
    BLOCKED = 1
    WRONG = 2
    TRY_AGAIN = 3
    NOT_PERMITTED = 4
    CHANGED = 5
    CANNOT_TELL = 6
    DEFECT = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class WrongUsage(IamError):
    """The command line cannot be understood, or something is missing in it."""

    title = "Wrong usage"
    meaning = "Nothing was done."
    advice = "`iam-tui --help` lists the verbs."


class OutputFailed(IamError):
    """Not everything that the verb printed could be written."""

    title = "The output could not be written"
    meaning = "What was printed is incomplete."


_BY_ERROR: Final[dict[type[IamError], ExitCode]] = {
    IamError: ExitCode.WRONG,
    WrongUsage: ExitCode.WRONG,
    InvalidInput: ExitCode.WRONG,
    NothingUsable: ExitCode.CANNOT_TELL,
    OutputFailed: ExitCode.TRY_AGAIN,
    store.NotSignedIn: ExitCode.NOT_PERMITTED,
    store.Forbidden: ExitCode.NOT_PERMITTED,
    store.NotFound: ExitCode.NOT_PERMITTED,
    store.Refused: ExitCode.WRONG,
    store.Conflict: ExitCode.CHANGED,
    store.RateLimited: ExitCode.TRY_AGAIN,
    store.Unavailable: ExitCode.TRY_AGAIN,
    store.UnusableAnswer: ExitCode.WRONG,
    store.FileLocked: ExitCode.TRY_AGAIN,
    store.FileReadOnly: ExitCode.WRONG,
    store.FileFull: ExitCode.TRY_AGAIN,
    store.FileCorrupt: ExitCode.WRONG,
    store.FileNewer: ExitCode.WRONG,
}


def exit_code(error: IamError) -> ExitCode:
    """The exit code for an error, by its class or the nearest base class that has one."""
    return next(_BY_ERROR[kind] for kind in type(error).__mro__ if kind in _BY_ERROR)


def print_error(error: IamError) -> None:
    """Print on standard error what happened, what it means and what to do; control characters are escaped."""
    print(f"iam-tui: {error.title}: {escape_controls(error.detail)}", file=sys.stderr)
    after = " ".join(filter(None, (error.meaning, error.advice)))
    if after:
        print(f"  {escape_controls(after)}", file=sys.stderr)
