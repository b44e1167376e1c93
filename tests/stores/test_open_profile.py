"""Opening profiles: which store, as which user, and what is left on disk."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Plan, Role
from iam_tui.core.policy import Origin, Policy
from iam_tui.stores.errors import NotFound, NotSignedIn, Refused
from iam_tui.stores.protocol import FirstOrganization, OpenProfile, Profile, ProfileOpener, StoreKind
from tests.clock import FixedClock
from tests.stores.process import ROOT

DEMO = Profile("demo", StoreKind.DEMO)


@pytest.fixture
def opener(clock: FixedClock) -> Iterator[StoreOpener]:
    """An opener with the demo."""
    opener = StoreOpener([DEMO], clock)
    yield opener
    opener.close()


def list_of(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


async def change(opened: OpenProfile) -> None:
    """Save something in acme-corp."""
    draft = Draft.of((await opened.store.organization_state("acme-corp")).revision)
    await opened.store.save("acme-corp", draft.stage(Policy()), note="", origin=Origin.CONSOLE)


async def test_the_demo_is_a_temporary_file_of_yours(
    opener: StoreOpener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened as its owner, the same until the opener closes, private, and deleted afterwards."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert "maya" in await opener.people(DEMO)
    opened = await opener.open(DEMO)
    assert (opened.profile.user, opened.store.user) == ("maya", "maya")
    assert opened.profile.where == "a temporary file"
    assert len(await opened.memory.watch_list("acme-corp")) == 7
    await change(opened)
    await opened.store.close()

    (folder,) = list_of(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    again = await opener.open(Profile("demo", StoreKind.DEMO, user="sam"))
    state = await again.store.organization_state("acme-corp")
    assert (state.role, state.revision.policy) == (Role.MEMBER, Policy())
    await again.store.close()

    opener.close()
    opener.close()
    assert not folder.exists()


def test_the_temporary_file_goes_with_the_process(tmp_path: Path) -> None:
    """Even if nothing was closed."""
    program = (
        "import asyncio, datetime\n"
        "from iam_tui.application.open_profile import StoreOpener\n"
        "from iam_tui.stores.protocol import StoreKind, Profile\n"
        "profile = Profile('demo', StoreKind.DEMO)\n"
        "opener = StoreOpener([profile], lambda: datetime.datetime.now(datetime.UTC))\n"
        "opened = asyncio.run(opener.open(profile))\n"
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


async def test_a_demo_in_a_named_file_stays(opener: StoreOpener, tmp_path: Path) -> None:
    """Filled when it is new, then only opened: what was saved is there next time."""
    profile = Profile("demo", StoreKind.DEMO, tmp_path / "kept.db")
    for expected in (7, 8):
        opened = await opener.open(profile)
        assert (await opened.store.organization_state("acme-corp")).revision.number == expected
        await change(opened)
        await opened.store.close()


async def test_the_demo_does_not_open_a_real_file(opener: StoreOpener, tmp_path: Path) -> None:
    """Nothing real is ever shown as sample data."""
    path = tmp_path / "real.db"
    opened = await opener.create(Profile("local", StoreKind.LOCAL, path), FirstOrganization("acme", "olivia"))
    await opened.store.close()
    with pytest.raises(Refused):
        await opener.open(Profile("demo", StoreKind.DEMO, path))
    assert await opener.people(Profile("local", StoreKind.LOCAL, path)) == ["olivia"]


async def test_a_first_run_makes_the_file_and_its_first_organization(
    opener: ProfileOpener, tmp_path: Path
) -> None:
    """No users before; then the owner is signed in, and next time the user who is chosen."""
    profile = Profile("local", StoreKind.LOCAL, tmp_path / "data" / "iam.db")
    assert await opener.people(profile) == []
    assert not profile.path or not profile.path.parent.exists()
    opened = await opener.create(profile, FirstOrganization("acme", "olivia", Plan.TEAM))
    state = await opened.store.organization_state("acme")
    assert (opened.profile.user, state.role, state.organization.plan) == ("olivia", Role.OWNER, Plan.TEAM)
    assert state.revision.origin is Origin.CONSOLE
    await opened.store.close()

    with pytest.raises(NotSignedIn):
        await opener.open(profile)
    opened = await opener.open(Profile("local", StoreKind.LOCAL, profile.path, "olivia"))
    assert (await opened.store.organization_state("acme")) == state
    await opened.store.close()


async def test_a_file_with_organizations_gets_no_other_first_one(
    opener: ProfileOpener, tmp_path: Path
) -> None:
    """Creating is for new files; everything in the file stays."""
    profile = Profile("local", StoreKind.LOCAL, tmp_path / "iam.db")
    await (await opener.create(profile, FirstOrganization("acme", "olivia"))).store.close()
    with pytest.raises(Refused, match="already"):
        await opener.create(profile, FirstOrganization("evil", "mallory"))
    assert await opener.people(profile) == ["olivia"]


async def test_a_missing_file_is_not_made_by_opening(opener: ProfileOpener, tmp_path: Path) -> None:
    """A mistyped name is an error, not a new store."""
    path = tmp_path / "missing.db"
    with pytest.raises(NotFound, match=r"missing\.db"):
        await opener.open(Profile("local", StoreKind.LOCAL, path, "olivia"))
    with pytest.raises(Refused):
        await opener.create(DEMO, FirstOrganization("acme", "olivia"))
    assert not path.exists()
