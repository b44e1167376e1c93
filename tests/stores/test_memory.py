"""What the file remembers for a person: drafts, watch lists and recent pulls."""

from dataclasses import replace

from iam_tui.core.draft import Draft
from iam_tui.core.policy import AllowlistEntry, Origin, Policy, Setting
from iam_tui.stores.local import LocalMemory
from tests.clock import FixedClock
from tests.stores.conftest import LocalHarness


async def staged(local: LocalHarness) -> Draft:
    """A draft with steps to undo and one to redo, over the newest revision of acme."""
    draft = Draft.of((await local.store("olivia").organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.COMMUNITY, on=True))
    draft = draft.stage(draft.policy.allow([AllowlistEntry("bitnami/redis", "cache")]))
    return draft.stage(draft.policy.with_setting(Setting.OFFICIAL, on=False)).undo()


async def test_a_draft_comes_back_with_its_history(local: LocalHarness, clock: FixedClock) -> None:
    """Also after the file was closed, and only for its profile, organization and user."""
    draft = await staged(local)
    await LocalMemory(local.file, "local", "olivia").keep_draft("acme", draft)
    assert await LocalMemory(local.file, "local", "olivia").draft("acme") == draft
    assert await LocalMemory(local.file, "local", "omar").draft("acme") is None
    assert await LocalMemory(local.file, "other", "olivia").draft("acme") is None
    assert await LocalMemory(local.file, "local", "olivia").draft("team") is None


async def test_a_clean_draft_removes_the_one_that_was_kept(local: LocalHarness) -> None:
    """After a save or a discard nothing is left to come back."""
    memory = LocalMemory(local.file, "local", "olivia")
    draft = await staged(local)
    await memory.keep_draft("acme", draft)
    await memory.keep_draft("acme", Draft.of(draft.base))
    assert await memory.draft("acme") is None


async def test_a_draft_on_an_old_revision_still_says_what_it_started_from(local: LocalHarness) -> None:
    """Someone saved meanwhile: the draft opens with its old base, and is replaced by one on the newest."""
    memory = LocalMemory(local.file, "local", "olivia")
    draft = await staged(local)
    await memory.keep_draft("acme", draft)
    theirs = draft.base.policy.with_setting(Setting.ENABLED, on=True)
    newest = await local.store("omar").save(
        "acme", Draft.of(draft.base).stage(theirs), note="", origin=Origin.CLI
    )
    kept = await memory.draft("acme")
    assert kept == draft
    assert kept is not None
    assert kept.base.number < newest.number

    await memory.keep_draft("acme", kept.rebase(newest))
    assert await memory.draft("acme") == kept.rebase(newest)
    await memory.keep_draft("acme", Draft.of(newest))
    assert await memory.draft("acme") is None


async def test_the_draft_kept_last_is_the_one_that_opens(local: LocalHarness, clock: FixedClock) -> None:
    """Keeping one on an old revision does not lose one on a newer revision."""
    memory = LocalMemory(local.file, "local", "olivia")
    old = await staged(local)
    store = local.store("olivia")
    newest = await store.save("acme", old, note="", origin=Origin.CLI)
    new = Draft.of(newest).stage(replace(newest.policy, enabled=True))
    await memory.keep_draft("acme", new)
    clock.advance(seconds=1)
    await memory.keep_draft("acme", old)
    assert await memory.draft("acme") == old
    await memory.keep_draft("acme", Draft.of(old.base))
    assert await memory.draft("acme") == new


async def test_unknown_settings_and_long_lists_are_kept(local: LocalHarness) -> None:
    """A draft for Docker Hub may not know everything; 10,000 entries in many steps are fine."""
    memory = LocalMemory(local.file, "hub", "olivia")
    base = (await local.store("olivia").organization_state("acme")).revision
    unknown = replace(base, policy=Policy(community=None, allowlist_enabled=None, allowlist=None))
    draft = Draft.of(unknown)
    entries = tuple(AllowlistEntry(f"ns/image-{number:05}") for number in range(10_000))
    draft = draft.stage(replace(draft.policy, allowlist=entries))
    for step in range(20):
        draft = draft.stage(draft.policy.with_setting(Setting.OFFICIAL, on=step % 2 == 1))
    await memory.keep_draft("acme", draft)
    assert await memory.draft("acme") == draft


async def test_a_watch_list_keeps_its_order_and_its_text(local: LocalHarness) -> None:
    """As typed, doubles and impossible images included; one for each organization of a profile."""
    memory = LocalMemory(local.file, "local", "olivia")
    images = ["nginx", "a b c", "nginx", "", "\u202egnp", "[bold]", "\ud800"]
    assert await memory.watch_list("acme") == []
    await memory.keep_watch_list("acme", images)
    await memory.keep_watch_list("team", ["redis"])
    assert await memory.watch_list("acme") == images
    assert await LocalMemory(local.file, "local", "omar").watch_list("acme") == images
    assert await LocalMemory(local.file, "other", "olivia").watch_list("acme") == []
    await memory.keep_watch_list("acme", [])
    assert await memory.watch_list("acme") == []


async def test_recent_pulls_come_newest_first_each_once_fifty_at_most(local: LocalHarness) -> None:
    """Trying one again brings it to the front; everyone has their own."""
    memory = LocalMemory(local.file, "local", "olivia")
    for number in range(60):
        await memory.keep_pull(f"image:{number}")
    await memory.keep_pull("image:30")
    pulls = list(await memory.recent_pulls())
    assert len(pulls) == 50
    assert pulls[:3] == ["image:30", "image:59", "image:58"]
    assert pulls.count("image:30") == 1
    assert await LocalMemory(local.file, "local", "omar").recent_pulls() == []
