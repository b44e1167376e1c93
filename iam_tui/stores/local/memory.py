"""What the local file keeps for one profile and user: drafts, watch lists, recent pulls, inventories."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.usage import Inventory
from iam_tui.stores.local import sources
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.permissions import may_see_pullers, require_may_see_pullers
from iam_tui.stores.local.row_mapping import draft_blob, read_draft, read_texts, texts_blob, time_text
from iam_tui.stores.protocol import Source, SourceKind

if TYPE_CHECKING:
    from sqlite_utils.db import Database

MAX_RECENT: Final = 50
_MAX_PULL_TEXT: Final = 10_000


class LocalMemory:
    """`protocol.Memory` in a local file, for one profile (by name) and user.

    `api` is the URL of the API that a Hub profile works on: roles there are those that it said last. What is
    kept of the sources belongs to the API too, because an organization of that name at another one may have
    other owners.
    """

    def __init__(self, file: LocalFile, profile: str, user: str, api: str | None = None) -> None:
        self._file = file
        self._profile = profile
        self._sources_of = profile if api is None else sources.hub_profile(profile, api)
        self._user = user
        self._api = api
        self._drafts: dict[str, tuple[Draft, int | None]] = {}
        """The last draft of each organization, and the generation of the file it was written to, if any."""

    async def draft(self, organization: str) -> Draft | None:
        """The draft kept last, with undo history and the revision it started from; None if there is none.

        A draft that could not be written, or is in a file that was replaced since, is still known here.
        """

        def job(database: "Database") -> Draft | None:
            row = database.execute(
                "SELECT draft FROM drafts WHERE profile = ? AND organization = ? AND user = ?"
                " ORDER BY kept_at DESC, base DESC LIMIT 1",
                [self._profile, organization, self._user],
            ).fetchone()
            return None if row is None else read_draft(row[0])

        found = await self._file.read(job)
        draft, written = self._drafts.get(organization, (found, self._file.generation))
        return found if written == self._file.generation else draft

    async def keep_draft(self, organization: str, draft: Draft) -> None:
        """Keep this draft instead of those based on its revision or older; a clean one only removes them."""
        now = time_text(self._file.clock())

        def job(database: "Database") -> None:
            whose = [self._profile, organization, self._user, draft.base.number]
            database.execute(
                "DELETE FROM drafts WHERE profile = ? AND organization = ? AND user = ? AND base <= ?", whose
            )
            if not draft.is_clean:
                database.execute(
                    "INSERT INTO drafts VALUES (?, ?, ?, ?, ?, ?)", [*whose, draft_blob(draft), now]
                )

        self._drafts[organization] = draft, None
        await self._file.write(job)
        if self._drafts[organization][0] is draft:
            self._drafts[organization] = draft, self._file.generation

    async def watch_list(self, organization: str) -> Sequence[str]:
        """The watched images, as typed, in their order; all users of the profile share the list."""

        def job(database: "Database") -> list[str]:
            row = database.execute(
                "SELECT images FROM watch_lists WHERE profile = ? AND organization = ?",
                [self._profile, organization],
            ).fetchone()
            return [] if row is None else read_texts(row[0])

        return await self._file.read(job)

    async def keep_watch_list(self, organization: str, images: Sequence[str]) -> None:
        """Replace the watch list."""

        def job(database: "Database") -> None:
            keep_watch_list(database, self._profile, organization, images)

        await self._file.write(job)

    async def recent_pulls(self) -> Sequence[str]:
        """The images tested most recently, newest first, each text once, at most 50."""
        return await self._file.read(self._recent)

    async def keep_pull(self, text: str) -> None:
        """Add a text to the recent pulls; one longer than any reference or error line is left out."""
        if len(text) > _MAX_PULL_TEXT:
            return

        def job(database: "Database") -> None:
            pulls = [text, *(pull for pull in self._recent(database) if pull != text)][:MAX_RECENT]
            database.execute(
                "INSERT OR REPLACE INTO recent_pulls VALUES (?, ?, ?)",
                [self._profile, self._user, texts_blob(pulls)],
            )

        await self._file.write(job)

    async def sources(self, organization: str) -> Sequence[Source]:
        """Where its inventory came from, the latest first; without pull reports unless an owner asks."""

        def job(database: "Database") -> list[Source]:
            with_pullers = may_see_pullers(database, organization, self._user, self._api)
            return sources.list_sources(database, self._sources_of, organization, with_pullers=with_pullers)

        return await self._file.read(job)

    async def keep_source(self, organization: str, source: Source, inventory: Inventory) -> None:
        """Keep what was read from a source; see `protocol.Memory.keep_source`."""
        # Serialized outside the transaction: other programs wait at most two seconds for it.
        parts = await self._file.read(lambda _: sources.serialize(inventory))

        def job(database: "Database") -> None:
            if inventory.pulls or source.kind.names_pullers:
                require_may_see_pullers(database, organization, self._user, self._api)
            if inventory.pulls and not source.kind.names_pullers:
                raise InvalidInput(f"Pulls are kept for owners only, and a {source.kind} is for everybody.")
            sources.keep_source(database, self._sources_of, organization, source, parts)

        await self._file.write(job)

    async def remove_source(self, organization: str, kind: SourceKind, name: str) -> None:
        """Remove a source and what was read from it; see `protocol.Memory.remove_source`."""

        def job(database: "Database") -> None:
            if kind.names_pullers:
                require_may_see_pullers(database, organization, self._user, self._api)
            sources.remove_source(database, self._sources_of, organization, kind, name)

        await self._file.write(job)

    async def inventory(self, organization: str) -> Inventory:
        """Everything that its sources hold; without the pulls unless an owner asks."""

        def job(database: "Database") -> Inventory:
            with_pulls = may_see_pullers(database, organization, self._user, self._api)
            return sources.read_inventory(database, self._sources_of, organization, with_pulls=with_pulls)

        return await self._file.read(job)

    def _recent(self, database: "Database") -> list[str]:
        row = database.execute(
            "SELECT pulls FROM recent_pulls WHERE profile = ? AND user = ?", [self._profile, self._user]
        ).fetchone()
        return [] if row is None else read_texts(row[0])


def keep_watch_list(database: "Database", profile: str, organization: str, images: Sequence[str]) -> None:
    """Replace the watch list of a profile's organization, inside the caller's transaction."""
    database.execute(
        "INSERT OR REPLACE INTO watch_lists VALUES (?, ?, ?)", [profile, organization, texts_blob(images)]
    )
