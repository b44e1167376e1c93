"""What `check` prints: verdicts, JSON, text, whose pull it is, and the exit code."""

import json

import pytest

from tests.cli.conftest import Cli

KEYS = ["input", "reference", "category", "verdict", "rule", "reason", "docker_error", "stale"]
BLOCKED, UNKNOWN, INVALID, FINE, ELSEWHERE = (
    "nginx",
    "nobody/knows",
    "Foo:x",
    "grafana/grafana",
    "quay.io/a/b",
)


def check(cli: Cli, db: str, *images: str, user: str = "max") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(cli("--db", db, "--as", user, "check", "--json", *images).out)
    return rows


def test_a_row_has_exactly_the_documented_keys(cli: Cli, db: str) -> None:
    (row,) = check(cli, db, "nginx:1.27")
    assert list(row) == KEYS
    assert row == {
        "input": "nginx:1.27",
        "reference": "docker.io/library/nginx:1.27",
        "category": "official",
        "verdict": "blocked",
        "rule": "official",
        "reason": row["reason"],
        "docker_error": "Error response from daemon: Head "
        '"https://registry-1.docker.io/v2/library/nginx/manifests/1.27": '
        "denied: image access restricted: library/nginx blocked for organization acme",
        "stale": None,
    }
    assert "Docker Official Images" in str(row["reason"])


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("grafana/grafana", ("verified_publisher", "allowed", "verified_publisher")),
        ("tiny/tool", ("community", "blocked", "community")),
        ("postgres:17", ("official", "allowed", "allowlist")),
        ("acme/app", ("organization", "allowed", "organization")),
        ("ghcr.io/a/b", (None, "not_covered", "not_docker_hub")),
        ("nobody/knows", (None, "cannot_tell", "unknown_category")),
        ("Foo:x", (None, "invalid", "invalid_reference")),
    ],
)
def test_category_verdict_and_rule(
    cli: Cli, db: str, image: str, expected: tuple[str | None, str, str]
) -> None:
    (row,) = check(cli, db, image)
    assert (row["category"], row["verdict"], row["rule"]) == expected


@pytest.mark.parametrize(
    ("who", "verdict"),
    [
        ("owner", "allowed"),
        ("editor", "blocked"),
        ("member", "blocked"),
        ("signed-out", "not_enforced"),
        ("company-owner", "cannot_tell"),
        ("olivia", "allowed"),
        ("eddie", "blocked"),
    ],
)
def test_whose_pull_is_judged(cli: Cli, db: str, who: str, verdict: str) -> None:
    (row,) = check(cli, db, "nginx", "--for", who)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("image", "verdict", "rule", "code"),
    [
        ("nginx", "cannot_tell", "unknown_role", 6),
        ("grafana/grafana", "allowed", "verified_publisher", 0),
        ("acme/app", "allowed", "organization", 0),
        ("ghcr.io/a/b", "not_covered", "not_docker_hub", 0),
    ],
)
def test_a_company_owner_is_an_owner_or_a_member(
    cli: Cli, db: str, image: str, verdict: str, rule: str, code: int
) -> None:
    outcome = cli("--db", db, "--as", "max", "check", "--json", "--for", "company-owner", image)
    (row,) = json.loads(outcome.out)
    assert (row["verdict"], row["rule"], row["docker_error"], outcome.code) == (verdict, rule, None, code)


def test_someone_outside_gets_no_verdict(cli: Cli, db: str) -> None:
    outcome = cli("--db", db, "--as", "max", "check", "--json", "--for", "zoe", "nginx")
    assert (outcome.code, outcome.out) == (4, "")
    assert "zoe is not in acme." in outcome.err


def test_an_empty_name_is_nobody_and_not_you(cli: Cli, db: str) -> None:
    outcome = cli("--db", db, "--as", "olivia", "check", "--json", "--for", "", "nginx")
    assert (outcome.code, outcome.out) == (4, "")


def test_an_old_sign_in_is_judged_by_its_revision_and_marked(cli: Cli, db: str) -> None:
    cli("--db", db, "--as", "olivia", "set", "acme", "--official", "on", "--yes")
    (row,) = check(cli, db, "nginx")
    assert (row["verdict"], row["stale"]) == ("blocked", {"revision": 2, "verdict_now": "allowed"})
    text = cli("--db", db, "--as", "max", "check", "nginx")
    assert text.code == 1
    assert "stale    Signed in under revision 2; after signing in again: ALLOWED." in text.out


