"""The key that signs the server's tokens, in a file that only its owner can read."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.errors import FileReadOnly

_BYTES: Final = 32
_ACCESS_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def signing_key_path(db: Path) -> Path:
    """Where the key of a local file is: beside it, so that no token is valid for two files."""
    db = db.resolve()
    return db.with_name(f"{db.name}.signing-key")


def signing_key(path: Path) -> bytes:
    """The key in the file, 32 random bytes; a missing file is created with mode 0600.

    Raises `InvalidInput` for a file that other users can access or that is not a key, `FileReadOnly` for one
    that cannot be read or created.
    """
    try:
        if not path.exists():
            _make(path)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(_BYTES + 1)
    except OSError as error:
        raise FileReadOnly(f"{error.filename or path}: {error.strerror or error}") from error
    if mode & _ACCESS_FOR_OTHERS:
        raise InvalidInput(
            f"The signing key {path} is accessible to other users (mode {stat.S_IMODE(mode):04o}).",
            advice="Delete it; a new one is created, and everyone has to sign in again.",
        )
    if len(key) != _BYTES:
        raise InvalidInput(f"{path} is not a signing key.", advice="Move it away; a new one is created.")
    return key


def _make(path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        # Of two servers that start at once, the first one's key is kept, and no one reads a partial file.
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
