"""Many organizations of many people through the server: first rows, all rows, and memory."""

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.organization import Plan, Role
from iam_tui.core.policy import Origin
from iam_tui.stores.hub import ApiOrigin, HubStore
from iam_tui.stores.local import open_file
from iam_tui.stores.local.admin import create_organization
from iam_tui.stores.local.membership import add_member
from iam_tui.stores.protocol import Credentials
from tests.benchmarks.figures import Effort, Figure, at_most, number
from tests.benchmarks.sample_files import name_of
from tests.server.running import Running, in_file, now, running

if TYPE_CHECKING:
    from sqlite_utils.db import Database

    from iam_tui.stores.local import LocalFile

OWNER: Final = "olivia"
MEMBERS: Final = 49
ORGANIZATIONS: Final = 2_000


class _Read(NamedTuple):
    """Seconds until the first rows and until all, organizations, and traced bytes halfway and at the end."""

    first: float
    all: float
    organizations: int
    halfway: int
    at_end: int


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """The first rows, all rows, and the memory that paging takes."""
    count = min(ORGANIZATIONS, max(effort.many // 10, 10))
    path = folder / "many.db"
    in_file(path, lambda file: _fill(file, count))
    with running(path) as server:
        read = asyncio.run(_read(server, folder / "timed.db"))
        # Tracing makes everything several times slower, so the memory is looked at apart.
        tracemalloc.start()
        traced = asyncio.run(_read(server, folder / "traced.db"))
        tracemalloc.stop()
    what = f"{read.organizations:,} organizations of {MEMBERS + 1} people, over loopback"
    yield at_most("picker on Docker Hub's API: first rows", read.first, 1, "s", what)
    yield Figure("all rows", f"{number(read.all)} s", what)
    grown = f"{number(traced.halfway / 2**20)} MiB halfway, {number(traced.at_end / 2**20)} MiB at the end"
    yield Figure("memory while paging", grown, "what the store holds, the rows let go")


async def _fill(file: "LocalFile", count: int) -> None:
    def job(database: "Database") -> None:
        for index in range(count):
            name = name_of(index)
            create_organization(
                database, name, OWNER, plan=Plan.BUSINESS, sign_in_enforced=False, full_name="",
                origin=Origin.CLI, now=now(),
            )  # fmt: skip
            for member in range(MEMBERS):
                add_member(database, name, f"member{member:02d}", Role.MEMBER)

    await file.write(job)


async def _read(server: Running, path: Path) -> _Read:
    credentials = Credentials(OWNER, server.secrets[OWNER])
    memory = open_file(path, now)
    store = await HubStore.open(ApiOrigin.parse(server.url), credentials, memory)
    started = time.perf_counter()
    first, seen, held = 0.0, 0, []
    async for batch in store.organizations():
        first = first or time.perf_counter() - started
        seen += len(batch)
        held.append(tracemalloc.get_traced_memory()[0])
    took = time.perf_counter() - started
    await store.close()
    return _Read(first, took, seen, held[len(held) // 2], held[-1])
