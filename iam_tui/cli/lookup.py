"""`--lookup`: the badges of publishers, asked for before a verb judges; without it verbs use what is kept."""

import asyncio
from collections.abc import Iterable, Iterator

from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.profile import load_settings, look_up_badges
from iam_tui.core.catalog import Catalog
from iam_tui.core.reference import ImageReference
from iam_tui.stores.protocol import LookedUp, OrganizationState


def namespaces_of(references: Iterable[ImageReference | None]) -> Iterator[str]:
    """The namespaces on Docker Hub that these references name."""
    return (one.namespace for one in references if one is not None and one.on_hub)


def looked_up(
    catalog: Catalog, namespaces: Iterable[str], state: OrganizationState, options: Options, clock: Clock
) -> Catalog:
    """The catalog with the badges of these namespaces, as far as they are known; says what is not.

    The organization's own badge decides nothing, and is not asked for. Raises `Refused` for the demo's file,
    and errors of the file.
    """
    if state.as_of is not None:
        say("No badges are looked up, because Docker Hub could not be reached; the kept ones are used.")
        return catalog
    others = set(namespaces) - {state.organization.name}
    found = asyncio.run(look_up_badges(load_settings(options), others, clock))
    for line in _words(found):
        say(line)
    return Catalog(found.known, today=clock().date())


def _words(found: LookedUp) -> Iterator[str]:
    if found.missing:
        yield f"There is no such name on Docker Hub: {', '.join(found.missing)}."
    if found.error is not None:
        left = len(found.unanswered)
        if left:
            yield f"Not looked up: {', '.join(found.unanswered) if left <= 5 else f'{left:,} namespaces'}."
        yield found.error.detail
