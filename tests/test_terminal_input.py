"""What the console makes of what a real terminal sends, and of the variables it is started with."""

from pathlib import Path
from signal import Signals

import pytest
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from iam_tui.ui.shared.terminal_driver import TerminalDriver
from tests.screen_walk import demo_terminal

SECRET = "dckr_pat_" + "typed"


def test_textual_still_has_what_the_driver_replaces() -> None:
    """Fails if a new version of Textual reads the terminal in another way."""
    assert "run_input_thread" in vars(LinuxDriver)
    assert issubclass(TerminalDriver, LinuxDriver)
    names = {
        *LinuxDriver.run_input_thread.__code__.co_names,
        *LinuxDriver._run_input_thread.__code__.co_names,
    }
    assert {"run_input_thread", "exit_event", "fileno"} <= names
    assert App.get_driver_class(App()) in {LinuxDriver, TerminalDriver}


def test_one_write_fills_a_form_and_goes_on(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db") as terminal:
        terminal.wait_for("a allow")
        terminal.send("anginx\tbecause\t+90d")
        terminal.wait_for(r"Reason      because")
        terminal.wait_for(r"Review by   \+90d")
        assert "Repository  nginx\n" in terminal.text
        terminal.send("\r")
        terminal.wait_for("1 staged")
        terminal.send("qy")
        assert terminal.wait_exit() == 0
    with demo_terminal(tmp_path / "demo.db") as terminal:
        terminal.wait_for("1 staged")


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b[?62;c",
        "\x1bP>|XTerm(370)\x1b\\",
        "\x1b]11;rgb:1010/1515/1c1c\x07",
        "\x1b]52;c;YTpx\x1b\\",
        "\x1b[?997;1n",
        "\x1b[97;1:3u",
    ],
)
def test_a_late_answer_opens_nothing(tmp_path: Path, answer: str) -> None:
    with demo_terminal(tmp_path / "demo.db") as terminal:
        terminal.wait_for("a allow")
        terminal.settle()
        before = terminal.text
        terminal.send(answer)
        terminal.settle()
        assert terminal.text == before
        terminal.send(" ")
        terminal.wait_for("1 staged")


def test_a_byte_of_latin_1_is_visible_in_a_field_and_nothing_elsewhere(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db") as terminal:
        terminal.wait_for("a allow")
        terminal.send_bytes(b"\xe9\xff a")
        terminal.wait_for("Allow a repository")
        terminal.send_bytes(b"caf\xe9")
        terminal.wait_for(r"caf\\xe9")
        terminal.press("escape")
        terminal.wait_for("1 staged")


def test_a_slow_link_waits_longer_for_the_rest_of_a_key(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db", IAM_TUI_ESCAPE_MILLISECONDS="9000") as terminal:
        terminal.wait_for("a allow")
        terminal.press("a")
        terminal.wait_for("Allow a repository")
        terminal.send("nginx\x1b")
        terminal.settle()
        terminal.send("[D")
        terminal.send("X")
        terminal.wait_for("nginXx")


@pytest.mark.parametrize(
    ("lang", "everything"),
    [("C.UTF-8", "C"), ("", ""), ("C.UTF-8", "POSIX"), ("en_US.ISO-8859-1", ""), ("C", "")],
)
def test_a_locale_without_utf8_gets_ascii(tmp_path: Path, lang: str, everything: str) -> None:
    """`LC_ALL=C`, no `LANG`, Latin-1: Python itself would write UTF-8 to all of them."""
    with demo_terminal(tmp_path / "demo.db", LANG=lang, LC_ALL=everything) as terminal:
        terminal.wait_for("a allow")
        terminal.settle()
        assert terminal.text.isascii()


def test_a_locale_that_is_not_installed_but_names_utf8_gets_all_signs(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db", LANG="xx_XX.UTF-8") as terminal:
        terminal.wait_for("\u203a Image Access Management")


def test_textuals_own_logs_are_not_written(tmp_path: Path) -> None:
    log = tmp_path / "textual.log"
    before = set(Path.cwd().iterdir())
    with demo_terminal(
        tmp_path / "demo.db",
        TEXTUAL="debug,devtools",
        TEXTUAL_DEBUG="1",
        TEXTUAL_LOG=str(log),
        TEXTUAL_PRESS="q",
    ) as terminal:
        terminal.wait_for("a allow")
        terminal.send(f"a{SECRET}")
        terminal.wait_for(SECRET)
        terminal.send("\x1b")
        terminal.wait_for("Nothing staged")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert b"ignoring TEXTUAL, TEXTUAL_DEBUG, TEXTUAL_LOG, TEXTUAL_PRESS" in terminal.written
    assert not log.exists()
    assert set(Path.cwd().iterdir()) == before


@pytest.mark.parametrize("theme", ["dracula", "ansi-light", "iam-safe"])
def test_a_theme_of_textuals_opens_from_the_environment(tmp_path: Path, theme: str) -> None:
    with demo_terminal(tmp_path / "demo.db", IAM_TUI_THEME=theme, TEXTUAL_THEME=theme) as terminal:
        terminal.wait_for("a allow")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_a_theme_that_does_not_exist_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db", IAM_TUI_THEME="dracla", size=(120, 24)) as terminal:
        assert terminal.wait_exit() == 2
        assert "dracla is not a theme. Did you mean dracula?" in terminal.text
        assert terminal.left_on() == set()


def test_a_hundred_keys_of_noise_then_a_signal_ends_it_in_order(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db") as terminal:
        terminal.wait_for("a allow")
        terminal.send_bytes(b"\x1b[200~\xff\x1b]0;" * 10)
        terminal.signal(Signals.SIGTERM)
        assert terminal.wait_exit() == 143
