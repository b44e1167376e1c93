"""The place a verb works on: the settings, the profile they choose, its store, and who you are there."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from iam_tui.application.open_profile import StoreOpener
from iam_tui.application.session import Session
from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.output import instant, say
from iam_tui.cli.parser import Clock, Options
from iam_tui.settings import Level, Loaded, Settings, load
from iam_tui.stores.badge_lookup import LookupRules
from iam_tui.stores.errors import NotFound, NotSignedIn
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.protocol import (
    OWN_PROFILE,
    LookedUp,
    OrganizationState,
    Profile,
    SignInOptions,
    StoreKind,
    Waiting,
)


def load_settings(options: Options) -> Loaded:
    """The settings, with what the command line says about them; may raise `InvalidSettings`."""
    return load({name: getattr(options, name, None) or None for name in Settings.model_fields})


class LocalTarget(NamedTuple):
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


def chosen_target(loaded: Loaded) -> LocalTarget:
    """The local store that the settings choose; `WrongUsage` if they choose Docker Hub."""
    profile = chosen_profile(loaded)
    if profile.path is None or profile.kind is StoreKind.HUB:
        raise WrongUsage(
            f"This works on a local store, and {profile.where} is none.",
            advice="Leave out --api, IAM_TUI_API and profiles with `api`.",
        )
    return LocalTarget(profile.name, profile.path, profile.user)


def chosen_profile(loaded: Loaded) -> Profile:
    """The profile that the settings choose, or the plain local store, or the plain API that they name.

    A profile's file, user and API give way to `db`, `user` and `api` where those were said at least as near:
    a flag beside any profile, a variable beside one chosen in the environment or the config file. What the
    config file says outside the profile is only for when there is none. On Docker Hub one is whoever signs
    in, so that `--as` with it is `WrongUsage`.
    """
    settings = loaded.settings
    if settings.profile is None:
        profile = profile_of(OWN_PROFILE, settings.db, settings.user, settings.api)
    else:
        profile = _named_profile(loaded, settings.profile)
    if profile.kind is StoreKind.HUB and loaded.sources["user"].level is Level.FLAG:
        raise WrongUsage(
            f"--as is for local stores; at {profile.where} you are whoever signs in.",
            advice="Leave it out; IAM_TUI_USERNAME and IAM_TUI_TOKEN sign in.",
        )
    return profile


def profile_of(name: str, db: Path, user: str | None, api: str | None) -> Profile:
    """A profile of the settings: of an API if it names one, else of a local store."""
    if not api:
        return Profile(name, StoreKind.LOCAL, db, user)
    hub = Profile(name, StoreKind.HUB, db, None, api)
    return hub if name != OWN_PROFILE else replace(hub, name=hub.host)


def _named_profile(loaded: Loaded, name: str) -> Profile:
    settings = loaded.settings
    named = settings.profiles.get(name)
    if named is None:
        known = ", ".join(sorted(settings.profiles)) or "none"
        raise WrongUsage(
            f"There is no profile {name}; there are: {known}.",
            advice="Profiles are tables [profiles.NAME] in the config file; `iam-tui config path` names it.",
        )
    path = settings.db if named.db is None or _is_nearer(loaded, "db") else named.db
    user = settings.user if named.user is None or _is_nearer(loaded, "user") else named.user
    api = settings.api if _is_nearer(loaded, "api") else named.api
    # What is kept of one API is not for another.
    return profile_of(name if api == named.api else OWN_PROFILE, path, user, api)


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
async def opened_session(loaded: Loaded, clock: Clock) -> AsyncIterator[Session]:
    """The profile that the settings choose, open for the person who acts, and closed at the end.

    Raises `NotSignedIn` if no person is named, `NotFound` if there is no file, and any other `StoreError`.
    """
    profile = chosen_profile(loaded)
    if profile.kind is not StoreKind.HUB:
        target = chosen_target(loaded)
        profile = replace(profile, user=target.person)
        _require_file(target.path)
    opened = await StoreOpener([profile], clock).open(profile, SignInOptions(waiting=_say_wait))
    try:
        yield await Session.start(opened, clock)
    finally:
        await opened.store.close()


async def look_up_badges(loaded: Loaded, namespaces: Iterable[str], clock: Clock) -> LookedUp:
    """Ask for the badges of these namespaces, at the profile's API or at Docker Hub, and keep the answers."""
    profile = chosen_profile(loaded)
    rules = LookupRules(loaded.settings.badge_days)
    return await StoreOpener([profile], clock, lookups=rules).look_up(profile, namespaces)


def _say_wait(waiting: Waiting | None) -> None:
    if waiting is not None:
        say(f"{waiting.reason} It goes on at {waiting.until.astimezone():%H:%M:%S}; ctrl+c ends it.")


def say_age(state: OrganizationState) -> None:
    """Say so if an organization is not as it is now, but as it was last known."""
    if state.as_of is not None:
        name = state.organization.name
        say(f"{name} could not be read now: this is what was known at {instant(state.as_of)}.")
