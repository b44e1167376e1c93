"""What a handler is given: the file that is served, and for most of them who asks."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from iam_tui.server.auth import Identity
from iam_tui.server.rate_limit import Attempts
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.local.listings import LocalListings
from iam_tui.stores.local.store import LocalStore
from iam_tui.stores.local.tokens import Tokens


class Served(NamedTuple):
    """A local file and what the server keeps beside it."""

    file: LocalFile
    tokens: Tokens
    identity: Identity
    attempts: Attempts


class RequestContext(NamedTuple):
    """A request of somebody who is signed in."""

    request: Request
    user: str
    file: LocalFile

    @property
    def store(self) -> LocalStore:
        """The store as this person may see and change it."""
        return LocalStore(self.file, self.user)

    @property
    def directory(self) -> LocalListings:
        """The store's lists, for this person."""
        return LocalListings(self.file, self.user)

    @property
    def organization(self) -> str:
        """The organization in the request's path."""
        return str(self.request.path_params["organization"])


Handler = Callable[[RequestContext], Awaitable[Response]]
"""Answers a request of somebody who is signed in."""
OpenHandler = Callable[[Served, Request], Awaitable[Response]]
"""Answers a request of anybody."""
