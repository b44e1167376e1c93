"""A command line with fewer rights: `python -m tests.cli.limited nobody ARGUMENT...`, or a size for `nobody`.

A size is how many bytes a file may have, as on a full disk.
"""

import importlib
import os
import resource
import subprocess
import sys
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import iam_tui
from iam_tui.cli.main import main

ROOT: Final = Path(__file__).parents[2]
NOBODY: Final = 65534
IMPORTED_LATE: Final = ("anyio._backends._asyncio", "httpcore")
"""What httpx imports with its first request."""


def as_nobody(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """How a command line ends without special rights, even if root runs the tests."""
    return _ended("nobody", *arguments)


def with_size_limit(limit: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """How a command line ends where no file may grow beyond so many bytes."""
    return _ended(str(limit), *arguments)


def _ended(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.cli.limited", *words],
        cwd=ROOT,
        env={**os.environ, "XDG_CONFIG_HOME": "/nowhere", "XDG_DATA_HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _limit(what: str) -> None:
    # As the user nobody, the process may not be able to read what is imported late.
    for module in walk_packages(iam_tui.__path__, "iam_tui."):
        if module.name != "iam_tui.__main__":
            importlib.import_module(module.name)
    for name in IMPORTED_LATE:
        importlib.import_module(name)
    if what != "nobody":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(what), resource.RLIM_INFINITY))
    elif os.geteuid() == 0:
        os.setuid(NOBODY)


if __name__ == "__main__":
    _limit(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
