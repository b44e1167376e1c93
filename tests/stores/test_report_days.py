"""Reports in the local file: each day counts once, whatever was brought in when, and what 1.0.0 kept."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy
from iam_tui.core.usage import Inventory, Pulls
from iam_tui.inventory.reports.pull_report import PullReport
from iam_tui.stores.errors import FileCorrupt
from iam_tui.stores.local import LocalMemory, open_file
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.local.sources import keep_source, serialize
from iam_tui.stores.protocol import Source, SourceKind
from tests.clock import FixedClock
from tests.inventory.reports import API, MAIL, read
from tests.stores.conftest import LocalHarness
from tests.stores.older_file import older_file

NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)


def mail(*rows: tuple[str, str, int]) -> PullReport:
    """A mailed report of March 2026: day and hour, person, number of pulls of nginx."""
    lines = [f"2026/03/{time},{user},library/nginx,generated,,public,1.27,,0,{n}" for time, user, n in rows]
    return read("\n".join([",".join(MAIL), *lines, ""]).encode())


def api(*rows: tuple[str, str, int]) -> PullReport:
    """A report of the API: day of March 2026, person, number of pulls of nginx."""
    lines = [
        f"2026-03-{day},{user},nginx,library,1.27,,public,,{user},,,,0,{n},{n},0" for day, user, n in rows
    ]
    return read("\n".join([",".join(API), *lines, ""]).encode())


async def keep(memory: LocalMemory, name: str, report: PullReport, *, days: bool = True) -> None:
    """Bring a report in; without `days` as version 1.0.0 kept it."""
    source = Source(SourceKind.REPORT, name, NOW, report.kept, report.summary, report.since, report.until)
    await memory.keep_source("acme", source, Inventory(pulls=report.pulls, days=report.days if days else ()))


async def pulls_by_person(memory: LocalMemory) -> dict[str, int]:
    found = Counter[str]()
    for one in (await memory.inventory("acme")).pulls:
        found[one.user] += one.pulls
    return dict(found)


@pytest.fixture
def memory(local: LocalHarness) -> LocalMemory:
    return LocalMemory(local.file, "local", "olivia")


FIRST = mail(("01/10", "max", 3), ("02/10", "max", 4), ("02/11", "eddy", 5))
SECOND = mail(("02/10", "max", 4), ("02/11", "eddy", 7), ("03/09", "zoe", 1))


async def test_reports_that_overlap_count_each_day_once(memory: LocalMemory) -> None:
    """The same file under another name, a part of it, and one that goes on from it."""
    await keep(memory, "march.csv", FIRST)
    await keep(memory, "copy.csv", FIRST)
    await keep(memory, "part.csv", mail(("02/10", "max", 4)))
    assert await pulls_by_person(memory) == {"max": 7, "eddy": 5}
    await keep(memory, "later.csv", SECOND)
    assert await pulls_by_person(memory) == {"max": 7, "eddy": 7, "zoe": 1}
    assert all(not source.left_out for source in await memory.sources("acme"))


async def test_a_forgotten_report_takes_with_it_only_what_no_other_one_says(memory: LocalMemory) -> None:
    await keep(memory, "march.csv", FIRST)
    await keep(memory, "later.csv", SECOND)
    await memory.remove_source("acme", SourceKind.REPORT, "march.csv")
    assert await pulls_by_person(memory) == {"max": 4, "eddy": 7, "zoe": 1}


async def test_a_day_of_the_api_replaces_the_mailed_one(memory: LocalMemory) -> None:
    """Read again, it replaces itself; forgotten, the mailed day is back."""
    await keep(memory, "daily.csv", api(("02", "max", 1)))
    await keep(memory, "march.csv", FIRST)
    assert await pulls_by_person(memory) == {"max": 4}
    await keep(memory, "again.csv", api(("02", "max", 2), ("02", "acme-ci", 9)))
    assert await pulls_by_person(memory) == {"max": 5, "acme-ci": 9}
    for name in ("daily.csv", "again.csv"):
        await memory.remove_source("acme", SourceKind.REPORT, name)
    assert await pulls_by_person(memory) == {"max": 7, "eddy": 5}


async def test_the_memory_of_a_hub_profile_merges_alike(local: LocalHarness) -> None:
    hub = "https://hub.docker.com"
    await HubMemory(local.file, hub, "olivia").record(
        [HubSnapshot(Organization("acme"), Role.OWNER, Policy())]
    )
    memory = LocalMemory(local.file, "hub", "olivia", hub)
    await keep(memory, "march.csv", FIRST)
    await keep(memory, "later.csv", SECOND)
    assert await pulls_by_person(memory) == {"max": 7, "eddy": 7, "zoe": 1}


async def test_what_version_1_0_0_kept_is_left_out_where_a_newer_report_covers_its_days(
    tmp_path: Path, clock: FixedClock
) -> None:
    """The file is migrated; until then, and for other days, it counts as it did."""
    path = tmp_path / "iam.db"
    old = Source(SourceKind.REPORT, "old.csv", NOW, 2, "2 rows kept.", FIRST.since, FIRST.until)
    with older_file(path, clock, before="report_days") as database:
        keep_source(database, "local", "acme", old, serialize(Inventory(pulls=FIRST.pulls)))
    file = open_file(path, clock)
    memory = LocalMemory(file, "local", "olivia")
    assert await memory.sources("acme") == [old]
    assert await pulls_by_person(memory) == {"max": 7, "eddy": 5}
    await keep(memory, "other.csv", mail(("09/10", "max", 1)))
    assert await pulls_by_person(memory) == {"max": 8, "eddy": 5}
    await keep(memory, "newer.csv", mail(("02/10", "max", 100)))
    assert await pulls_by_person(memory) == {"max": 101}
    left_out = {source.name: source.left_out for source in await memory.sources("acme")}
    assert left_out.pop("old.csv").startswith("Not counted: kept without the day of each pull")
    assert left_out == {"other.csv": "", "newer.csv": ""}
    await memory.remove_source("acme", SourceKind.REPORT, "newer.csv")
    assert await pulls_by_person(memory) == {"max": 8, "eddy": 5}
    await file.close()
    assert list(path.parent.glob("iam.db.before-*"))


async def test_nothing_of_a_report_stays_in_the_file(local: LocalHarness, memory: LocalMemory) -> None:
    await keep(memory, "march.csv", FIRST)
    await memory.remove_source("acme", SourceKind.REPORT, "march.csv")
    left = await local.file.read(lambda database: database.execute("SELECT * FROM report_days").fetchall())
    assert left == []


@pytest.mark.parametrize(
    "damage",
    [
        "rows = x'00'", "rows = x'789c030000000001'", "day = 'yesterday'",
        "rows = (SELECT rows FROM report_days WHERE day = '2026-03-02')",
    ],
)  # fmt: skip
async def test_a_damaged_day_is_said_to_be_one(local: LocalHarness, memory: LocalMemory, damage: str) -> None:
    """Also one whose rows name people that its report does not have."""
    await keep(memory, "march.csv", mail(("01/10", "max", 3)))
    await keep(memory, "later.csv", mail(("01/10", "max", 3), ("01/10", "eddy", 1), ("02/10", "zoe", 5)))
    await local.file.write(
        lambda database: database.execute(f"UPDATE report_days SET {damage} WHERE day = '2026-03-01'")
    )
    with pytest.raises(FileCorrupt, match="row cannot be read"):
        await memory.inventory("acme")


async def test_counts_of_a_trillion_are_kept_whole(memory: LocalMemory) -> None:
    most = 999_999_999_999
    rows = [(f"{day:02}/10", "max", most) for day in range(1, 29)]
    for name in ("a.csv", "b.csv"):
        await keep(memory, name, mail(*rows))
    assert (await memory.inventory("acme")).pulls == (
        Pulls("library/nginx", "max", "", 28 * most, datetime(2026, 3, 28, 10, tzinfo=UTC)),
    )
