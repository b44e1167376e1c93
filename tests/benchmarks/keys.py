"""How long a key takes until its effect is on the screen, and how many bytes it costs."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.figures import Effort, Figure, at_most, median, p95
from tests.benchmarks.sample_files import console, filled_demo
from tests.benchmarks.timed_terminal import TimedTerminal, Timing
from tests.terminal import environment

DOWN, UP = "\x1b[B", "\x1b[A"
ALLOWED, BLOCKED = r"grafana/g\S*\s+allowed", r"grafana/g\S*\s+BLOCKED"


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A toggle beside the watch list, the cursor, and a change of screens."""
    command = console(filled_demo(folder), "--demo", "--org", "acme-corp")
    with TimedTerminal(command, environment(folder), (120, 40)) as program:
        program.started(ALLOWED)
        for row in (r"› .*Organization images", r"› .*Community", r"› .*Verified Publisher"):
            program.press(DOWN, row)
        toggles = _presses(effort, lambda: program.press(" ", BLOCKED), lambda: program.press(" ", ALLOWED))
        moves = _presses(
            effort,
            lambda: program.press(DOWN, r"› .*Official"),
            lambda: program.press(UP, r"› .*Verified Publisher"),
        )
        screens = _presses(
            effort,
            lambda: program.press("o", r"Image access +Com"),
            lambda: program.press("\r", r"Watch list"),
        )
    shown = [press.shown * 1e3 for press in toggles]
    yield at_most("toggle until its verdict shows, p50", median(shown), 6, "ms", "posting types at 10.6 ms")
    yield at_most("toggle until its verdict shows, p95", p95(shown), 12, "ms")
    yield at_most("toggle until quiet, p50", median([press.quiet * 1e3 for press in toggles]), 40, "ms")
    for what, presses in (("a toggle", toggles), ("the cursor", moves)):
        yield at_most(f"bytes of {what}, p50", median([press.written for press in presses]), 4_000, "bytes")
    shown = [press.shown * 1e3 for press in moves]
    yield Figure("the cursor moves, p50", f"{median(shown):.1f} ms", f"p95 {p95(shown):.1f} ms")
    # Two kinds of presses that take different times: one median over both would fall between them.
    for what, presses in (("back to the organizations", screens[::2]), ("Image access opens", screens[1::2])):
        shown = [press.shown * 1e3 for press in presses]
        written = median([press.written for press in presses])
        beside = f"p95 {p95(shown):.1f} ms, {written:,.0f} bytes"
        yield Figure(f"{what}, p50", f"{median(shown):.1f} ms", beside)


def _presses(effort: Effort, there: Callable[[], Timing], back: Callable[[], Timing]) -> list[Timing]:
    if effort.presses > 1:
        there(), back()
    return [press() for _ in range(effort.presses) for press in (there, back)]
