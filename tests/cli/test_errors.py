"""Errors on standard error, and the exit code of each kind."""

import io
import sqlite3
import sys
from pathlib import Path

import pytest

from iam_tui.cli.errors import WrongUsage, exit_code
from iam_tui.cli.main import main
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.core.policy import Policy, Revision
from iam_tui.settings import InvalidSettings
from iam_tui.stores import errors as store
from tests.cli.conftest import NOW, Cli

REVISION = Revision(1, Policy(), "olivia", NOW)


CODES: list[tuple[IamError, int]] = [
    (WrongUsage("x"), 2),
    (InvalidInput("x"), 2),
    (InvalidSettings("x"), 2),
    (store.Refused("x"), 2),
    (store.FileCorrupt("x"), 2),
    (store.FileEmpty("x"), 2),
    (store.FileReplaced("x"), 2),
    (store.FileUnreadable("x"), 2),
    (store.FileNewer("x"), 2),
    (store.FileReadOnly("x"), 2),
    (store.NetworkSetup("x"), 2),
    (store.UnusableAnswer("x"), 2),
    (store.Unavailable("x"), 3),
    (store.RateLimited("x"), 3),
    (store.FileLocked("x"), 3),
    (store.FileFull("x"), 3),
    (store.NotSignedIn("x"), 4),
    (store.Forbidden("x"), 4),
    (store.NotFound("x"), 4),
    (store.Conflict(Draft.of(REVISION), REVISION), 5),
]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_exit_codes(error: IamError, code: int) -> None:
    assert exit_code(error) == code


def test_every_error_of_a_store_has_a_code() -> None:
    kinds = [kind for kind in store.StoreError.__subclasses__() if kind.__module__ == store.__name__]
    assert set(kinds) <= {type(error) for error, _ in CODES}


def test_an_error_says_what_happened_what_it_means_and_what_to_do(cli: Cli, db: str) -> None:
    outcome = cli("--db", db, "orgs")
    assert outcome.code == 4
    assert outcome.err == (
        "iam-tui: Not signed in: Name a user with --as USER.\n"
        "  Nothing was changed. You can also set `user` in the config file, or IAM_TUI_USER.\n"
    )


def test_a_file_that_is_not_a_database_is_left_as_it_is(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "photo.db"
    path.write_bytes(b"GIF89a" * 1000)
    for line in ("--as max orgs", "org create acme --owner max"):
        outcome = cli("--db", str(path), *line.split())
        assert (outcome.code, outcome.out) == (2, "")
        assert "photo.db" in outcome.err
    assert path.read_bytes() == b"GIF89a" * 1000


def test_a_locked_file_is_worth_another_try(cli: Cli, db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.01)
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        outcome = cli("--db", db, "--as", "olivia", "set", "acme", "--official", "on", "--yes")
    finally:
        other.close()
    assert outcome.code == 3
    assert "in use" in outcome.err


class FullDisk(io.StringIO):
    """A stream that cannot write what was printed."""

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_output_that_cannot_be_written_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", FullDisk())
    assert main(["config", "path"]) == 3
    assert "No space left on device." in capsys.readouterr().err


def test_a_defect_is_not_taken_for_a_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("iam_tui.cli.orgs.load_settings", broken)
    with pytest.raises(SystemExit) as stopped:
        main(["--as", "max", "orgs"])
    assert stopped.value.code == 70
    assert "ZeroDivisionError" in capsys.readouterr().err
