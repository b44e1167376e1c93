"""What verbs say about a file that cannot be used, and that some can be used to read all the same."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.limited import as_nobody, with_size_limit
from tests.server.running import running, switches

VERBS = ("orgs", "show acme", "check nginx", "impact acme", "token list", "serve", "set acme --disable --yes")
CREATE = "org create acme --owner olivia"


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everyone can enter, unlike those of other tests."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for folder in Path(name).iterdir():
            folder.chmod(0o755)


@pytest.mark.parametrize("verb", [*VERBS, CREATE])
def test_a_store_in_memory_is_refused(cli: Cli, verb: str) -> None:
    outcome = cli("--db", ":memory:", "--as", "olivia", *verb.split())
    assert outcome.code == 2
    assert ":memory: would be a store that is gone when the program ends." in outcome.err


def test_a_name_like_a_uri_is_a_plain_path(cli: Cli, tmp_path: Path) -> None:
    assert cli("--db", "file:x", *CREATE.split()).code == 0
    assert (tmp_path / "file:x").stat().st_size
    assert cli("--db", "file:x", "--as", "olivia", "orgs").code == 0


@pytest.mark.parametrize("verb", VERBS)
def test_an_empty_file_is_said_to_be_empty(cli: Cli, tmp_path: Path, verb: str) -> None:
    (tmp_path / "w.db").touch()
    outcome = cli("--db", "w.db", "--as", "olivia", *verb.split())
    assert outcome.code == 2
    assert outcome.err.startswith("iam-tui: The file is empty: w.db is empty (0 bytes).\n")
    assert "iam-tui org create NAME --owner USER" in outcome.err


@pytest.mark.parametrize("verb", [*VERBS, CREATE])
def test_a_dangling_link_is_not_followed_into_a_new_file(cli: Cli, tmp_path: Path, verb: str) -> None:
    (tmp_path / "w.db").symlink_to(tmp_path / "not-mounted.db")
    outcome = cli("--db", "w.db", "--as", "olivia", *verb.split())
    assert outcome.code == 2
    assert "w.db is a link to" in outcome.err
    assert not (tmp_path / "not-mounted.db").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_damaged_file_is_said_to_be_damaged(cli: Cli, db: str, verb: str) -> None:
    with closing(sqlite3.connect(db)) as other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute("UPDATE members SET role = 'king'")
        other.execute("INSERT INTO tokens VALUES ('a', 'olivia', x'00', 'yesterday')")
        if verb == "serve":
            other.execute("ALTER TABLE _sqlite_migrations RENAME COLUMN name TO other")
        other.commit()
    outcome = cli("--db", db, "--as", "olivia", *verb.split())
    assert outcome.code == 2
    assert "The file is damaged" in outcome.err
    assert "Restore it from a backup" in outcome.err


@pytest.mark.parametrize("verb", ["orgs", "token list", "serve", "token create olivia", CREATE])
def test_a_folder_that_may_not_be_entered_is_an_error(public_folder: Path, verb: str) -> None:
    """Exit 2 and a sentence, not a traceback and exit 70."""
    folder = public_folder / "closed"
    folder.mkdir(0o700 if os.geteuid() == 0 else 0)
    ended = as_nobody("--db", str(folder / "w.db"), "--as", "olivia", *verb.split())
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "You may not enter a folder on the way to" in ended.stderr


@pytest.mark.parametrize(
    ("mode", "folder_mode"), [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)], ids=["both", "file", "folder"]
)
def test_what_may_not_be_written_can_be_read(
    cli: Cli, public_folder: Path, mode: int, folder_mode: int
) -> None:
    path = public_folder / "shared" / "w.db"
    assert cli("--db", str(path), *CREATE.split()).code == 0
    path.chmod(mode)
    path.parent.chmod(folder_mode)
    common = ["--db", str(path), "--as", "olivia"]
    read = as_nobody(*common, "check", "--org", "acme", "nginx")
    saved = as_nobody(*common, "set", "acme", "--community", "on", "--yes")
    assert (read.returncode, read.stdout[:7]) == (0, "ALLOWED")
    assert saved.returncode == 2
    assert "iam-tui: The file cannot be written: You may " in saved.stderr
    assert "Nothing was changed." in saved.stderr


def test_on_a_full_disk_verbs_read_and_a_save_is_try_again(cli: Cli, db: str) -> None:
    """Exit 3, and nothing about an I/O error."""
    common = ["--db", db, "--as", "olivia"]
    read = with_size_limit(0, *common, "show", "acme")
    saved = with_size_limit(0, *common, "set", "acme", "--community", "on", "--yes")
    assert (read.returncode, read.stdout) == (0, cli(*common, "show", "acme").out)
    assert saved.returncode == 3
    assert "The disk is full: There is no space left" in saved.stderr
    assert "I/O" not in saved.stderr


@pytest.mark.parametrize("limited", [as_nobody, partial(with_size_limit, 0)])
def test_docker_hub_is_read_although_nothing_can_be_kept(
    cli: Cli,
    public_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limited: Callable[..., "subprocess.CompletedProcess[str]"],
) -> None:
    """What was changed elsewhere since the file was written is shown, too."""
    path = public_folder / "memory.db"
    with running(tmp_path / "served.db") as server:
        signed_in = {"API": server.url, "USERNAME": "olivia", "TOKEN": server.secrets["olivia"]}
        for name, value in signed_in.items():
            monkeypatch.setenv(f"IAM_TUI_{name}", value)
        common = ["--api", server.url, "--db", str(path)]
        assert cli(*common, "show", "acme").code == 0
        path.chmod(0o444)
        server.put("omar", switches(official=False))
        shown = limited(*common, "show", "acme", "--json")
        saved = limited(*common, "set", "acme", "--disable", "--yes")
    assert shown.returncode == 0
    assert '"allow_official_images": false' in shown.stdout
    assert f"{server.url} has the change; the local file could not record it." in saved.stderr
    assert server.newest().policy.enabled is False
