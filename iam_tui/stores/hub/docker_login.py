"""Reads what `docker login` stored for Docker Hub: in Docker's config file, or in a credential helper.

https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

import asyncio
import base64
import json
import re
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import Credentials

SERVER: Final = "https://index.docker.io/v1/"
HELPER_SECONDS: Final = 10.0
_KEYS: Final = (SERVER, "https://index.docker.io/v1", "index.docker.io", "docker.io")
_HELPER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_BYTES: Final = 1_000_000
_IDENTITY_TOKEN: Final = "<token>"  # noqa: S105 (takes the place of a user name)
_ADVICE: Final = "Enter a user name and token, or set IAM_TUI_USERNAME and IAM_TUI_TOKEN."


async def stored_login(
    folder: Path, environment: Mapping[str, str], *, seconds: float = HELPER_SECONDS
) -> Credentials | None:
    """The login to Docker Hub stored in Docker's config folder; None if there is none.

    A helper is a program `docker-credential-NAME`, started without a shell and with this environment, for at
    most `seconds`. Raises `NotSignedIn` for a login that cannot be read or used.
    """
    path = folder / "config.json"
    config = _read(path)
    helper = _helper(config)
    if helper is not None:
        return await _from_helper(helper, path, environment, seconds)
    auths = config.get("auths")
    for key in _KEYS if isinstance(auths, dict) else ():
        entry = auths.get(key) if isinstance(auths, dict) else None
        if isinstance(entry, dict) and entry.get("auth"):
            return _decoded(entry["auth"], path)
    return None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise NotSignedIn(f"{path} cannot be read: {error.strerror or error}.", advice=_ADVICE) from error
    try:
        found = json.loads(text) if len(text) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotSignedIn(f"{path} is not a Docker config file.", advice=_ADVICE)
    return found


def _helper(config: Mapping[str, Any]) -> object:
    """The helper for Docker Hub: one set for it, or else the one for all registries."""
    helpers = config.get("credHelpers")
    own = [helpers[key] for key in _KEYS if key in helpers] if isinstance(helpers, dict) else []
    return next(iter(own), config.get("credsStore") or None)


def _decoded(auth: object, path: Path) -> Credentials:
    try:
        text = base64.b64decode(str(auth), validate=True).decode()
    except ValueError:
        text = ""
    username, colon, secret = text.rstrip("\0").partition(":")
    if not username or not colon or not secret:
        raise NotSignedIn(f"The login in {path} cannot be read.", advice=_ADVICE)
    return Credentials(username, secret, f"docker login ({path})")


async def _from_helper(
    name: object, path: Path, environment: Mapping[str, str], seconds: float
) -> Credentials | None:
    if not isinstance(name, str) or _HELPER.fullmatch(name) is None:
        raise NotSignedIn(f"{path} names an invalid credential helper.", advice=_ADVICE)
    program = f"docker-credential-{name}"
    try:
        process = await asyncio.create_subprocess_exec(
            program, "get", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=dict(environment)
        )
    except OSError as error:
        raise NotSignedIn(
            f"{program}, named in {path}, cannot be started: {error.strerror or error}.", advice=_ADVICE
        ) from error
    output = await _helper_output(process, program, seconds)
    # Helpers exit with an error if nothing is stored, with differing messages.
    return _credentials(output, program) if process.returncode == 0 else None


async def _helper_output(process: Process, program: str, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate(SERVER.encode())
    except TimeoutError:
        raise NotSignedIn(f"{program} did not answer within {seconds:g} s.", advice=_ADVICE) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output


def _credentials(output: bytes, program: str) -> Credentials:
    try:
        found = json.loads(output)
    except (ValueError, RecursionError):
        found = None
    username, secret = (found.get(key) if isinstance(found, dict) else None for key in ("Username", "Secret"))
    if not isinstance(username, str) or not isinstance(secret, str) or not username or not secret:
        raise NotSignedIn(f"{escape_controls(program)} returned no usable credentials.", advice=_ADVICE)
    if username == _IDENTITY_TOKEN:
        raise NotSignedIn(f"{program} has only a token for pulling, without a user name.", advice=_ADVICE)
    return Credentials(username, secret, f"docker login ({program})")
