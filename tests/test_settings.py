"""Settings: where each value comes from, and what the errors say."""

import os
from pathlib import Path

import pytest

from iam_tui.settings import InvalidSettings, Level, Settings, config_file, default_db, load


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without our variables; the path of the config file, whose folder exists."""
    for name in os.environ:
        if name.upper().startswith("IAM_TUI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "config" / "iam_tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def refused() -> str:
    with pytest.raises(InvalidSettings) as raised:
        load()
    return raised.value.detail


def test_without_anything_there_are_defaults(tmp_path: Path) -> None:
    settings, sources, _ = load()
    assert settings.db == default_db() == tmp_path / "data" / "iam_tui" / "iam.db"
    assert (settings.user, settings.read_only, settings.keymap, settings.profiles) == (None, False, {}, {})
    assert {source.level for source in sources.values()} == {Level.DEFAULT}


def test_flag_wins_over_environment_over_file_over_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def user(flag: str | None = None) -> tuple[str | None, str]:
        settings, sources, _ = load({"user": flag})
        return settings.user, str(sources["user"])

    assert user() == (None, "default")
    config.write_text('user = "file"\n')
    assert user() == ("file", f"file {config}")
    monkeypatch.setenv("IAM_TUI_USER", "environment")
    assert user() == ("environment", "environment IAM_TUI_USER")
    assert user("flag") == ("flag", "flag")


def test_every_setting_can_be_in_the_file(config: Path) -> None:
    config.write_text(
        'db = "mine.db"\nprofile = "work"\nuser = "max"\napi = "https://a"\norg = "acme"\ntheme = "dark"\n'
        "ascii = true\nslow = true\nread_only = true\nlookup_badges = true\nbadge_days = 0\n"
        'server_hosts = ["iam.acme.example"]\n'
        "escape_milliseconds = 250\n"
        '[keymap]\n"app.quit" = "f10"\n[profiles.work]\nuser = "wendy"\n'
    )
    settings, sources, _ = load()
    assert {source.level for source in sources.values()} == {Level.FILE}
    assert (settings.profile, settings.org, settings.theme) == ("work", "acme", "dark")
    assert (settings.ascii, settings.slow, settings.read_only) == (True, True, True)
    assert (settings.lookup_badges, settings.badge_days) == (True, 0)
    assert settings.escape_milliseconds == 250
    assert settings.keymap == {"app.quit": "f10"}
    assert settings.profiles["work"].user == "wendy"


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_switches_in_the_environment(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("IAM_TUI_READ_ONLY", value)
    assert load().settings.read_only is expected


def test_tables_in_the_environment_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAM_TUI_KEYMAP", '{"app.quit": "f10"}')
    assert load().settings.keymap == {"app.quit": "f10"}


def test_relative_files_start_at_the_config_file(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config.write_text('db = "mine.db"\n[profiles.a]\ndb = "sub/a.db"\n[profiles.b]\ndb = "/b.db"\n')
    settings = load().settings
    assert settings.db == config.parent / "mine.db"
    assert settings.profiles["a"].db == config.parent / "sub" / "a.db"
    assert settings.profiles["b"].db == Path("/b.db")
    # What is typed in a shell starts where the shell is.
    monkeypatch.setenv("IAM_TUI_DB", "mine.db")
    assert load().settings.db == Path("mine.db")


def test_the_working_directory_is_never_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    (here / "iam_tui").mkdir(parents=True)
    for name in ("config.toml", "iam_tui/config.toml"):
        (here / name).write_text('user = "mallory"\n')
    (here / ".env").write_text("IAM_TUI_USER=mallory\n")
    monkeypatch.chdir(here)
    assert load().settings.user is None
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load().settings.user is None


class TestNamedFile:
    def test_it_is_read_in_place_of_the_usual_one(
        self, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config.write_text('user = "usual"\n')
        other = tmp_path / "other.toml"
        other.write_text('user = "other"\n')
        monkeypatch.setenv("IAM_TUI_CONFIG", str(other))
        assert config_file() == other
        assert load().settings.user == "other"

    def test_it_has_to_be_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IAM_TUI_CONFIG", str(tmp_path / "none.toml"))
        assert refused() == f"{tmp_path / 'none.toml'} does not exist, but IAM_TUI_CONFIG names it."

    def test_a_folder_cannot_be_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IAM_TUI_CONFIG", str(tmp_path))
        assert refused().startswith(f"{tmp_path} cannot be read: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('usr = "x"\n', "usr is not a setting (did you mean user?)"),
        ("readonly = true\n", "readonly is not a setting (did you mean read_only?)"),
        (
            "zzzzzz = 1\n",
            "zzzzzz is not a setting (there are api, ascii, badge_days, db, escape_milliseconds,",
        ),
        ('[profiles.a]\nuse = "x"\n', "profiles.a.use is not a setting (did you mean user?)"),
        ("user = 5\n", "user: Input should be a valid string"),
        ("[keymap]\nx = 1\n", "keymap.x: Input should be a valid string"),
        ('profiles = "x"\n', "profiles: Input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_the_file(config: Path, text: str, said: str) -> None:
    config.write_text(text)
    assert refused().startswith(f"{config}: {said}")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'user = "x"\n\nascii =\n', 3),
        (b"user = x", 1),
        (b'user = "x"\ntheme = "\xff"\n', 2),
        (b"\xff\xfeu", 1),
    ],
)
def test_a_broken_file_is_named_with_the_line(config: Path, content: bytes, line: int) -> None:
    config.write_bytes(content)
    detail = refused()
    assert detail.startswith(f"{config} is not ")
    assert f"(at line {line}" in detail


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_config_file_with_a_byte_order_mark_is_read(config: Path, newline: str) -> None:
    """As Notepad saves it."""
    config.write_bytes(f"\ufeffuser = 'max'{newline}[profiles.a]{newline}user = 'olivia'{newline}".encode())
    settings = load().settings
    assert settings.user == "max"
    assert settings.profiles["a"].user == "olivia"


def test_a_hostile_file_is_refused_like_any_other(config: Path) -> None:
    config.write_text("x = " + "[" * 100_000)
    assert "nested too deeply" in refused()


@pytest.mark.parametrize(
    ("name", "near"), [("IAM_TUI_READONLY", "IAM_TUI_READ_ONLY"), ("IAM_TUI_CONFG", "IAM_TUI_CONFIG")]
)
def test_a_misspelt_variable_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert refused() == f"The environment variable {name} is not a setting (did you mean {near}?)."


@pytest.mark.parametrize("name", ["ascii", "badge_days", "keymap", "profiles", "slow"])
def test_values_are_never_echoed(config: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"IAM_TUI_{name.upper()}", "hunter2")
    detail = refused()
    assert f"IAM_TUI_{name.upper()}" in detail
    assert "hunter2" not in detail
    monkeypatch.delenv(f"IAM_TUI_{name.upper()}")
    config.write_text(f'{name} = "hunter2"\nhunter = "hunter2"\n')
    assert "hunter2" not in refused()


def test_settings_never_change() -> None:
    settings = load().settings
    with pytest.raises(ValueError, match="frozen"):
        settings.user = "mallory"
    assert set(Settings.model_fields) == set(load().sources)
