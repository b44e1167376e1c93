"""Random bytes into a real terminal, on which the console must neither crash nor hang.

python -m tests.soak.noise [--seconds 10] [--seed 1]
"""

import argparse
import random
import tempfile
import time
from pathlib import Path
from signal import Signals
from typing import Final

from tests.screen_walk import demo_terminal

PATIENCE: Final = 60.0
"""Seconds in which the console must end after a signal, on a machine that does other things too."""
PIECES: Final = (
    *(b"\x1b", b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\x1b[<", b"\x1b[M", b"\x1b\\", b"\x07", b"\x1b[?"),
    *(
        b"\x1b[A",
        b"\x1b[B",
        b"\r",
        b"\t",
        b" ",
        b":",
        b"?",
        b"\xff",
        b"\xe9",
        b"\xc3",
        b"\x1b[27u",
        b"\x1b[97;1:3u",
    ),
)
ENDINGS: Final = (0, 143, 130, -Signals.SIGQUIT)
"""Quit, ended, or ended by `ctrl+c` or `ctrl+\\` that came while it gave the terminal back."""
SUSPENDS: Final = b"\x1a"
"""`ctrl+z`, which hands the terminal to a shell that is not there."""


def noise(chance: random.Random) -> bytes:
    """Some random bytes, and some that look like sequences."""
    parts = [
        chance.choice((chance.randbytes(3), chance.choice(PIECES))) for _ in range(chance.randrange(1, 40))
    ]
    return b"".join(parts).replace(SUSPENDS, b"")


def run(seconds: float, seed: int, folder: Path) -> int:
    """Noise for so long; a console that it quits is opened again. How many consoles there were."""
    chance, ends, opened = random.Random(seed), time.monotonic() + seconds, 0
    while not opened or time.monotonic() < ends:
        opened += 1
        with demo_terminal(folder / f"{seed}-{opened}.db") as terminal:
            terminal.wait_for("a allow", PATIENCE)
            while time.monotonic() < ends and not terminal.has_ended:
                terminal.send_bytes(noise(chance), may_end=True)
                terminal.settle(0.005)
            terminal.signal(Signals.SIGTERM)
            code = terminal.wait_exit(PATIENCE)
            assert code in ENDINGS, f"seed {seed}, console {opened}: exit code {code}\n{terminal.text}"
            assert not terminal.left_on(), f"seed {seed}, console {opened}: left on {terminal.left_on()}"
    return opened


def main() -> None:
    """Make noise, and say how much."""
    parser = argparse.ArgumentParser(description="Send random bytes.")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"seed {given.seed}")
    with tempfile.TemporaryDirectory() as folder:
        print(f"{given.seconds} s of noise, {run(given.seconds, given.seed, Path(folder))} consoles")


if __name__ == "__main__":
    main()
