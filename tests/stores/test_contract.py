"""What every store promises: who sees what, who changes what, and that no save is lost to another."""

from dataclasses import replace
from datetime import date

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Role
from iam_tui.core.policy import AllowlistEntry, Origin, Policy, Revision
from iam_tui.stores.errors import Conflict, Forbidden, NotFound, Refused
from iam_tui.stores.protocol import OrganizationState, Store
from tests.clock import FixedClock
from tests.stores.conftest import StoreHarness


async def draft_of(store: Store, organization: str = "acme") -> Draft:
    """A draft with nothing staged over the newest revision."""
    return Draft.of((await store.organization_state(organization)).revision)


async def save(store: Store, policy: Policy, organization: str = "acme", note: str = "") -> Revision:
    """Save this policy over the newest revision."""
    draft = (await draft_of(store, organization)).stage(policy)
    return await store.save(organization, draft, note=note, origin=Origin.CONSOLE)


def name_of(state: OrganizationState) -> str:
    """What organizations are sorted by."""
    return state.organization.name


async def test_a_new_organization_starts_with_revision_1_switched_off(harness: StoreHarness) -> None:
    """Off, with official and verified publisher on, community and allowlist off."""
    state = await harness.store("max").organization_state("acme")
    assert (state.organization.name, state.role) == ("acme", Role.MEMBER)
    assert (state.revision.number, state.revision.policy) == (1, Policy())


async def test_organizations_are_the_users_own_each_batch_sorted(harness: StoreHarness) -> None:
    """A person sees the organizations they are in, as `organization_state` returns each, and no others."""
    theirs = {"olivia": ["acme", "team"], "zoe": ["other"], "nobody": []}
    for user in harness.people:
        store = harness.store(user)
        batches = [batch async for batch in store.organizations()]
        states = [state for batch in batches for state in batch]
        assert states == [await store.organization_state(state.organization.name) for state in states]
        assert sorted(state.organization.name for state in states) == theirs.get(user, ["acme"])
        assert all(list(batch) == sorted(batch, key=name_of) for batch in batches)


async def test_a_save_is_the_next_revision_for_everyone(harness: StoreHarness, clock: FixedClock) -> None:
    """Author, time, note and origin come back as given, also to another person."""
    draft = (await draft_of(harness.store("olivia"))).stage(Policy(enabled=True, verified_publisher=False))
    saved_at = clock.advance(minutes=5)
    saved = await harness.store("olivia").save("acme", draft, note="OPS-412 [b]", origin=Origin.CLI)
    assert saved == Revision(2, draft.policy, "olivia", saved_at, "OPS-412 [b]", Origin.CLI)
    assert (await harness.store("max").organization_state("acme")).revision == saved


async def test_old_revisions_stay_as_they_were(harness: StoreHarness) -> None:
    """History pages newest first, and every number still answers with its policy."""
    store = harness.store("olivia")
    saved = [(await store.organization_state("acme")).revision]
    for on in (True, False, True, False):
        saved.append(await save(store, replace(saved[-1].policy, community=on)))
    assert list(await store.revisions("acme")) == saved[::-1]
    assert [revision.number for revision in await store.revisions("acme", before=4, limit=2)] == [3, 2]
    assert await store.revisions("acme", before=1) == []
    assert [await store.revision("acme", revision.number) for revision in saved] == saved


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
async def test_a_revision_that_is_not_there_is_not_found(harness: StoreHarness, number: int) -> None:
    """Any number may be asked for."""
    with pytest.raises(NotFound, match=f"no revision {number}"):
        await harness.store("max").revision("acme", number)


async def test_people_are_sorted_and_picked_by_role(harness: StoreHarness) -> None:
    """Members see who is in their organization, so that they know whom to ask."""
    store = harness.store("max")
    assert [member.user for member in await store.members("acme")] == ["eddy", "max", "olivia", "omar"]
    assert [member.user for member in await store.members("acme", Role.OWNER)] == ["olivia", "omar"]
    assert (await store.member("acme", "eddy")).role is Role.EDITOR
    with pytest.raises(NotFound, match="zoe is not in acme"):
        await store.member("acme", "zoe")


@pytest.mark.parametrize("organization", ["acme", "no-such", "ACME", "", "acme\0", "' OR 1=1 --"])
async def test_an_outsider_finds_nothing(harness: StoreHarness, organization: str) -> None:
    """There is no difference between an organization one is not in and one that does not exist."""
    store = harness.store("zoe")
    draft = Draft.of((await store.organization_state("other")).revision)
    for asked in (
        store.organization_state(organization),
        store.revision(organization, 1),
        store.revisions(organization),
        store.members(organization),
        store.member(organization, "olivia"),
        store.save(organization, draft, note="", origin=Origin.CLI),
    ):
        with pytest.raises(NotFound, match="There is no organization"):
            await asked


