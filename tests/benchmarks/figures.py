"""The figures that benchmarks yield, with their goals, and how to measure and combine them."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Effort(NamedTuple):
    """How hard to measure: `rounds` of what is slow, `presses` of a key, `many` of what is quick."""

    rounds: int
    presses: int
    many: int


FULL = Effort(rounds=15, presses=60, many=1_000_000)
SMOKE = Effort(rounds=1, presses=1, many=200)
"""Just enough to run every line; its figures mean nothing."""


class Figure(NamedTuple):
    """One row of the table: what was measured, what came out, beside what, and the goal.

    `met` is None where there is no goal.
    """

    what: str
    found: str
    beside: str = ""
    goal: str = ""
    met: bool | None = None


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[min(int(len(values) * 0.95), len(values) - 1)]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios, pair by pair: a machine that slows down slows both of a pair."""
    return median([our / their for our, their in zip(ours, theirs, strict=True)])


def at_most(what: str, found: float, goal: float, unit: str, beside: str = "") -> Figure:
    """A figure that is better the smaller it is."""
    return Figure(
        what, f"{number(found)} {unit}", beside, f"at most {number(goal)} {unit}", met=found <= goal
    )


def at_least(what: str, found: float, goal: float, unit: str, beside: str = "") -> Figure:
    """A figure that is better the larger it is."""
    return Figure(
        what, f"{number(found)} {unit}", beside, f"at least {number(goal)} {unit}", met=found >= goal
    )


def number(value: float) -> str:
    """A number with three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, without the collector's pauses."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


def alternating(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """What each work measures, in turn, round after round; of several, one round before does not count."""
    if rounds > 1:
        for work in works:
            work()
    measured = [[work() for work in works] for _ in range(rounds)]
    return [list(column) for column in zip(*measured, strict=True)]
