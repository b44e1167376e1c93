"""Settings: flag, then environment (`IAM_TUI_...`), then config file (TOML), then default.

The file stands in the platform's config directory, or where `IAM_TUI_CONFIG` says; it is never looked for in
the working directory. Nothing is guessed: a key or variable that is not a setting is refused, both with the
nearest that is one. A misspelt `IAM_TUI_READ_ONLY` that passed silently would open a console that can write,
and a warning before a full-screen program is never seen. Values are not echoed in errors.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from iam_tui.core.errors import InvalidInput
from iam_tui.core.suggestions import near_misses

PREFIX: Final = "IAM_TUI_"
CONFIG_VARIABLE: Final = f"{PREFIX}CONFIG"
CREDENTIALS: Final = (f"{PREFIX}USERNAME", f"{PREFIX}TOKEN")
"""The variables with a user name and a secret for Docker Hub: no settings, so that no file holds them."""
_NO_FLAGS: Final[Mapping[str, object]] = MappingProxyType({})


class InvalidSettings(InvalidInput):
    """A setting, its file or its variable cannot be used."""

    title = "The settings cannot be used"
    advice = "Correct it and start again; `iam-tui config path` names the config file."


def config_file() -> Path:
    """Where the config file is, or would be."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_config_path("iam_tui") / "config.toml"


def default_db() -> Path:
    """Where the local store is if nothing says otherwise."""
    return platformdirs.user_data_path("iam_tui") / "iam.db"


def crash_log() -> Path:
    """Where the console's last crash is described."""
    return platformdirs.user_state_path("iam_tui") / "crash.log"


class ProfileSettings(BaseModel):
    """One table `[profiles.NAME]`: a store to open and who you are there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    db: Path | None = None
    """The profile's local store; a relative path starts at the config file's folder."""
    user: str | None = None
    """Who you are in the profile's local store."""
    api: str | None = None
    """The URL of the API of a Docker Hub profile; `db` is then the file that remembers what was seen."""


class Settings(BaseSettings):
    """Everything that can be set; in the environment by the same name after `IAM_TUI_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    db: Path = Field(default_factory=default_db)
    """The local store's file; in the config file, a relative path starts at that file's folder."""
    profile: str | None = None
    """The profile to open, by its name in `profiles`."""
    user: str | None = None
    """Who you are on a local store."""
    api: str | None = None
    """The URL of a Docker Hub API to work on instead of a local store."""
    org: str | None = None
    """The organization that the console opens and `check` asks about."""
    theme: str | None = None
    """The console's theme, by name."""
    ascii: bool = False
    """Draw with ASCII characters only."""
    slow: bool = False
    """Spare a slow line: nothing moves, fewer bytes."""
    read_only: bool = False
    """Open the console without any way to change a thing."""
    lookup_badges: bool = False
    """Look up unknown publishers on Docker Hub also from the console of a local store."""
    badge_days: int = Field(default=7, ge=0)
    """For how many days a badge that was looked up is not asked for again."""
    keymap: dict[str, str] = {}
    """Other keys for the console's bindings: binding id to keys, separated by commas."""
    profiles: dict[str, ProfileSettings] = {}
    """The profiles, by name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, config file; no `.env` of the working directory and no secrets folder."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, _file_values())


class Level(IntEnum):
    """The kinds of places a value can come from, the weakest first."""

    DEFAULT = 0
    FILE = 1
    ENVIRONMENT = 2
    FLAG = 3


class SettingSource(NamedTuple):
    """Where a value comes from: the kind of place and its name (a file, a variable)."""

    level: Level
    name: str

    def __str__(self) -> str:
        return f"{self.level.name.lower()} {self.name}".rstrip()


class Loaded(NamedTuple):
    """The settings, and the source of each by its name."""

    settings: Settings
    sources: Mapping[str, SettingSource]


def load(flags: Mapping[str, object] = _NO_FLAGS) -> Loaded:
    """Read all settings; `flags` are those given on the command line, None for not given.

    Raises `InvalidSettings`, which names the file or variable and what is wrong in it.
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
        values = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        if os.environ.get(CONFIG_VARIABLE):
            raise InvalidSettings(f"There is no file {path}, which {CONFIG_VARIABLE} names.") from None
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
    """Let a relative `db` start at the config file's folder rather than at the working directory."""
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
    """The environment variable that sets this, if one does; their case does not matter."""
    wanted = f"{PREFIX}{name}".upper()
    return next((one for one, value in os.environ.items() if one.upper() == wanted and value), None)


def _refuse_unknown_variables(environ: Iterable[str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {CONFIG_VARIABLE, *CREDENTIALS}
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            nearest = _nearest(name.upper(), known)
            raise InvalidSettings(f"The environment variable {name} is no setting ({nearest}).")


def _problem(detail: ErrorDetails, sources: Mapping[str, SettingSource]) -> str:
    place = detail["loc"]
    if not place:
        # Only the tables are written as JSON in a variable, so one of them is what failed.
        names = " or ".join(filter(None, (_variable("keymap"), _variable("profiles"))))
        return f"{names} has to be a JSON object"
    key = ".".join(str(part) for part in place)
    if detail["type"] == "extra_forbidden":
        known = ProfileSettings.model_fields if len(place) > 1 else Settings.model_fields
        return f"{config_file()}: {key} is no setting ({_nearest(str(place[-1]), known)})"
    source = sources[str(place[0])]
    return f"{source.name or 'the command line'}: {key}: {detail['msg']}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = near_misses(name, list(known))
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(known))}"
