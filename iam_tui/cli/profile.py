"""What a verb works on: the settings, the profile they choose, and its open file or session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

from iam_tui.application.open_profile import StoreOpener
from iam_tui.application.session import Session
from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.output import instant, say
from iam_tui.cli.parser import Clock, Options
from iam_tui.settings import Level, Loaded, Settings, load
from iam_tui.stores.errors import NotFound, NotSignedIn
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.file_checks import file_exists
from iam_tui.stores.protocol import (
    OWN_PROFILE,
    OrganizationState,
    Profile,
    SignInOptions,
    StoreKind,
    Waiting,
)


def load_settings(options: Options) -> Loaded:
    """The settings, including those on the command line; may raise `InvalidSettings`."""
    loaded = load({name: getattr(options, name, None) or None for name in Settings.model_fields})
    return loaded._replace(demo=getattr(options, "demo", False))


def local_profile(loaded: Loaded) -> Profile:
    """The local store that the settings choose; `WrongUsage` if they choose Docker Hub."""
    profile = chosen_profile(loaded)
    if profile.kind is StoreKind.HUB:
        raise WrongUsage(
            f"This verb works on local files only, and {profile.where} is not one.",
            advice="Leave out --api, IAM_TUI_API and profiles with `api`.",
        )
    return profile


def acting_user(profile: Profile) -> str:
    """The user that a local store is used as; `NotSignedIn` if none was named, except in the demo."""
    if not profile.user and profile.kind is StoreKind.DEMO:
        from iam_tui.stores.demo.fill import DEMO_USER

        return DEMO_USER
    if not profile.user:
        raise NotSignedIn(
            "Name a user with --as USER.",
            advice="You can also set `user` in the config file, or IAM_TUI_USER.",
        )
    return profile.user


def demo_profile(loaded: Loaded) -> Profile:
    """The demo, in the file and as the user on the command line; other settings are about other stores."""
    for name in ("api", "profile"):
        if loaded.sources[name].level is Level.FLAG:
            raise WrongUsage(f"--{name} cannot be used with --demo, which needs no network.")
    path, user = (
        getattr(loaded.settings, name) if loaded.sources[name].level is Level.FLAG else None
        for name in ("db", "user")
    )
    return Profile("demo", StoreKind.DEMO, path, user)


def chosen_profile(loaded: Loaded) -> Profile:
    """The profile that the settings choose, or the demo; without one, the local store or API that they name.

    A flag overrides the profile's file, user and API. An environment variable does so if the profile was
    chosen in the environment or in the config file. In the config file, `db`, `user` and `api` outside the
    profile count only if no profile is chosen. On Docker Hub you are the user who signs in, so `--as` with it
    is `WrongUsage`.
    """
    settings = loaded.settings
    if loaded.demo:
        return demo_profile(loaded)
    if settings.profile is None:
        profile = profile_of(OWN_PROFILE, settings.db, settings.user, settings.api)
    else:
        profile = _named_profile(loaded, settings.profile)
    if profile.kind is StoreKind.HUB and loaded.sources["user"].level is Level.FLAG:
        raise WrongUsage(
            f"--as is for local files; at {profile.where} you are the user who signs in.",
            advice="Leave it out, and sign in with IAM_TUI_USERNAME and IAM_TUI_TOKEN.",
        )
    return profile


def profile_of(name: str, db: Path, user: str | None, api: str | None) -> Profile:
    """A profile of the settings: for an API if it names one, else for a local store."""
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
            f"Unknown profile: {name}. Known profiles: {known}.",
            advice="Profiles are tables [profiles.NAME] in the config file; `iam-tui config path` names it.",
        )
    path = settings.db if named.db is None or _is_nearer(loaded, "db") else named.db
    user = settings.user if named.user is None or _is_nearer(loaded, "user") else named.user
    api = settings.api if _is_nearer(loaded, "api") else named.api
    # What is remembered of one API must not be used for another.
    return profile_of(name if api == named.api else OWN_PROFILE, path, user, api)


def _is_nearer(loaded: Loaded, name: str) -> bool:
    level = loaded.sources[name].level
    return level > Level.FILE and level >= loaded.sources["profile"].level


def _require_file(profile: Profile) -> None:
    if profile.kind is not StoreKind.DEMO and profile.path is not None and not file_exists(profile.path):
        raise NotFound(
            f"There is no file {profile.path}.",
            advice="Create one with `iam-tui org create NAME --owner USER`, or try `iam-tui --demo`.",
        )


@asynccontextmanager
async def opened_file(profile: Profile, clock: Clock, *, create: bool = False) -> AsyncIterator[LocalFile]:
    """The file of a local store, closed at the end; `NotFound` if it is missing and `create` is false."""
    if not create:
        _require_file(profile)
    with closing(StoreOpener([profile], clock)) as opener:
        async with opener.opened_file(profile, create=create) as file:
            yield file
    say_if_temporary(profile)


@asynccontextmanager
async def opened_session(loaded: Loaded, clock: Clock) -> AsyncIterator[Session]:
    """The profile that the settings choose, open for its user, and closed at the end.

    Raises `NotSignedIn` if no user is named, `NotFound` if there is no file, and any other `StoreError`.
    """
    profile = chosen_profile(loaded)
    if profile.kind is not StoreKind.HUB:
        acting_user(profile)
        _require_file(profile)
    with closing(StoreOpener([profile], clock)) as opener:
        opened = await opener.open(profile, SignInOptions(waiting=_say_wait))
        try:
            yield await Session.start(opened, clock)
        finally:
            await opened.store.close()


def say_if_temporary(profile: Profile) -> None:
    """Say that what was just changed is gone, if it was in the sample organizations without a file."""
    if profile.kind is StoreKind.DEMO and profile.path is None:
        say("The sample organizations were temporary and are deleted now; --db FILE keeps them.")


def _say_wait(waiting: Waiting | None) -> None:
    if waiting is not None:
        until = waiting.until.astimezone()
        say(f"{waiting.reason} Continuing at {until:%H:%M:%S}; press ctrl+c to stop.")


def say_if_outdated(state: OrganizationState) -> None:
    """Say so if an organization cannot be read now, and its last known state is used."""
    if state.as_of is not None:
        name, why = state.organization.name, f" {state.error.detail}" if state.error else ""
        say(f"{name} cannot be read now; this is its last known state, from {instant(state.as_of)}.{why}")
