"""Real processes on one file: two that save at once, one that is killed, one that may not write."""

import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from iam_tui.core.policy import Setting
from iam_tui.stores.local import LocalMemory, LocalStore, open_file
from tests.clock import FixedClock
from tests.stores import process
from tests.stores.conftest import LocalHarness


def tell(child: "subprocess.Popen[str]", line: str) -> None:
    """Send one line."""
    assert child.stdin is not None
    child.stdin.write(f"{line}\n")


def hear(child: "subprocess.Popen[str]") -> list[str]:
    """The words of the next line; none at the end."""
    assert child.stdout is not None
    return child.stdout.readline().split()


async def test_of_two_that_save_over_one_revision_exactly_one_wins(
    local: LocalHarness, clock: FixedClock
) -> None:
    """The other gets a conflict with the winner's revision, and its draft is still there, whole."""
    await local.file.close()
    path, rounds = local.file.path, 12
    with ExitStack() as stack:
        racers = [
            stack.enter_context(process.start("race", str(path), user, setting))
            for user, setting in (("olivia", Setting.COMMUNITY), ("omar", Setting.OFFICIAL))
        ]
        for number in range(1, rounds + 1):
            assert [hear(racer) for racer in racers] == [["ready", str(number)]] * 2
            for racer in racers:
                tell(racer, "go")
            answers = sorted(hear(racer) for racer in racers)
            assert answers == [["conflict", str(number + 1), "whole"], ["saved", str(number + 1)]]
            for racer in racers:
                tell(racer, "next")
        for racer in racers:
            assert hear(racer) == ["ready", str(rounds + 1)]
            racer.communicate()
    store = LocalStore(open_file(path, clock), "olivia")
    assert [one.number for one in await store.revisions("acme")] == list(range(rounds + 1, 0, -1))
    await store.close()


@pytest.mark.parametrize("seed", range(6))
async def test_a_kill_loses_no_acknowledged_revision(
    local: LocalHarness, clock: FixedClock, seed: int
) -> None:
    """SIGKILL somewhere in 200 saves: the file opens, and goes on from the last acknowledged revision."""
    await local.file.close()
    path = local.file.path
    acknowledged = 1
    last = random.Random(seed).randrange(2, 200)
    with process.start("save_many", str(path), "200") as child:
        while words := hear(child):
            acknowledged = int(words[0])
            if acknowledged == last:
                child.kill()
    assert acknowledged >= last

    store = LocalStore(open_file(path, clock), "olivia")
    newest = (await store.organization_state("acme")).revision
    # One more may have been saved than the process lived to tell.
    assert newest.number in (acknowledged, acknowledged + 1)
    saved = await store.revisions("acme", limit=1_000)
    assert [one.number for one in saved] == list(range(newest.number, 0, -1))
    assert all(one.policy.community is (one.number % 2 == 0) for one in saved)
    assert [one.note for one in saved[:-1]] == [f"after {one.number - 1}" for one in saved[:-1]]
    await store.close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everyone can enter and only its owner can write to."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("mode", "folder_mode", "says"),
    [
        (0o444, 0o555, "1 FileReadOnly"),
        (0o666, 0o555, "1 FileReadOnly"),
        (0o444, 0o777, "1 FileReadOnly"),
        (0o000, 0o755, "FileUnreadable"),
        (0o666, 0o644, "FileUnreadable"),
    ],
)
async def test_a_file_that_may_not_be_written(
    local: LocalHarness, public_folder: Path, mode: int, folder_mode: int, says: str
) -> None:
    """Revision 1 is read where the permissions allow that; the error is typed, and the file is as it was."""
    await local.file.close()
    path = public_folder / "iam.db"
    shutil.copy(local.file.path, path)
    content = path.read_bytes()
    path.chmod(mode)
    path.parent.chmod(folder_mode)
    with process.start("open_as_nobody", str(path)) as child:
        assert hear(child) == says.split()
    path.parent.chmod(0o755)
    path.chmod(0o644)
    assert path.read_bytes() == content


@pytest.mark.parametrize("limit", [0, 4096, 40_000])
@pytest.mark.parametrize("killed", [False, True], ids=["closed", "with a log"])
async def test_a_full_disk_can_be_read(local: LocalHarness, limit: int, killed: bool) -> None:
    """Not even the index of the log fits; what is saved is read, also from the log of a killed process."""
    await local.file.close()
    path = str(local.file.path)
    if killed:
        with process.start("save_many", path, "3") as child:
            while hear(child) != ["4"]:
                pass
            child.kill()
    with process.start("open_with_size_limit", path, str(limit)) as child:
        assert hear(child) == (["4", "FileFull"] if killed else ["1", "FileFull"])
        assert " ".join(hear(child)).startswith("There is no space left for")


async def test_a_draft_outlives_its_process(local: LocalHarness, clock: FixedClock) -> None:
    """A killed console's draft is there for the next one."""
    await local.file.close()
    with process.start("race", str(local.file.path), "olivia", Setting.COMMUNITY) as child:
        assert hear(child) == ["ready", "1"]
        child.kill()
    file = open_file(local.file.path, clock)
    draft = await LocalMemory(file, "local", "olivia").draft("acme")
    assert draft is not None
    assert draft.policy.community
    await file.close()


async def test_several_that_make_the_same_new_file_all_get_it(tmp_path: Path) -> None:
    """One fills it, the others wait for that and find it filled."""
    with ExitStack() as stack:
        children = [
            stack.enter_context(process.start("open_demo", str(tmp_path / "demo.db"))) for _ in range(4)
        ]
        assert [hear(child) for child in children] == [["ready"]] * 4
        for child in children:
            tell(child, "go")
        assert [hear(child) for child in children] == [["sees", "5"]] * 4
