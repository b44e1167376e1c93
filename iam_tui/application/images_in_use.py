"""Which images are in use, as far as an organization's sources tell: read and classified once."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.organization import Organization
from iam_tui.core.usage import Inventory
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.protocol import Memory, Source


class ImagesInUse(NamedTuple):
    """The sources, the latest first, and what they hold by repository, classified by the catalog."""

    sources: Sequence[Source]
    groups: UsageIndex
    catalog: Catalog


def no_images_in_use(catalog: Catalog, organization: Organization) -> ImagesInUse:
    """As long as there is no source."""
    return ImagesInUse((), UsageIndex(Inventory(), catalog, organization), catalog)


async def read_images_in_use(
    memory: Memory, catalog: Catalog, organization: Organization, owners: Sequence[str], known: ImagesInUse
) -> ImagesInUse:
    """What is in use by now: `known` itself if neither its sources nor the catalog changed.

    May raise `StoreError`.
    """
    sources = await memory.sources(organization.name)
    if sources == known.sources and catalog is known.catalog:
        return known
    inventory = await memory.inventory(organization.name)
    # A thread, since a million usages take a second or two, and the keys go on meanwhile.
    groups = await asyncio.to_thread(UsageIndex, inventory, catalog, organization, owners)
    return ImagesInUse(sources, groups, catalog)
