"""Maps the status of a response to a typed error with a message for the user."""

import re
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
from iam_tui.stores.hub.response import HubResponse, sentence

PERSONAL_TOKEN: Final = "dckr_pat_"  # noqa: S105 (the prefix of such tokens)
_EXPIRED: Final = re.compile(r"\bexpir", re.IGNORECASE)
_REVOKED: Final = re.compile(r"\b(revoked|deactivated|inactive|disabled|deleted)\b", re.IGNORECASE)
_SCOPE: Final = re.compile(r"\b(scopes?|read[- ]?only)\b", re.IGNORECASE)


def error_from(response: HubResponse, origin: ApiOrigin, hide: tuple[str, ...] = ()) -> StoreError | None:
    """The error that a response's status means; None for a success. Texts in `hide` are never quoted."""
    status, purpose = response.status, response.purpose
    if 200 <= status < 300:
        return None
    quoted = _quoted_detail(response, hide)
    if status == 401:
        return session_ended(origin, response, hide)
    if status == 403:
        return Forbidden(
            sentence(f"{origin} does not permit {purpose}{quoted}"), advice=_scope_advice(quoted)
        )
    if status == 404:
        return NotFound(sentence(f"{origin} found nothing when {purpose}{quoted}"), advice="Check the name.")
    if status in (400, 402, 422):
        return Refused(sentence(f"{origin} refused {purpose}{quoted}"), advice="Change it and try again.")
    if status >= 500:
        quoted = quoted.rstrip(". ")
        return Unavailable(f"{origin} failed when {purpose} (error {status}{quoted}).")
    return UnusableAnswer(sentence(f"{origin} returned status {status} when {purpose}{quoted}"))


def session_ended(
    origin: ApiOrigin, response: HubResponse | None = None, hide: tuple[str, ...] = ()
) -> NotSignedIn:
    """The session ended, and signing in again was refused, with the reason in the response."""
    quoted = _quoted_detail(response, hide) if response is not None else ""
    return NotSignedIn(
        sentence(f"Your session at {origin} has ended and could not be renewed{quoted}"),
        meaning="Nothing was changed. Staged changes are kept.",
        advice=_token_advice(quoted) or "Sign in again.",
    )


def wrong_credentials(
    origin: ApiOrigin, username: str, response: HubResponse, hide: tuple[str, ...], *, is_token: bool
) -> NotSignedIn:
    """The user name or the secret is wrong; `is_token` if the secret is a personal access token."""
    quoted = _quoted_detail(response, hide)
    if not is_token:
        return NotSignedIn(
            sentence(f"{origin} did not accept the user name or password of {username}{quoted}"),
            advice="Check both. Where single sign-on is enforced, only a personal access token works.",
        )
    return NotSignedIn(
        sentence(f"{origin} did not accept the personal access token of {username}{quoted}"),
        advice=_token_advice(quoted)
        or "It may be mistyped, expired, deactivated or deleted, or belong to somebody else. "
        f"Account settings in Docker Home list the tokens of {username}.",
    )


def organization_token_error() -> NotSignedIn:
    """An organization access token cannot read or change Image Access Management."""
    return NotSignedIn(
        "This is an organization access token, which does not work for Image Access Management.",
        advice=f"Use a personal access token of an owner; it begins with {PERSONAL_TOKEN}.",
    )


def _token_advice(quoted: str) -> str:
    """What to do about what Docker Hub says is wrong with a token; empty if it does not say."""
    if _EXPIRED.search(quoted):
        return "The token has expired. Create a new personal access token in Docker Home."
    if _REVOKED.search(quoted):
        return "The token was deactivated or deleted. Create a new one in Docker Home, or activate it there."
    return _scope_advice(quoted) or ""


def _scope_advice(quoted: str) -> str | None:
    """What to do if Docker Hub says that a token may not do this; None for any other reason."""
    if _SCOPE.search(quoted) is None:
        return None
    return "The token's scope does not include this. Create a personal access token with more permissions."


def _quoted_detail(response: HubResponse, hide: tuple[str, ...]) -> str:
    detail = response.error_detail(hide)
    return f": {detail}" if detail else ""
