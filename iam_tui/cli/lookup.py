"""`--lookup`: the badges of publishers, asked for before a verb judges; without it verbs use what is kept."""

import asyncio
from collections.abc import Iterable, Iterator

from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.profile import chosen_profile, load_settings, opened_file
from iam_tui.core.catalog import Catalog
from iam_tui.core.errors import InvalidInput
from iam_tui.core.reference import ImageReference
from iam_tui.settings import Loaded
from iam_tui.stores.badge_lookup import BadgeLookup
from iam_tui.stores.protocol import HUB_API, LookedUp, OrganizationState, StoreKind


def namespaces_of(references: Iterable[ImageReference | None]) -> Iterator[str]:
    """The namespaces on Docker Hub that these references name."""
    return (one.namespace for one in references if one is not None and one.on_hub)


def looked_up(
    catalog: Catalog, namespaces: Iterable[str], state: OrganizationState, options: Options, clock: Clock
) -> Catalog:
    """The catalog with the badges of these namespaces, as far as they can be told; the rest is said.

    That of the organization itself decides nothing, and is not asked for. Raises `Refused` for the demo's
    file, and errors of the file.
    """
    if state.as_of is not None:
        say("Nothing is looked up, since Docker Hub could not be reached: what is kept counts.")
        return catalog
    others = set(namespaces) - {state.organization.name}
    found = asyncio.run(_look_up(load_settings(options), others, clock))
    for line in _words(found):
        say(line)
    return Catalog(found.known, today=clock().date())


async def _look_up(loaded: Loaded, namespaces: Iterable[str], clock: Clock) -> LookedUp:
    """In the file and at the API of the chosen profile; for a local store that is Docker Hub's own."""
    profile = chosen_profile(loaded)
    if profile.path is None:
        raise InvalidInput(f"The profile {profile.name} names no file.")
    url = profile.where if profile.kind is StoreKind.HUB else HUB_API
    async with opened_file(profile.path, clock) as file:
        return await BadgeLookup(file, url, days=loaded.settings.badge_days).look_up(namespaces)


def _words(found: LookedUp) -> Iterator[str]:
    if found.missing:
        yield f"There is no such name on Docker Hub: {', '.join(found.missing)}."
    if found.error is not None:
        left = len(found.unanswered)
        if left:
            yield f"Not looked up: {', '.join(found.unanswered) if left <= 5 else f'{left:,} namespaces'}."
        yield found.error.detail
