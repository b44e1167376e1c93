"""The real command in a process of its own: signals, pipes, encodings, and what it imports."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

PACKAGE = str(Path(__file__).parents[2])
NOTHING: Mapping[str, str] = MappingProxyType({})
COMMAND = [sys.executable, "-m", "iam_tui"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": PACKAGE, **more}


def run(*arguments: str | bytes, more: Mapping[str, str] = NOTHING) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(**more),
        timeout=60,
        check=False,
    )


def test_the_command_works_as_a_module(db: str) -> None:
    ended = run("--db", db, "--as", "max", "check", "nginx")
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.startswith(b"BLOCKED  docker.io/library/nginx:latest\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_its_exit_code(db: str, number: signal.Signals) -> None:
    outer, inner = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "--db", db, "--as", "max", "check", "-"],
        stdin=inner,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        try:
            assert process.stderr is not None
            assert b"standard input" in process.stderr.readline()
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
            os.close(outer)
            os.close(inner)
    assert process.returncode == 128 + number
    assert (out, err) == (b"", b"")


def test_a_reader_that_goes_away_is_not_an_error(db: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "--db", db, "--as", "max", "check", "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.write(b"nginx\n" * 1000)
        process.stdin.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


@pytest.mark.parametrize("more", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_output_that_is_not_utf8_gets_escapes(db: str, more: dict[str, str]) -> None:
    long = "é" * 100
    for form in ([], ["--json"]):
        ended = run("--db", db, "--as", "max", "check", *form, b"a\xff", long, "中文", "x", "y", more=more)
        assert (ended.returncode, ended.stderr) == (2, b"")
        assert ended.stdout.count(b"\n") == 5
    wrong = run("--db", db, long, more=more)
    assert wrong.returncode == 2
    assert b"Unknown verb" in wrong.stderr


def imported(*arguments: str) -> set[str]:
    """The top packages that the command imports."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "iam_tui", *arguments],
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
        text=True,
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("argument", ["--version", "--help", "nonsense"])
def test_version_and_help_import_nothing_heavy(argument: str) -> None:
    names = imported(argument)
    assert "argparse" in names
    assert not names & {
        "textual",
        "rich",
        "httpx",
        "pydantic",
        "pydantic_settings",
        "sqlite_utils",
        "asyncio",
    }


def test_check_imports_neither_textual_nor_httpx(db: str) -> None:
    names = imported("--db", db, "--as", "max", "check", "nginx")
    assert {"sqlite_utils", "pydantic_settings"} <= names
    assert not names & {"textual", "rich", "httpx", "shtab"}
