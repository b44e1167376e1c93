"""The way in: what each profile opens, as whom, and what is left behind."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Plan, Role
from iam_tui.core.policy import Origin, Policy
from iam_tui.stores.doorway import StoreDoorway
from iam_tui.stores.errors import NotFound, NotSignedIn, Refused
from iam_tui.stores.protocol import Doorway, FirstOrganization, Kind, Opened, Profile
from tests.conftest import FixedClock
from tests.stores.process import ROOT

DEMO = Profile("demo", Kind.DEMO)


@pytest.fixture
def doorway(clock: FixedClock) -> Iterator[StoreDoorway]:
    """A doorway with the demo."""
    doorway = StoreDoorway([DEMO], clock)
    yield doorway
    doorway.close()


def list_of(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


async def change(opened: Opened) -> None:
    """Save something in acme-corp."""
    draft = Draft.of((await opened.store.access("acme-corp")).revision)
    await opened.store.save("acme-corp", draft.stage(Policy()), note="", origin=Origin.CONSOLE)


async def test_the_demo_is_a_temporary_file_of_yours(
    doorway: StoreDoorway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened as its owner, the same until the doorway closes, for nobody else to read, and then gone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert "maya" in await doorway.people(DEMO)
    opened = await doorway.open(DEMO)
    assert (opened.profile.user, opened.store.user) == ("maya", "maya")
    assert opened.profile.where == "sample data, in a temporary file"
    assert len(await opened.memory.watch_list("acme-corp")) == 7
    await change(opened)
    await opened.store.close()

    (folder,) = list_of(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    again = await doorway.open(Profile("demo", Kind.DEMO, user="sam"))
    access = await again.store.access("acme-corp")
    assert (access.role, access.revision.policy) == (Role.MEMBER, Policy())
    await again.store.close()

    doorway.close()
    doorway.close()
    assert not folder.exists()


def test_the_temporary_file_goes_with_the_process(tmp_path: Path) -> None:
    """Also when nobody closes anything."""
    program = (
        "import asyncio, datetime\n"
        "from iam_tui.stores.doorway import StoreDoorway\n"
        "from iam_tui.stores.protocol import Kind, Profile\n"
        "profile = Profile('demo', Kind.DEMO)\n"
        "doorway = StoreDoorway([profile], lambda: datetime.datetime.now(datetime.UTC))\n"
        "opened = asyncio.run(doorway.open(profile))\n"
        "print(len(list(__import__('pathlib').Path(__import__('tempfile').gettempdir()).iterdir())))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "1\n"
    assert list_of(tmp_path) == []


async def test_a_demo_in_a_named_file_stays(doorway: StoreDoorway, tmp_path: Path) -> None:
    """Filled when it is new, then only opened: what was saved is there next time."""
    profile = Profile("demo", Kind.DEMO, tmp_path / "kept.db")
    for expected in (7, 8):
        opened = await doorway.open(profile)
        assert (await opened.store.access("acme-corp")).revision.number == expected
        await change(opened)
        await opened.store.close()


async def test_the_demo_does_not_open_a_real_file(doorway: StoreDoorway, tmp_path: Path) -> None:
    """Nothing real is ever shown as sample data."""
    path = tmp_path / "real.db"
    opened = await doorway.create(Profile("local", Kind.LOCAL, path), FirstOrganization("acme", "olivia"))
    await opened.store.close()
    with pytest.raises(Refused):
        await doorway.open(Profile("demo", Kind.DEMO, path))
    assert await doorway.people(Profile("local", Kind.LOCAL, path)) == ["olivia"]


async def test_a_first_run_makes_the_file_and_its_first_organization(
    doorway: Doorway, tmp_path: Path
) -> None:
    """Nobody is there before; the owner is in afterwards, and next time as whoever is chosen."""
    profile = Profile("local", Kind.LOCAL, tmp_path / "data" / "iam.db")
    assert await doorway.people(profile) == []
    assert not profile.path or not profile.path.parent.exists()
    opened = await doorway.create(profile, FirstOrganization("acme", "olivia", Plan.TEAM))
    access = await opened.store.access("acme")
    assert (opened.profile.user, access.role, access.organization.plan) == ("olivia", Role.OWNER, Plan.TEAM)
    assert access.revision.origin is Origin.CONSOLE
    await opened.store.close()

    with pytest.raises(NotSignedIn):
        await doorway.open(profile)
    opened = await doorway.open(Profile("local", Kind.LOCAL, profile.path, "olivia"))
    assert (await opened.store.access("acme")) == access
    await opened.store.close()


async def test_a_file_with_organizations_gets_no_other_first_one(doorway: Doorway, tmp_path: Path) -> None:
    """Creating is for new files; everything in the file stays."""
    profile = Profile("local", Kind.LOCAL, tmp_path / "iam.db")
    await (await doorway.create(profile, FirstOrganization("acme", "olivia"))).store.close()
    with pytest.raises(Refused, match="already"):
        await doorway.create(profile, FirstOrganization("evil", "mallory"))
    assert await doorway.people(profile) == ["olivia"]


async def test_a_missing_file_is_not_made_by_opening(doorway: Doorway, tmp_path: Path) -> None:
    """A mistyped name is an error, not a new store."""
    path = tmp_path / "missing.db"
    with pytest.raises(NotFound, match=r"missing\.db"):
        await doorway.open(Profile("local", Kind.LOCAL, path, "olivia"))
    with pytest.raises(Refused):
        await doorway.create(DEMO, FirstOrganization("acme", "olivia"))
    assert not path.exists()
