"""Starting the console: what must be set before Textual is imported, and how it ends."""

import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.protocol import ProfileOpener
from iam_tui.ui.shared.options import ConsoleOptions

CRASHED: Final = 70
"""The exit code after an error in the console itself; 1 means that something is blocked."""


def run_console(opener: ProfileOpener, *, clock: Callable[[], datetime], options: ConsoleOptions) -> int:
    """Open the console and return the process's exit code: 0, 70 after a crash, 128 and more for a signal."""
    _settle_environment(slow=options.slow)
    from iam_tui.ui.app import IamApp  # noqa: PLC0415 - after the environment is settled

    console = IamApp(opener, clock=clock, options=options)
    console.run()
    if console.crash is not None:
        _report(console.crash, clock(), options.crash_log)
    _let_go_of_terminal()
    return CRASHED if console.crash or console.return_code is None else console.return_code


TELLTALES: Final = (
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DEVTOOLS_HOST",
    "TEXTUAL_DEVTOOLS_PORT",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
)
"""Variables that make Textual write down or send what is typed and shown, or type by itself."""


def _settle_environment(*, slow: bool) -> None:
    """Set what Textual reads once, at import; what the user set stays, unless it would tell secrets.

    Nothing is animated, so the frames per second only set how soon a change is drawn.
    """
    ignored = [name for name in TELLTALES if os.environ.pop(name, None)]
    if ignored:
        print(f"iam-tui: ignoring {', '.join(ignored)}, so that no secret is written down.", file=sys.stderr)
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    os.environ.setdefault("TEXTUAL_FPS", "15" if slow else "120")


def _report(crash: BaseException, now: datetime, log: Path | None) -> None:
    """Print the traceback without the values of variables, and what happened to the user's work."""
    lines = "".join(traceback.format_exception(crash)).splitlines()
    report = "\n".join(escape_controls(line) for line in lines)
    print(report, file=sys.stderr)
    print("\niam-tui: The console stopped because of a bug in it", file=sys.stderr)
    print(
        "  If a save was under way, it is not known whether it was made: look before you save",
        file=sys.stderr,
    )
    print(
        "  again. What was staged and could be written to the file is there at the next start.",
        file=sys.stderr,
    )
    if log is not None:
        print(f"  {_write_report(log, f'{now:%Y-%m-%d %H:%M:%S} UTC', report)}", file=sys.stderr)


def _write_report(log: Path, *parts: str) -> str:
    """Replace the last report, readable by its owner only; the answer is a sentence for the user."""
    try:
        for folder in reversed([one for one in log.parents if not one.exists()]):
            folder.mkdir(mode=0o700, exist_ok=True)
        log.unlink(missing_ok=True)
        with os.fdopen(
            os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write("\n".join((*parts, "")))
    except OSError as error:
        return f"The report above could not be written to {escape_controls(str(log))}: {error.strerror}."
    return f"The report above is also in {escape_controls(str(log))}."


def _let_go_of_terminal() -> None:
    """Drop output that a closed terminal no longer takes, so that it cannot change the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)
