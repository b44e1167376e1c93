"""The picker over very many organizations: opening it, and each key typed into its filter."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Effort, Figure, at_most, median, p95
from tests.benchmarks.sample_files import console, many_organizations, name_of
from tests.benchmarks.timed_terminal import TimedTerminal
from tests.terminal import environment

BACKSPACE = "\x7f"
PAUSE_MS = 100
"""Shorter than anyone notices."""


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """10,000 and 100,000 organizations."""
    for count in sorted({min(10_000, effort.many), min(100_000, effort.many)}):
        yield from _picker(effort, folder, count)


def _picker(effort: Effort, folder: Path, count: int) -> Iterator[Figure]:
    matching = sum("7" in name_of(number) for number in range(count))
    command, env = console(many_organizations(folder, count)), environment(folder)
    firsts, alls = [], []
    for _ in range(max(effort.rounds // 5, 1)):
        with TimedTerminal(command, env) as program:
            alls.append(program.started(rf" {count:,} organizations").shown * 1e3)
            firsts.append(program.when(name_of(3)) * 1e3)
    with TimedTerminal(command, env) as program:
        program.started(rf" {count:,} organizations")
        program.press("/", "filter .*part of a name")
        typed, taken = [], []
        for _ in range(effort.presses // 3 or 1):
            typed.append(program.press("7", rf" {matching:,} match").shown * 1e3)
            taken.append(program.press(BACKSPACE, rf"edit {count:,}\. *$").shown * 1e3)
        cursor = [
            program.press(keys, row).shown * 1e3
            for keys, row in (("\r", " q quit"), ("G", f"› {name_of(count - 1)}"), ("g", f"› {name_of(0)}"))
        ]
    of = f"of {count:,} organizations"
    yield Figure(f"first rows {of}", f"{median(firsts):.0f} ms", f"the last of them {median(alls):.0f} ms")
    yield at_most(f"a key in the filter {of}, p50", median(typed), PAUSE_MS, "ms", f"p95 {p95(typed):.0f} ms")
    yield at_most(f"taking it back {of}, p50", median(taken), PAUSE_MS, "ms", f"p95 {p95(taken):.0f} ms")
    yield at_most(f"to the last row and the first {of}", max(cursor[1:]), PAUSE_MS, "ms")
