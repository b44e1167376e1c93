"""`config path` and `config show`, and which profile's file and user count."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The path of the config file, whose folder exists."""
    path = tmp_path / "config" / "iam_tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_path_is_printed_even_if_there_is_no_file(cli: Cli, config: Path) -> None:
    assert cli("config", "path").out == f"{config}\n"
    assert json.loads(cli("config", "path", "--json").out) == {"path": str(config), "exists": False}


def test_show_names_the_source_of_each_value(cli: Cli, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('theme = "dark"\nuser = "max"\nslow = true\n')
    monkeypatch.setenv("IAM_TUI_USER", "zoe")
    shown = json.loads(cli("--db", "f.db", "config", "show", "--json").out)
    assert shown["db"] == {"value": "f.db", "source": "flag"}
    assert shown["user"] == {"value": "zoe", "source": "environment IAM_TUI_USER"}
    assert shown["theme"] == {"value": "dark", "source": f"file {config}"}
    assert shown["ascii"] == {"value": False, "source": "default"}
    lines = [line.split() for line in cli("config", "show").out.splitlines()]
    assert ["slow", "true", "(file", f"{config})"] in lines


def test_a_misspelt_key_is_reported_with_file_and_nearest_key(cli: Cli, config: Path) -> None:
    config.write_text('usr = "max"\n')
    outcome = cli("orgs")
    assert outcome.code == 2
    assert f"{config}: usr is not a setting (did you mean user?)." in outcome.err
    assert cli("config", "path").code == 0


class Outside(NamedTuple):
    """The settings outside the profile: in the file, in the environment, as flags."""

    file: str = ""
    environ: Mapping[str, str] = MappingProxyType({})
    flags: Sequence[str] = ()


PROFILE = '[profiles.work]\ndb = "work.db"\nuser = "wendy"\n'


@pytest.mark.parametrize(
    ("outside", "expected"),
    [
        (Outside(flags=["--profile", "work"]), ("work.db", "wendy")),
        (Outside(file='db = "top.db"\nuser = "tom"\nprofile = "work"\n'), ("work.db", "wendy")),
        (Outside('profile = "work"\n', {"IAM_TUI_DB": "env.db"}), ("env.db", "wendy")),
        (
            Outside("", {"IAM_TUI_DB": "env.db", "IAM_TUI_USER": "eve"}, ["--profile", "work"]),
            ("work.db", "wendy"),
        ),
        (Outside("", {"IAM_TUI_PROFILE": "work"}, ["--as", "fay"]), ("work.db", "fay")),
        (Outside(flags=["--profile", "work", "--db", "flag.db"]), ("flag.db", "wendy")),
    ],
)
def test_flags_and_variables_override_a_profile_that_was_chosen_further_away(
    cli: Cli, config: Path, monkeypatch: pytest.MonkeyPatch, outside: Outside, expected: tuple[str, str]
) -> None:
    config.write_text(outside.file + PROFILE)
    for name, value in outside.environ.items():
        monkeypatch.setenv(name, value)
    db, user = expected
    path = config.parent / db if db in {"work.db", "top.db"} else Path(db)
    cli("--db", str(path), "org", "create", "acme", "--owner", user)
    found = json.loads(cli(*outside.flags, "orgs", "--json").out)
    assert [(row["organization"], row["role"]) for row in found] == [("acme", "owner")]


def test_an_unknown_profile_is_wrong_usage(cli: Cli, config: Path) -> None:
    config.write_text(PROFILE)
    outcome = cli("--profile", "home", "orgs")
    assert outcome.code == 2
    assert "Unknown profile: home. Known profiles: work." in outcome.err