@pytest.mark.parametrize("user", ["eddy", "max"])
async def test_a_user_who_is_not_an_owner_is_refused_before_anything_is_checked(
    harness: StoreHarness, user: str
) -> None:
    """A clean draft, an outdated one, an impossible one: always the same answer, and nothing is written."""
    store = harness.store(user)
    clean = await draft_of(store)
    await save(harness.store("olivia"), Policy(community=True))
    outdated = clean.stage(Policy(official=False))
    unknown = (await draft_of(store)).stage(Policy(community=None))
    for draft, note in ((clean, ""), (outdated, ""), (unknown, "n" * 1_000_000)):
        with pytest.raises(Forbidden) as refused:
            await store.save("acme", draft, note=note, origin=Origin.CONSOLE)
        assert "olivia, omar" in refused.value.advice
    assert (await store.organization_state("acme")).revision.number == 2


async def test_a_save_over_an_old_revision_conflicts_and_writes_nothing(harness: StoreHarness) -> None:
    """The conflict carries both sides; over the newest one the same changes can then be saved."""
    olivia, omar = harness.store("olivia"), harness.store("omar")
    draft = (await draft_of(olivia)).stage(Policy(official=False))
    theirs = await save(omar, Policy(community=True))
    with pytest.raises(Conflict) as conflict:
        await olivia.save("acme", draft, note="", origin=Origin.CONSOLE)
    assert (conflict.value.draft, conflict.value.newest) == (draft, theirs)
    assert (await olivia.organization_state("acme")).revision == theirs

    saved = await olivia.save("acme", draft.rebase(theirs), note="", origin=Origin.CONSOLE)
    assert (saved.number, saved.policy) == (3, Policy(official=False, community=True))


async def test_a_clean_draft_saves_nothing(harness: StoreHarness) -> None:
    """The newest revision is returned, even if someone saved meanwhile."""
    store = harness.store("olivia")
    clean = await draft_of(store)
    assert await store.save("acme", clean, note="x", origin=Origin.CLI) == clean.base
    newest = await save(store, Policy(community=True))
    assert await store.save("acme", clean, note="x", origin=Origin.CLI) == newest


async def test_without_a_business_plan_it_cannot_be_switched_on(harness: StoreHarness) -> None:
    """Other settings can still be changed there."""
    store = harness.store("olivia")
    with pytest.raises(Refused, match="Docker Business"):
        await save(store, Policy(enabled=True), "team")
    assert (await save(store, Policy(community=True), "team")).number == 2


async def test_new_entries_get_who_and_when_and_known_ones_keep_theirs(
    harness: StoreHarness, clock: FixedClock
) -> None:
    """Author and time in an entry are ignored if the store knows them."""
    first = AllowlistEntry("bitnami/redis", "caching", date(2026, 6, 1))
    added_at = clock.now
    one = await save(harness.store("olivia"), Policy().allow([first]))
    clock.advance(days=1)
    forged = AllowlistEntry("bitnami/redis", "caching, still", None, "eddy", clock.now)
    second = AllowlistEntry("axllent/mailpit")
    two = await save(harness.store("omar"), one.policy.allow([forged, second]))
    assert two.policy.allowlist == (
        AllowlistEntry("axllent/mailpit", "", None, "omar", clock.now),
        AllowlistEntry("bitnami/redis", "caching, still", None, "olivia", added_at),
    )


async def test_rolling_back_brings_an_entry_back_as_it_was(harness: StoreHarness, clock: FixedClock) -> None:
    """Saving an old policy anew gives exactly that policy."""
    store = harness.store("olivia")
    old = await save(store, Policy().allow([AllowlistEntry("bitnami/redis")]))
    clock.advance(days=3)
    await save(store, Policy())
    assert (await save(harness.store("omar"), old.policy)).policy == old.policy


async def test_a_known_entry_without_its_origin_is_no_change(harness: StoreHarness) -> None:
    """Entering the same entry again saves nothing."""
    store = harness.store("olivia")
    before = await save(store, Policy().allow([AllowlistEntry("bitnami/redis", "caching")]))
    again = before.policy.allow([AllowlistEntry("bitnami/redis", "caching")])
    assert await save(store, again) == before


@pytest.mark.parametrize("policy", [Policy(community=None), Policy(allowlist_enabled=None, allowlist=None)])
async def test_an_unknown_setting_is_not_saved(harness: StoreHarness, policy: Policy) -> None:
    """Unknown is for what Docker Hub does not have, and cannot be chosen."""
    with pytest.raises(InvalidInput, match="on or off"):
        await save(harness.store("olivia"), policy)


async def test_a_note_may_be_long_but_not_endless(harness: StoreHarness) -> None:
    """The message says how long it is and what is possible; nothing is saved."""
    store = harness.store("olivia")
    saved = await save(store, Policy(community=True), note="n" * 4_000)
    assert saved.note == "n" * 4_000
    with pytest.raises(InvalidInput, match="4,001 characters; the limit is 4,000"):
        await save(store, Policy(), note="n" * 4_001)
    assert (await store.organization_state("acme")).revision == saved


async def test_closing_twice_is_fine(harness: StoreHarness) -> None:
    """The second call does nothing."""
    store = harness.store("olivia")
    await store.close()
    await store.close()
