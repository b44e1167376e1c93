"""Personal tokens, with which the people of a local file sign in to `iam-tui serve`."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.stores.errors import NotFound
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.row_checks import moment, text
from iam_tui.stores.local.row_mapping import time_text

if TYPE_CHECKING:
    from sqlite_utils.db import Database

PREFIX: Final = "iamt_"
_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 6


class PersonalToken(NamedTuple):
    """A personal token without its secret, which is kept nowhere; `id` identifies it."""

    id: str
    user: str
    created_at: datetime


class PersonalTokens:
    """The personal tokens in a local file.

    The file has only the SHA-256 of each secret. Slow hashes protect passwords that people choose; these
    secrets are 256 random bits, which cannot be guessed. When a user leaves their last organization in the
    file, a trigger deletes their tokens, and rejoining does not restore them.
    """

    def __init__(self, file: LocalFile) -> None:
        self._file = file

    async def create(self, user: str) -> tuple[PersonalToken, str]:
        """A new token and its secret, which is kept nowhere; `NotFound` if the user has no organization."""
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        token = PersonalToken(secrets.token_hex(_ID_BYTES), user, self._file.clock())

        def job(database: "Database") -> None:
            if database.execute("SELECT 1 FROM members WHERE user = ? LIMIT 1", [user]).fetchone() is None:
                raise NotFound(
                    f"{user} is not in any organization here.", advice="Check the name, or add them first."
                )
            database.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?)",
                [token.id, user, _digest(secret), time_text(token.created_at)],
            )

        await self._file.write(job)
        return token, secret

    async def all(self) -> Sequence[PersonalToken]:
        """Every token, sorted by user, the oldest first."""

        def job(database: "Database") -> list[PersonalToken]:
            rows = database.execute("SELECT id, user, created_at FROM tokens ORDER BY user, created_at, id")
            return [
                PersonalToken(text(id_), text(user), moment(created_at)) for id_, user, created_at in rows
            ]

        return await self._file.read(job)

    async def revoke(self, token: str) -> str:
        """Delete the token of this id and return its user; `NotFound` if there is none."""

        def job(database: "Database") -> str:
            found = database.execute("SELECT user FROM tokens WHERE id = ?", [token]).fetchone()
            if found is None:
                raise NotFound(f"There is no token {token}.", advice="`iam-tui token list` shows their ids.")
            database.execute("DELETE FROM tokens WHERE id = ?", [token])
            return text(found[0])

        return await self._file.write(job)

    async def id_of(self, user: str, secret: str) -> str | None:
        """The id of the user's token with this secret; None if the secret is wrong."""

        def job(database: "Database") -> str | None:
            found = database.execute(
                "SELECT id FROM tokens WHERE digest = ? AND user = ?", [_digest(secret), user]
            ).fetchone()
            return None if found is None else text(found[0])

        return await self._file.read(job)

    async def is_active(self, token: str, user: str) -> bool:
        """Whether the user still has the token of this id."""

        def job(database: "Database") -> bool:
            found = database.execute(
                "SELECT 1 FROM tokens WHERE id = ? AND user = ?", [token, user]
            ).fetchone()
            return found is not None

        return await self._file.read(job)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
