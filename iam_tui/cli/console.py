"""Without a verb: open the console on the terminal."""

import os
import shlex
import sys
from dataclasses import replace
from typing import Final, TextIO

from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.profile import chosen_profile, demo_profile, load_settings, profile_of
from iam_tui.settings import Loaded, crash_log
from iam_tui.stores.errors import FileUnreadable
from iam_tui.stores.local.file_checks import file_exists
from iam_tui.stores.protocol import Profile, StoreKind

_HUB: Final = Profile("hub", StoreKind.HUB, api="https://hub.docker.com")


def run(options: Options, clock: Clock) -> int:
    """Open the console and return its exit code; `WrongUsage` without a terminal to open it on."""
    if options.json:
        raise WrongUsage("--json needs a verb that prints data.")
    loaded = load_settings(options)
    if loaded.demo:
        first: Profile | None = demo_profile(loaded)
        profiles = [demo_profile(loaded)]
    else:
        profiles = known_profiles(loaded)
        first = _if_ready(profiles[0])
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
                escape_milliseconds=settings.escape_milliseconds or (500 if settings.slow else 100),
                ascii=settings.ascii,
                theme=settings.theme,
                keymap=settings.keymap,
                crash_log=crash_log(),
                profile=first,
            ),
        )
    finally:
        opener.close()


def known_profiles(loaded: Loaded) -> list[Profile]:
    """The profiles to choose from: the chosen one, others in the config file, Docker Hub, and the demo."""
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


def _if_ready(profile: Profile) -> Profile | None:
    """The profile if it can be opened without a question: it names a user and an existing file, or an API.

    Raises `InvalidInput` for an API that no token may be sent to.
    """
    if profile.kind is StoreKind.HUB:
        from iam_tui.stores.hub import ApiOrigin

        ApiOrigin.parse(profile.where)
        return profile
    if profile.user is None or profile.path is None:
        return None
    try:
        return profile if file_exists(profile.path) else None
    except FileUnreadable:
        # The list of profiles says why.
        return None


def _require_terminal(options: Options, organization: str | None) -> None:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if all(_is_terminal(stream) for stream in streams) and os.environ.get("TERM") != "dumb":
        return
    raise WrongUsage(
        "The console needs a terminal that can run full-screen programs.",
        advice="" if options.demo else f"Without one, use `{_matching_verb(options, organization)}`.",
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
