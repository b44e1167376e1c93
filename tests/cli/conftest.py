"""The command line, called in this process with a fixed clock, and a local file to call it on."""

import io
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from iam_tui.cli.main import main

NOW = datetime(2026, 8, 14, 9, 30, tzinfo=UTC)


class Outcome(NamedTuple):
    """How one command line ended."""

    code: int
    out: str
    err: str


class Cli(Protocol):
    """Calls the command line; `stdin` is what it finds on standard input, None for a closed one."""

    def __call__(
        self, *arguments: str, stdin: bytes | None = b"", clock: Callable[[], datetime] = lambda: NOW
    ) -> Outcome: ...


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and data of the user who runs the tests out of them."""
    for name in os.environ:
        if name.upper().startswith("IAM_TUI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in this process."""

    def call(
        *arguments: str, stdin: bytes | None = b"", clock: Callable[[], datetime] = lambda: NOW
    ) -> Outcome:
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments, clock=clock)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def db(cli: Cli, tmp_path: Path) -> str:
    """A file with acme: olivia owns it, max is a member, eddie an editor; official images are off.

    grafana is a verified publisher and tiny has no badge; postgres is allowlisted; max signed in today.
    """
    path = str(tmp_path / "w.db")
    for line in (
        "org create acme --owner olivia",
        "--as olivia member add acme max",
        "--as olivia member add acme eddie --role editor",
        "publisher set grafana verified_publisher",
        "publisher set tiny none",
        "--as olivia set acme --enable --official off --allowlist on --allow postgres --reason orders --yes",
        "--as olivia member sign-in acme max",
    ):
        outcome = cli("--db", path, *line.split())
        assert outcome.code == 0, outcome.err
    return path
