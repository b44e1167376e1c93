"""`--demo` with a verb: the verb works on the sample organizations, as the sample user unless named."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize("line", ["--demo orgs --json", "orgs --demo --json"])
def test_verbs_work_on_the_sample_organizations(cli: Cli, line: str) -> None:
    outcome = cli(*line.split())
    assert outcome.code == 0
    assert {"acme-corp", "globex"} <= {row["organization"] for row in json.loads(outcome.out)}


def test_a_check_in_the_demo_has_a_verdict(cli: Cli) -> None:
    outcome = cli("--demo", "check", "--org", "globex", "bitnami/redis:7.2", "--json")
    assert (outcome.code, json.loads(outcome.out)[0]["verdict"]) == (1, "blocked")


def test_the_impact_in_the_demo_counts_its_images_in_use(cli: Cli) -> None:
    outcome = cli("--demo", "impact", "acme-corp", "--official", "off", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out)["newly_blocked"]


def test_another_user_sees_what_that_user_may(cli: Cli) -> None:
    outcome = cli("--demo", "--as", "lucia", "show", "globex", "--json")
    assert (outcome.code, json.loads(outcome.out)["role"]) == (0, "owner")


def test_what_is_saved_in_a_temporary_demo_is_said_to_be_gone(cli: Cli) -> None:
    outcome = cli("--demo", "set", "acme-corp", "--official", "off", "--yes")
    assert outcome.code == 0
    assert "were temporary and are deleted now; --db FILE keeps them" in outcome.err
    shown = json.loads(cli("--demo", "show", "acme-corp", "--json").out)
    assert shown["allow_official_images"] is True


def test_with_a_file_the_sample_organizations_are_kept(cli: Cli, tmp_path: Path) -> None:
    file = str(tmp_path / "demo.db")
    outcome = cli("--demo", "--db", file, "set", "acme-corp", "--official", "off", "--yes")
    assert (outcome.code, "temporary" in outcome.err) == (0, False)
    shown = json.loads(cli("--db", file, "--as", "maya", "show", "acme-corp", "--json").out)
    assert shown["allow_official_images"] is False


def test_settings_about_other_stores_do_not_count(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IAM_TUI_API", "https://hub.docker.com")
    monkeypatch.setenv("IAM_TUI_DB", str(tmp_path / "own.db"))
    assert cli("--demo", "orgs").code == 0
    assert not (tmp_path / "own.db").exists()
