"""The tables of the local file, and how they are created and migrated; triggers keep revisions immutable."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlite_utils import Migrations
from sqlite_utils.db import Database

from iam_tui.stores.errors import FileCorrupt, FileNewer
from iam_tui.stores.local.connection import prepare_connection, write_transaction
from iam_tui.stores.local.copies import remove_unfinished, write_copy
from iam_tui.stores.local.row_checks import text
from iam_tui.stores.local.sqlite_errors import UnreadableRow

MIGRATIONS: Final = Migrations("iam_tui")


@MIGRATIONS(name="world")
def organizations(database: Database) -> None:
    """Organizations, their members, every revision of their policies, and badges.

    A revision's switches are columns; its allowlist is a row in `allowlists`, found by the SHA-256 of its
    text: revisions with the same list share it, and changing a switch beside 10,000 entries writes one short
    row. A list is always read and written whole, hence one JSON text instead of a row for each entry.
    NULL in a switch or in `allowlist` means unknown.
    """
    database.executescript(
        """
        CREATE TABLE organizations (
            name TEXT PRIMARY KEY NOT NULL,
            plan TEXT NOT NULL CHECK (plan IN ('business', 'team', 'personal')),
            sign_in_enforced INTEGER NOT NULL CHECK (sign_in_enforced IN (0, 1)),
            full_name TEXT NOT NULL,
            created_at TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE members (
            organization TEXT NOT NULL REFERENCES organizations (name),
            user TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'member')),
            session TEXT NOT NULL CHECK (session IN ('unrecorded', 'signed_in', 'signed_out')),
            session_revision INTEGER,
            session_at TEXT,
            PRIMARY KEY (organization, user)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX members_by_user ON members (user, organization);

        CREATE TABLE allowlists (
            digest BLOB PRIMARY KEY NOT NULL,
            entries TEXT NOT NULL
        ) STRICT;

        CREATE TABLE revisions (
            organization TEXT NOT NULL REFERENCES organizations (name),
            number INTEGER NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            official INTEGER NOT NULL CHECK (official IN (0, 1)),
            verified_publisher INTEGER NOT NULL CHECK (verified_publisher IN (0, 1)),
            community INTEGER CHECK (community IN (0, 1)),
            allowlist_enabled INTEGER CHECK (allowlist_enabled IN (0, 1)),
            allowlist BLOB REFERENCES allowlists (digest),
            author TEXT NOT NULL,
            saved_at TEXT NOT NULL,
            note TEXT NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('console', 'cli', 'server', 'drift')),
            base INTEGER,
            PRIMARY KEY (organization, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER revisions_follow BEFORE INSERT ON revisions
        WHEN NEW.number !=
            (SELECT COALESCE(MAX(number), 0) + 1 FROM revisions WHERE organization = NEW.organization)
        BEGIN SELECT RAISE(ABORT, 'a revision follows the newest one'); END;
        CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions
        BEGIN SELECT RAISE(ABORT, 'a saved revision never changes'); END;
        CREATE TRIGGER revisions_remain BEFORE DELETE ON revisions
        BEGIN SELECT RAISE(ABORT, 'a saved revision is never deleted'); END;
        CREATE TRIGGER allowlists_once BEFORE INSERT ON allowlists
        WHEN EXISTS (SELECT 1 FROM allowlists WHERE digest = NEW.digest)
        BEGIN SELECT RAISE(ABORT, 'a saved allowlist never changes'); END;
        CREATE TRIGGER allowlists_stay BEFORE UPDATE ON allowlists
        BEGIN SELECT RAISE(ABORT, 'a saved allowlist never changes'); END;
        CREATE TRIGGER allowlists_remain BEFORE DELETE ON allowlists
        BEGIN SELECT RAISE(ABORT, 'a saved allowlist is never deleted'); END;

        CREATE TABLE badges (
            namespace TEXT PRIMARY KEY NOT NULL,
            badge TEXT NOT NULL CHECK (badge IN ('verified_publisher', 'open_source', 'none')),
            as_of TEXT NOT NULL,
            source TEXT NOT NULL CHECK (source IN ('hand', 'live')),
            set_by TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )


@MIGRATIONS()
def memory(database: Database) -> None:
    """Drafts, watch lists and recent pulls, each as one JSON text."""
    database.executescript(
        """
        CREATE TABLE drafts (
            profile TEXT NOT NULL,
            organization TEXT NOT NULL,
            user TEXT NOT NULL,
            base INTEGER NOT NULL,
            draft BLOB NOT NULL,
            kept_at TEXT NOT NULL,
            PRIMARY KEY (profile, organization, user, base)
        ) STRICT;

        CREATE TABLE watch_lists (
            profile TEXT NOT NULL,
            organization TEXT NOT NULL,
            images BLOB NOT NULL,
            PRIMARY KEY (profile, organization)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE recent_pulls (
            profile TEXT NOT NULL,
            user TEXT NOT NULL,
            pulls BLOB NOT NULL,
            PRIMARY KEY (profile, user)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sample_data (
            filled_at TEXT NOT NULL
        ) STRICT;
        """
    )


@MIGRATIONS()
def sources(database: Database) -> None:
    """The sources of inventories, and what was read from them: thousands of rows as one JSON text.

    Rows are written, read and removed by source, and never queried individually.
    """
    database.executescript(
        """
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY NOT NULL,
            profile TEXT NOT NULL,
            organization TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('report', 'scan', 'list')),
            name BLOB NOT NULL,
            imported_at TEXT NOT NULL,
            rows INTEGER NOT NULL,
            summary BLOB NOT NULL,
            since TEXT,
            until TEXT,
            UNIQUE (profile, organization, kind, name)
        ) STRICT;

        CREATE TABLE source_rows (
            source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            holds TEXT NOT NULL CHECK (holds IN ('usages', 'pulls')),
            rows TEXT NOT NULL,
            PRIMARY KEY (source, number)
        ) STRICT;
        """
    )


@MIGRATIONS()
def hub_memory(database: Database) -> None:
    """What was read from Docker Hub, by the origin of its API: revisions, and what each user saw.

    As in `revisions`, NULL means unknown, allowlists are shared and triggers protect what was saved.
    `by_hand_at` is when community switch and allowlist were recorded by hand; each revision repeats it.
    """
    database.executescript(
        """
        CREATE TABLE hub_revisions (
            api TEXT NOT NULL,
            organization TEXT NOT NULL,
            number INTEGER NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            official INTEGER NOT NULL CHECK (official IN (0, 1)),
            verified_publisher INTEGER NOT NULL CHECK (verified_publisher IN (0, 1)),
            community INTEGER CHECK (community IN (0, 1)),
            allowlist_enabled INTEGER CHECK (allowlist_enabled IN (0, 1)),
            allowlist BLOB REFERENCES allowlists (digest),
            author TEXT NOT NULL,
            saved_at TEXT NOT NULL,
            note TEXT NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('console', 'cli', 'server', 'drift')),
            by_hand_at TEXT,
            PRIMARY KEY (api, organization, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE hub_accesses (
            api TEXT NOT NULL,
            user TEXT NOT NULL,
            organization TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'member')),
            full_name TEXT NOT NULL,
            created_at TEXT,
            seen_at TEXT NOT NULL,
            PRIMARY KEY (api, user, organization)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER hub_revisions_follow BEFORE INSERT ON hub_revisions
        WHEN NEW.number != (SELECT COALESCE(MAX(number), 0) + 1 FROM hub_revisions
            WHERE api = NEW.api AND organization = NEW.organization)
        BEGIN SELECT RAISE(ABORT, 'a revision follows the newest one'); END;
        CREATE TRIGGER hub_revisions_stay BEFORE UPDATE ON hub_revisions
        BEGIN SELECT RAISE(ABORT, 'a saved revision never changes'); END;
        CREATE TRIGGER hub_revisions_remain BEFORE DELETE ON hub_revisions
        BEGIN SELECT RAISE(ABORT, 'a saved revision is never deleted'); END;
        """
    )


@MIGRATIONS()
def tokens(database: Database) -> None:
    """Personal tokens for the server; of their secrets only the SHA-256 is kept."""
    database.executescript(
        """
        CREATE TABLE tokens (
            id TEXT PRIMARY KEY NOT NULL,
            user TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER tokens_of_nobody AFTER DELETE ON members
        WHEN NOT EXISTS (SELECT 1 FROM members WHERE user = OLD.user)
        BEGIN DELETE FROM tokens WHERE user = OLD.user; END;
        """
    )


@MIGRATIONS()
def sources_of_hubs(database: Database) -> None:
    """The sources of a Hub profile belong to its API as well, see `sources.hub_profile`.

    Which API that was is not in the file. An organization that is not in the file itself was read from one:
    where there are several, the one at which somebody was an owner last, because owners bring in reports.
    """
    database.execute(
        """
        UPDATE sources SET profile = profile || ' ' || (
            SELECT api FROM hub_accesses WHERE organization = sources.organization
            ORDER BY role = 'owner' DESC, seen_at DESC LIMIT 1
        )
        WHERE organization IN (SELECT organization FROM hub_accesses)
            AND organization NOT IN (SELECT name FROM organizations)
        """
    )


@MIGRATIONS()
def roles_of_hubs(database: Database) -> None:
    """Roles on Docker Hub may have any name: organizations can make their own."""
    database.executescript(
        """
        CREATE TABLE hub_accesses_with_roles (
            api TEXT NOT NULL,
            user TEXT NOT NULL,
            organization TEXT NOT NULL,
            role TEXT NOT NULL,
            full_name TEXT NOT NULL,
            created_at TEXT,
            seen_at TEXT NOT NULL,
            PRIMARY KEY (api, user, organization)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO hub_accesses_with_roles SELECT * FROM hub_accesses;
        DROP TABLE hub_accesses;
        ALTER TABLE hub_accesses_with_roles RENAME TO hub_accesses;
        """
    )


@MIGRATIONS()
def report_days(database: Database) -> None:
    """The pulls of reports by day, so that reports of the same days can be merged; see `report_rows`.

    `day` is empty for rows without a day. Reports that were brought in before have no row here.
    """
    database.executescript(
        """
        CREATE TABLE report_days (
            source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            day TEXT NOT NULL,
            basis TEXT NOT NULL CHECK (basis IN ('api', 'mail', 'short')),
            rows BLOB NOT NULL,
            PRIMARY KEY (source, day, basis)
        ) STRICT;
        """
    )


def bring_up_to_date(database: Database, path: Path) -> None:
    """Check that this program wrote the file, and create missing tables; an older file is backed up first.

    Raises `FileCorrupt` for a database of another program and `FileNewer` for a file of a newer version; they
    are not changed.
    """
    _check_ours(database, path)
    prepare_connection(database)
    if not MIGRATIONS.pending(database):
        return
    # Another process may be doing the same; the second one finds nothing left to do.
    with write_transaction(database):
        applied = len(MIGRATIONS.applied(database))
        if applied and MIGRATIONS.pending(database):
            _back_up(path, applied)
        MIGRATIONS.apply(database)


def is_up_to_date(database: Database, path: Path) -> bool:
    """Whether the file has all tables; raises what `bring_up_to_date` raises, and changes nothing."""
    _check_ours(database, path)
    return not MIGRATIONS.pending(database)


def _check_ours(database: Database, path: Path) -> None:
    applied = _applied(database)
    if not applied and database.table_names():
        raise FileCorrupt(
            f"{path} is a database of another program.", advice="Give the path of another file."
        )
    newer = applied - _known_migrations()
    if newer:
        raise FileNewer(f"{path} has tables this version does not know: {', '.join(sorted(newer))}.")


def _applied(database: Database) -> set[str]:
    try:
        return {text(migration.name) for migration in MIGRATIONS.applied(database)}
    except KeyError as error:
        raise UnreadableRow(f"the column {error} is missing") from error


def _known_migrations() -> set[str]:
    """The names of this version's migrations: those pending for an empty database."""
    with closing(sqlite3.connect(":memory:")) as empty:
        return {one.name for one in MIGRATIONS.pending(Database(empty, execute_plugins=False))}


def _back_up(path: Path, version: int) -> None:
    """Copy the file to `NAME.before-VERSION`; earlier copies are kept."""
    # The caller has the file locked, so that no other process is making a copy now.
    remove_unfinished(path)
    # Another connection sees the file as it was before the transaction that is about to migrate it.
    with closing(sqlite3.connect(path.resolve())) as source:
        write_copy(source, path, f"before-{version}")
