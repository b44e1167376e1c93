"""Saving a policy beside plain SQLite, and a page of revisions at any depth."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.local import LocalStore
from tests.benchmarks.figures import Effort, Figure, at_most, median, p95, ratio, seconds
from tests.benchmarks.sample_files import USER, many_organizations, name_of, open_sample_file

if TYPE_CHECKING:
    from sqlite_utils.db import Database

ORGANIZATION: Final = name_of(0)
ROW: Final = (
    "INSERT INTO revisions VALUES (?, ?, 1, 1, 1, 0, 0, NULL, 'maya', '2026-03-12', 'note', 'console', ?)"
)
FILL: Final = """
    WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
    INSERT INTO revisions
    SELECT organization, n, enabled, official, verified_publisher, community, allowlist_enabled, allowlist,
        author, saved_at, note, origin, n - 1
    FROM numbers JOIN revisions ON organization = 'org000000' AND number = 1
"""


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Both."""
    path = many_organizations(folder, 1)
    ours, theirs = asyncio.run(_save(effort, path, folder / "plain.db"))
    beside = f"p50 {median(ours):.3f} ms; sqlite3 alone {median(theirs):.3f} ms, p95 {p95(theirs):.3f} ms"
    yield at_most("save, p95", p95(ours), 0.5, "ms", beside)
    yield Figure("save, p50", f"{ratio(ours, theirs):.2f} x sqlite3")
    first, deep = asyncio.run(_page(effort, path))
    for where, times in (("newest", first), ("deepest", deep)):
        yield at_most(f"the {where} 50 of {effort.many:,} revisions, p50", median(times), 0.1, "ms")


async def _save(effort: Effort, path: Path, plain: Path) -> tuple[list[float], list[float]]:
    store = LocalStore(open_sample_file(path), USER)
    newest = (await store.organization_state(ORGANIZATION)).revision
    ours, theirs = [], []
    with closing(_plain(plain)) as connection:
        for number in range(1, effort.presses * 4 + 1):
            policy = newest.policy.with_setting(Setting.COMMUNITY, on=not newest.policy.community)
            draft = Draft.of(newest).stage(policy)
            start = asyncio.get_running_loop().time()
            newest = await store.save(ORGANIZATION, draft, note="note", origin=Origin.CONSOLE)
            ours.append((asyncio.get_running_loop().time() - start) * 1e3)
            theirs.append(seconds(lambda: _insert(connection, number)) * 1e3)  # noqa: B023 - called at once
    await store.close()
    return ours, theirs


def _plain(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ", ".join(f"c{number}" for number in range(11))
    connection.execute(
        f"CREATE TABLE revisions (organization TEXT, number INTEGER, {columns},"
        " PRIMARY KEY (organization, number))"
    )
    return connection


def _insert(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(ROW, [ORGANIZATION, number, number - 1])
    connection.execute("COMMIT")


async def _page(effort: Effort, path: Path) -> tuple[list[float], list[float]]:
    file = open_sample_file(path)
    store = LocalStore(file, USER)
    newest = (await store.organization_state(ORGANIZATION)).revision.number

    def fill(database: "Database") -> None:
        database.execute(FILL.replace("SELECT 2 ", f"SELECT {newest + 1} "), [effort.many])

    await file.write(fill)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(effort.presses * 4):
        for before, column in zip((None, 60), times, strict=True):
            start = asyncio.get_running_loop().time()
            await store.revisions(ORGANIZATION, before=before)
            column.append((asyncio.get_running_loop().time() - start) * 1e3)
    await store.close()
    return times
