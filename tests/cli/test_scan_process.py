"""`scan` in a process of its own: progress, signals, what it imports, and how much memory it takes."""

import os
import pty
import signal
import subprocess
from pathlib import Path

from tests.cli.test_process import COMMAND, environment, imported


def test_without_an_organization_no_store_is_opened_and_nothing_heavy_imported(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM nginx\n")
    names = imported("--db", str(tmp_path / "missing.db"), "scan", str(tmp_path))
    heavy = {
        "sqlite3",
        "sqlite_utils",
        "pydantic",
        "pydantic_settings",
        "textual",
        "rich",
        "httpx",
        "asyncio",
    }
    assert not names & {*heavy, "yaml", "pathspec"}


def test_progress_on_a_terminal_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM nginx\n")
    outer, inner = pty.openpty()
    ended = subprocess.run(
        [*COMMAND, "scan", "--json", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=inner,
        env=environment(),
        timeout=60,
        check=False,
    )
    os.close(inner)
    shown = os.read(outer, 10_000)
    os.close(outer)
    assert ended.returncode == 0
    assert shown.startswith(b"\r\x1b[K0 files read")
    assert shown.endswith(b"\r\x1b[K")


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM nginx\n" * 1000)
    with subprocess.Popen(
        [*COMMAND, "scan", "--json", str(tmp_path), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # The first row shows that it has begun to read; the list on standard input never comes whole.
        assert process.stdout.read(1) == b"["
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == b""
