"""The file is replaced, deleted or damaged under a running server: no save is answered with 200 and lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.running import SETTINGS, Running, switches


@pytest.fixture
def backup(server: Running) -> Path:
    """A backup of the file, made before a save."""
    copy = server.path.with_name("backup.db")
    with closing(sqlite3.connect(server.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    assert server.put("olivia", switches(official=False)).status_code == 200
    return copy


def unsigned(server: Running, signed: str, method: str = "PUT") -> tuple[int, str]:
    """The status and words of a request with a token that was signed before."""
    with server.anyone() as client:
        answer = client.request(
            method,
            SETTINGS,
            json=switches() if method == "PUT" else None,
            headers={"Authorization": f"Bearer {signed}"},
        )
    assert answer.json().get("message") == answer.json().get("detail")
    return answer.status_code, answer.json().get("detail", "")


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_restored_backup_is_noticed_and_then_served(server: Running, backup: Path, method: str) -> None:
    signed = server.signed("olivia")
    backup.replace(server.path)
    status, detail = unsigned(server, signed, method)
    assert status == 503
    assert detail == "The file was replaced. Nothing was read or saved. Ask the operator of this server."
    assert unsigned(server, signed, "GET")[0] == 200
    assert server.newest().number == 2
    assert unsigned(server, signed)[0] == 200
    assert server.newest().number == 3


def test_a_backup_copied_over_the_file_is_noticed(server: Running, backup: Path) -> None:
    signed = server.signed("olivia")
    shutil.copyfile(backup, server.path)
    for _ in range(2):
        status, detail = unsigned(server, signed)
        assert (status, detail[:21]) == (503, "The file was replaced")


def test_a_deleted_file_is_an_error_until_it_is_back(server: Running, backup: Path) -> None:
    signed = server.signed("olivia")
    server.path.unlink()
    for _ in range(2):
        assert unsigned(server, signed)[0] == 503
    assert not server.path.exists()
    backup.replace(server.path)
    unsigned(server, signed)
    assert unsigned(server, signed)[0] == 200


def test_a_damaged_file_is_for_the_operator_to_see_to(server: Running) -> None:
    signed = server.signed("olivia")
    with closing(sqlite3.connect(server.path)) as other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute("UPDATE members SET role = 'king'")
        other.commit()
    with server.anyone() as client:
        answer = client.get(SETTINGS, headers={"Authorization": f"Bearer {signed}"})
    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers
    assert "Ask the operator of this server." in answer.json()["detail"]
    assert str(server.path) not in answer.text
