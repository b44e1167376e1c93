"""The place a verb works on: the settings, the profile they choose, its store, and who you are there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.parser import Clock, Options
from iam_tui.settings import Level, Loaded, Settings, load
from iam_tui.stores.errors import NotFound, NotSignedIn
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.store import LocalStore


def load_settings(options: Options) -> Loaded:
    """The settings, with what the command line says about them; may raise `InvalidSettings`."""
    return load({name: getattr(options, name, None) or None for name in Settings.model_fields})


class Place(NamedTuple):
    """A local store to work on, the name of its profile, and who you are there, if anybody was named."""

    name: str
    path: Path
    user: str | None

    @property
    def person(self) -> str:
        """Who is acting; `NotSignedIn` if nobody was named."""
        if not self.user:
            raise NotSignedIn(
                "Nobody was named.",
                advice="Say who you are with --as USER, or set `user` in the config file or IAM_TUI_USER.",
            )
        return self.user


def chosen_place(loaded: Loaded) -> Place:
    """The place that the settings choose: a profile's, or the plain local store.

    A profile's file and user give way to `db` and `user` where those were said at least as near: a flag
    beside any profile, a variable beside one chosen in the environment or the config file. What the config
    file says outside the profile is only for when there is none.
    """
    settings = loaded.settings
    if settings.profile is None:
        return Place("local", settings.db, settings.user)
    named = settings.profiles.get(settings.profile)
    if named is None:
        known = ", ".join(sorted(settings.profiles)) or "none"
        raise WrongUsage(
            f"There is no profile {settings.profile}; there are: {known}.",
            advice="Profiles are tables [profiles.NAME] in the config file; `iam-tui config path` names it.",
        )
    path = settings.db if named.db is None or _is_nearer(loaded, "db") else named.db
    user = settings.user if named.user is None or _is_nearer(loaded, "user") else named.user
    return Place(settings.profile, path, user)


def _is_nearer(loaded: Loaded, name: str) -> bool:
    level = loaded.sources[name].level
    return level > Level.FILE and level >= loaded.sources["profile"].level


def _require_file(path: Path) -> None:
    if not path.exists():
        raise NotFound(
            f"There is no file {path}.",
            advice="`iam-tui org create NAME --owner USER` makes one; `iam-tui --demo` shows samples.",
        )


@asynccontextmanager
async def opened_file(path: Path, clock: Clock, *, create: bool = False) -> AsyncIterator[LocalFile]:
    """The local file, closed at the end; `NotFound` where there is none, unless it may be created."""
    if not create:
        _require_file(path)
    file = LocalFile(path, clock, create=create)
    try:
        yield file
    finally:
        await file.close()


@asynccontextmanager
async def opened_store(loaded: Loaded, clock: Clock) -> AsyncIterator[LocalStore]:
    """The store that the settings choose, open for the person who acts."""
    place = chosen_place(loaded)
    user = place.person
    async with opened_file(place.path, clock) as file:
        yield LocalStore(file, user)
