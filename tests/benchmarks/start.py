"""How long the console takes to show its frame, and then organizations, beside a bare Textual program."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.figures import Effort, Figure, alternating, at_most, median, ratio
from tests.benchmarks.sample_files import console, many_organizations, name_of, smallest_app
from tests.benchmarks.timed_terminal import TimedTerminal
from tests.terminal import environment


class _Start(NamedTuple):
    frame: float
    useful: float
    memory: float


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """First paint, first useful frame, and memory by then."""
    env = environment(folder)
    ours = console(many_organizations(folder, 5))
    starts: list[list[_Start]] = [[], []]

    def start(side: int, command: Sequence[str], frame: str, useful: str) -> float:
        with TimedTerminal(command, env) as program:
            seen = program.started(useful)
            starts[side].append(_Start(program.when(frame), seen.shown, program.peak_memory()))
        return seen.shown

    alternating(
        effort.rounds,
        partial(start, 0, ours, r"Organizations", name_of(3)),
        partial(start, 1, smallest_app(), r"state: off", r"state: off"),
    )
    (frames, useful, memory), (floor, _, least) = (
        zip(*side[-effort.rounds :], strict=True) for side in starts
    )
    beside = f"bare Textual {median(floor) * 1e3:.0f} ms"
    yield at_most(
        "first paint", ratio(frames, floor), 1.25, "x bare", f"{median(frames) * 1e3:.0f} ms; {beside}"
    )
    yield at_most(
        "first useful frame", ratio(useful, floor), 1.6, "x bare", f"{median(useful) * 1e3:.0f} ms; {beside}"
    )
    yield at_most(
        "peak memory at first frame",
        ratio(memory, least),
        1.25,
        "x bare",
        f"{median(memory):.1f} MiB; bare Textual {median(least):.1f} MiB",
    )
