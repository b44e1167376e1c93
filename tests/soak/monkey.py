"""Random keys, bursts, pastes, clicks and window sizes, in a console over the demo.

    python -m tests.soak.monkey [--keys 100000] [--seed 1]

Each session has its own seed, one more than the one before; one that fails is run again with its seed.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from textual import events
from textual.app import App
from textual.pilot import Pilot

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import key_event

PATIENCE: Final = 300.0
"""Seconds in which everything that was typed must have been taken."""
SESSION: Final = 2_000
"""Keys of one session, unless it is quit earlier."""
SIZES: Final = ((80, 24), (120, 40), (160, 50), (60, 16), (44, 12), (10, 3), (1, 1), (300, 8), (20, 60))
NAMED: Final = (
    *(
        "enter",
        "escape",
        "tab",
        "shift+tab",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
    ),
    *("backspace", "delete", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "ctrl+p", "ctrl+y", "ctrl+r"),
    *("ctrl+c", "ctrl+w", "ctrl+u", "alt+b", "not_utf8"),
)
LETTERS: Final = "abcdefghijklmnoprstuwxyzAGU ?:/.-+0123456789"
BURSTS: Final = (
    ("enter", *"jjj", "space", "i"),
    ("a", *"nginx", "tab", *"because", "tab", *"+90d", "enter"),
    ("t", *"grafana/grafana", "enter", "escape", "escape"),
    (":", *"theme", "enter", "down", "enter"),
    (":", *"theme iam", "enter"),
    (":", *"plain", "enter", "escape"),
    (":", *"glob", "enter"),
    ("ctrl+p", "escape", ":", "enter", "enter", "escape"),
    ("f1", *"undo", "enter"),
    ("f1", "f1", "escape", "f1", "enter", "enter"),
    ("space", "w", "enter", "escape"),
    ("q", "y"),
    ("q", "escape", "q", "n"),
    ("p", "down", "enter", "enter"),
    ("i", "m", "escape", "3", "enter", "escape"),
)
PASTES: Final = (
    "nginx",
    "nginx\nbitnami/redis\nghcr.io/a/b\n",
    "\x1b]0;x\x07[red]",
    "\u202eabc\ufeff",
    "x" * 3_000,
)


def moves(chance: random.Random) -> Iterator[Sequence[str]]:
    """Bursts of keys, for ever."""
    while True:
        match chance.randrange(10):
            case 0 | 1:
                yield chance.choice(BURSTS)
            case 2:
                yield [chance.choice(LETTERS) for _ in range(chance.randrange(1, 12))]
            case 3:
                yield [chance.choice(NAMED)] * chance.randrange(1, 6)
            case _:
                yield [chance.choice((*NAMED, *LETTERS)) for _ in range(chance.randrange(1, 6))]


async def session(seed: int, folder: Path, keys: int) -> int:
    """A console until it is quit or that many keys were pressed; how many were. Raises its error."""
    chance, clock = random.Random(seed), FixedClock()
    profile = Profile("demo", StoreKind.DEMO, folder / f"{seed}.db", chance.choice(("maya", "wei", None)))
    organization = chance.choice(("acme-corp", "globex", None))
    opener = StoreOpener([profile, Profile("other", StoreKind.LOCAL, folder / "none.db")], clock)
    options = ConsoleOptions(
        organization=organization, profile=profile if profile.user else None, ascii=chance.random() < 0.2
    )
    app = IamApp(opener, clock=clock, options=options)
    pressed = 0
    async with app.run_test(size=chance.choice(SIZES), notifications=True) as pilot:
        for burst in moves(chance):
            for key in burst:
                app.post_message(key_event(key))
            pressed += len(burst)
            await disturb(chance, app, pilot)
            if chance.random() < 0.5:
                await taken(app)
            if app.return_code is not None or app.crash is not None or pressed >= keys:
                break
    opener.close()
    if app.crash is not None:
        raise app.crash
    assert not app.return_code, f"exit code {app.return_code}"
    return pressed


async def taken(app: IamApp) -> None:
    """Wait until everything that was typed was taken."""
    async with asyncio.timeout(PATIENCE):
        while not app.typed_ahead.is_empty:  # noqa: ASYNC110 - nobody else needs to know
            await asyncio.sleep(0.001)


async def disturb(chance: random.Random, app: App[None], pilot: Pilot[None]) -> None:
    """Now and then another size, a paste, or clicks in the middle of it."""
    match chance.randrange(20):
        case 0:
            await pilot.resize_terminal(*chance.choice(SIZES))
        case 1:
            app.post_message(events.Paste(chance.choice(PASTES)))
        case 2 | 3:
            x, y = chance.randrange(app.size.width + 1), chance.randrange(app.size.height + 1)
            for _ in range(chance.randrange(1, 4)):
                for kind in (events.MouseDown, events.MouseUp):
                    app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        case _:
            await asyncio.sleep(0)


def run(keys: int, seed: int, folder: Path) -> int:
    """Sessions until so many keys were pressed; how many sessions there were."""
    pressed = sessions = 0
    while pressed < keys:
        print(f"seed {seed}, after {pressed:,} keys", flush=True)
        try:
            pressed += asyncio.run(session(seed, folder, min(SESSION, keys - pressed)))
        except BaseException:
            print(f"seed {seed} failed after {pressed:,} keys", file=sys.stderr)
            raise
        seed, sessions = seed + 1, sessions + 1
    return sessions


def main() -> None:
    """Press keys, and say how many."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sessions = run(given.keys, given.seed, Path(folder))
    print(f"{given.keys:,} keys in {sessions:,} sessions, seeds {given.seed} to {given.seed + sessions - 1}")


if __name__ == "__main__":
    main()
