"""One organization open for one person: staging, keeping, saving, conflicts, and what is in use."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from iam_tui.application.session import Session
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.impact_effect import Effect
from iam_tui.core.policy import AllowlistEntry, Origin, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Usage
from iam_tui.stores.errors import Conflict, Forbidden, NotFound
from iam_tui.stores.local import LocalMemory, LocalStore
from iam_tui.stores.protocol import OpenProfile, Profile, Source, SourceKind, StoreKind
from tests.clock import FixedClock
from tests.stores.conftest import LocalHarness

GRAFANA = AllowlistEntry("grafana/grafana", reason="dashboards")
USED = Inventory((Usage("Dockerfile", 1, "FROM", "mlrun/mlrun", ImageReference.parse("mlrun/mlrun")),))
PULLED = Inventory(pulls=(Pulls("mlrun/mlrun", "sam", "ci-main", 7, None),))


@pytest.fixture
async def local(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalHarness]:
    harness = await LocalHarness.make(tmp_path, clock)
    yield harness
    await harness.close()


async def opened(local: LocalHarness, user: str = "olivia", *, read_only: bool = False) -> PolicyWorkspace:
    """The workspace of acme for this person, not read yet."""
    memory = LocalMemory(local.file, "local", user)
    profile = OpenProfile(Profile("local", StoreKind.LOCAL, user=user), LocalStore(local.file, user), memory)
    session = await Session.start(profile, local.file.clock, read_only=read_only)
    state = await session.store.organization_state("acme")
    return PolicyWorkspace(session, state, origin=Origin.CONSOLE)


async def bring_in(workspace: PolicyWorkspace, kind: SourceKind, inventory: Inventory) -> None:
    now: datetime = workspace.session.clock()
    await workspace.session.memory.keep_source("acme", Source(kind, f"a {kind}", now, 1), inventory)


async def test_every_change_is_heard_once_and_what_changes_nothing_is_not(local: LocalHarness) -> None:
    workspace = await opened(local)
    heard: list[int] = []
    stop = workspace.listen(lambda: heard.append(len(workspace.draft.changes)))
    workspace.set_switch(Setting.COMMUNITY, on=True)
    workspace.set_switch(Setting.COMMUNITY, on=True)
    workspace.allow([GRAFANA])
    workspace.disallow("grafana/grafana")
    workspace.stage(workspace.draft.undo())
    assert heard == [1, 2, 1, 2]
    stop()
    workspace.stage(workspace.draft.discard())
    assert heard == [1, 2, 1, 2]


async def test_a_kept_draft_is_there_again_but_never_in_place_of_a_newer_one(local: LocalHarness) -> None:
    first = await opened(local)
    first.set_switch(Setting.COMMUNITY, on=True)
    await first.keep_draft()
    second = await opened(local)
    assert second.draft.is_clean
    await second.read()
    assert second.draft == first.draft


async def test_what_could_not_be_written_down_is_still_staged_after_reading(local: LocalHarness) -> None:
    """A full disk, a file in use: the draft in the file is older than the one on the screen."""
    workspace = await opened(local)
    await workspace.read()
    workspace.set_switch(Setting.COMMUNITY, on=True)
    await workspace.keep_draft()
    workspace.allow([GRAFANA])
    staged = workspace.draft
    await workspace.read()
    assert workspace.draft is staged
    await workspace.keep_draft()
    again = await opened(local)
    await again.read()
    assert again.draft == staged


async def test_what_is_staged_and_watched_while_it_reads_stays(local: LocalHarness) -> None:
    first = await opened(local)
    first.set_switch(Setting.COMMUNITY, on=True)
    await first.keep_draft()
    first.watch(["nginx"])
    await first.keep_watch_list()
    workspace = await opened(local)
    reading = asyncio.create_task(workspace.read())
    await asyncio.sleep(0)
    workspace.allow([GRAFANA])
    workspace.watch(["redis"])
    staged = workspace.draft
    await reading
    assert (workspace.draft, workspace.watched) == (staged, ["redis"])


async def test_what_the_newest_revision_holds_already_is_dropped_from_the_file(local: LocalHarness) -> None:
    mine, theirs = await opened(local), await opened(local, "omar")
    for workspace in (mine, theirs):
        workspace.set_switch(Setting.COMMUNITY, on=True)
    await mine.keep_draft()
    await theirs.save("the same")
    await mine.read()
    assert mine.draft == Draft.of(mine.state.revision)
    assert await mine.session.memory.draft("acme") is None


async def test_a_save_in_between_is_a_conflict_that_leaves_the_draft(local: LocalHarness) -> None:
    mine, theirs = await opened(local), await opened(local, "omar")
    mine.set_switch(Setting.COMMUNITY, on=True)
    theirs.allow([GRAFANA])
    saved = await theirs.save("theirs")
    draft = mine.draft
    with pytest.raises(Conflict):
        await mine.save("mine")
    assert (mine.draft, mine.is_behind, mine.state.revision) == (draft, True, saved)
    mine.stage(draft.rebase(saved))
    assert mine.draft.base == saved
    both = await mine.save("both")
    assert both.number == saved.number + 1
    assert both.policy.community
    assert both.policy.lists("grafana/grafana")
    assert mine.draft == Draft.of(both)


@pytest.mark.parametrize("user", ["eddy", "max"])
async def test_who_is_not_an_owner_neither_stages_nor_saves(local: LocalHarness, user: str) -> None:
    owner = await opened(local)
    owner.set_switch(Setting.COMMUNITY, on=True)
    await owner.keep_draft()
    workspace = await opened(local, user)
    await workspace.read()
    assert not workspace.editable
    assert workspace.draft.is_clean
    assert workspace.owners == ["olivia", "omar"]
    with pytest.raises(Forbidden):
        await workspace.require_may_save()
    workspace.set_switch(Setting.COMMUNITY, on=True)
    with pytest.raises(Forbidden):
        await workspace.save("")
    assert (await owner.session.store.organization_state("acme")).revision.number == 1


async def test_read_only_takes_the_keys_of_an_owner(local: LocalHarness) -> None:
    workspace = await opened(local, read_only=True)
    await bring_in(workspace, SourceKind.SCAN, USED)
    await workspace.read()
    assert not workspace.may_stage
    assert not workspace.allowlist_editable
    assert workspace.flips() == {}


async def test_what_cannot_be_read_leaves_everything_as_it_was(local: LocalHarness) -> None:
    workspace = await opened(local, "max")
    await workspace.read()
    before = (workspace.state, workspace.draft, workspace.owners, workspace.watched)
    await local.admin("olivia").remove_member("acme", "max")
    with pytest.raises(NotFound):
        await workspace.read()
    assert (workspace.state, workspace.draft, workspace.owners, workspace.watched) == before


async def test_the_impact_is_known_once_there_is_a_source(local: LocalHarness) -> None:
    await local.admin("olivia").set_badge("mlrun", Badge.NONE)
    workspace = await opened(local)
    await workspace.read()
    assert workspace.impact() is None
    await bring_in(workspace, SourceKind.SCAN, USED)
    await workspace.read_images_in_use()
    in_use = workspace.images_in_use
    assert await workspace.read_images_in_use() is in_use
    workspace.set_switch(Setting.ENABLED, on=True)
    impact = workspace.impact()
    assert impact is not None
    assert [row.group.repository for row in impact.rows(Effect.STOPS)] == ["mlrun/mlrun"]
    assert workspace.flips()[Setting.COMMUNITY].counts.starts == 1


@pytest.mark.parametrize(("user", "people"), [("olivia", ("sam",)), ("eddy", ()), ("max", ())])
async def test_pullers_are_for_owners(local: LocalHarness, user: str, people: tuple[str, ...]) -> None:
    owner = await opened(local)
    await bring_in(owner, SourceKind.REPORT, PULLED)
    await bring_in(owner, SourceKind.SCAN, USED)
    workspace = await opened(local, user)
    in_use = await workspace.read_images_in_use()
    (group,) = in_use.usage_index.groups
    assert (group.people, bool(group.tokens), bool(group.pulls)) == (people, bool(people), bool(people))
    assert (SourceKind.REPORT in {source.kind for source in in_use.sources}) is workspace.may_see_pullers


async def test_the_watch_list_is_one_for_the_organization(local: LocalHarness) -> None:
    workspace = await opened(local, "max")
    workspace.watch(["nginx", "grafana/grafana"])
    await workspace.keep_watch_list()
    other = await opened(local)
    await other.read()
    assert list(other.watched) == ["nginx", "grafana/grafana"]
