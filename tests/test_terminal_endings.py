"""However the console ends, it restores the terminal, keeps what is staged, and exits with the right code."""

import re
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path
from signal import Signals

import pytest

from tests.terminal import Terminal, demo, environment

CRASHING = """
import sys
from iam_tui.cli.main import main
from iam_tui.ui.access.screen import AccessScreen

def fail(screen):
    token = "dckr_" + "pat_secret"
    raise RuntimeError("no such thing as \\x1b[2Jthis")

AccessScreen.action_refresh = fail
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the demo is kept."""
    return tmp_path / "demo.db"


def open_acme(file: Path) -> Terminal:
    """A console that opens Image access of acme-corp."""
    return Terminal(demo(file, "--org", "acme-corp"), env=environment(file.parent))


def stage_one(terminal: Terminal) -> None:
    """Switch Image Access Management off, without saving it."""
    terminal.wait_for("a allow")
    terminal.press("space")
    terminal.wait_for("1 staged")


def assert_kept(file: Path, count: int = 1) -> None:
    """What was staged is there at the next start."""
    with open_acme(file) as terminal:
        terminal.wait_for(f"{count} staged")


@pytest.mark.parametrize(("signal", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_gives_the_terminal_back_and_keeps_what_is_staged(
    file: Path, signal: str, code: int
) -> None:
    with open_acme(file) as terminal:
        stage_one(terminal)
        terminal.signal(Signals[signal])
        assert terminal.wait_exit() == code
        assert terminal.left_on() == set()
    assert_kept(file)


def test_what_still_waits_for_the_file_is_written_before_the_end(file: Path) -> None:
    with open_acme(file) as terminal, closing(sqlite3.connect(file, isolation_level=None)) as other:
        terminal.wait_for("a allow")
        other.execute("BEGIN IMMEDIATE")
        terminal.press("space")
        terminal.wait_for("1 staged")
        terminal.press("j", "j", "space")
        terminal.wait_for("2 staged")
        terminal.signal(Signals.SIGTERM)
        terminal.wait_until(lambda: not terminal.left_on(), "the terminal as it was")
        other.execute("ROLLBACK")
        assert terminal.wait_exit() == 143
    assert_kept(file, 2)


def test_a_signal_while_loading_gives_the_terminal_back(file: Path) -> None:
    with open_acme(file) as terminal:
        terminal.wait_until(lambda: "alternate screen" in terminal.left_on(), "the console")
        terminal.signal(Signals.SIGTERM)
        assert terminal.wait_exit() == 143
        assert terminal.left_on() == set()


@pytest.mark.parametrize("controlling", [True, False])
def test_a_cut_line_ends_the_console_and_keeps_what_is_staged(file: Path, controlling: bool) -> None:
    command, env = demo(file, "--org", "acme-corp"), environment(file.parent)
    with Terminal(command, env=env, controlling=controlling) as terminal:
        stage_one(terminal)
        terminal.hang_up()
        assert terminal.wait_exit() == 129
    assert_kept(file)


def test_a_crash_gives_the_terminal_back_and_says_where_things_stand(file: Path) -> None:
    command = demo(file, "--org", "acme-corp")
    crashing = [sys.executable, "-c", CRASHING, *command[3:]]
    with Terminal(crashing, env=environment(file.parent), size=(100, 40)) as terminal:
        stage_one(terminal)
        terminal.press("r")
        assert terminal.wait_exit() == 70
        assert terminal.left_on() == set()
        assert "it is not known whether it was made" in terminal.text
        assert "What was staged and could be written to the file is there at the next start." in terminal.text
        assert r"RuntimeError: no such thing as \x1b[2Jthis" in terminal.text
        assert "in fail" in terminal.text
    written = terminal.written.decode()
    assert "pat_secret" not in written
    said = re.search(r"The report above is also in (.*)\.\r\n", written)
    assert said
    log = Path(said[1])
    assert file.parent in log.parents
    assert "RuntimeError: no such thing as" in log.read_text()
    assert "pat_secret" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert_kept(file)


def test_suspending_hands_the_terminal_back_until_the_console_goes_on(file: Path) -> None:
    with open_acme(file) as terminal:
        stage_one(terminal)
        terminal.settle()
        before = terminal.rows
        terminal.press("ctrl+z")
        terminal.wait_stopped()
        terminal.wait_until(lambda: not terminal.left_on(), "the terminal as it was")
        assert not terminal.text.strip()
        terminal.signal(Signals.SIGCONT)
        terminal.wait_until(lambda: terminal.rows == before, "the screen as it was")
        terminal.press("u")
        terminal.wait_for("Nothing staged")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_on() == set()
