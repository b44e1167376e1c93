"""The program's settings: a flag wins over the environment (`IAM_TUI_...`), the config file and the default.

The config file (TOML) is in the platform's config directory, or where `IAM_TUI_CONFIG` points; the working
directory is never searched. A key or variable that is not a setting is an error that suggests similar names:
a misspelt `IAM_TUI_READ_ONLY` that was ignored would open a console that can write, and a warning printed
before a full-screen program is never seen. Errors never show values, since they may be secrets.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from iam_tui.core.errors import InvalidInput
from iam_tui.core.suggestions import suggest

PREFIX: Final = "IAM_TUI_"
CONFIG_VARIABLE: Final = f"{PREFIX}CONFIG"
CREDENTIALS: Final = (f"{PREFIX}USERNAME", f"{PREFIX}TOKEN")
"""The variables for signing in to Docker Hub. They are not settings, so that no file contains a secret."""
_NO_FLAGS: Final[Mapping[str, object]] = MappingProxyType({})


class InvalidSettings(InvalidInput):
    """A setting, the config file or a variable is invalid."""

    title = "Invalid settings"
    advice = "Correct it and start again; `iam-tui config path` prints where the config file is."


def config_file() -> Path:
    """The path of the config file, whether or not the file exists."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_config_path("iam_tui") / "config.toml"


def default_db() -> Path:
    """The path of the local store's file if no setting names another."""
    return platformdirs.user_data_path("iam_tui") / "iam.db"


def crash_log() -> Path:
    """The path of the file that describes the console's last crash."""
    return platformdirs.user_state_path("iam_tui") / "crash.log"


class ProfileSettings(BaseModel):
    """One table `[profiles.NAME]` of the config file: a store to open, and who you are in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    db: Path | None = None
    """The profile's local store; a relative path is relative to the config file's folder."""
    user: str | None = None
    """Your user name in the profile's local store."""
    api: str | None = None
    """The URL of a Docker Hub API, for a Hub profile; `db` is then the file that keeps what was read."""


class Settings(BaseSettings):
    """All settings; in the environment, each has the same name after `IAM_TUI_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    db: Path = Field(default_factory=default_db)
    """The local store's file; in the config file, a relative path is relative to that file's folder."""
    profile: str | None = None
    """The name of the profile to open, one of `profiles`."""
    user: str | None = None
    """Your user name in a local store."""
    api: str | None = None
    """The URL of a Docker Hub API to use instead of a local store."""
    org: str | None = None
    """The organization that the console opens, and that `check` uses without `--org`."""
    theme: str | None = None
    """The name of the console's theme."""
    ascii: bool = False
    """Draw with ASCII characters only."""
    slow: bool = False
    """Send less data, for slow connections: no animation, fewer updates."""
    escape_milliseconds: int | None = Field(default=None, ge=1, le=10_000)
    """How long an escape may be the beginning of another key; without a value 100, and 500 with `slow`."""
    read_only: bool = False
    """Disable every change in the console."""
    lookup_badges: bool = False
    """Let the console look up unknown publishers on Docker Hub from a local store, too."""
    badge_days: int = Field(default=7, ge=0)
    """For how many days a badge that was looked up is used before it is looked up again."""
    server_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """More names that `serve` answers to; in the environment, separated by commas."""
    keymap: dict[str, str] = {}
    """Other keys for the console's actions: a binding id and its keys, separated by commas."""
    profiles: dict[str, ProfileSettings] = {}
    """The profiles, each by its name."""

    @field_validator("server_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, config file; no `.env` file and no secrets folder."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, _file_values())


class Level(IntEnum):
    """Where a value can come from; a higher level wins over a lower one."""

    DEFAULT = 0
    FILE = 1
    ENVIRONMENT = 2
    FLAG = 3


class SettingSource(NamedTuple):
    """Where a value comes from: the level, and the name of the file or variable, empty for the others."""

    level: Level
    name: str

    def __str__(self) -> str:
        return f"{self.level.name.lower()} {self.name}".rstrip()


