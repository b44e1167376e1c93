"""What Hub's API has no way to tell or take: community switch and allowlist, recorded by hand."""

from dataclasses import replace
from datetime import date

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.stores.errors import Forbidden
from tests.clock import FixedClock
from tests.stores.hub.acts import status
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.drafts import save, staged
from tests.stores.hub.fake_hub import FakeHub

PUT = "PUT /v2/orgs/acme/settings"


async def test_what_hub_cannot_be_sent_is_recorded_by_hand(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock
) -> None:
    """Known from then on, with the date; nothing of it is sent, and Hub's drift leaves it as it is."""
    store = await hub_stores.open()
    draft = await staged(store, community=False, allowlist_enabled=True)
    entry = AllowlistEntry("bitnami/redis", "cache", date(2026, 6, 1))
    draft = draft.stage(draft.policy.allow([entry]))
    assert store.capabilities.by_hand(draft.changes) == draft.changes
    recorded_at = clock.now
    saved = await save(store, draft)
    signed = entry._replace(added_by="olivia", added_at=recorded_at)
    assert (saved.policy.community, saved.policy.allowlist_enabled) == (False, True)
    assert saved.policy.allowlist == (signed,)
    assert hub.calls(PUT) == []

    clock.advance(days=1)
    hub.settings["acme"].change(enabled=True)
    state = await store.organization_state("acme")
    assert state.by_hand == recorded_at
    assert state.revision.policy == replace(saved.policy, enabled=True)
    later = await save(store, Draft.of(state.revision).stage(replace(saved.policy, official=False)))
    assert (later.policy.allowlist, (await store.organization_state("acme")).by_hand) == (
        (signed,),
        recorded_at,
    )


async def test_an_allowlist_that_is_not_used_is_an_empty_one(hub_stores: HubStores) -> None:
    store = await hub_stores.open()
    saved = await save(store, await staged(store, allowlist_enabled=False))
    assert (saved.policy.allowlist, saved.policy.community) == ((), None)


async def test_both_kinds_of_changes_in_one_save(hub_stores: HubStores, hub: FakeHub) -> None:
    """If the part for Hub fails, nothing is recorded by hand either."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True, community=True)
    hub.next(PUT, status(403))
    with pytest.raises(Forbidden):
        await save(store, draft)
    assert (await store.organization_state("acme")).revision == draft.base
    saved = await save(store, draft)
    assert (saved.policy.enabled, saved.policy.community) == (True, True)
    (by_hand,) = store.capabilities.by_hand(draft.changes)
    assert by_hand[0] is Setting.COMMUNITY


async def test_what_is_known_does_not_become_unknown(hub_stores: HubStores) -> None:
    store = await hub_stores.open()
    saved = await save(store, await staged(store, community=True))
    draft = Draft.of(saved).stage(Policy(community=None, allowlist_enabled=None, allowlist=None))
    with pytest.raises(InvalidInput, match="on or off"):
        await save(store, draft)
