"""Reads what `docker login` stored for Docker Hub, where Docker looks: variable, helper, config file.

https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.hub.credential_helper import ADVICE, HELPER_SECONDS, ask_helper
from iam_tui.stores.hub.origin import split_url
from iam_tui.stores.protocol import Credentials

SERVER: Final = "https://index.docker.io/v1/"
CONTENT_VARIABLE: Final = "DOCKER_AUTH_CONFIG"
_HOSTS: Final = ("index.docker.io", "docker.io", "registry-1.docker.io", "registry.hub.docker.com")
"""The names of Docker Hub's registry, the one that Docker itself writes first."""
_PATHS: Final = ("", "/", "/v1", "/v1/", "/v2", "/v2/")
_MAX_BYTES: Final = 1_000_000

Json = Mapping[str, Any]


async def stored_login(
    folder: Path, environment: Mapping[str, str], *, seconds: float = HELPER_SECONDS
) -> Credentials | None:
    """The login to Docker Hub that Docker would use; None if there is none.

    The JSON in `DOCKER_AUTH_CONFIG` comes first, then a credential helper (the one for Docker Hub before the
    one for all registries) or else the config file in Docker's folder. A helper gets this environment and at
    most `seconds`. Raises `NotSignedIn` for a login that cannot be read or used.
    """
    unusable: NotSignedIn | None = None
    try:
        found = _in_variable(environment.get(CONTENT_VARIABLE, ""))
    except NotSignedIn as error:
        # As Docker does, go on; it is told if nothing else is found.
        found, unusable = None, error
    found = found or await _in_folder(folder, environment, seconds)
    if found is None and unusable is not None:
        raise unusable
    return found


def _in_variable(content: str) -> Credentials | None:
    if not content.strip():
        return None
    config = _parsed(content.encode(errors="surrogateescape"))
    if config is None:
        raise NotSignedIn(f"{CONTENT_VARIABLE} is not the JSON of a Docker config file.", advice=ADVICE)
    return _in_file(config, CONTENT_VARIABLE)


async def _in_folder(folder: Path, environment: Mapping[str, str], seconds: float) -> Credentials | None:
    path = folder / "config.json"
    config = _read(path)
    helper = _helper(config)
    if helper:
        return await ask_helper(helper, SERVER, path, environment, seconds)
    return _in_file(config, str(path))


def _read(path: Path) -> Json:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise NotSignedIn(f"{path} cannot be read: {error.strerror or error}.", advice=ADVICE) from error
    found = _parsed(content)
    if found is None:
        raise NotSignedIn(f"{path} is not a Docker config file.", advice=ADVICE)
    return found


def _parsed(content: bytes) -> Json | None:
    try:
        found = json.loads(content) if len(content) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _field(values: Json, name: str) -> Any:  # noqa: ANN401 (any JSON)
    """A field by its name in any case, as Go reads JSON; the exact name comes first."""
    if name in values:
        return values[name]
    return next((value for key, value in values.items() if key.lower() == name.lower()), None)


def _of_hub(values: object) -> list[Any]:
    """The values under the addresses of Docker Hub, the one that Docker itself writes first."""
    if not isinstance(values, dict):
        return []
    ranked = [(_rank(key), value) for key, value in values.items()]
    found = [(rank, value) for rank, value in ranked if rank is not None]
    return [value for _, value in sorted(found, key=lambda one: one[0])]


def _rank(key: str) -> int | None:
    """How far an address is from the one that Docker writes, 0 for that one; None if it is not Docker Hub's.

    Other paths belong to other things: Docker Desktop keeps tokens under `.../v1/access-token`.
    """
    if key == SERVER:
        return 0
    parts = split_url(key if "://" in key else f"https://{key}")
    if parts is None or parts.scheme not in ("https", "http") or parts.path.lower() not in _PATHS:
        return None
    host = (parts.hostname or "").lower()
    return 1 + _HOSTS.index(host) if host in _HOSTS and not parts.query and not parts.fragment else None


def _helper(config: Json) -> object:
    """The name of the helper to ask: the one for Docker Hub, or else the one for all registries.

    An empty name for Docker Hub stands for the file, as for Docker.
    """
    own = _of_hub(_field(config, "credHelpers"))
    return own[0] if own else _field(config, "credsStore")


def _in_file(config: Json, source: str) -> Credentials | None:
    for entry in _of_hub(_field(config, "auths")):
        found = _credentials(entry, source) if isinstance(entry, dict) else None
        if found is not None:
            return found
    return None


def _credentials(entry: Json, source: str) -> Credentials | None:
    """The login in an entry; None if there is none in it."""
    auth = _field(entry, "auth")
    username, secret = (_field(entry, name) for name in ("username", "password"))
    if auth:
        username, secret = _decoded(auth)
    if username and not secret and _field(entry, "identitytoken"):
        raise NotSignedIn(f"The login in {source} is only a token for pulling.", advice=ADVICE)
    if not auth and not secret:
        return None
    if not isinstance(username, str) or not isinstance(secret, str) or not username or not secret:
        raise NotSignedIn(f"The login in {source} cannot be read.", advice=ADVICE)
    return Credentials(username, secret, f"docker login ({source})")


def _decoded(auth: object) -> tuple[str, str]:
    try:
        text = base64.b64decode("".join(str(auth).split()), validate=True).decode()
    except ValueError:
        return "", ""
    username, _, secret = text.partition(":")
    return username, secret.strip("\0")
