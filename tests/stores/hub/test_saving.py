"""Saving on Hub: read, compare, write, read again; what is not sent is recorded by hand."""

import asyncio
from dataclasses import replace

import pytest

from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import Conflict, FileReplaced, Forbidden, Refused, Unavailable, UnusableAnswer
from iam_tui.stores.hub import RequestLimits
from tests.clock import FixedClock
from tests.stores.hub.acts import (
    cut,
    endless_body,
    first,
    hang_up,
    html,
    last_answer,
    say,
    silence,
    status,
    text,
)
from tests.stores.hub.conftest import QUICK, HubStores
from tests.stores.hub.drafts import save, staged
from tests.stores.hub.exchange import Request, reply
from tests.stores.hub.fake_hub import Act, FakeHub, Settings

PUT = "PUT /v2/orgs/acme/settings"
GET = "GET /v2/orgs/acme/settings"


async def test_a_save_is_on_hub_and_in_the_history(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock
) -> None:
    """Keys that this program does not know go back as they came."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True, official=False)
    before = hub.settings["acme"].document
    saved = await save(store, draft, "OPS-412")
    assert saved == Revision(2, draft.policy, "olivia", clock.now, "OPS-412", Origin.CONSOLE)
    flags = {"enabled": True, "allow_official_images": False}
    assert hub.calls(PUT)[0].json == {
        **before,
        "restricted_images": {**before["restricted_images"], **flags},
    }
    assert (await store.organization_state("acme")).revision == saved
    assert [revision.number for revision in await store.revisions("acme")] == [2, 1]


async def test_a_draft_with_nothing_staged_sends_nothing(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store)
    assert await save(store, draft) == draft.base
    assert hub.calls(PUT) == []


@pytest.mark.parametrize("user", ["eddy", "max"])
async def test_a_user_who_is_not_an_owner_is_refused_before_anything_is_sent(
    hub_stores: HubStores, hub: FakeHub, user: str
) -> None:
    store = await hub_stores.open(user)
    for draft in (await staged(store), await staged(store, enabled=True)):
        with pytest.raises(Forbidden) as refused:
            await save(store, draft)
        assert refused.value.advice == "Ask an owner: olivia, omar."
    assert hub.calls(PUT) == []


async def test_hubs_own_refusal_counts_too(hub_stores: HubStores, hub: FakeHub) -> None:
    """An owner by the members list whom Hub refuses all the same."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, status(403, "Not with this token"))
    with pytest.raises(Forbidden, match="Not with this token"):
        await save(store, draft)
    hub.next(PUT, status(400, "needs a plan"))
    with pytest.raises(Refused, match="needs a plan"):
        await save(store, draft)
    assert [revision.number for revision in await store.revisions("acme")] == [1]


