"""Asks a program `docker-credential-NAME` for a login, without letting it ask or outlive its time.

https://github.com/docker/docker-credential-helpers#development
"""

import asyncio
import json
import os
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.hub.response import sentence
from iam_tui.stores.protocol import Credentials

ADVICE: Final = "Enter a user name and token, or set IAM_TUI_USERNAME and IAM_TUI_TOKEN."
HELPER_SECONDS: Final = 10.0
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOTHING_STORED: Final = "credentials not found in native keychain"
"""What every helper made with Docker's library says, on standard output, if it has no login."""
_IDENTITY_TOKEN: Final = "<token>"  # noqa: S105 (takes the place of a user name)
_TERMINAL_VARIABLE: Final = "GPG_TTY"
"""The terminal that GnuPG asks for a passphrase on, whatever session it runs in."""
_MAX_WORDS: Final = 300
_SECONDS_TO_END: Final = 2.0


async def ask_helper(
    name: object, server: str, config: Path, environment: Mapping[str, str], seconds: float
) -> Credentials | None:
    """The login that a helper named in Docker's config has for a server; None if it has none.

    It runs without a shell, in a session without a terminal, and is ended with its children after `seconds`.
    Raises `NotSignedIn` if it fails, with its own words, and for a login that cannot be used.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise NotSignedIn(f"{config} names an invalid credential helper.", advice=ADVICE)
    program = f"docker-credential-{name}"
    own = {key: value for key, value in environment.items() if key != _TERMINAL_VARIABLE}
    try:
        process = await asyncio.create_subprocess_exec(
            program, "get", stdin=PIPE, stdout=PIPE, stderr=PIPE, env=own, start_new_session=True
        )
    except OSError as error:
        raise NotSignedIn(
            f"{program}, named in {config}, cannot be started: {error.strerror or error}.", advice=ADVICE
        ) from error
    output, errors = await _output(process, program, server, seconds)
    if process.returncode == 0:
        return _credentials(output, program)
    if _NOTHING_STORED in output.decode(errors="replace").lower():
        return None
    # A helper that printed a secret before it failed must not have it quoted.
    printed = "" if b"{" in output else _words(output)
    words = printed or _words(errors) or f"it ended with status {process.returncode}"
    raise NotSignedIn(sentence(f"{program} failed: {words}"), advice=ADVICE)


async def _output(process: Process, program: str, server: str, seconds: float) -> tuple[bytes, bytes]:
    is_complete = False
    try:
        async with asyncio.timeout(seconds):
            output = await process.communicate(server.encode())
        is_complete = True
    except TimeoutError:
        raise NotSignedIn(f"{program} did not answer within {seconds:g} s.", advice=ADVICE) from None
    finally:
        if not is_complete:
            # Its session has the number of its first process, so this ends its children, too.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _SECONDS_TO_END)
    return output


def _credentials(output: bytes, program: str) -> Credentials:
    try:
        found = json.loads(output)
    except (ValueError, RecursionError):
        found = None
    username, secret = (found.get(key) if isinstance(found, dict) else None for key in ("Username", "Secret"))
    if not isinstance(username, str) or not isinstance(secret, str) or not username or not secret:
        raise NotSignedIn(f"{program} returned no usable credentials.", advice=ADVICE)
    if username == _IDENTITY_TOKEN:
        raise NotSignedIn(f"{program} has only a token for pulling, without a user name.", advice=ADVICE)
    return Credentials(username, secret, f"docker login ({program})")


def _words(output: bytes) -> str:
    """What a helper said, shortened and on one line."""
    text = escape_controls(" ".join(output[:4_000].decode(errors="replace").split()))
    return text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}..."
