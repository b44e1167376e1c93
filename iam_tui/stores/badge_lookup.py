"""Badges looked up when they are due, and kept in the local file with their date."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.catalog import OFFICIAL_NAMESPACE, BadgeSource, KnownBadge
from iam_tui.stores.errors import Refused, StoreError
from iam_tui.stores.local.badges import holds_samples, keep_answers, known_badges
from iam_tui.stores.local.file import LocalFile
from iam_tui.stores.protocol import LookedUp

if TYPE_CHECKING:
    from iam_tui.stores.hub.badges import Answers

BADGE_DAYS: Final = 7


class LookupRules(NamedTuple):
    """For how many days an answer counts as fresh, and whether local stores look anything up."""

    days: int = BADGE_DAYS
    local: bool = False


class BadgeLookup:
    """`protocol.Lookup` at the API of a URL, over the local file that keeps the answers."""

    def __init__(self, file: LocalFile, url: str, *, days: int = BADGE_DAYS) -> None:
        self._file = file
        self._url = url
        self._days = timedelta(days=days)

    @property
    def where(self) -> str:
        """The URL that is asked."""
        return self._url

    def is_due(self, known: KnownBadge | None) -> bool:
        """Whether to ask: unless it was set by hand, or answered less than the days ago."""
        if known is None or known.source is BadgeSource.SHIPPED:
            return True
        is_old = self._file.clock().date() - known.as_of >= self._days
        return known.source is BadgeSource.LIVE and is_old

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp:
        """Ask for those that are due and keep the answers; see `protocol.Lookup.look_up`.

        Raises `Refused` for the demo's file, and `InvalidInput` for an impossible URL.
        """
        if await holds_samples(self._file):
            raise Refused(
                "Nothing of the demo is looked up: its publishers are made up, and it needs no network.",
                advice="Look up in a local store of your own, or on Docker Hub.",
            )
        origin, ask = await asyncio.to_thread(self._way)
        known = await known_badges(self._file, origin)
        due = {one for one in namespaces if one != OFFICIAL_NAMESPACE and self.is_due(known.get(one))}
        if not due:
            return LookedUp(known)
        answers = await ask(due)
        error = answers.error
        try:
            await keep_answers(self._file, origin, answers.badges, answers.missing)
        except StoreError as unkept:
            # What was found out counts all the same.
            error = unkept
        now = await known_badges(self._file, origin)
        today = self._file.clock().date()
        for namespace, badge in answers.badges.items():
            if self.is_due(now.get(namespace)):
                now[namespace] = KnownBadge(badge, today, BadgeSource.LIVE)
        return LookedUp(
            now, sorted(answers.missing), sorted(due - set(answers.badges) - answers.missing), error
        )

    def _way(self) -> "tuple[str, Callable[[Iterable[str]], Awaitable[Answers]]]":
        """The origin to ask and how; httpx takes too long to import for the turn of a key."""
        from iam_tui.stores.hub.badges import look_up  # noqa: PLC0415 (httpx)
        from iam_tui.stores.hub.origin import ApiOrigin  # noqa: PLC0415 (its package imports httpx)

        origin = ApiOrigin.parse(self._url)
        return str(origin), lambda names: look_up(names, origin, self._file.clock)
