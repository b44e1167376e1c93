"""Without a verb: the console, on a terminal."""

import os
import shlex
import sys
from typing import TextIO

from iam_tui.cli.errors import WrongUsage
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.place import Place, chosen_place, load_settings
from iam_tui.settings import Level, Loaded, crash_log
from iam_tui.stores.protocol import Kind, Profile


def run(options: Options, clock: Clock) -> int:
    """Open the console and return what it ends with; `WrongUsage` where there is no terminal for it."""
    if options.json:
        raise WrongUsage("--json goes with a verb that prints data.")
    loaded = load_settings(options)
    profiles = known_profiles(loaded)
    at_once = _ready(profiles[0])
    if options.demo:
        at_once = _demo(loaded)
        profiles = [at_once]
    _require_terminal(options, loaded.settings.org)

    from iam_tui.stores.doorway import StoreDoorway
    from iam_tui.ui.app import run_console
    from iam_tui.ui.options import ConsoleOptions

    settings = loaded.settings
    doorway = StoreDoorway(profiles, clock)
    try:
        return run_console(
            doorway,
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
        doorway.close()


def known_profiles(loaded: Loaded) -> list[Profile]:
    """The profiles to choose from: the one the settings choose, the others they name, the demo."""
    chosen = chosen_place(loaded)
    settings = loaded.settings
    others = [
        Place(name, named.db or settings.db, named.user or settings.user)
        for name, named in settings.profiles.items()
        if name != chosen.name
    ]
    local = [Profile(place.name, Kind.LOCAL, place.path, place.user) for place in (chosen, *others)]
    return [*local, Profile("demo", Kind.DEMO)]


def _ready(profile: Profile) -> Profile | None:
    """The profile if it can be opened without a question: it names its user and its file is there."""
    return profile if profile.user and profile.path and profile.path.exists() else None


def _demo(loaded: Loaded) -> Profile:
    """The demo, in the file and as the person that the command line names; settings speak of other stores."""
    flagged = {name for name, source in loaded.sources.items() if source.level is Level.FLAG}
    settings = loaded.settings
    path = settings.db if "db" in flagged else None
    return Profile("demo", Kind.DEMO, path, settings.user if "user" in flagged else None)


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
    given = {"--db": options.db, "--profile": options.profile, "--as": options.user}
    words = [word for option, value in given.items() if value for word in (option, value)]
    return shlex.join(["iam-tui", *words, *(["show", organization] if organization else ["orgs"])])
