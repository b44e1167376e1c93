"""The badges in the local file: those set by hand, and those looked up at each origin with their date."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from iam_tui.core.catalog import BadgeSource, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.row_checks import text
from iam_tui.stores.local.row_mapping import read_badge

if TYPE_CHECKING:
    from sqlite_utils.db import Database


async def known_badges(file: LocalFile, origin: str) -> dict[str, KnownBadge]:
    """The known badges by namespace: set by hand, or looked up at this origin."""

    def job(database: "Database") -> dict[str, KnownBadge]:
        rows = database.execute(
            "SELECT namespace, badge, as_of, source FROM badges WHERE source = ? OR set_by = ?",
            [BadgeSource.HAND, origin],
        )
        return {text(namespace): read_badge(rest) for namespace, *rest in rows}

    return await file.read(job)


async def keep_badges(
    file: LocalFile, origin: str, badges: Mapping[str, Badge], missing: Iterable[str]
) -> None:
    """Keep what was looked up at the origin today, and remove its badges of names that no longer exist.

    Badges set by hand stay.
    """
    today = file.clock().date().isoformat()

    def job(database: "Database") -> None:
        for namespace in missing:
            database.execute(
                "DELETE FROM badges WHERE namespace = ? AND source = ? AND set_by = ?",
                [namespace, BadgeSource.LIVE, origin],
            )
        for namespace, badge in badges.items():
            database.execute(
                "INSERT INTO badges VALUES (?, ?, ?, ?, ?) ON CONFLICT (namespace) DO UPDATE"
                " SET badge = excluded.badge, as_of = excluded.as_of, set_by = excluded.set_by"
                " WHERE source = excluded.source",
                [namespace, badge, today, BadgeSource.LIVE, origin],
            )

    await file.write(job)


async def is_demo_file(file: LocalFile) -> bool:
    """Whether the file contains the demo's sample organizations."""
    return await file.read(
        lambda database: database.execute("SELECT 1 FROM sample_data").fetchone() is not None
    )
