"""`python -m tests.benchmarks [NAME...]`: every figure, or those of the benchmarks named, beside its goal.

Ratios hold from machine to machine and run to run; times do not. Measure on a machine that does nothing else.
"""

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.benchmarks.figures import FULL, Effort, Figure
from tests.benchmarks.registry import BENCHMARKS

WIDTHS = (56, 20, 22)


def main() -> None:
    """Print the table, row by row as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", metavar="NAME", nargs="*", choices=[*BENCHMARKS, []], help=", ".join(BENCHMARKS)
    )
    parser.add_argument("--rounds", type=int, default=FULL.rounds, help="how often to measure what is slow")
    options = parser.parse_args()
    _print_row("what", "found", "goal", "", "beside")
    missed = 0
    for figure in measured(options.names or BENCHMARKS, FULL._replace(rounds=options.rounds)):
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        _print_row(figure.what, figure.found, figure.goal, verdict, figure.beside)
        missed += figure.met is False
    print(f"\n{missed} missed" if missed else "\nevery goal met")


def measured(names: Iterable[str], effort: Effort) -> Iterator[Figure]:
    """The figures of these benchmarks, each in a folder of its own."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix=f"benchmark-{name}-") as folder:
            yield from BENCHMARKS[name](effort, Path(folder))


def _print_row(*cells: str) -> None:
    what, found, goal, met, beside = cells
    left = "  ".join(f"{cell:<{width}}" for cell, width in zip((what, found, goal), WIDTHS, strict=True))
    print(f"{left}  {met:<6}  {beside}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
