"""`set`: what it would change, what it saves, and when it does neither."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import NOW, Cli, Outcome

PACKAGE = str(Path(__file__).parents[2])


def set_acme(cli: Cli, db: str, *changes: str, user: str = "olivia") -> Outcome:
    return cli("--db", db, "--as", user, "set", "acme", *changes)


def shown(cli: Cli, db: str) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
    return policy


def test_without_yes_it_prints_the_changes_and_saves_nothing(cli: Cli, db: str) -> None:
    outcome = set_acme(cli, db, "--official", "on", "--community", "on", "--disallow", "postgres")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "Community images: off -> on",
        "Docker Official Images: off -> on",
        "Allowlist: - library/postgres",
        "Nothing is known of what acme uses: this change has not been checked.",
        "Nothing saved. Add --yes to save.",
    ]
    assert shown(cli, db)["revision"] == 2


def test_an_unchecked_change_says_so_also_when_it_is_saved(cli: Cli, db: str) -> None:
    outcome = set_acme(cli, db, "--official", "on", "--yes")
    assert outcome.code == 0
    assert "Nothing is known of what acme uses: this change has not been checked." in outcome.err


def test_with_yes_it_saves_one_revision_with_note_author_and_origin(cli: Cli, db: str) -> None:
    outcome = set_acme(cli, db, "--disable", "--verified-publishers", "off", "--note", "freeze", "--yes")
    assert (outcome.code, outcome.out) == (0, "revision 3\n")
    policy = shown(cli, db)
    assert (policy["enabled"], policy["allow_verified_publishers"]) == (False, False)
    assert [policy[key] for key in ("revision", "updated_by", "updated_at", "note", "origin")] == [
        3, "olivia", "2026-08-14T09:30:00Z", "freeze", "cli",
    ]  # fmt: skip


def test_json_is_the_policy_as_saved(cli: Cli, db: str) -> None:
    outcome = set_acme(cli, db, "--official", "on", "--yes", "--json")
    assert json.loads(outcome.out) == shown(cli, db)


def test_allowing_takes_reason_and_review_date_for_all_given(cli: Cli, db: str) -> None:
    changes = [
        "--allow",
        "tiny/tool",
        "--allow",
        "docker.io/a/b",
        "--reason",
        "CI",
        "--review-by",
        "2027-01-31",
    ]
    assert set_acme(cli, db, *changes, "--yes").code == 0
    allowlist = shown(cli, db)["allowlist"]
    assert [(entry["repository"], entry["reason"], entry["review_by"]) for entry in allowlist] == [
        ("a/b", "CI", "2027-01-31"),
        ("library/postgres", "orders", None),
        ("tiny/tool", "CI", "2027-01-31"),
    ]


def test_allowing_again_keeps_what_is_not_given_again(cli: Cli, db: str) -> None:
    assert set_acme(cli, db, "--allow", "postgres", "--review-by", "2027-01-31", "--yes").code == 0
    (entry,) = shown(cli, db)["allowlist"]
    assert (entry["reason"], entry["review_by"]) == ("orders", "2027-01-31")


@pytest.mark.parametrize(
    "changes", [(), ("--enable",), ("--allow", "library/postgres"), ("--disallow", "not/there")]
)
@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_nothing_to_change_is_fine(cli: Cli, db: str, changes: tuple[str, ...], yes: tuple[str, ...]) -> None:
    outcome = set_acme(cli, db, *changes, *yes)
    assert (outcome.code, outcome.out, outcome.err) == (0, "revision 2\n", "Nothing to change.\n")


@pytest.mark.parametrize("user", ["max", "eddie"])
@pytest.mark.parametrize(
    "changes", [(), ("--enable", "--yes"), ("--allow", "nginx:1.27"), ("--official", "on")]
)
def test_someone_who_is_not_an_owner_is_refused_first(
    cli: Cli, db: str, user: str, changes: tuple[str, ...]
) -> None:
    outcome = set_acme(cli, db, *changes, user=user)
    assert (outcome.code, outcome.out) == (4, "")
    assert "Ask an owner: olivia." in outcome.err


@pytest.mark.parametrize(
    "repository", ["nginx:1.27", "quay.io/a/b", "a/*", "Foo", "", f"nginx@sha256:{'0' * 64}"]
)
@pytest.mark.parametrize("option", ["--allow", "--disallow"])
def test_only_a_repository_of_docker_hub_is_taken(cli: Cli, db: str, option: str, repository: str) -> None:
    outcome = set_acme(cli, db, option, repository, "--yes")
    assert outcome.code == 2
    assert f"{option} {repository}" in outcome.err
    assert shown(cli, db)["revision"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        ("--allow", "a/b", "--disallow", "a/b"),
        ("--reason", "CI"),
        ("--review-by", "2027-01-31"),
        ("--allow", "a/b", "--review-by", "31.1.2027"),
        ("--allow", "a/b", "--review-by", "20270131"),
        ("--enable", "--disable"),
        ("--official", "maybe"),
    ],
)
def test_contradictions_and_half_changes_are_wrong_usage(cli: Cli, db: str, changes: tuple[str, ...]) -> None:
    assert set_acme(cli, db, *changes, "--yes").code == 2
    assert shown(cli, db)["revision"] == 2


def test_without_a_business_plan_it_cannot_be_switched_on(cli: Cli, db: str) -> None:
    cli("--db", db, "org", "create", "small", "--owner", "olivia", "--plan", "team")
    outcome = cli("--db", db, "--as", "olivia", "set", "small", "--enable", "--yes")
    assert outcome.code == 2
    assert "That change is not possible" in outcome.err


def test_a_save_by_someone_else_in_between_is_a_conflict(cli: Cli, db: str) -> None:
    asked = 0

    def clock() -> datetime:
        """Between reading and saving, which asks for the time, another process saves."""
        nonlocal asked
        asked += 1
        if asked == 2:
            other = [
                sys.executable,
                "-m",
                "iam_tui",
                "--db",
                db,
                "--as",
                "olivia",
                "set",
                "acme",
                "--community",
                "on",
            ]
            subprocess.run(
                [*other, "--yes"], check=True, capture_output=True, env={**os.environ, "PYTHONPATH": PACKAGE}
            )
        return NOW

    outcome = cli("--db", db, "--as", "olivia", "set", "acme", "--official", "on", "--yes", clock=clock)
    assert (outcome.code, outcome.out) == (5, "")
    assert "Changed meanwhile" in outcome.err
    policy = shown(cli, db)
    assert (policy["revision"], policy["allow_community_images"], policy["allow_official_images"]) == (
        3,
        True,
        False,
    )
