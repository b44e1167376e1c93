"""What a refusing answer means to the user: every status of the API as a typed error (facts 4)."""

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
from iam_tui.stores.hub.response import Response

PERSONAL_TOKEN: Final = "dckr_pat_"  # noqa: S105 (how such tokens begin)


def fault(answer: Response, origin: ApiOrigin, hide: tuple[str, ...] = ()) -> StoreError | None:
    """The error that an answer's status stands for; None if it is a good one. `hide` is never repeated."""
    status = answer.status
    if 200 <= status < 300:
        return None
    said = answer.complaint(hide)
    told = f": {said}" if said else ""
    if status == 401:
        return session_over(origin)
    if status == 403:
        return Forbidden(f"{origin} does not permit {answer.what}{told}.")
    if status == 404:
        return NotFound(f"{origin} finds nothing for {answer.what}{told}.", advice="Check the name.")
    if status in (400, 402, 422):
        return Refused(f"{origin} refuses {answer.what}{told}.", advice="Change it and try again.")
    if status >= 500:
        return Unavailable(f"{origin} failed at {answer.what} (error {status}{told}).")
    return UnusableAnswer(f"{origin} answered {answer.what} with the status {status}{told}.")


def session_over(origin: ApiOrigin) -> NotSignedIn:
    """The session ended, and signing in again was refused."""
    return NotSignedIn(
        f"{origin} does not accept this sign-in any more.",
        meaning="Nothing was changed. Staged changes are kept.",
        advice="Sign in again.",
    )


def wrong_credentials(
    origin: ApiOrigin, username: str, answer: Response, hide: tuple[str, ...]
) -> NotSignedIn:
    """User name or secret are wrong."""
    said = answer.complaint(hide)
    return NotSignedIn(
        f"{origin} does not accept this user name and token for {username}{f': {said}' if said else ''}.",
        advice="Check both. Where single sign-on is enforced, only a personal access token serves.",
    )


def organization_token() -> NotSignedIn:
    """An organization's token cannot do this (facts 1)."""
    return NotSignedIn(
        "This is an access token of an organization; Image Access Management does not work with those.",
        advice=f"Use a personal access token of an owner; those begin with {PERSONAL_TOKEN}.",
    )
