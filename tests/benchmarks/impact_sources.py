"""Reading a pull report, and keeping what was read."""

import asyncio
import csv
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from iam_tui.core.usage import Inventory
from iam_tui.inventory.reports.pull_report import PullReport, read_report
from iam_tui.stores.local import LocalAdmin, LocalMemory
from iam_tui.stores.protocol import Source, SourceKind
from tests.benchmarks.corpus import DIGEST
from tests.benchmarks.figures import Effort, Figure, at_most, median, number, ratio, seconds
from tests.benchmarks.impact import inventory_of
from tests.benchmarks.sample_files import NOW, USER, open_sample_file

HEADER = (
    "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls"
)
KEPT = 100_000


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A report beside the csv module alone; 100,000 rows kept and read back."""
    yield from reading(effort, folder / "report.csv")
    yield from keeping(effort, folder)


def reading(effort: Effort, path: Path) -> Iterator[Figure]:
    """How fast, how much memory, and how much more for ten times the rows."""
    rows = min(effort.many, 300_000)
    write_report(path, rows)
    ours = [seconds(lambda: _read(path)) for _ in range(min(effort.rounds, 5))]
    theirs = [seconds(lambda: _read_bare(path)) for _ in ours]
    beside = f"{ratio(ours, theirs):.2f} x the csv module alone"
    yield Figure("a pull report read", f"{number(rows / median(ours) / 1e3)} k rows/s", beside)
    once, ten_times = (peak(path, rows // 10 * times) for times in (1, 10))
    beside = f"{number(once / 2**20)} MiB for {rows // 10:,} rows"
    yield at_most("memory of each further row", (ten_times - once) / (rows * 0.9), 100, "bytes", beside)


def write_report(path: Path, rows: int) -> None:
    """A report of so many rows, by 200 people with 500 repositories; no row repeats another one."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        print(HEADER, file=file)
        for n in range(rows):
            hour, name = f"2026/03/{n % 28 + 1:02}/{n % 24:02}", f"ns{n % 50}/image{n % 500}"
            by = f"user{n % 200},{name},{'ci' if n % 5 == 0 else 'generated'}"
            image = f"1.{n // 21_000},{DIGEST}"
            print(
                f'{hour},{by},"10.0.{n % 250}.1, 10.0.0.9",public,{image},{n % 3},{n % 9}',
                file=file,
            )


def peak(path: Path, rows: int) -> int:
    """The most memory that reading a report of so many rows takes, in bytes."""
    write_report(path, rows)
    tracemalloc.start()
    try:
        _read(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _read(path: Path) -> PullReport:
    with path.open("rb") as file:
        return read_report(file)


def _read_bare(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass


def keeping(effort: Effort, folder: Path) -> Iterator[Figure]:
    """One transaction each; what it takes to have all of it again, and to merge what is in it twice."""
    inventory = inventory_of(min(effort.many, KEPT))
    rows = len(inventory.usages) + len(inventory.pulls)

    async def kept(database: str, *sources: tuple[str, Inventory]) -> tuple[float, float]:
        file = open_sample_file(folder / database)
        await LocalAdmin(file).create_organization("acme", USER)
        memory, loop = LocalMemory(file, "local", USER), asyncio.get_running_loop()
        start = loop.time()
        for name, each in sources:
            source = Source(SourceKind.REPORT, name, NOW, len(each.usages) + len(each.pulls))
            await memory.keep_source("acme", source, each)
        middle = loop.time()
        await memory.inventory("acme")
        end = loop.time()
        await file.close()
        return middle - start, end - middle

    times = [asyncio.run(kept(f"{n}.db", ("many", inventory))) for n in range(min(effort.rounds, 5))]
    for name, each in zip(("rows kept", "rows read back"), zip(*times, strict=True), strict=True):
        yield at_most(f"{rows:,} {name}", median(each), 1, "s")
    rows = min(effort.many, KEPT)
    write_report(folder / "report.csv", rows)
    report = _read(folder / "report.csv")
    twice = [(name, Inventory(pulls=report.pulls, days=report.days)) for name in ("one", "two")]
    merged = [asyncio.run(kept(f"twice{n}.db", *twice))[1] for n in range(min(effort.rounds, 5))]
    yield at_most(f"two reports of the same {rows:,} rows merged", median(merged), 1, "s")
