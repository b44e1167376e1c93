"""Finds a user name and token without asking: in the environment, or where `docker login` stored them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.hub.docker_login import stored_login
from iam_tui.stores.hub.origin import DOCKER_HUB, ApiOrigin
from iam_tui.stores.protocol import Credentials

USERNAME_VARIABLE: Final = "IAM_TUI_USERNAME"
TOKEN_VARIABLE: Final = "IAM_TUI_TOKEN"  # noqa: S105 (the name of a variable)
API_VARIABLE: Final = "IAM_TUI_API"


async def find_credentials(
    origin: ApiOrigin, environment: Mapping[str, str], docker_config: Path | None = None
) -> Credentials | None:
    """The credentials for this origin, or None; those of the environment come before those of `docker login`.

    Credentials in the environment belong to the API in `IAM_TUI_API`, by default Docker Hub; those of
    `docker login` belong to Docker Hub only. `docker_config` is the folder of Docker's `config.json`, by
    default `DOCKER_CONFIG` or `~/.docker`. Raises `NotSignedIn` if only one of the two variables is set, and
    for a stored login that cannot be read.
    """
    found = _in_environment(origin, environment)
    if found is None and origin == DOCKER_HUB:
        folder = docker_config or _docker_folder(environment)
        found = await stored_login(folder, environment)
    return found


def _in_environment(origin: ApiOrigin, environment: Mapping[str, str]) -> Credentials | None:
    username, token = (environment.get(name, "") for name in (USERNAME_VARIABLE, TOKEN_VARIABLE))
    if not username and not token:
        return None
    if not username or not token:
        given, missing = (
            (USERNAME_VARIABLE, TOKEN_VARIABLE) if username else (TOKEN_VARIABLE, USERNAME_VARIABLE)
        )
        raise NotSignedIn(f"{missing} is not set, but {given} is.", advice="Set both, or neither.")
    return (
        Credentials(username, token, TOKEN_VARIABLE) if _environment_origin(environment) == origin else None
    )


def _environment_origin(environment: Mapping[str, str]) -> ApiOrigin:
    named = environment.get(API_VARIABLE, "")
    try:
        return ApiOrigin.parse(named) if named else DOCKER_HUB
    except InvalidInput as error:
        raise NotSignedIn(f"{API_VARIABLE}: {error.detail}", advice=error.advice) from error


def _docker_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("DOCKER_CONFIG", "")
    return Path(named) if named else Path.home() / ".docker"