@pytest.mark.parametrize(
    ("images", "code"),
    [
        ((FINE, ELSEWHERE), 0),
        ((FINE, UNKNOWN), 6),
        ((FINE, UNKNOWN, BLOCKED), 1),
        ((BLOCKED, FINE, UNKNOWN, INVALID), 2),
        ((INVALID, FINE), 2),
        ((UNKNOWN, ELSEWHERE), 6),
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_the_most_severe_row_gives_the_exit_code(
    cli: Cli, db: str, images: tuple[str, ...], code: int, form: tuple[str, ...]
) -> None:
    outcome = cli("--db", db, "--as", "max", "check", *form, *images)
    assert outcome.code == code
    if form:
        assert [row["input"] for row in json.loads(outcome.out)] == list(images)


def test_signed_out_counts_as_fine_unless_sign_in_is_enforced(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "max", "check", "nginx", "--for", "signed-out").code == 0
    cli("--db", db, "--as", "olivia", "org", "plan", "acme", "--enforce-sign-in")
    outcome = cli("--db", db, "--as", "max", "check", "acme/app", "--for", "signed-out")
    assert outcome.code == 1
    assert "do       Sign in to Docker Desktop" in outcome.out


class TestOrganization:
    def test_several_have_to_be_chosen_from(self, cli: Cli, db: str) -> None:
        cli("--db", db, "org", "create", "globex", "--owner", "max")
        outcome = cli("--db", db, "--as", "max", "check", "nginx")
        assert (outcome.code, outcome.out) == (2, "")
        assert "--org: acme, globex." in outcome.err
        assert cli("--db", db, "--as", "max", "check", "--org", "globex", "nginx").code == 0

    def test_a_setting_can_choose(self, cli: Cli, db: str, monkeypatch: pytest.MonkeyPatch) -> None:
        cli("--db", db, "org", "create", "globex", "--owner", "max")
        monkeypatch.setenv("IAM_TUI_ORG", "globex")
        assert cli("--db", db, "--as", "max", "check", "nginx").code == 0

    def test_none_is_wrong_usage_and_one_you_are_not_in_is_not_found(self, cli: Cli, db: str) -> None:
        assert cli("--db", db, "--as", "zoe", "check", "nginx").code == 2
        assert cli("--db", db, "--as", "zoe", "check", "--org", "acme", "nginx").code == 4


class TestText:
    def test_a_blocked_image_says_why_and_whom_to_ask(self, cli: Cli, db: str) -> None:
        cli("--db", db, "--as", "olivia", "member", "add", "acme", "maya", "--role", "owner")
        lines = cli("--db", db, "--as", "max", "check", "tiny/tool").out.splitlines()
        assert lines[0] == "BLOCKED  docker.io/tiny/tool:latest"
        assert lines[1].startswith("why      Community images")
        assert lines[-1] == "ask      maya, olivia (owners of acme)"

    def test_a_text_that_is_no_name_is_said_to_name_an_image_or_none(self, cli: Cli, db: str) -> None:
        text = "denied: image access restricted: a/b blocked for organization acme"
        outcome = cli("--db", db, "--as", "max", "check", text)
        assert outcome.code == 2
        assert "note     The text names a/b: check that.\n" in outcome.out
        unnamed = cli("--db", db, "--as", "max", "check", "image access denied: community images not allowed")
        assert "note     Docker Hub refused a pull, but the text does not name the image" in unnamed.out

    def test_a_similar_name_is_suggested(self, cli: Cli, db: str) -> None:
        assert "did you mean nginx?" in cli("--db", db, "--as", "max", "check", "ngnix").out

    def test_many_images_get_a_line_each(self, cli: Cli, db: str) -> None:
        images = [FINE, BLOCKED, UNKNOWN, INVALID, ELSEWHERE]
        lines = cli("--db", db, "--as", "max", "check", *images).out.splitlines()
        assert len(lines) == len(images)
        assert lines[0].startswith("ALLOWED      docker.io/grafana/grafana:latest  ")
        assert lines[3].startswith("INVALID      Foo:x                             not an image name")