class Loaded(NamedTuple):
    """The settings, and where each value comes from, by the setting's name."""

    settings: Settings
    sources: Mapping[str, SettingSource]
    demo: bool = False
    """Whether to work on the sample organizations; settings about other stores then do not count."""


def load(flags: Mapping[str, object] = _NO_FLAGS) -> Loaded:
    """Read all settings; `flags` has the values given on the command line, None for those not given.

    Raises `InvalidSettings`, which names the file or variable and what is wrong.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown_variables(os.environ)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        sources = _sources(given)
        problems = [
            _problem(detail, sources) for detail in error.errors(include_url=False, include_input=False)
        ]
        raise InvalidSettings("; ".join(problems) + ".") from None
    return Loaded(settings, _sources(given))


def _file_values() -> dict[str, object]:
    path = config_file()
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        if os.environ.get(CONFIG_VARIABLE):
            raise InvalidSettings(f"{path} does not exist, but {CONFIG_VARIABLE} names it.") from None
        return {}
    except OSError as error:
        raise InvalidSettings(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InvalidSettings(f"{path} is not UTF-8 text (at line {line}).") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{path} is not TOML: {error}.") from None
    except RecursionError:
        raise InvalidSettings(f"{path} is not usable TOML: nested too deeply.") from None
    _anchor(values, path.parent)
    profiles = values.get("profiles")
    for profile in profiles.values() if isinstance(profiles, dict) else ():
        _anchor(profile, path.parent)
    return values


def _anchor(table: object, folder: Path) -> None:
    """Make a relative `db` relative to the config file's folder, not to the working directory."""
    if isinstance(table, dict) and isinstance(table.get("db"), str):
        table["db"] = folder.absolute() / Path(table["db"]).expanduser()


def _sources(flags: Mapping[str, object]) -> dict[str, SettingSource]:
    in_file = _file_values()
    sources = {}
    for name in Settings.model_fields:
        if name in flags:
            sources[name] = SettingSource(Level.FLAG, "")
        elif variable := _variable(name):
            sources[name] = SettingSource(Level.ENVIRONMENT, variable)
        elif name in in_file:
            sources[name] = SettingSource(Level.FILE, str(config_file()))
        else:
            sources[name] = SettingSource(Level.DEFAULT, "")
    return sources


def _variable(name: str) -> str | None:
    """The environment variable that sets this, in upper or lower case; None if there is none."""
    wanted = f"{PREFIX}{name}".upper()
    return next((one for one, value in os.environ.items() if one.upper() == wanted and value), None)


def _refuse_unknown_variables(environ: Iterable[str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {CONFIG_VARIABLE, *CREDENTIALS}
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            nearest = _nearest(name.upper(), known, prefix=PREFIX)
            raise InvalidSettings(f"The environment variable {name} is not a setting ({nearest}).")


def _problem(detail: ErrorDetails, sources: Mapping[str, SettingSource]) -> str:
    place = detail["loc"]
    if not place:
        # Only the tables are written as JSON in a variable, so one of them is what failed.
        names = " or ".join(filter(None, (_variable("keymap"), _variable("profiles"))))
        return f"{names} must be a JSON object"
    key = ".".join(str(part) for part in place)
    if detail["type"] == "extra_forbidden":
        known = ProfileSettings.model_fields if len(place) > 1 else Settings.model_fields
        return f"{config_file()}: {key} is not a setting ({_nearest(str(place[-1]), known)})"
    source = sources[str(place[0])]
    return f"{source.name or 'the command line'}: {key}: {detail['msg']}"


def _nearest(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """The names that were probably meant, or else all there are; a prefix that all share does not count."""
    similar = suggest(name.removeprefix(prefix), [one.removeprefix(prefix) for one in known])
    if similar:
        return f"did you mean {' or '.join(prefix + one for one in similar)}?"
    return f"there are {', '.join(sorted(known))}"
