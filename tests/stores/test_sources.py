"""Inventories in the local file: kept by source, replaced, removed, and who may see the people in them."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage
from iam_tui.stores.errors import FileCorrupt, FileNewer, Forbidden
from iam_tui.stores.local import LocalMemory, LocalStore, open_file
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.local.memory import keep_watch_list
from iam_tui.stores.local.sources import keep_source, serialize
from iam_tui.stores.protocol import Source, SourceKind
from tests.clock import FixedClock
from tests.stores.conftest import LocalHarness
from tests.stores.older_file import older_file

HOUR = datetime(2026, 3, 1, 10, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 10, tzinfo=UTC)
NGINX = ImageReference.parse("nginx:1.27")
USAGES = (
    Usage("web/Dockerfile", 1, "FROM", "nginx:1.27", NGINX, reached_by=("default", "web/compose.yaml: web")),
    Usage("web/Dockerfile", 7, "COPY --from", "$B", None, Status.UNRESOLVED, None, problem="B is blank"),
    Usage(
        "caf\udce9/compose.yaml", 3, "services.a.image", "[b]\u202e", NGINX, Status.DOUBTFUL, reached=False
    ),
)
PULLS = (
    Pulls("library/nginx", "max", "", 3, HOUR),
    Pulls("library/nginx", "acme-ci", "ci-checkout", 40, LATER),
    Pulls("mlrun/mlrun", "", "", 1, None),
)
SCAN = Source(SourceKind.SCAN, "/home/caf\udce9", LATER, 3, "3 places in 2 files.")
REPORT = Source(SourceKind.REPORT, "report.csv", HOUR, 3, "3 rows.", HOUR, LATER)


HUB = "https://hub.docker.com"
OTHER_HUB = "http://127.0.0.1:8080"


def memory(local: LocalHarness, user: str = "olivia", profile: str = "local") -> LocalMemory:
    return LocalMemory(local.file, profile, user)


async def keep_both(local: LocalHarness) -> None:
    await memory(local).keep_source("acme", SCAN, Inventory(USAGES))
    await memory(local).keep_source("acme", REPORT, Inventory(pulls=PULLS))


async def test_what_was_read_comes_back_whole(local: LocalHarness) -> None:
    """Every field of every row, half characters and all; the latest source first."""
    await keep_both(local)
    assert await memory(local).sources("acme") == [SCAN, REPORT]
    assert await memory(local).inventory("acme") == Inventory(USAGES, PULLS)


async def test_equal_parts_come_back_as_one_object(local: LocalHarness) -> None:
    """A thousand places of one file do not hold its name a thousand times."""
    await memory(local).keep_source("acme", SCAN, Inventory(USAGES * 2))
    first, *_, again = (await memory(local).inventory("acme")).usages[::3]
    assert first.file is again.file
    assert first.reference is again.reference


async def test_it_belongs_to_a_profile_and_an_organization(local: LocalHarness) -> None:
    """All users of both share it, others do not."""
    await keep_both(local)
    assert await memory(local, "omar").inventory("acme") == Inventory(USAGES, PULLS)
    assert await memory(local, profile="other").inventory("acme") == Inventory()
    assert await memory(local).sources("team") == []


async def test_a_source_read_again_replaces_what_it_held(local: LocalHarness) -> None:
    """The same name of another kind is another source."""
    await keep_both(local)
    newer = SCAN._replace(rows=1, imported_at=LATER.replace(hour=11))
    await memory(local).keep_source("acme", newer, Inventory(USAGES[:1]))
    listed = newer._replace(kind=SourceKind.LIST)
    await memory(local).keep_source("acme", listed, Inventory(USAGES[1:2]))
    assert await memory(local).sources("acme") == [listed, newer, REPORT]
    assert (await memory(local).inventory("acme")).usages == (USAGES[0], USAGES[1])


async def test_a_removed_source_leaves_nothing_behind(local: LocalHarness) -> None:
    """Also in the file; removing it twice is fine."""
    await keep_both(local)
    for _ in range(2):
        await memory(local).remove_source("acme", SourceKind.REPORT, "report.csv")
    assert await memory(local).sources("acme") == [SCAN]
    assert await memory(local).inventory("acme") == Inventory(USAGES)
    left = await local.file.read(
        lambda database: database.execute("SELECT holds FROM source_rows").fetchall()
    )
    assert left == [("usages",)]


@pytest.mark.parametrize("user", ["max", "eddy", "zoe"])
async def test_people_and_tokens_are_for_owners(local: LocalHarness, user: str) -> None:
    """Members, editors and outsiders see places; they bring no report and take none away."""
    await keep_both(local)
    theirs = memory(local, user)
    assert await theirs.inventory("acme") == Inventory(USAGES)
    for forbidden in (
        theirs.keep_source("acme", REPORT, Inventory()),
        theirs.keep_source("acme", SCAN, Inventory(pulls=PULLS)),
        theirs.remove_source("acme", SourceKind.REPORT, "report.csv"),
    ):
        with pytest.raises(Forbidden, match="only owners"):
            await forbidden
    assert await memory(local).inventory("acme") == Inventory(USAGES, PULLS)
    await theirs.keep_source("acme", SCAN, Inventory(USAGES[:1]))
    assert (await theirs.inventory("acme")).usages == USAGES[:1]


async def test_on_docker_hub_the_role_that_hub_said_last_counts(local: LocalHarness) -> None:
    """A report that an owner brought in shows nothing of people to a member, an editor, or a stranger."""
    for user, role in (("olivia", Role.OWNER), ("max", Role.MEMBER), ("eddy", Role.EDITOR)):
        seen = HubSnapshot(Organization("elsewhere"), role, Policy())
        await HubMemory(local.file, HUB, user).record([seen])

    def of(user: str) -> LocalMemory:
        return LocalMemory(local.file, "hub", user, HUB)

    await of("olivia").keep_source("elsewhere", REPORT, Inventory(pulls=PULLS))
    await of("olivia").keep_source("elsewhere", SCAN, Inventory(USAGES))
    assert (await of("olivia").inventory("elsewhere")).pulls == PULLS
    for user in ("max", "eddy", "zoe"):
        assert await of(user).inventory("elsewhere") == Inventory(USAGES)
        assert [source.kind for source in await of(user).sources("elsewhere")] == [SourceKind.SCAN]
        with pytest.raises(Forbidden, match="only owners"):
            await of(user).keep_source("elsewhere", REPORT, Inventory(pulls=PULLS))
    demoted = HubSnapshot(Organization("elsewhere"), Role.MEMBER, Policy())
    await HubMemory(local.file, HUB, "olivia").record([demoted])
    assert await of("olivia").inventory("elsewhere") == Inventory(USAGES)


async def test_only_a_source_for_owners_may_say_who_pulls_what(local: LocalHarness) -> None:
    """Everybody sees the name, size and summary of all other sources."""
    for source in (SCAN, SCAN._replace(kind=SourceKind.LIST)):
        with pytest.raises(InvalidInput, match="Pulls are kept for owners only"):
            await memory(local).keep_source("acme", source, Inventory(USAGES, PULLS))
    assert await memory(local).sources("acme") == []


async def test_an_organization_of_that_name_elsewhere_has_other_owners(local: LocalHarness) -> None:
    """The same profile name over the same file, but another API, or none."""
    for api in (HUB, OTHER_HUB):
        for user in ("olivia", "max"):
            role = Role.OWNER if (user == "olivia") is (api == HUB) else Role.MEMBER
            await HubMemory(local.file, api, user).record([HubSnapshot(Organization("acme"), role, Policy())])

    def at(api: str | None, user: str) -> LocalMemory:
        return LocalMemory(local.file, "work", user, api)

    await at(HUB, "olivia").keep_source("acme", REPORT, Inventory(pulls=PULLS))
    assert (await at(HUB, "olivia").inventory("acme")).pulls == PULLS
    for stranger in (at(OTHER_HUB, "max"), at(None, "omar"), at(HUB, "max")):
        assert await stranger.inventory("acme") == Inventory()
        assert await stranger.sources("acme") == []


async def test_many_rows_are_kept_in_order(local: LocalHarness) -> None:
    """More than one part of them."""
    usages = tuple(USAGES[0]._replace(line=number) for number in range(1, 25_002))
    await memory(local).keep_source("acme", SCAN, Inventory(usages))
    assert (await memory(local).inventory("acme")).usages == usages


async def test_a_file_from_before_there_were_sources_is_copied_and_gets_them(
    tmp_path: Path, clock: FixedClock
) -> None:
    """What was in it stays: organizations, drafts, watch lists; the copy has the old tables."""
    path = tmp_path / "iam.db"
    with older_file(path, clock, before="sources") as database:
        keep_watch_list(database, "local", "acme", ["nginx"])
    file = open_file(path, clock)
    kept = LocalMemory(file, "local", "olivia")
    assert await kept.watch_list("acme") == ["nginx"]
    await kept.keep_source("acme", SCAN, Inventory(USAGES))
    assert (await LocalStore(file, "olivia").organization_state("acme")).revision.number == 1
    assert (await kept.inventory("acme")).usages == USAGES
    await file.close()
    copy = path.with_name("iam.db.before-2")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "watch_lists" in tables
    assert "sources" not in tables


async def test_sources_from_before_they_belonged_to_an_api_get_theirs(
    tmp_path: Path, clock: FixedClock
) -> None:
    """Nothing is lost to its owners; those of organizations in the file itself stay as they are."""
    path = tmp_path / "iam.db"
    parts = serialize(Inventory(pulls=PULLS))
    with older_file(path, clock, before="sources_of_hubs") as database:
        for profile, organization in (("local", "acme"), ("hub", "elsewhere")):
            keep_source(database, profile, organization, REPORT, parts)
        for api, user, role, seen in (
            (HUB, "max", "member", LATER),
            (HUB, "olivia", "owner", HOUR),
            (OTHER_HUB, "zoe", "editor", LATER),
        ):
            values = [api, user, "elsewhere", role, "", None, seen.isoformat()]
            database.execute("INSERT INTO hub_accesses VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    file = open_file(path, clock)
    assert (await LocalMemory(file, "local", "olivia").inventory("acme")).pulls == PULLS
    assert (await LocalMemory(file, "hub", "olivia", HUB).inventory("elsewhere")).pulls == PULLS
    assert await LocalMemory(file, "hub", "max", HUB).inventory("elsewhere") == Inventory()
    await file.close()


async def test_roles_on_hub_stay_when_they_may_have_any_name(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "iam.db"
    with older_file(path, clock, before="roles_of_hubs") as database:
        for user in ("olivia", "max"):
            values = [
                HUB,
                user,
                "elsewhere",
                "owner" if user == "olivia" else "member",
                "",
                None,
                LATER.isoformat(),
            ]
            database.execute("INSERT INTO hub_accesses VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    file = open_file(path, clock)
    rows = await file.read(lambda data: data.execute("SELECT user, role FROM hub_accesses").fetchall())
    assert sorted(rows) == [("max", "member"), ("olivia", "owner")]
    await file.close()


async def test_a_file_of_a_newer_version_is_left_alone(local: LocalHarness, clock: FixedClock) -> None:
    """Its unknown step is named."""
    await local.file.open()
    await local.file.write(
        lambda database: database.execute(
            "UPDATE _sqlite_migrations SET name = 'holograms' WHERE name = 'sources'"
        )
    )
    again = open_file(local.file.path, clock)
    with pytest.raises(FileNewer, match="holograms"):
        await again.open()
    await again.close()


async def test_a_damaged_row_is_said_to_be_one(local: LocalHarness) -> None:
    await keep_both(local)
    await local.file.write(lambda database: database.execute("UPDATE source_rows SET rows = '[[1]]'"))
    with pytest.raises(FileCorrupt, match="row cannot be read"):
        await memory(local).inventory("acme")
