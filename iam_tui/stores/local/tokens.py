"""Personal tokens of a local file's people: what they sign in with at `iam-tui serve`."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.row_mapping import time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database

PREFIX: Final = "iamt_"
_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 6


class Token(NamedTuple):
    """A personal token as it can be listed; `id` names it, the secret itself is not kept anywhere."""

    id: str
    user: str
    created_at: datetime


class Tokens:
    """The personal tokens in a local file.

    The file holds the SHA-256 of each secret and nothing else of it. A slow hash protects what people think
    up; these are 256 random bits, which nobody finds by trying. Whoever leaves their last organization in the
    file loses their tokens there and then (a trigger of the file), so coming back does not bring them back.
    """

    def __init__(self, file: LocalFile) -> None:
        self._file = file

    async def create(self, user: str) -> tuple[Token, str]:
        """A new token and its secret, never to be read again; `NotFound` for who is in no organization."""
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        token = Token(secrets.token_hex(_ID_BYTES), user, self._file.clock())

        def job(database: "Database") -> None:
            if database.execute("SELECT 1 FROM members WHERE user = ? LIMIT 1", [user]).fetchone() is None:
                raise NotFound(
                    f"{user} is in no organization here.", advice="Check the name, or add them first."
                )
            database.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?)",
                [token.id, user, _digest(secret), time_text(token.created_at)],
            )

        await self._file.write(job)
        return token, secret

    async def all(self) -> Sequence[Token]:
        """Every token, by user, the oldest first."""

        def job(database: "Database") -> list[Token]:
            rows = database.execute("SELECT id, user, created_at FROM tokens ORDER BY user, created_at, id")
            return [Token(id_, user, _moment(created_at)) for id_, user, created_at in rows]

        return await self._file.read(job)

    async def revoke(self, token: str) -> str:
        """Remove a token by its id; whose it was. `NotFound` if there is none of that id."""

        def job(database: "Database") -> str:
            found = database.execute("SELECT user FROM tokens WHERE id = ?", [token]).fetchone()
            if found is None:
                raise NotFound(f"There is no token {token}.", advice="`iam-tui token list` has their ids.")
            database.execute("DELETE FROM tokens WHERE id = ?", [token])
            return str(found[0])

        return await self._file.write(job)

    async def id_of(self, user: str, secret: str) -> str | None:
        """The id of the user's token with this secret; None if they have no such token."""

        def job(database: "Database") -> str | None:
            found = database.execute(
                "SELECT id FROM tokens WHERE digest = ? AND user = ?", [_digest(secret), user]
            ).fetchone()
            return None if found is None else str(found[0])

        return await self._file.read(job)

    async def is_alive(self, token: str, user: str) -> bool:
        """Whether the user still has the token of this id."""

        def job(database: "Database") -> bool:
            found = database.execute(
                "SELECT 1 FROM tokens WHERE id = ? AND user = ?", [token, user]
            ).fetchone()
            return found is not None

        return await self._file.read(job)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
