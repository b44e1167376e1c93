"""Inventories in the local file: what was read from each source, whole, inside the caller's transaction.

Rows are JSON arrays, thousands to a text, in ASCII: the names of files may hold half characters, which no
text column takes as they are.
"""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage
from iam_tui.stores.local.row_mapping import time_text
from iam_tui.stores.local.sqlite_errors import Unreadable
from iam_tui.stores.protocol import Source, SourceKind

if TYPE_CHECKING:
    from sqlite_utils.db import Database

T = TypeVar("T")
R = TypeVar("R")

_HALVES: Final = "surrogatepass"
_ROWS_TO_A_PART: Final = 10_000


class Part(NamedTuple):
    """Some of a source's rows, as they stand in the file; `holds` is `usages` or `pulls`."""

    holds: str
    rows: str


def all_of(database: "Database", profile: str, organization: str, *, with_reports: bool) -> list[Source]:
    """The sources of a profile's organization, the latest first; reports say how much people pull."""
    rows = database.execute(
        "SELECT kind, name, imported_at, rows, summary, since, until FROM sources"
        " WHERE profile = ? AND organization = ? AND (kind != 'report' OR ?)"
        " ORDER BY imported_at DESC, id DESC",
        [profile, organization, with_reports],
    )
    return [_told(_read_source, row) for row in rows]


def parts_of(inventory: Inventory) -> list[Part]:
    """What an inventory holds, ready to be kept."""
    pulls = ((*one[:4], one.last_pull and time_text(one.last_pull)) for one in inventory.pulls)
    return [*_parts("usages", inventory.usages), *_parts("pulls", pulls)]


def keep(
    database: "Database", profile: str, organization: str, source: Source, parts: Sequence[Part]
) -> None:
    """Keep a source with its rows, in place of what was kept of it before."""
    remove(database, profile, organization, source.kind, source.name)
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
        ((number, place, part.holds, part.rows) for place, part in enumerate(parts)),
    )


def remove(database: "Database", profile: str, organization: str, kind: SourceKind, name: str) -> None:
    """Forget a source and its rows."""
    database.execute(
        "DELETE FROM sources WHERE profile = ? AND organization = ? AND kind = ? AND name = ?",
        [profile, organization, kind, _name(name)],
    )


def inventory(database: "Database", profile: str, organization: str, *, with_pulls: bool) -> Inventory:
    """What all sources of a profile's organization hold; equal texts and references are one object.

    Sources are put one after the other: where two reports tell of the same days, their pulls are in it twice.
    """
    with _without_collector():
        return _inventory(database, profile, organization, with_pulls=with_pulls)


def _inventory(database: "Database", profile: str, organization: str, *, with_pulls: bool) -> Inventory:
    usages: list[Usage] = []
    pulls: list[Pulls] = []
    reader = _Reader()
    for holds, text in database.execute(
        "SELECT holds, r.rows FROM sources s JOIN source_rows r ON r.source = s.id"
        " WHERE s.profile = ? AND s.organization = ? AND (holds = 'usages' OR ?) ORDER BY s.id, r.number",
        [profile, organization, with_pulls],
    ):
        if holds == "usages":
            usages += _told(reader.usages, text)
        else:
            pulls += _told(reader.pulls, text)
    return Inventory(tuple(usages), tuple(pulls))


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage is collected meanwhile.

    Looking through a million new rows over and over takes twice as long as reading them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parts(holds: str, rows: Iterable[object]) -> Iterator[Part]:
    rest = iter(rows)
    while some := list(islice(rest, _ROWS_TO_A_PART)):
        yield Part(holds, json.dumps(some, separators=(",", ":")))


def _name(text: str) -> bytes:
    return text.encode("utf-8", _HALVES)


def _told(read: Callable[[T], R], kept: T) -> R:
    """What is read; what cannot be made sense of is `Unreadable`."""
    try:
        return read(kept)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"a row cannot be read ({error})") from error


def _read_source(row: Sequence[Any]) -> Source:
    kind, name, imported_at, rows, summary, since, until = row
    name, summary = (text.decode("utf-8", _HALVES) for text in (name, summary))
    moment = datetime.fromisoformat(imported_at)
    return Source(SourceKind(kind), name, moment, rows, summary, _read_time(since), _read_time(until))


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


class _Reader:
    """Reads rows; equal texts, references and times become one object, however often they stand there."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._targets: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._references: dict[tuple[str, str, str | None, str | None], ImageReference] = {}
        self._statuses = {status.value: status for status in Status}
        self._times: dict[str | None, datetime | None] = {}

    def usages(self, text: str) -> list[Usage]:
        """The usages of one part."""
        return [self._usage(row) for row in json.loads(text)]

    def pulls(self, text: str) -> list[Pulls]:
        """The pulls of one part."""
        return [self._pulls(row) for row in json.loads(text)]

    def _usage(self, row: list[Any]) -> Usage:
        file, line, place, text, reference, status, reached, reached_by, problem = row
        share = self._texts.setdefault
        targets = tuple(reached_by)
        targets = self._targets.setdefault(targets, targets)
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
            self._times[last] = _read_time(last)
        return Pulls(
            share(repository, repository), share(user, user), share(token, token), pulls, self._times[last]
        )
