"""What the local file remembers of Hub: every revision seen, drift, and what to work on offline."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.errors import Forbidden, NotFound, Unavailable
from iam_tui.stores.hub import HubStore
from tests.clock import FixedClock
from tests.stores.hub.acts import first, status
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.fake_hub import FakeHub


async def names(store: HubStore) -> list[str]:
    """The organizations that the store shows."""
    return sorted([state.organization.name async for batch in store.organizations() for state in batch])


async def test_a_change_made_elsewhere_is_drift(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock
) -> None:
    """One revision for each change that was seen, with the time it was seen and an unknown author."""
    store = await hub_stores.open()
    first = (await store.organization_state("acme")).revision
    clock.advance(hours=1)
    assert (await store.organization_state("acme")).revision == first
    hub.settings["acme"].change(enabled=True)
    seen = (await store.organization_state("acme")).revision
    assert (seen.number, seen.author, seen.origin) == (2, "", Origin.DRIFT)
    assert (seen.policy, seen.saved_at) == (replace(first.policy, enabled=True), clock.now)
    hub.settings["acme"].change(enabled=False)
    assert await names(store)
    assert [revision.number for revision in await store.revisions("acme")] == [3, 2, 1]
    assert await store.revisions("acme", before=3, limit=1) == [seen]
    assert await store.revision("acme", 2) == seen
    with pytest.raises(NotFound, match="no revision 9"):
        await store.revision("acme", 9)


async def test_the_history_is_shared_within_the_organization_only(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    olivia = await hub_stores.open()
    draft = Draft.of((await olivia.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    saved = await olivia.save("acme", draft, note="why", origin=Origin.CLI)
    assert (await (await hub_stores.open("max")).revisions("acme"))[0] == saved
    zoe = await hub_stores.open("zoe")
    for asked in (zoe.revisions("acme"), zoe.revision("acme", 1), zoe.organization_state("acme")):
        with pytest.raises(NotFound, match="There is no organization acme with zoe in it"):
            await asked


async def test_offline_the_last_known_state_answers_with_its_time(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock
) -> None:
    """Also in a new session; history goes on, nothing is saved, and drafts stay with the caller."""
    store = await hub_stores.open()
    before = await store.organization_state("acme")
    await names(store)
    seen_at = clock.now
    clock.advance(hours=2)
    await hub.stop()
    for asked in (store, await hub_stores.open()):
        state = await asked.organization_state("acme")
        assert state == before._replace(as_of=state.as_of, error=state.error)
        assert isinstance(state.error, Unavailable)
        assert "cannot be reached" in state.error.detail
        assert state.as_of is not None
        assert abs((state.as_of - seen_at).total_seconds()) < 60
        assert await names(asked) == ["acme", "team"]
        assert await asked.revisions("acme") == [before.revision]
        draft = Draft.of(before.revision)
        draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
        with pytest.raises(Unavailable) as error:
            await asked.save("acme", draft, note="", origin=Origin.CONSOLE)
        assert error.value.meaning == "Nothing was sent."
        with pytest.raises(Unavailable):
            await asked.organization_state("never-seen")


async def test_offline_users_do_not_see_what_others_saw(hub_stores: HubStores, hub: FakeHub) -> None:
    await names(await hub_stores.open("olivia"))
    await names(await hub_stores.open("zoe"))
    await hub.stop()
    assert await names(await hub_stores.open("zoe")) == ["other"]
    with pytest.raises(Unavailable):
        await hub_stores.open("max")


async def test_who_left_does_not_see_it_offline_either(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open("max")
    await store.organization_state("acme")
    del hub.people["acme"]["max"]
    assert await names(store) == []
    with pytest.raises(NotFound):
        await store.organization_state("acme")
    hub.people["acme"]["max"] = "Member"
    await store.organization_state("acme")
    del hub.people["acme"]["max"]
    with pytest.raises(NotFound):
        await store.organization_state("acme")
    await hub.stop()
    with pytest.raises(Unavailable):
        await store.organization_state("acme")


@pytest.mark.parametrize("asked", ["one", "all"])
@pytest.mark.parametrize("refusal", [403, 500])
async def test_a_role_that_was_taken_away_is_gone_even_where_the_settings_are_refused(
    hub_stores: HubStores, hub: FakeHub, asked: str, refusal: int
) -> None:
    """Also offline afterwards: the memory shows who pulls what to owners alone."""
    store = await hub_stores.open()
    assert (await store.organization_state("acme")).role is Role.OWNER
    hub.people["acme"]["olivia"] = "Member"
    hub.always["GET /v2/orgs/acme/settings"] = status(refusal)
    if asked == "one":
        with suppress(Forbidden):
            await store.organization_state("acme")
    else:
        rows = {state.organization.name: state async for batch in store.organizations() for state in batch}
        assert rows["acme"].role is Role.MEMBER
    await hub.stop()
    assert (await store.organization_state("acme")).role is Role.MEMBER


async def test_one_that_is_gone_while_all_are_read_is_forgotten(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    await store.organization_state("acme")
    hub.next("GET /v2/orgs/acme/members", first(lambda: hub.people.pop("acme")))
    assert await names(store) == ["acme", "team"]
    await hub.stop()
    with pytest.raises(Unavailable):
        await store.organization_state("acme")


async def test_one_that_cannot_be_read_now_is_as_it_was_last_known(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    store = await hub_stores.open()
    before = await store.organization_state("acme")
    hub.always["GET /v2/orgs/acme/settings"] = status(500)
    rows = {state.organization.name: state async for batch in store.organizations() for state in batch}
    assert rows["acme"].revision == before.revision
    assert rows["acme"].as_of is not None
    assert isinstance(rows["acme"].error, Unavailable)
    assert (rows["team"].role, rows["team"].error, rows["team"].as_of) == (Role.OWNER, None, None)


async def test_revisions_seen_stay_as_they_were(hub_stores: HubStores) -> None:
    """The file itself refuses to change them."""
    store = await hub_stores.open()
    await store.organization_state("acme")
    await store.close()
    with closing(sqlite3.connect(hub_stores.path)) as file:
        for change in ("UPDATE hub_revisions SET note = 'x'", "DELETE FROM hub_revisions"):
            with pytest.raises(sqlite3.IntegrityError, match="a saved revision"):
                file.execute(change)
