"""Inventories in the local file, by source; every function runs inside the caller's transaction.

Rows are JSON arrays, thousands in one text. The JSON is ASCII because file names may contain lone surrogates,
which a text column cannot store.
"""

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iam_tui.core.pull_days import ReportPulls, merge_reports, overlapping, superseded
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage
from iam_tui.stores.local.report_rows import DayBlob, day_blobs, keep_days, read_coverages, read_days
from iam_tui.stores.local.row_checks import (
    SURROGATES,
    moment,
    moment_or_none,
    one_of,
    row_reader,
    text_of_bytes,
    whole,
)
from iam_tui.stores.local.row_checks import text as checked_text
from iam_tui.stores.local.row_mapping import time_text
from iam_tui.stores.protocol import Source, SourceKind

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_UNRESOLVED: Final = Status.UNRESOLVED.value
_ROWS_PER_BATCH: Final = 10_000
_SUPERSEDED: Final = (
    "Not counted: kept without the day of each pull, and a newer report covers some of its days."
    " Bring the file in again to count it."
)


def hub_profile(profile: str, api: str) -> str:
    """How the sources of a Hub profile name it; `api` is the URL of its API."""
    return f"{profile} {api}"


class RowBatch(NamedTuple):
    """Some of a source's rows as JSON; `holds` is `usages` or `pulls`."""

    holds: str
    rows: str


class SerializedInventory(NamedTuple):
    """An inventory as the file keeps it."""

    batches: Sequence[RowBatch]
    days: Sequence[DayBlob]


def list_sources(
    database: "Database", profile: str, organization: str, *, with_pullers: bool
) -> list[Source]:
    """The sources of a profile's organization, the latest import first; those with pullers if asked for."""
    rows = database.execute(
        "SELECT id, kind, name, imported_at, rows, summary, since, until FROM sources"
        " WHERE profile = ? AND organization = ? ORDER BY imported_at DESC, id DESC",
        [profile, organization],
    ).fetchall()
    left_out = superseded(read_coverages(database, profile, organization))
    found = [
        _read_source(row)._replace(left_out=_SUPERSEDED if number in left_out else "")
        for number, *row in rows
    ]
    return [source for source in found if with_pullers or not source.kind.names_pullers]


def serialize(inventory: Inventory) -> SerializedInventory:
    """An inventory serialized for `keep_source`."""
    pulls = ((*one[:4], one.last_pull and time_text(one.last_pull)) for one in inventory.pulls)
    batches = [*_batches("usages", inventory.usages), *_batches("pulls", pulls)]
    return SerializedInventory(batches, day_blobs(inventory.days))


def keep_source(
    database: "Database", profile: str, organization: str, source: Source, inventory: SerializedInventory
) -> None:
    """Insert a source with its rows, replacing what was kept of it before."""
    remove_source(database, profile, organization, source.kind, source.name)
    since, until = (None if moment is None else time_text(moment) for moment in (source.since, source.until))
    (number,) = database.execute(
        "INSERT INTO sources (profile, organization, kind, name, imported_at, rows, summary, since, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        [
            profile, organization, source.kind, _name(source.name), time_text(source.imported_at),
            source.rows, _name(source.summary), since, until,
        ],
    ).fetchone()  # fmt: skip
    database.conn.executemany(
        "INSERT INTO source_rows VALUES (?, ?, ?, ?)",
        ((number, place, batch.holds, batch.rows) for place, batch in enumerate(inventory.batches)),
    )
    keep_days(database, number, inventory.days)


def remove_source(database: "Database", profile: str, organization: str, kind: SourceKind, name: str) -> None:
    """Remove a source and its rows."""
    database.execute(
        "DELETE FROM sources WHERE profile = ? AND organization = ? AND kind = ? AND name = ?",
        [profile, organization, kind, _name(name)],
    )


def read_inventory(database: "Database", profile: str, organization: str, *, with_pulls: bool) -> Inventory:
    """The inventory of a profile's organization from all its sources; equal values are one object.

    Pulls of a day that several reports cover are in it once, see `core.pull_days`.
    """
    with _without_garbage_collection():
        return _read_rows(database, profile, organization, with_pulls=with_pulls)


