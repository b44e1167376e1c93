"""Maps the status of a response to a typed error with a message for the user."""

from typing import Final

from iam_tui.stores.errors import (
    Forbidden,
    NotFound,
    NotSignedIn,
    Refused,
    StoreError,
    Unavailable,
    UnusableAnswer,
)
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.response import HubResponse

PERSONAL_TOKEN: Final = "dckr_pat_"  # noqa: S105 (the prefix of such tokens)


def error_from(response: HubResponse, origin: ApiOrigin, hide: tuple[str, ...] = ()) -> StoreError | None:
    """The error that a response's status means; None for a success. Texts in `hide` are never quoted."""
    status, purpose = response.status, response.purpose
    if 200 <= status < 300:
        return None
    quoted = _quoted_detail(response, hide)
    if status == 401:
        return session_ended(origin)
    if status == 403:
        return Forbidden(f"{origin} does not permit {purpose}{quoted}.")
    if status == 404:
        return NotFound(f"{origin} found nothing when {purpose}{quoted}.", advice="Check the name.")
    if status in (400, 402, 422):
        return Refused(f"{origin} refused {purpose}{quoted}.", advice="Change it and try again.")
    if status >= 500:
        return Unavailable(f"{origin} failed when {purpose} (error {status}{quoted}).")
    return UnusableAnswer(f"{origin} returned status {status} when {purpose}{quoted}.")


def session_ended(origin: ApiOrigin) -> NotSignedIn:
    """The session ended, and signing in again was refused."""
    return NotSignedIn(
        f"Your session at {origin} has ended and could not be renewed.",
        meaning="Nothing was changed. Staged changes are kept.",
        advice="Sign in again.",
    )


def wrong_credentials(
    origin: ApiOrigin, username: str, response: HubResponse, hide: tuple[str, ...]
) -> NotSignedIn:
    """The user name or the secret is wrong."""
    return NotSignedIn(
        f"{origin} did not accept the user name or token of {username}{_quoted_detail(response, hide)}.",
        advice="Check both. Where single sign-on is enforced, only a personal access token works.",
    )


def organization_token_error() -> NotSignedIn:
    """An organization access token cannot read or change Image Access Management."""
    return NotSignedIn(
        "This is an organization access token, which does not work for Image Access Management.",
        advice=f"Use a personal access token of an owner; it begins with {PERSONAL_TOKEN}.",
    )


def _quoted_detail(response: HubResponse, hide: tuple[str, ...]) -> str:
    detail = response.error_detail(hide)
    return f": {detail}" if detail else ""
