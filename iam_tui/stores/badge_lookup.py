"""Looks up badges that are due, and keeps them in the local file with their date."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.catalog import OFFICIAL_NAMESPACE, BadgeSource, KnownBadge
from iam_tui.stores.errors import Refused, StoreError
from iam_tui.stores.local.badges import is_demo_file, keep_badges, known_badges
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.protocol import LookedUp

if TYPE_CHECKING:
    from iam_tui.stores.hub.badges import BadgeResults

BADGE_DAYS: Final = 7


class LookupRules(NamedTuple):
    """For how many days a result counts as fresh, and whether local stores look anything up."""

    days: int = BADGE_DAYS
    local: bool = False


class BadgeLookup:
    """`protocol.Lookup` at the API of a URL, with the local file that keeps the results."""

    def __init__(self, file: LocalFile, url: str, *, days: int = BADGE_DAYS) -> None:
        self._file = file
        self._url = url
        self._days = timedelta(days=days)

    @property
    def where(self) -> str:
        """The URL of the API."""
        return self._url

    def is_due(self, known: KnownBadge | None) -> bool:
        """Whether to request it: not if it was set by hand, or looked up within the last `days`."""
        if known is None or known.source is BadgeSource.SHIPPED:
            return True
        is_old = self._file.clock().date() - known.as_of >= self._days
        return known.source is BadgeSource.LIVE and is_old

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp:
        """Look up those that are due and keep the results; see `protocol.Lookup.look_up`.

        Raises `Refused` for the demo's file, and `InvalidInput` for an invalid URL.
        """
        if await is_demo_file(self._file):
            raise Refused(
                "The demo looks nothing up: its publishers are sample data, and it works without a network.",
                advice="Look up badges in your own local file, or on Docker Hub.",
            )
        origin, send_requests = await asyncio.to_thread(self._open_lookup)
        known = await known_badges(self._file, origin)
        due = {one for one in namespaces if one != OFFICIAL_NAMESPACE and self.is_due(known.get(one))}
        if not due:
            return LookedUp(known)
        results = await send_requests(due)
        error = results.error
        try:
            await keep_badges(self._file, origin, results.badges, results.missing)
        except StoreError as unkept:
            # The results still count for this call.
            error = unkept
        now = await known_badges(self._file, origin)
        today = self._file.clock().date()
        for namespace, badge in results.badges.items():
            if self.is_due(now.get(namespace)):
                now[namespace] = KnownBadge(badge, today, BadgeSource.LIVE)
        return LookedUp(
            now, sorted(results.missing), sorted(due - set(results.badges) - results.missing), error
        )

    def _open_lookup(self) -> "tuple[str, Callable[[Iterable[str]], Awaitable[BadgeResults]]]":
        """The origin, and the function that looks up there; httpx is imported late because it takes long."""
        from iam_tui.stores.hub.badges import look_up_badges  # noqa: PLC0415 (httpx)
        from iam_tui.stores.hub.origin import ApiOrigin  # noqa: PLC0415 (its package imports httpx)

        origin = ApiOrigin.parse(self._url)
        return str(origin), lambda names: look_up_badges(names, origin, self._file.clock)
