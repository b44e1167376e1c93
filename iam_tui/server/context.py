"""What handlers receive: the state of the server, or a request with its signed-in user."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from iam_tui.server.auth import SignedTokens
from iam_tui.server.rate_limit import FailedLogins
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.listings import LocalListings
from iam_tui.stores.local.store import LocalStore
from iam_tui.stores.local.tokens import PersonalTokens


class ServerState(NamedTuple):
    """The local file that is served, and what the server keeps in memory."""

    file: LocalFile
    tokens: PersonalTokens
    signed_tokens: SignedTokens
    failed_logins: FailedLogins


class RequestContext(NamedTuple):
    """A request of a signed-in user."""

    request: Request
    user: str
    file: LocalFile

    @property
    def store(self) -> LocalStore:
        """The store, open for the user."""
        return LocalStore(self.file, self.user)

    @property
    def listings(self) -> LocalListings:
        """The store's lists, for the user."""
        return LocalListings(self.file, self.user)

    @property
    def organization(self) -> str:
        """The organization in the request's path."""
        return str(self.request.path_params["organization"])


Handler = Callable[[RequestContext], Awaitable[Response]]
"""Handles a request of a signed-in user."""
PublicHandler = Callable[[ServerState, Request], Awaitable[Response]]
"""Handles a request that needs no signed token."""