def _read_rows(database: "Database", profile: str, organization: str, *, with_pulls: bool) -> Inventory:
    usages: list[Usage] = []
    pulls: dict[int, list[Pulls]] = {}
    reader = _InventoryReader()
    for source, holds, text in database.execute(
        "SELECT s.id, holds, r.rows FROM sources s JOIN source_rows r ON r.source = s.id"
        " WHERE s.profile = ? AND s.organization = ? AND (holds = 'usages' OR ?) ORDER BY s.id, r.number",
        [profile, organization, with_pulls],
    ):
        if holds == "usages":
            usages += reader.usages(text)
        else:
            pulls.setdefault(source, []).extend(reader.pulls(text))
    reader.check()
    if not pulls:
        return Inventory(tuple(usages))
    coverages = read_coverages(database, profile, organization)
    left_out, shared = superseded(coverages), overlapping(coverages)
    apart = [one for source, rows in pulls.items() if source not in left_out | shared for one in rows]
    together = [
        ReportPulls(rows, read_days(database, source, len(rows)))
        for source, rows in pulls.items()
        if source in shared
    ]
    return Inventory(tuple(usages), (*apart, *merge_reports(together)))


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Turn the garbage collector off: its scans of a million new rows double the time to read them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _batches(holds: str, rows: Iterable[object]) -> Iterator[RowBatch]:
    rest = iter(rows)
    while some := list(islice(rest, _ROWS_PER_BATCH)):
        yield RowBatch(holds, json.dumps(some, separators=(",", ":")))


def _name(text: str) -> bytes:
    return text.encode("utf-8", SURROGATES)


@row_reader
def _read_source(row: Sequence[Any]) -> Source:
    kind, name, imported_at, rows, summary, since, until = row
    return Source(
        one_of(SourceKind, kind), text_of_bytes(name), moment(imported_at), whole(rows),
        text_of_bytes(summary), moment_or_none(since), moment_or_none(until),
    )  # fmt: skip


class _InventoryReader:
    """Reads rows so that equal texts, references and times become one object.

    The types of most values are checked by `check`, once for equal values: there can be a million rows.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._targets: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._references: dict[tuple[str, str, str | None, str | None], ImageReference] = {}
        self._statuses = {status.value: status for status in Status}
        self._times: dict[str | None, datetime | None] = {}

    @row_reader
    def usages(self, text: str) -> list[Usage]:
        """The usages of one batch."""
        return [self._usage(row) for row in json.loads(text)]

    @row_reader
    def pulls(self, text: str) -> list[Pulls]:
        """The pulls of one batch."""
        return [self._pulls(row) for row in json.loads(text)]

    @row_reader
    def check(self) -> None:
        """Raise `UnreadableRow` if something that was read so far has another type than it should."""
        for found in (self._texts, *self._targets, *self._references):
            for one in found:
                if one is not None:
                    checked_text(one)

    def _usage(self, row: list[Any]) -> Usage:
        file, line, place, text, reference, status, reached, reached_by, problem = row
        share = self._texts.setdefault
        targets = tuple(reached_by)
        targets = self._targets.setdefault(targets, targets)
        if type(line) is not int or (reference is None) is not (status == _UNRESOLVED):
            raise ValueError("line or reference")
        if reached is not True and reached is not False and reached is not None:
            raise ValueError("reached")
        return Usage(
            share(file, file), line, share(place, place), share(text, text),
            None if reference is None else self._reference(tuple(reference)),
            self._statuses[status], reached, targets, share(problem, problem),
        )  # fmt: skip

    def _reference(self, parts: tuple[str, str, str | None, str | None]) -> ImageReference:
        known = self._references.get(parts)
        if known is None:
            known = self._references[parts] = ImageReference(*parts)
        return known

    def _pulls(self, row: list[Any]) -> Pulls:
        repository, user, token, pulls, last = row
        share = self._texts.setdefault
        if last not in self._times:
            self._times[last] = moment_or_none(last)
        if type(pulls) is not int or pulls < 0:
            raise ValueError("pulls")
        return Pulls(
            share(repository, repository), share(user, user), share(token, token), pulls, self._times[last]
        )
