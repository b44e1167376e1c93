"""Without a verb: the console, on a terminal."""

import os
import shlex
import sys
from dataclasses import replace
from typing import Final, TextIO

from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.profile import chosen_profile, load_settings, profile_of
from iam_tui.settings import Level, Loaded, crash_log
from iam_tui.stores.protocol import Profile, StoreKind

_HUB: Final = Profile("hub", StoreKind.HUB, api="https://hub.docker.com")


def run(options: Options, clock: Clock) -> int:
    """Open the console and return what it ends with; `WrongUsage` where there is no terminal for it."""
    if options.json:
        raise WrongUsage("--json goes with a verb that prints data.")
    loaded = load_settings(options)
    if options.demo:
        at_once: Profile | None = _demo(loaded)
        profiles = [_demo(loaded)]
    else:
        profiles = known_profiles(loaded)
        at_once = _ready(profiles[0])
    _require_terminal(options, loaded.settings.org)

    from iam_tui.application.open_profile import StoreOpener
    from iam_tui.stores.badge_lookup import LookupRules
    from iam_tui.ui.launch import run_console
    from iam_tui.ui.shared.options import ConsoleOptions

    settings = loaded.settings
    lookups = LookupRules(settings.badge_days, local=settings.lookup_badges)
    opener = StoreOpener(profiles, clock, lookups=lookups)
    try:
        return run_console(
            opener,
            clock=clock,
            options=ConsoleOptions(
                organization=settings.org,
                read_only=settings.read_only,
                slow=settings.slow,
                ascii=settings.ascii,
                theme=settings.theme,
                keymap=settings.keymap,
                crash_log=crash_log(),
                profile=at_once,
            ),
        )
    finally:
        opener.close()


def known_profiles(loaded: Loaded) -> list[Profile]:
    """The profiles to choose from: the one the settings choose, others they name, Docker Hub, the demo."""
    chosen = chosen_profile(loaded)
    settings = loaded.settings
    known = [
        chosen,
        *(
            profile_of(name, named.db or settings.db, named.user or settings.user, named.api)
            for name, named in settings.profiles.items()
            if name != chosen.name
        ),
    ]
    if "hub" not in settings.profiles and chosen.host != _HUB.host:
        known.append(replace(_HUB, path=settings.db))
    return [*known, Profile("demo", StoreKind.DEMO)]


def _ready(profile: Profile) -> Profile | None:
    """The profile if it says all it takes to open: its user and a file that is there, or where to sign in.

    Raises `InvalidInput` for an API that no token may be sent to.
    """
    if profile.kind is StoreKind.HUB:
        from iam_tui.stores.hub import ApiOrigin

        ApiOrigin.parse(profile.where)
        return profile
    return profile if profile.user and profile.path and profile.path.exists() else None


def _demo(loaded: Loaded) -> Profile:
    """The demo, in the file and as the person that the command line names; settings speak of other stores."""
    flagged = {name for name, source in loaded.sources.items() if source.level is Level.FLAG}
    if "api" in flagged:
        raise WrongUsage("--api does not go with --demo, which needs no network.")
    settings = loaded.settings
    path = settings.db if "db" in flagged else None
    return Profile("demo", StoreKind.DEMO, path, settings.user if "user" in flagged else None)


def _require_terminal(options: Options, organization: str | None) -> None:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if all(_is_terminal(stream) for stream in streams) and os.environ.get("TERM") != "dumb":
        return
    raise WrongUsage(
        "The console needs a terminal that can draw.",
        advice="" if options.demo else f"Without one: `{_matching_verb(options, organization)}`",
    )


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _matching_verb(options: Options, organization: str | None) -> str:
    given = {
        "--db": options.db,
        "--profile": options.profile,
        "--api": options.api,
        "--as": options.user,
    }
    words = [word for option, value in given.items() if value for word in (option, value)]
    return shlex.join(["iam-tui", *words, *(["show", organization] if organization else ["orgs"])])
