"""`--lookup` of `check`, `scan` and `impact`: publishers' badges are looked up before images are judged."""

import asyncio
from collections.abc import Iterable, Iterator

from iam_tui.application.open_profile import StoreOpener
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.profile import chosen_profile, load_settings
from iam_tui.core.catalog import Catalog
from iam_tui.core.reference import ImageReference
from iam_tui.stores.badge_lookup import LookupRules
from iam_tui.stores.protocol import LookedUp, OrganizationState


def namespaces_of(references: Iterable[ImageReference | None]) -> Iterator[str]:
    """The namespaces on Docker Hub that these references name."""
    return (one.namespace for one in references if one is not None and one.on_hub)


def catalog_with_lookup(
    catalog: Catalog, namespaces: Iterable[str], state: OrganizationState, options: Options, clock: Clock
) -> Catalog:
    """The catalog once these namespaces were looked up at the profile's API, or at Docker Hub.

    Says on standard error which badges could not be found out. The organization's own namespace is not looked
    up, because its badge decides nothing. Raises `Refused` for the demo's file, and errors of the file.
    """
    if state.as_of is not None:
        say("Docker Hub cannot be reached, so no badges are looked up; those already known are used.")
        return catalog
    loaded = load_settings(options)
    profile = chosen_profile(loaded)
    opener = StoreOpener([profile], clock, lookups=LookupRules(loaded.settings.badge_days))
    found = asyncio.run(opener.look_up(profile, set(namespaces) - {state.organization.name}))
    for line in _unknown_badges(found):
        say(line)
    return Catalog(found.known, today=clock().date())


def _unknown_badges(found: LookedUp) -> Iterator[str]:
    if found.missing:
        yield f"Not found on Docker Hub: {', '.join(found.missing)}."
    if found.error is not None:
        count = len(found.unanswered)
        if count:
            yield f"Not looked up: {', '.join(found.unanswered) if count <= 5 else f'{count:,} namespaces'}."
        yield found.error.detail
