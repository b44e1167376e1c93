"""Where a user name and token can be found without asking: the environment, or what `docker login` stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.hub.docker_login import stored_login
from iam_tui.stores.hub.origin import DOCKER_HUB, ApiOrigin
from iam_tui.stores.protocol import Credentials

USERNAME_VARIABLE: Final = "IAM_TUI_USERNAME"
TOKEN_VARIABLE: Final = "IAM_TUI_TOKEN"  # noqa: S105 (a variable's name)
API_VARIABLE: Final = "IAM_TUI_API"


async def find_credentials(
    origin: ApiOrigin, environment: Mapping[str, str], docker_config: Path | None = None
) -> Credentials | None:
    """The credentials meant for this origin, or None: the environment's before those of `docker login`.

    The environment's belong to the API configured beside them in `IAM_TUI_API`, or else to Docker Hub; what
    `docker login` stored belongs to Docker Hub alone (facts 5). `docker_config` is the folder of Docker's
    `config.json`, by default that of `DOCKER_CONFIG` or `~/.docker`. Raises `NotSignedIn` for one half of a
    pair, and for a login that cannot be read.
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
        missing = TOKEN_VARIABLE if username else USERNAME_VARIABLE
        raise NotSignedIn(f"{missing} is not set, though its other half is.", advice="Set both, or neither.")
    return Credentials(username, token, TOKEN_VARIABLE) if _meant_for(environment) == origin else None


def _meant_for(environment: Mapping[str, str]) -> ApiOrigin:
    named = environment.get(API_VARIABLE, "")
    try:
        return ApiOrigin.parse(named) if named else DOCKER_HUB
    except InvalidInput as error:
        raise NotSignedIn(f"{API_VARIABLE}: {error.detail}", advice=error.advice) from error


def _docker_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("DOCKER_CONFIG", "")
    return Path(named) if named else Path.home() / ".docker"