async def test_a_change_made_elsewhere_before_the_save_is_a_conflict(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """It is in the history as drift, and nothing is sent; over it the same changes can be saved."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(GET, first(lambda: hub.settings["acme"].change(allow_official_images=False)))
    with pytest.raises(Conflict) as conflict:
        await save(store, draft)
    theirs = conflict.value.newest
    assert (theirs.number, theirs.author, theirs.origin) == (2, "", Origin.DRIFT)
    assert theirs.policy == replace(draft.base.policy, official=False)
    assert conflict.value.draft is draft
    assert hub.calls(PUT) == []
    saved = await save(store, draft.rebase(theirs))
    assert (saved.number, saved.policy.enabled, saved.policy.official) == (3, True, False)


@pytest.mark.parametrize("etags", [True, False])
async def test_a_change_between_read_and_write(hub_stores: HubStores, hub: FakeHub, etags: bool) -> None:
    """Where the server sends an ETag it is a conflict; without one the last write wins."""
    hub.etags = etags
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, first(lambda: hub.settings["acme"].change(allow_official_images=False)))
    if etags:
        with pytest.raises(Conflict) as conflict:
            await save(store, draft)
        assert conflict.value.newest.policy == replace(draft.base.policy, official=False)
        assert not hub.settings["acme"].document["restricted_images"]["enabled"]
    else:
        assert (await save(store, draft)).policy == draft.policy


async def test_a_409_is_a_conflict_too(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, status(409))
    with pytest.raises(Conflict):
        await save(store, draft)


async def test_a_success_that_changed_nothing_is_reported(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, say(reply(hub.settings["acme"].document)))
    with pytest.raises(UnusableAnswer, match="still has the previous settings") as error:
        await save(store, draft)
    assert error.value.meaning == "Nothing was saved. Your changes are still staged."
    assert [revision.number for revision in await store.revisions("acme")] == [1]


async def test_settings_other_than_those_sent_are_reported(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    other = Settings()
    other.change(allow_verified_publishers=False)
    hub.next(GET, first(lambda: None), say(reply(other.document)))
    with pytest.raises(UnusableAnswer, match="settings other than those sent") as error:
        await save(store, draft)
    assert error.value.meaning.startswith("The settings were changed")


@pytest.mark.parametrize("act", [cut, status(502), status(500), html(504)])
async def test_a_write_that_breaks_off_is_looked_up(hub_stores: HubStores, hub: FakeHub, act: Act) -> None:
    """Done behind the broken connection: saved. Not done: nothing was saved. It is never sent again."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, act)
    if act is cut:
        assert (await save(store, draft)).policy == draft.policy
    else:
        with pytest.raises(Unavailable, match="read again, and the change is not there") as error:
            await save(store, draft)
        assert error.value.meaning == "Nothing was saved. Your changes are still staged."
    assert len(hub.calls(PUT)) == 1


async def test_a_write_with_an_unusable_answer_is_looked_up(hub_stores: HubStores, hub: FakeHub) -> None:
    """What was answered says nothing about what was done."""
    store = await hub_stores.open()

    async def done_and_endless(fake: FakeHub, request: Request, writer: asyncio.StreamWriter) -> None:
        fake.honest(request)
        await endless_body(fake, request, writer)

    hub.next(PUT, done_and_endless, endless_body)
    saved = await save(store, await staged(store, enabled=True))
    assert saved.policy.enabled
    with pytest.raises(
        UnusableAnswer, match="longer than 8 MB; the settings were read again, and the change"
    ) as error:
        await save(store, await staged(store, official=False))
    assert error.value.meaning == "Nothing was saved. Your changes are still staged."


async def test_a_write_with_an_unknown_outcome_says_so(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, hang_up)
    hub.next(GET, first(lambda: None), *[hang_up] * 4)
    with pytest.raises(Unavailable, match="was lost when saving") as error:
        await save(store, draft)
    assert error.value.meaning.startswith("It is not known whether your changes were saved.")
    assert len(hub.calls(PUT)) == 1


async def test_a_save_that_cannot_be_read_again_says_so(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(GET, first(lambda: None), text(b"{"))
    with pytest.raises(Unavailable, match="reported that it saved, but could not be read again") as error:
        await save(store, draft)
    assert error.value.meaning.startswith("Your changes were probably saved.")


async def test_a_write_that_never_left_says_so(hub_stores: HubStores, hub: FakeHub) -> None:
    """Hub goes away between the reading and the writing."""
    store = await hub_stores.open(limits=RequestLimits(parallel=1))
    draft = await staged(store, enabled=True)
    hub.next(GET, last_answer)
    with pytest.raises(Unavailable, match="cannot be reached") as error:
        await save(store, draft)
    assert error.value.meaning == "Nothing was sent. Your changes are still staged."


async def test_who_stops_waiting_for_a_save_finds_it_recorded(hub_stores: HubStores, hub: FakeHub) -> None:
    """What is on its way cannot be called back: it is a revision of who sent it, not drift."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> None:
        arrived.set()
        await released.wait()

    hub.next(PUT, slow)
    saving = asyncio.create_task(save(store, draft))
    await arrived.wait()
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    released.set()
    await store.close()
    again = await hub_stores.open()
    assert (await again.organization_state("acme")).revision.author == "olivia"


async def test_silence_over_a_write_ends(hub_stores: HubStores, hub: FakeHub) -> None:
    """After the time that a read may take; then it is looked up like any other break."""
    store = await hub_stores.open(limits=QUICK)
    draft = await staged(store, enabled=True)
    hub.next(PUT, silence)
    with pytest.raises(Unavailable, match="stopped responding when saving the settings of acme"):
        await save(store, draft)


async def test_a_save_that_hub_has_and_a_replaced_file_has_not_says_so(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """The file is deleted while Hub saves: "Nothing was saved" would be false."""
    store = await hub_stores.open()
    draft = await staged(store, enabled=True)
    hub.next(PUT, first(hub_stores.path.unlink))
    with pytest.raises(FileReplaced) as raised:
        await save(store, draft)
    assert raised.value.meaning == f"{hub.url} has the change; the local file could not record it."
    assert hub.settings["acme"].document["restricted_images"]["enabled"] is True
    assert len(hub.calls(PUT)) == 1
