"""A file as an earlier version of the program made it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils.db import Database

from iam_tui.core.organization import Plan
from iam_tui.core.policy import Origin
from iam_tui.stores.local.admin import create_organization
from iam_tui.stores.local.schema import MIGRATIONS
from tests.clock import FixedClock


@contextmanager
def older_file(path: Path, clock: FixedClock, *, before: str) -> Iterator[Database]:
    """Make a file as it was before a migration, with olivia's `acme` in it; the block may add more."""
    with closing(sqlite3.connect(path)) as connection:
        database = Database(connection)
        database.enable_wal()
        MIGRATIONS.apply(database, stop_before=before)
        with database.atomic():
            create_organization(
                database,
                "acme",
                "olivia",
                plan=Plan.BUSINESS,
                sign_in_enforced=False,
                full_name="",
                origin=Origin.CLI,
                now=clock.now,
            )
            yield database
