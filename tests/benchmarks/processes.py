"""Whole processes: `check` of one image, and a million lines decided."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.corpus import lines
from tests.benchmarks.figures import Effort, Figure, alternating, at_most, median, ratio, seconds
from tests.benchmarks.sample_files import USER, filled_demo
from tests.terminal import environment

IMPORTS: Final = "import sqlite_utils, pydantic_settings"
GO_SECONDS: Final = 2.0
"""What Go's own library took to read, parse and classify as many lines, on the machine of the goals."""
MATCHING: Final = """
import sys
from tests.benchmarks.corpus import pattern
match = pattern().fullmatch
print(sum(match(line[:-1]) is not None for line in sys.stdin))
"""


def check(effort: Effort, folder: Path) -> Iterator[Figure]:
    """`check` of one image, beside importing its two libraries and starting Python."""
    env, path = environment(folder), filled_demo(folder)
    one = ["-m", "iam_tui", "--db", str(path), "--as", USER, "check", "--org", "acme-corp", "nginx"]

    def python(*arguments: str) -> float:
        return seconds(lambda: _finish([sys.executable, *arguments], env))

    ours, imports, nothing = alternating(
        effort.rounds, lambda: python(*one), lambda: python("-c", IMPORTS), lambda: python("-c", "pass")
    )
    beside = f"{median(ours) * 1e3:.0f} ms; its two libraries alone {median(imports) * 1e3:.0f} ms"
    yield at_most("check of one image", ratio(ours, imports), 1.2, "x imports", beside)
    beside = f"the interpreter alone {median(nothing) * 1e3:.0f} ms"
    yield Figure("check of one image", f"{ratio(ours, nothing):.1f} x interpreter", beside)


def million(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A million lines beside reading and matching them."""
    env, path = environment(folder), folder / "lines.txt"
    path.write_text("".join(f"{line}\n" for line in lines(effort.many)), encoding="ascii")

    def python(*arguments: str) -> float:
        with path.open("rb") as file:
            return seconds(lambda: _finish([sys.executable, *arguments], env, file.fileno()))

    ours, floor = alternating(
        max(effort.rounds // 3, 1),
        lambda: python("-m", "tests.benchmarks.decide_lines"),
        lambda: python("-c", MATCHING),
    )
    yield at_most(
        f"{effort.many:,} lines read, parsed, classified, decided",
        median(ours),
        0.8 * GO_SECONDS,
        "s",
        f"{ratio(ours, floor):.2f} x reading and matching one pattern",
    )


def _finish(command: Sequence[str], env: dict[str, str], source: int | None = None) -> None:
    subprocess.run(command, env=env, stdin=source, stdout=subprocess.DEVNULL, check=True)
