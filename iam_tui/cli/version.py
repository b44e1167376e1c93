"""`--version`: this program, Python, Textual and the platform; nothing heavy is imported for it."""

import platform
from importlib.metadata import PackageNotFoundError, version

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.parser import Clock, Options


def run(options: Options, clock: Clock) -> int:
    """Print the versions on one line."""
    del options, clock
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = platform.python_version()
    print(f"iam-tui {_version('iam-tui')}, Python {python}, Textual {_version('textual')}, {system}")
    return ExitCode.FINE


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
