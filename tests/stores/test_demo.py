"""The demo shows every rule, reads the same on any day, and never touches a file that is not its own."""

from datetime import date
from pathlib import Path

import pytest

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import decide
from iam_tui.core.organization import DesktopSession, Plan, Puller, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Rule, Verdict
from iam_tui.stores.demo.fill import fill_demo
from iam_tui.stores.errors import Refused
from iam_tui.stores.local import LocalMemory, LocalStore, open_file
from tests.conftest import FixedClock
from tests.stores.conftest import LocalHarness


async def test_the_demo_has_every_role_and_plan(demo_store: LocalStore) -> None:
    """One you own, one where you are a member, one without a Business plan; one that is off."""
    seen = {one.organization.name: one async for batch in demo_store.organizations() for one in batch}
    assert {
        name: (one.role, one.organization.plan, one.revision.policy.enabled) for name, one in seen.items()
    } == {
        "acme-corp": (Role.OWNER, Plan.BUSINESS, True),
        "acme-labs": (Role.OWNER, Plan.BUSINESS, False),
        "globex": (Role.MEMBER, Plan.BUSINESS, True),
        "initech": (Role.OWNER, Plan.TEAM, False),
        "northwind": (Role.EDITOR, Plan.BUSINESS, True),
    }
    enforced = {name for name, one in seen.items() if one.organization.sign_in_enforced}
    assert enforced == {"acme-corp", "northwind"}


async def test_people_of_every_role_and_session(demo_store: LocalStore) -> None:
    """Including a member who signed in under an older policy, for a stale sign-in."""
    members = await demo_store.members("acme-corp")
    assert {member.role for member in members} == set(Role)
    assert {member.session for member in members} == set(DesktopSession)
    newest = (await demo_store.organization_state("acme-corp")).revision
    old = {member.user: member.session_revision for member in members if member.role is Role.MEMBER}
    assert old["sam"] == newest.number
    assert old["leo"] is not None
    then = (await demo_store.revision("acme-corp", old["leo"])).policy
    assert (then.community, newest.policy.community) == (True, False)


async def test_history_has_several_authors_with_notes_in_order(demo_store: LocalStore) -> None:
    """It ends before now, and every later revision says why."""
    revisions = await demo_store.revisions("acme-corp")
    assert {revision.author for revision in revisions} == {"maya", "ken", "priya"}
    assert all(revision.note for revision in revisions[:-1])
    times = [revision.saved_at for revision in revisions]
    assert times == sorted(times, reverse=True)
    assert times[0] < FixedClock().now


async def test_the_allowlist_has_an_overdue_review_one_to_come_and_one_without(
    demo_store: LocalStore,
) -> None:
    """Every entry has a reason, and who added it when."""
    policy = (await demo_store.organization_state("acme-corp")).revision.policy
    assert policy.allowlist_enabled
    entries = policy.allowlist or ()
    reviews = [entry.review_by for entry in entries]
    assert None in reviews
    dated = [day for day in reviews if day is not None]
    assert min(dated) < date(2026, 3, 12) < max(dated)
    assert all(entry.reason and entry.added_by and entry.added_at for entry in entries)


async def test_it_reads_the_same_on_another_day(tmp_path: Path, clock: FixedClock) -> None:
    """Times are counted back from the clock, and from nothing else."""
    stories = []
    for name in ("one.db", "two.db"):
        file = open_file(tmp_path / name, clock)
        await fill_demo(file, clock)
        store = LocalStore(file, "maya")
        stories.append(
            [
                (one.note, one.policy.enabled, clock.now - one.saved_at)
                for one in await store.revisions("acme-corp")
            ]
        )
        await store.close()
        clock.advance(days=200)
    assert stories[0] == stories[1]


async def test_a_file_is_filled_once(demo_file: Path, clock: FixedClock) -> None:
    """What was changed in it since stays changed."""
    file = open_file(demo_file, clock)
    memory = LocalMemory(file, "local", "maya")
    assert len(await memory.watch_list("acme-corp")) == 7
    await memory.keep_watch_list("acme-corp", ["nginx"])
    await fill_demo(file, clock)
    assert await memory.watch_list("acme-corp") == ["nginx"]
    assert (await LocalStore(file, "maya").organization_state("acme-corp")).revision.number == 7
    await file.close()


async def test_a_real_file_is_left_alone(local: LocalHarness, clock: FixedClock) -> None:
    """Sample organizations never appear among real ones."""
    with pytest.raises(Refused, match="already has other organizations"):
        await fill_demo(local.file, clock)
    assert (await local.store("olivia").organization_state("acme")).revision.policy == Policy()
    assert "maya" not in await local.admin().people()


async def test_the_watch_list_shows_every_rule(demo_file: Path, clock: FixedClock) -> None:
    """For a member each image is decided by a different rule; a member of globex is signed out."""
    file = open_file(demo_file, clock)
    store, memory = LocalStore(file, "maya"), LocalMemory(file, "local", "maya")
    catalog = Catalog(await store.badges(), today=clock.now.date())
    state = await store.organization_state("acme-corp")
    sam = Puller.of(await store.member("acme-corp", "sam"))
    decided = {}
    for text in await memory.watch_list("acme-corp"):
        image = catalog.image(ImageReference.parse(text))
        decision = decide(image, state.organization, sam, state.revision)
        decided[text.partition(":")[0]] = (decision.verdict, decision.rule)
    assert decided == {
        "nginx": (Verdict.ALLOWED, Rule.OFFICIAL),
        "grafana/grafana": (Verdict.ALLOWED, Rule.VERIFIED_PUBLISHER),
        "acme-corp/payments-api": (Verdict.ALLOWED, Rule.ORGANIZATION),
        "localstack/localstack": (Verdict.ALLOWED, Rule.ALLOWLIST),
        "mysql/mysql-server": (Verdict.BLOCKED, Rule.COMMUNITY),
        "ghcr.io/acme-corp/deploy-tools": (Verdict.NOT_COVERED, Rule.NOT_DOCKER_HUB),
        "portainer/portainer-ce": (Verdict.CANNOT_TELL, Rule.UNKNOWN_CATEGORY),
    }

    globex = await store.organization_state("globex")
    anya = Puller.of(await store.member("globex", "anya"))
    nginx = catalog.image(ImageReference.parse("nginx"))
    assert decide(nginx, globex.organization, anya, globex.revision).verdict is Verdict.NOT_ENFORCED
    await file.close()
