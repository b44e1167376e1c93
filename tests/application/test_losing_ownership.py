"""One organization open for one person: what stays and what goes when reading it again goes wrong."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from iam_tui.application.session import Session
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.organization import Role
from iam_tui.core.policy import Origin
from iam_tui.core.usage import Inventory, Pulls
from iam_tui.stores.errors import FileLocked
from iam_tui.stores.local import LocalAdmin, LocalFile, LocalMemory, LocalStore, open_file
from iam_tui.stores.protocol import OpenProfile, Profile, Source, SourceKind, StoreKind
from tests.clock import FixedClock
from tests.server.running import fill_file

HOUR = datetime(2026, 3, 1, 10, tzinfo=UTC)
REPORT = Source(SourceKind.REPORT, "report.csv", HOUR, 1, "1 row.", HOUR, HOUR)
PULLS = Inventory(pulls=(Pulls("library/nginx", "quentin", "", 3, HOUR),))


@pytest.fixture
async def file(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalFile]:
    """acme, with a report that olivia brought in."""
    made = open_file(tmp_path / "w.db", clock)
    await fill_file(made)
    await LocalMemory(made, "local", "olivia").keep_source("acme", REPORT, PULLS)
    yield made
    await made.close()


async def workspace(file: LocalFile, clock: FixedClock, user: str) -> PolicyWorkspace:
    """acme, open and read."""
    profile = Profile("local", StoreKind.LOCAL, file.path, user)
    opened = OpenProfile(profile, LocalStore(file, user), LocalMemory(file, "local", user))
    session = await Session.start(opened, clock)
    made = PolicyWorkspace(session, await session.store.organization_state("acme"), origin=Origin.CONSOLE)
    await made.read()
    return made


def sources(workspace: PolicyWorkspace) -> Sequence[Source]:
    """The sources that the workspace has; none where it has nothing of them."""
    return () if workspace.images_in_use is None else workspace.images_in_use.sources


async def test_pullers_are_gone_even_if_the_reading_breaks_off_afterwards(
    file: LocalFile, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a former owner; an owner keeps what was read before."""
    theirs, hers = [await workspace(file, clock, user) for user in ("omar", "olivia")]
    await LocalAdmin(file, "olivia").set_role("acme", "omar", Role.MEMBER)

    async def locked(_memory: LocalMemory, _organization: str) -> Sequence[str]:
        raise FileLocked("Another program is writing to it.")

    monkeypatch.setattr(LocalMemory, "watch_list", locked)
    for one, left in ((theirs, []), (hers, [REPORT])):
        assert sources(one) == [REPORT]
        changed = Event()
        one.listen(changed.set)
        with pytest.raises(FileLocked):
            await one.read()
        assert list(sources(one)) == left
        assert changed.is_set() is (one is theirs)
