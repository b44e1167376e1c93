"""What the README says is what the program does: its keys, settings, exit codes, JSON and examples."""

import importlib
import inspect
import json
import pkgutil
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding

import iam_tui.ui
from iam_tui.cli.errors import ExitCode
from iam_tui.cli.main import main
from iam_tui.settings import PREFIX, Settings
from iam_tui.ui.app import ENDING_SIGNALS
from iam_tui.ui.shared.active_keys import key_words
from tests.conftest import FixedClock

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    section = README.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", section, flags=re.MULTILINE)
    assert lines is not None, heading
    return [[cell.strip() for cell in row.strip("|\n").split("|")] for row in lines[0].splitlines()[2:]]


def _names(rows: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in rows]


def _bindings() -> Iterator[Binding]:
    for found in pkgutil.walk_packages(iam_tui.ui.__path__, "iam_tui.ui."):
        module = importlib.import_module(found.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                yield from (one for one in vars(kind).get("BINDINGS", ()) if isinstance(one, Binding))


def test_every_key_is_in_the_table_by_the_name_it_has_in_the_key_map() -> None:
    live: dict[str, list[str]] = {}
    for binding in _bindings():
        place, _, action = (binding.id or "").partition(".")
        keys = " ".join(f"`{key_words(key)}`" for key in binding.key.split(","))
        live.setdefault(f"`{place}`", []).append(f"{keys} {action}")
    told = {row[0]: row[2] for row in _table("## Keys")}
    assert told == {place: ", ".join(keys) for place, keys in live.items()}


def test_every_setting_is_in_the_table_with_its_variable() -> None:
    rows = _table("## Settings and files")
    assert _names(rows) == list(Settings.model_fields)
    assert [row[1].strip("`") for row in rows] == [PREFIX + name.upper() for name in Settings.model_fields]


def test_every_exit_code_is_in_the_table() -> None:
    told = {int(code) for row in _table("### Exit codes") for code in re.findall(r"\d+", row[0])}
    assert told == {int(code) for code in ExitCode} | {128 + signal.Signals[name] for name in ENDING_SIGNALS}


def test_every_key_of_the_json_is_in_its_table(
    demo_file: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--db", str(demo_file), "--as", "maya", "--json"]
    main([*arguments, "check", "--org", "globex", "nginx"], clock=clock)
    assert _names(_table("### JSON of `check`")) == list(json.loads(capsys.readouterr().out)[0])
    main([*arguments, "show", "globex"], clock=clock)
    whole = list(json.loads(capsys.readouterr().out))
    assert _names(_table("### JSON of `show` and `orgs`")) == whole
    main([*arguments, "orgs"], clock=clock)
    assert [key for key in whole if key != "allowlist"] == list(json.loads(capsys.readouterr().out)[0])


@pytest.mark.parametrize("example", re.findall(r"```console\n(\$ .*?)```", README, flags=re.DOTALL))
def test_the_examples_print_what_they_show(
    example: str,
    demo_file: Path,
    clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(demo_file.parent)
    command, _, shown = example.partition("\n")
    _, program, *arguments = shlex.split(command)
    assert program == "iam-tui"
    main(arguments, clock=clock)
    printed = capsys.readouterr()
    assert printed.err + printed.out == shown


def test_the_world_made_by_hand_can_be_made(
    tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    *lines, last = re.findall(r"^iam-tui (--db w\.db .*)$", README, flags=re.MULTILINE)
    assert [main(shlex.split(line), clock=clock) for line in lines] == [ExitCode.FINE] * len(lines)
    capsys.readouterr()
    assert main(shlex.split(last), clock=clock) == ExitCode.BLOCKED
    rows = json.loads(capsys.readouterr().out)
    assert [(row["verdict"], row["rule"]) for row in rows] == [
        ("allowed", "official"),
        ("blocked", "verified_publisher"),
    ]


def test_every_picture_is_there_and_says_what_it_shows() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", README)
    there = {str(path.relative_to(path.parents[1])) for path in Path("screenshots").resolve().iterdir()}
    assert {path for _, path in pictures} == there
    assert all(len(words) > 40 for words, _ in pictures)
