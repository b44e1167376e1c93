"""Which images are in use, as far as an organization's sources show: read for one person, classified once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact
from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy, Setting
from iam_tui.core.usage import Inventory
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.protocol import Memory, OrganizationState, Source

DAYS_UNTIL_OLD: Final = 30
"""After how many days a source is old: what came into use since then is not known."""


class KeptSources(NamedTuple):
    """The sources that this person may see, the latest first, and everything that was read from them."""

    sources: Sequence[Source]
    inventory: Inventory


class ImagesInUse(NamedTuple):
    """The sources, the latest first, and their images by repository, classified by the catalog."""

    sources: Sequence[Source]
    usage_index: UsageIndex
    catalog: Catalog

    def staged_impact(self, draft: Draft) -> Impact:
        """What saving the draft would change."""
        return Impact(self.usage_index, draft.base.policy, draft.policy)

    def todays_impact(self, policy: Policy) -> Impact:
        """What the policy blocks, compared with the same policy with Image Access Management switched off."""
        return Impact(self.usage_index, policy.with_setting(Setting.ENABLED, on=False), policy)


def days_unknown(sources: Sequence[Source], now: datetime) -> int:
    """For how many days nothing is known of what is in use, if every source is old; else 0."""
    days = min((source.days_old(now) for source in sources), default=0)
    return days if days > DAYS_UNTIL_OLD else 0


def unchecked_words(organization: str, sources: Sequence[Source], now: datetime) -> str:
    """What is not known of the images in use, in one sentence; empty if a source is recent."""
    if not sources:
        return f"Nothing is known of what {organization} uses: this change has not been checked."
    days = days_unknown(sources, now)
    return f"The newest source is {days:,} days old: what is in use since is not checked." if days else ""


def may_see_pullers(state: OrganizationState) -> bool:
    """Whether this person may see who pulled what; only owners may see people, tokens and their counts."""
    return state.role is Role.OWNER


def no_images_in_use(catalog: Catalog, organization: Organization) -> ImagesInUse:
    """The images in use as long as there is no source: none."""
    return ImagesInUse((), UsageIndex(Inventory(), catalog, organization), catalog)


def images_in_use(
    kept: KeptSources, catalog: Catalog, organization: Organization, owners: Sequence[str]
) -> ImagesInUse:
    """The images of these sources, classified; the pulls of owners are counted separately."""
    usage_index = UsageIndex(kept.inventory, catalog, organization, owners)
    return ImagesInUse(kept.sources, usage_index, catalog)


async def read_sources(memory: Memory, state: OrganizationState) -> Sequence[Source]:
    """The sources that this person may see, the latest first. May raise `StoreError`."""
    sources = await memory.sources(state.organization.name)
    if may_see_pullers(state):
        return sources
    return [source for source in sources if not source.kind.names_pullers]


async def read_kept_sources(memory: Memory, state: OrganizationState) -> KeptSources:
    """The sources that this person may see, with what was read from them. May raise `StoreError`.

    Pulls are left out by the role in `state`, even if the memory does not know the person's role.
    """
    sources = await read_sources(memory, state)
    inventory = await memory.inventory(state.organization.name)
    return KeptSources(sources, inventory if may_see_pullers(state) else Inventory(inventory.usages))


async def read_images_in_use(
    memory: Memory, catalog: Catalog, state: OrganizationState, owners: Sequence[str], known: ImagesInUse
) -> ImagesInUse:
    """What is in use now; `known` itself if neither its sources nor the catalog changed.

    May raise `StoreError`.
    """
    if catalog is known.catalog and await read_sources(memory, state) == known.sources:
        return known
    kept = await read_kept_sources(memory, state)
    # On a thread: a million usages take a second or two, and keys must work meanwhile.
    return await asyncio.to_thread(images_in_use, kept, catalog, state.organization, owners)
