"""The verbs of a local store: `org`, `member` and `publisher`, from an empty folder on."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_the_whole_example(cli: Cli, tmp_path: Path) -> None:
    for line in (
        "org create acme --owner olivia --plan business",
        "--as olivia member add acme max --role member",
        "--as olivia member sign-in acme max",
        "publisher set grafana verified_publisher",
        "--as olivia set acme --enable --official on --yes",
    ):
        assert cli("--db", "w.db", *line.split()).code == 0
    # max signed in before the policy was switched on.
    outcome = cli(
        "--db", "w.db", "--as", "max", "check", "--org", "acme", "--json", "nginx", "grafana/grafana"
    )
    assert outcome.code == 0
    assert [row["rule"] for row in json.loads(outcome.out)] == ["disabled", "disabled"]
    assert (tmp_path / "w.db").stat().st_mode & 0o777 == 0o600


def test_messages_go_to_standard_error(cli: Cli) -> None:
    outcome = cli("--db", "w.db", "org", "create", "acme", "--owner", "olivia", "--enforce-sign-in")
    assert outcome.out == ""
    assert outcome.err == "Created acme in w.db; its owner is olivia.\n"
    shown = json.loads(cli("--db", "w.db", "--as", "olivia", "show", "acme", "--json").out)
    assert shown["sign_in_enforced"] is True


def test_an_organization_is_created_where_the_data_belongs_by_default(cli: Cli, tmp_path: Path) -> None:
    assert cli("org", "create", "acme", "--owner", "olivia").code == 0
    assert (tmp_path / "data" / "iam_tui" / "iam.db").is_file()


def test_plan_and_sign_in_enforcement_change(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "olivia", "org", "plan", "acme", "team", "--enforce-sign-in").code == 0
    shown = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
    assert (shown["plan"], shown["sign_in_enforced"]) == ("team", True)
    assert cli("--db", db, "--as", "olivia", "org", "plan", "acme", "--no-enforce-sign-in").code == 0
    shown = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
    assert (shown["plan"], shown["sign_in_enforced"]) == ("team", False)
    assert cli("--db", db, "--as", "olivia", "org", "plan", "acme").code == 2


def test_members_are_added_change_role_and_are_removed(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "olivia", "member", "role", "acme", "max", "editor").code == 0
    assert json.loads(cli("--db", db, "--as", "max", "orgs", "--json").out)[0]["role"] == "editor"
    assert cli("--db", db, "--as", "olivia", "member", "remove", "acme", "max").code == 0
    assert cli("--db", db, "--as", "max", "orgs", "--json").code == 4
    assert cli("--db", db, "--as", "olivia", "member", "remove", "acme", "max").code == 4


def test_signed_out_the_policy_is_not_enforced(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "max", "check", "nginx").code == 1
    assert cli("--db", db, "--as", "olivia", "member", "sign-out", "acme", "max").code == 0
    row = json.loads(cli("--db", db, "--as", "max", "check", "nginx", "--json").out)[0]
    assert (row["verdict"], row["rule"]) == ("not_enforced", "not_signed_in")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--as max member add acme zoe", 4),
        ("--as max org plan acme team", 4),
        ("--as max publisher set grafana none", 4),
        ("member add acme zoe", 4),
        ("org plan acme team", 4),
        ("--as olivia member add acme Zoe", 2),
        ("--as olivia member remove acme olivia", 2),
        ("--as olivia member role acme olivia member", 2),
        ("--as olivia member role acme nobody member", 4),
        ("--as olivia member add nowhere zoe", 4),
        ("org create acme --owner zoe", 2),
        ("--as olivia publisher set grafana none", 0),
        ("--as olivia member add acme max", 0),
    ],
)
def test_what_is_refused_and_what_is_fine(cli: Cli, db: str, line: str, code: int) -> None:
    outcome = cli("--db", db, *line.split())
    assert outcome.code == code
    assert outcome.out == ""


@pytest.mark.parametrize(
    "line",
    ["orgs", "show acme", "check nginx", "set acme --enable", "member add acme max", "org plan acme team"],
)
def test_only_creating_something_creates_a_file(cli: Cli, tmp_path: Path, line: str) -> None:
    outcome = cli("--db", "none.db", "--as", "olivia", *line.split())
    assert outcome.code == 4
    assert "There is no file none.db." in outcome.err
    assert "org create" in outcome.err
    assert not (tmp_path / "none.db").exists()


def test_a_publisher_can_be_the_first_thing_in_a_file(cli: Cli, tmp_path: Path) -> None:
    assert cli("--db", "new.db", "publisher", "set", "grafana", "open_source").code == 0
    assert (tmp_path / "new.db").is_file()
