"""How the console is opened: on which profiles, with which options, and only on a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from iam_tui.settings import crash_log, default_db
from iam_tui.stores.protocol import Profile, ProfileOpener, StoreKind
from iam_tui.ui.shared.options import ConsoleOptions
from tests.cli.conftest import NOW, Cli

HUB = Profile("hub", StoreKind.HUB, api="https://hub.docker.com")
PACKAGE = str(Path(__file__).parents[2])


@dataclass
class Opened:
    """What the console was opened with."""

    profiles: list[Profile]
    options: ConsoleOptions
    now: datetime


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Opened]:
    """The consoles that were opened, without a real terminal."""
    seen: list[Opened] = []

    def run_console(opener: ProfileOpener, *, clock: Callable[[], datetime], options: ConsoleOptions) -> int:
        seen.append(Opened(list(opener.profiles()), options, clock()))
        return 143

    monkeypatch.setattr("iam_tui.ui.launch.run_console", run_console)
    monkeypatch.setattr("iam_tui.cli.console._is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    return seen


def test_flags_reach_the_console_and_its_exit_code_comes_back(
    cli: Cli, opened: list[Opened], db: str
) -> None:
    line = ["--db", db, "--as", "max", "--org", "acme", "--read-only", "--slow", "--ascii"]
    assert cli(*line).code == 143
    (console,) = opened
    profile = Profile("local", StoreKind.LOCAL, Path(db), "max")
    assert console.profiles == [profile, replace(HUB, path=Path(db)), Profile("demo", StoreKind.DEMO)]
    assert console.options == ConsoleOptions(
        "acme",
        read_only=True,
        slow=True,
        escape_milliseconds=500,
        ascii=True,
        crash_log=crash_log(),
        profile=profile,
    )
    assert console.now == NOW


@pytest.mark.parametrize(
    ("options", "variable", "waits"),
    [([], "", 100), (["--slow"], "", 500), (["--slow"], "40", 40), ([], "900", 900)],
)
def test_an_escape_waits_longer_on_a_slow_connection_unless_a_setting_says_how_long(
    cli: Cli,
    opened: list[Opened],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    variable: str,
    waits: int,
) -> None:
    monkeypatch.setenv("IAM_TUI_ESCAPE_MILLISECONDS", variable)
    cli("--demo", *options)
    assert [console.options.escape_milliseconds for console in opened] == [waits]


def test_without_a_user_or_a_file_a_profile_is_chosen_first(cli: Cli, opened: list[Opened], db: str) -> None:
    for line in (["--db", db], ["--db", "new.db", "--as", "max"], []):
        cli(*line)
    assert [console.options.profile for console in opened] == [None, None, None]
    assert not Path("new.db").exists()


def test_the_demo_is_temporary_unless_a_file_is_named(
    cli: Cli, opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAM_TUI_DB", "mine.db")
    monkeypatch.setenv("IAM_TUI_USER", "me")
    cli("--demo")
    cli("--demo", "--db", "kept.db", "--as", "lee")
    assert [console.options.profile for console in opened] == [
        Profile("demo", StoreKind.DEMO),
        Profile("demo", StoreKind.DEMO, Path("kept.db"), "lee"),
    ]


def test_settings_give_theme_keymap_and_profiles(
    cli: Cli, opened: list[Opened], tmp_path: Path, db: str
) -> None:
    folder = tmp_path / "config" / "iam_tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        f'theme = "iam-safe"\nread_only = true\nuser = "max"\nprofile = "work"\n'
        f'[keymap]\n"access.save" = "f2,w"\n'
        f'[profiles.work]\ndb = "{db}"\nuser = "olivia"\n[profiles.other]\ndb = "other.db"\n'
    )
    cli()
    (console,) = opened
    assert console.profiles == [
        Profile("work", StoreKind.LOCAL, Path(db), "olivia"),
        Profile("other", StoreKind.LOCAL, folder / "other.db", "max"),
        replace(HUB, path=default_db()),
        Profile("demo", StoreKind.DEMO),
    ]
    assert (console.options.theme, console.options.read_only) == ("iam-safe", True)
    assert console.options.keymap == {"access.save": "f2,w"}
    assert console.options.profile == console.profiles[0]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ([], "Without one, use `iam-tui orgs`."),
        (["--db", "my file", "--as", "max", "--org", "acme"], "`iam-tui --db 'my file' --as max show acme`."),
        (["--demo"], "Nothing was done."),
    ],
)
def test_without_a_terminal_the_matching_verb_is_named(cli: Cli, line: list[str], advice: str) -> None:
    outcome = cli(*line)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.rstrip().endswith(advice)


def test_a_dumb_terminal_is_refused() -> None:
    outer, inner = pty.openpty()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "iam_tui", "--demo"],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, "TERM": "dumb", "PYTHONPATH": PACKAGE},
            timeout=30,
            check=False,
        )
        printed = os.read(outer, 10_000).decode()
    finally:
        os.close(outer)
        os.close(inner)
    assert ended.returncode == 2
    assert "The console needs a terminal that can run full-screen programs." in printed
    assert "\x1b" not in printed
