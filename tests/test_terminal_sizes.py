"""Every screen at every size: a window that shrinks and grows loses nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.screen_walk import ACCESS, MEMBER, OWNER, Stop, demo_terminal, is_at, walk
from tests.terminal import Terminal, environment

STORM = ((60, 16), (59, 15), (10, 3), (1, 1), (3, 50), (200, 2), (120, 40), (80, 24))

ALIKE = frozenset({"nothing staged", "image in use", "impact", "blocked pull", "file"})
"""Stops at screens that another stop tests already."""


def weather(terminal: Terminal, stop: Stop) -> None:
    """Resize many times, and expect what was there before."""
    terminal.settle(0.1)
    before = [terminal.cells(y)[:-1] for y in range(24)]
    if stop.name != "palette":
        terminal.resize(44, 12)
        terminal.wait_for("is 44x12")
    for size in STORM:
        terminal.resize(*size)
    if stop.name == "palette":
        # It lies over a part of the screen, and goes on to fill itself.
        terminal.wait_until(lambda: is_at(terminal, stop), stop.name)
        return
    shown = "\n".join("".join(cells) for cells in before)
    terminal.wait_until(lambda: is_at(terminal, stop) and shows_again(terminal, before), shown)


def shows_again(terminal: Terminal, before: list[list[str]]) -> bool:
    """Whether every character is where it was; cells that were blank then may have been drawn since."""
    now = [terminal.cells(y) for y in range(24)]
    return all(
        old in (" ", new)
        for row, row_now in zip(before, now, strict=True)
        for old, new in zip(row, row_now, strict=False)
    )


@pytest.mark.parametrize(("organization", "stops"), [("acme-corp", OWNER), ("globex", MEMBER)])
def test_every_screen_comes_through_a_storm_of_sizes(
    tmp_path: Path, organization: str, stops: tuple[Stop, ...]
) -> None:
    with demo_terminal(tmp_path / "demo.db", organization=organization) as terminal:
        weathered = set(ALIKE)
        for stop in walk(terminal, stops):
            if stop.name not in weathered:
                weather(terminal, stop)
            weathered.add(stop.name)


def test_a_change_made_elsewhere_is_compared_at_every_size(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    with demo_terminal(file) as terminal:
        for _ in walk(terminal, (ACCESS, ACCESS._replace(keys=("space",), shows="1 staged"))):
            terminal.settle(0.1)
        elsewhere = [sys.executable, "-m", "iam_tui", "--db", str(file), "--as", "priya"]
        done = subprocess.run(
            [*elsewhere, "set", "acme-corp", "--community", "on", "--yes"],
            env=environment(tmp_path),
            capture_output=True,
            check=True,
        )
        assert done.returncode == 0
        conflict = Stop("conflict", ("r",), "Changed meanwhile", "yours or theirs")
        for stop in walk(terminal, (conflict,)):
            weather(terminal, stop)
