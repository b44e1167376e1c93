"""What `scan` prints: JSON, text, verdicts, and the exit code."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

KEYS = ["file", "line", "place", "text", "reference", "status", "reached", "reached_by", "problem"]
JUDGED = [*KEYS, "category", "verdict", "rule", "reason", "docker_error"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a row of every status: two stages, one of them needed; a name for what is built."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "Dockerfile").write_text("FROM tiny/tool AS tool\nFROM grafana/grafana:11\n")
    (root / "compose.yml").write_text(
        "services:\n  web:\n    build: .\n    image: acme/web\n  db:\n    image: postgres:${T-17}\n"
    )
    (root / "other.Dockerfile").write_text("ARG BASE\nFROM $BASE\n")
    return root


def rows(cli: Cli, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(cli(*arguments, "--json").out)
    return found


class TestJson:
    def test_a_row_has_exactly_the_documented_keys(self, cli: Cli, project: Path) -> None:
        found = rows(cli, "scan", str(project))
        assert all(list(row) == KEYS for row in found)
        assert found[1] == {
            "file": "Dockerfile",
            "line": 2,
            "place": "FROM",
            "text": "grafana/grafana:11",
            "reference": "docker.io/grafana/grafana:11",
            "status": "resolved",
            "reached": True,
            "reached_by": ["default"],
            "problem": None,
        }

    def test_every_status(self, cli: Cli, project: Path) -> None:
        found = [
            (row["status"], row["reached"], row["reached_by"]) for row in rows(cli, "scan", str(project))
        ]
        assert found == [
            ("resolved", False, []),
            ("resolved", True, ["default"]),
            ("built", True, []),
            ("doubtful", True, []),
            ("unresolved", None, None),
        ]

    def test_verdicts_come_with_an_organization(self, cli: Cli, project: Path, db: str) -> None:
        found = rows(cli, "--db", db, "--as", "max", "scan", "--org", "acme", str(project))
        assert all(list(row) == JUDGED for row in found)
        assert [(row["category"], row["verdict"], row["rule"]) for row in found] == [
            ("community", "blocked", "community"),
            ("verified_publisher", "allowed", "verified_publisher"),
            (None, None, None),
            ("official", "allowed", "allowlist"),
            (None, "cannot_tell", "unresolved"),
        ]
        assert str(found[0]["docker_error"]).startswith("Error response from daemon")
        assert found[4]["reason"] == found[4]["problem"]

    def test_nothing_found_is_an_empty_list(self, cli: Cli, tmp_path: Path) -> None:
        assert cli("scan", "--json", str(tmp_path)) == (0, "[]\n", "")

    def test_names_from_outside_are_escaped(self, cli: Cli, tmp_path: Path) -> None:
        name = "a\nb\x1b[31m[red]\u202e.Dockerfile"
        (tmp_path / name).write_text("FROM x\x1b[2J\n")
        outcome = cli("scan", "--json", str(tmp_path))
        assert outcome.out.isascii()
        assert json.loads(outcome.out)[0]["file"] == name
        shown = cli("scan", str(tmp_path))
        assert "\x1b" not in shown.out + shown.err
        assert r"a\nb\x1b[31m[red]\u202e.Dockerfile" in shown.out

    def test_a_name_that_is_not_text(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "a\udcff.Dockerfile").write_text("FROM nginx\n")
        assert json.loads(cli("scan", "--json", str(tmp_path)).out)[0]["file"] == r"a\udcff.Dockerfile"


class TestExit:
    @pytest.mark.parametrize(
        ("image", "code", "judged"),
        [
            ("postgres", 0, 0),
            ("tiny/tool", 0, 1),
            ("nobody/knows", 0, 6),
            ("quay.io/a/b", 0, 0),
            ("Foo:x", 6, 6),
        ],
    )
    def test_the_most_severe_row_counts(
        self, cli: Cli, tmp_path: Path, db: str, image: str, code: int, judged: int
    ) -> None:
        (tmp_path / "Dockerfile").write_text(f"FROM {image}\nFROM postgres\n")
        path = str(tmp_path / "Dockerfile")
        assert cli("scan", path).code == code
        assert cli("--db", db, "--as", "max", "scan", "--org", "acme", path).code == judged
        assert cli("--db", db, "--as", "max", "scan", "--json", "--org", "acme", path).code == judged

    def test_blocked_comes_before_unresolved(self, cli: Cli, project: Path, db: str) -> None:
        assert cli("--db", db, "--as", "max", "scan", "--org", "acme", str(project)).code == 1

    def test_whose_pull_is_judged(self, cli: Cli, tmp_path: Path, db: str) -> None:
        (tmp_path / "Dockerfile").write_text("FROM tiny/tool\n")
        path = str(tmp_path / "Dockerfile")
        assert cli("--db", db, "--as", "max", "scan", "--org", "acme", "--for", "owner", path).code == 0
        assert cli("--db", db, "--as", "zoe", "scan", "--org", "acme", path).code == 4

    @pytest.mark.parametrize(
        "arguments", [["missing"], ["."] * 2 + ["missing"], [], ["/dev/null"], ["--for", "owner", "."]]
    )
    def test_wrong_usage_prints_nothing(self, cli: Cli, project: Path, arguments: list[str]) -> None:
        outcome = cli("scan", *[str(project) if word == "." else word for word in arguments])
        assert (outcome.code, outcome.out) == (2, "")


class TestText:
    def test_a_table_below_each_file(self, cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(project)
        outcome = cli("scan", ".")
        assert outcome.out.splitlines() == [
            "Dockerfile",
            "  1  FROM  docker.io/tiny/tool:latest    no target needs it",
            "  2  FROM  docker.io/grafana/grafana:11  for default",
            "",
            "compose.yml",
            "  4  services.web.image  docker.io/acme/web:latest      built here, not pulled",
            "  6  services.db.image   docker.io/library/postgres:17  "
            "doubtful: T is not set, so 17 is filled in",
            "",
            "other.Dockerfile",
            "  2  FROM  $BASE  unresolved: BASE is not set, so nothing is filled in: the image name is empty",
        ]
        assert outcome.err == "5 places in 3 files; 1 unresolved.\n"

    def test_files_are_named_as_they_are_found_from_here(self, cli: Cli, project: Path) -> None:
        assert "project/compose.yml" in cli("scan", "project").out.splitlines()
        assert "project/compose.yml" in cli("scan", "project/compose.yml").out.splitlines()

    def test_verdicts_come_first(self, cli: Cli, project: Path, db: str) -> None:
        assert project.is_dir()
        out = cli("--db", db, "--as", "max", "scan", "--org", "acme", "project").out
        assert "  1  BLOCKED  FROM  docker.io/tiny/tool:latest" in out
        assert "  2  CANNOT TELL  FROM  $BASE" in out

    def test_a_long_text_does_not_fill_the_screen(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text(f"FROM {'a-' * 5000}\nFROM {'a/' * 5000}\n")
        assert max(map(len, cli("scan", str(tmp_path)).out.splitlines())) < 400

    def test_nothing_found_is_printed(self, cli: Cli, tmp_path: Path) -> None:
        assert cli("scan", str(tmp_path)) == (0, "", "No images found.\n")


class TestList:
    def test_a_list_from_standard_input(self, cli: Cli) -> None:
        outcome = cli("scan", "-", "--json", stdin=b"nginx:1 redis\n")
        assert [(row["file"], row["line"], row["place"], row["text"]) for row in json.loads(outcome.out)] == [
            ("-", 1, "stdin", "nginx:1"),
            ("-", 1, "stdin", "redis"),
        ]

    def test_it_is_judged_and_goes_with_folders(self, cli: Cli, project: Path, db: str) -> None:
        who = ("--db", db, "--as", "max")
        assert cli(*who, "scan", "--org", "acme", "-", stdin=b"tiny/tool\n").code == 1
        assert cli("scan", "project/Dockerfile", "-", stdin=b"nginx\n").out.startswith("project/Dockerfile\n")

    def test_a_text_that_is_no_list_is_said_to_be_none(self, cli: Cli, project: Path, db: str) -> None:
        prose = b"NAME   READY   STATUS\nweb-0  1/1     Running\n"
        outcome = cli("scan", "-", "--json", stdin=prose)
        assert (outcome.code, json.loads(outcome.out)) == (6, [])
        assert "Not a list of images" in outcome.err
        assert "docker compose config" in outcome.err
        assert "iam-tui docs scanning" in outcome.err
        assert cli("--db", db, "--as", "max", "scan", "--org", "acme", "-", stdin=prose).code == 6
        both = cli("scan", "-", str(project / "Dockerfile"), "--json", stdin=prose)
        assert (both.code, [row["line"] for row in json.loads(both.out)]) == (6, [1, 2])

    def test_a_closed_one_is_empty(self, cli: Cli) -> None:
        assert cli("scan", "-", stdin=None) == (0, "", "No images found.\n")


def test_variables_come_from_the_environment_only_if_asked_for(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T", "16")
    assert "postgres:17" in cli("scan", str(project)).out
    assert "postgres:16" in cli("scan", "--use-env", str(project)).out


class TestNotRead:
    def test_it_is_counted_by_kind_on_standard_error(self, cli: Cli, project: Path) -> None:
        before = cli("scan", str(project), "--json")
        (project / ".gitlab-ci.yml").write_text("image: node\n")
        (project / "a.tf").write_text('image = "node"\n')
        (project / "b.tf").write_text('image = "node"\n')
        result = cli("scan", str(project), "--json")
        assert (result.out, result.code) == (before.out, before.code)
        assert result.err.splitlines()[-1] == "Not read: 2 Terraform file, 1 .gitlab-ci.yml."

    def test_nothing_is_certain_where_nothing_else_names_an_image(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / ".gitlab-ci.yml").write_text("image: node\n")
        result = cli("scan", str(tmp_path))
        assert (result.out, result.code) == ("", 6)
        assert result.err == "No images found.\nNot read: 1 .gitlab-ci.yml.\n"
