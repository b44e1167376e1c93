"""What keys and clicks cost and do in a real terminal."""

from collections.abc import Sequence
from pathlib import Path
from signal import Signals

import pytest

from tests.screen_walk import ACCESS, OWNER, Stop, demo_terminal, fitting, walk
from tests.terminal import Terminal

CURSOR, TOGGLE, SCREEN = 1_000, 4_000, 35_000
"""Bytes that a key may write at 80x24, so that the console works over a slow connection."""
CURSOR_WIDE = 2_000
"""At 120x40, where an explanation of the row under the cursor is drawn too."""


def cost(terminal: Terminal, presses: Sequence[tuple[str, str]]) -> float:
    """Bytes written per key, on average; each key comes with a pattern of what it leads to."""
    before = len(terminal.written)
    for key, shows in presses:
        terminal.press(key)
        terminal.wait_for(shows)
    return (len(terminal.written) - before) / len(presses)


def opened(terminal: Terminal, stop: Stop) -> Terminal:
    """The terminal, once the stop is on its screen and everything is drawn."""
    for _ in walk(terminal, [stop]):
        terminal.press("j")
        terminal.wait_for("› Organization images")
        terminal.press("k")
        terminal.wait_for("› Image Access Management")
        terminal.settle()
    return terminal


@pytest.mark.parametrize(("size", "cursor"), [((80, 24), CURSOR), ((120, 40), CURSOR_WIDE)])
def test_a_key_costs_few_bytes(tmp_path: Path, size: tuple[int, int], cursor: int) -> None:
    rows = ["Organization", "Community", "Docker Verified", "Docker Official", "Repository allowlist"]
    with demo_terminal(tmp_path / "demo.db", size=size) as terminal:
        opened(terminal, fitting(ACCESS, size))
        down = [("j", f"› {row}") for row in rows]
        up = [("k", f"› {row}") for row in ["Docker Official", "Docker Verified", "Community"]]
        assert cost(terminal, [*down, *up]) <= cursor
        assert cost(terminal, [("space", "1 staged"), ("space", "Nothing staged")] * 3) <= TOGGLE


def test_another_screen_costs_a_bounded_number_of_bytes(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db") as terminal:
        before = 0
        for stop in walk(terminal, OWNER):
            if before:
                assert len(terminal.written) - before <= SCREEN, stop.name
            before = len(terminal.written)


def test_everything_answers_the_mouse(tmp_path: Path) -> None:
    with demo_terminal(tmp_path / "demo.db", size=(100, 24)) as terminal:
        opened(terminal, ACCESS)
        terminal.click_on("Community images  ")
        terminal.wait_for("› Community images")
        terminal.click(*switch_of(terminal, "Community images  "))
        terminal.wait_for(r"1 staged\. ")
        terminal.click_on("w review")
        terminal.wait_for("Review 1 change")
        terminal.click_on("esc back")
        terminal.click_on("a allow")
        terminal.click_on("what it is needed for")
        terminal.press("tests")
        terminal.wait_for("Reason      tests")
        terminal.click_on("esc back")
        terminal.wait_for(r"\? help  q quit")
        terminal.click_on("q quit")
        terminal.wait_for("Keep 1 staged")
        terminal.click_on("n discard")
        assert terminal.wait_exit() == 0


def switch_of(terminal: Terminal, category: str) -> tuple[int, int]:
    """Where the switch of a row is."""
    row = terminal.line_of(category)
    return next(x for x, sign in enumerate(terminal.cells(row)) if sign in "○●" and sign), row


def test_read_only_an_owner_can_look_at_everything_and_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    with demo_terminal(file, "--read-only") as terminal:
        terminal.wait_for("READ-ONLY owner")
        terminal.wait_for("t test a pull")
        for key in ("space", "a", "d", "x", "w", "u"):
            terminal.press(key)
        terminal.click(*switch_of(terminal, "Image Access Management  "))
        terminal.wait_for("Restricts what members pull")
        terminal.press("escape")
        terminal.wait_for("t test a pull")
        terminal.press("t")
        terminal.wait_for("Type or paste")
        terminal.signal(Signals.SIGTERM)
        assert terminal.wait_exit() == 143
    with demo_terminal(file) as terminal:
        terminal.wait_for("Nothing staged")
