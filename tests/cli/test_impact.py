"""`impact`: JSON, exit codes, who may see what, and the sources of the images in use."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Usage
from iam_tui.stores.protocol import Source, SourceKind
from tests.cli.conftest import NOW, Cli
from tests.cli.impacts import KEYS, REPORT, impact, keep, names, project, report
from tests.cli.test_process import imported

STRICT = ("--verified-publishers", "off")
HOUR = datetime(2026, 8, 1, 10, tzinfo=UTC)


class TestJson:
    def test_it_has_exactly_the_documented_shape(self, cli: Cli, db: str, tmp_path: Path) -> None:
        found = impact(cli, db, *STRICT, "--pulls", report(tmp_path), "--scan", project(tmp_path))
        assert list(found) == KEYS
        assert found["organization"] == "acme"
        assert found["newly_blocked"] == [
            {
                "repository": "grafana/grafana",
                "category": "verified_publisher",
                "usages": [{"file": "Dockerfile", "line": 2}],
                "people": ["eddie", "max"],
                "tokens": ["ci-build"],
                "pulls": 43,
                "last_pull": "2026-08-02T11:00:00Z",
            }
        ]
        assert found["may_stop"] == [
            {
                "repository": "nobody/knows",
                "category": None,
                "usages": [{"file": "Dockerfile", "line": 4}],
                "people": [],
                "tokens": [],
                "pulls": 0,
                "last_pull": None,
            }
        ]
        assert found["cannot_tell"] == found["may_stop"]
        assert found["newly_allowed"] == found["may_start"] == []
        assert found["sources"] == [
            {"kind": "report", "name": "report.csv", "as_of": "2026-08-03T12:00:00Z", "days": 10},
            {"kind": "scan", "name": "src", "as_of": "2026-08-14T09:30:00Z", "days": 0},
        ]
        assert (found["unchanged"], found["not_covered"], found["unresolved"]) == (4, 1, 0)

    def test_before_is_what_show_prints_and_after_what_it_would_print(
        self, cli: Cli, db: str, tmp_path: Path
    ) -> None:
        changes = ("--official", "on", "--disallow", "postgres", "--allow", "tiny/tool", "--reason", "CI")
        found = impact(cli, db, *changes, "--scan", project(tmp_path))
        shown = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
        assert found["before"] == shown
        cli("--db", db, "--as", "olivia", "set", "acme", *changes, "--yes")
        saved = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
        of_a_revision = ("revision", "updated_by", "updated_at", "note", "origin")
        assert list(found["after"]) == list(saved)
        assert {key: found["after"][key] for key in of_a_revision} == dict.fromkeys(of_a_revision)
        for after in (found["after"], saved):
            for entry in after["allowlist"]:
                del entry["added_by"], entry["added_at"]
        assert found["after"] == {**saved, **dict.fromkeys(of_a_revision)}
        assert names(found["newly_allowed"]) == ["library/nginx", "tiny/tool"]

    def test_without_changes_it_is_what_todays_policy_blocks(self, cli: Cli, db: str, tmp_path: Path) -> None:
        found = impact(cli, db, "--scan", project(tmp_path))
        shown = json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)
        assert found["after"] == shown
        assert found["before"]["enabled"] is False
        assert found["before"]["revision"] is None
        assert names(found["newly_blocked"]) == ["library/nginx", "tiny/tool"]
        assert names(found["may_stop"]) == ["nobody/knows"]

    def test_changes_that_change_nothing_are_not_the_same_as_none(
        self, cli: Cli, db: str, tmp_path: Path
    ) -> None:
        path = project(tmp_path)
        outcome = cli("--db", db, "--as", "olivia", "impact", "acme", "--enable", "--scan", path, "--json")
        found = json.loads(outcome.out)
        assert outcome.code == 0
        assert found["before"] == found["after"]
        assert (found["newly_blocked"], found["may_stop"], found["unchanged"]) == ([], [], 6)
        assert outcome.err.startswith("Nothing would change.\n")

    def test_nothing_is_saved(self, cli: Cli, db: str, tmp_path: Path) -> None:
        impact(cli, db, *STRICT, "--scan", project(tmp_path))
        assert json.loads(cli("--db", db, "--as", "olivia", "show", "acme", "--json").out)["revision"] == 2


class TestExitCode:
    @pytest.mark.parametrize(
        ("images", "changes", "code"),
        [
            ("grafana/grafana nobody/knows", STRICT, 1),
            ("nobody/knows nginx", STRICT, 6),
            ("nginx $BASE", ("--official", "on"), 6),
            ("grafana/grafana $BASE", STRICT, 1),
            ("nginx nobody/knows quay.io/a/b", ("--official", "on"), 0),
            ("postgres", ("--allowlist", "off"), 1),
            ("postgres", ("--disallow", "postgres"), 1),
            ("postgres", ("--disallow", "postgres", "--official", "on"), 0),
            ("grafana/grafana", (*STRICT, "--allow", "grafana/grafana"), 0),
            ("grafana/grafana tiny/tool", ("--disable",), 0),
            ("tiny/tool", ("--community", "on"), 0),
            ("nobody/knows", ("--community", "on"), 0),
            ("nobody/knows $BASE", ("--community", "on"), 6),
            ("nginx $BASE", ("--official", "on", "--ignore-unresolved"), 0),
            ("nobody/knows $BASE", (*STRICT, "--ignore-unresolved"), 6),
            ("grafana/grafana $BASE", (*STRICT, "--ignore-unresolved"), 1),
            ("nginx", (), 1),
            ("grafana/grafana postgres", (), 0),
        ],
    )
    def test_what_stops_comes_before_what_may_stop_and_what_may_start_is_fine(
        self,
        cli: Cli,
        db: str,
        tmp_path: Path,
        images: str,
        changes: tuple[str, ...],
        code: int,
    ) -> None:
        path = project(tmp_path, "".join(f"FROM {image}\n" for image in images.split()))
        arguments = ("--db", db, "--as", "max", "impact", "acme", *changes, "--scan", path)
        assert cli(*arguments).code == code
        assert cli(*arguments, "--json").code == code

    @pytest.mark.parametrize(
        ("arguments", "code", "why"),
        [
            (("--pulls", "missing.csv"), 2, "missing.csv cannot be read: No such file or directory."),
            (("--pulls", "."), 2, ". cannot be read: Is a directory."),
            (("--scan", "missing"), 2, "missing cannot be scanned: No such file or directory."),
            (("--pulls", "w.db"), 2, "w.db: The file is not UTF-8 text"),
            (("--allow", "quay.io/a/b", "--scan", "."), 2, "--allow quay.io/a/b"),
            (("--allow", "a/b", "--disallow", "a/b", "--scan", "."), 2, "both allowed and disallowed"),
            (("--official", "maybe", "--scan", "."), 2, "--official"),
            (("--official", "on"), 2, "There are no sources, so it is not known which images are in use."),
        ],
    )
    def test_what_cannot_be_used_is_reported(
        self, cli: Cli, db: str, arguments: tuple[str, ...], code: int, why: str
    ) -> None:
        outcome = cli("--db", db, "--as", "olivia", "impact", "acme", *arguments)
        assert (outcome.code, outcome.out) == (code, "")
        assert why in outcome.err

    def test_an_organization_of_others_is_not_found(self, cli: Cli, db: str) -> None:
        assert cli("--db", db, "--as", "zoe", "impact", "acme", "--scan", ".").code == 4
        assert cli("--db", db, "impact", "acme", "--scan", ".").code == 4


class TestWhoMaySeeWhat:
    @pytest.mark.parametrize("user", ["max", "eddie"])
    def test_a_report_is_for_owners(self, cli: Cli, db: str, tmp_path: Path, user: str) -> None:
        path = project(tmp_path)
        # Not even whether the file exists is shown.
        for file in (report(tmp_path), "missing.csv"):
            outcome = cli(
                "--db", db, "--as", user, "impact", "acme", "--pulls", file, "--scan", path, "--json"
            )
            assert (outcome.code, outcome.out) == (4, "")
            assert "only owners may see who pulls what" in outcome.err
            assert "Ask an owner: olivia." in outcome.err

    def test_a_member_sees_the_places_of_a_kept_inventory_but_no_people(self, cli: Cli, db: str) -> None:
        keep(db, Source(SourceKind.SCAN, "src", NOW, 1), Inventory((used("grafana/grafana"),)))
        keep(db, Source(SourceKind.REPORT, "secret.csv", NOW, 1), Inventory(pulls=PULLS))
        assert impact(cli, db, *STRICT)["newly_blocked"][0]["people"] == ["max"]
        outcome = cli("--db", db, "--as", "max", "impact", "acme", *STRICT, "--json")
        (row,) = json.loads(outcome.out)["newly_blocked"]
        assert row["usages"] == [{"file": "Dockerfile", "line": 1}]
        assert [row[key] for key in ("people", "tokens", "pulls", "last_pull")] == [None] * 4
        assert "secret.csv" not in outcome.err

    def test_a_member_with_nothing_but_a_report_kept_knows_nothing(self, cli: Cli, db: str) -> None:
        keep(db, Source(SourceKind.REPORT, "secret.csv", NOW, 1), Inventory(pulls=PULLS))
        outcome = cli("--db", db, "--as", "max", "impact", "acme", *STRICT)
        assert (outcome.code, outcome.out) == (2, "")
        assert "secret.csv" not in outcome.err

    def test_pulls_of_owners_are_not_counted(self, cli: Cli, db: str, tmp_path: Path) -> None:
        file = report(tmp_path)
        outcome = cli("--db", db, "--as", "olivia", "impact", "acme", "--pulls", file, "--json")
        assert "507 pulls by owners, 1 repository that only owners pull." in outcome.err
        assert "tiny/else" not in outcome.out
        assert "olivia" not in json.dumps(json.loads(outcome.out)["newly_blocked"])


class TestSources:
    def test_several_reports_and_paths_count_together(self, cli: Cli, db: str, tmp_path: Path) -> None:
        more = report(tmp_path, "repository;user_name;pulls\ngrafana/grafana;zoe;1\n", "more.csv")
        both = ("--pulls", report(tmp_path), "--pulls", more)
        first = project(tmp_path, "FROM grafana/grafana\n", "a")
        second = project(tmp_path, "\nFROM grafana/grafana:9\n", "b")
        (row,) = impact(cli, db, *STRICT, *both, "--scan", first, "--scan", second)["newly_blocked"]
        assert row["usages"] == [{"file": "Dockerfile", "line": 1}, {"file": "Dockerfile", "line": 2}]
        assert (row["people"], row["pulls"]) == (["eddie", "max", "zoe"], 44)

    def test_a_list_on_standard_input_counts_too(self, cli: Cli, db: str) -> None:
        arguments = ("--db", db, "--as", "max", "impact", "acme", *STRICT, "--scan", "-", "--json")
        outcome = cli(*arguments, stdin=b"nginx\ngrafana/grafana:11\n")
        assert json.loads(outcome.out)["newly_blocked"][0]["usages"] == [{"file": "-", "line": 2}]

    def test_a_text_that_is_no_list_breaks_nothing_that_is_known(self, cli: Cli, db: str) -> None:
        arguments = ("--db", db, "--as", "max", "impact", "acme", *STRICT, "--scan", "-", "--json")
        outcome = cli(*arguments, stdin=b"hello world\n")
        assert (outcome.code, outcome.out) == (6, "")
        assert "Not a list of images" in outcome.err

    def test_what_was_read_and_left_out_is_printed(self, cli: Cli, db: str, tmp_path: Path) -> None:
        file = report(tmp_path, REPORT + "broken\n")
        path = project(tmp_path)
        outcome = cli("--db", db, "--as", "olivia", "impact", "acme", "--pulls", file, "--scan", path)
        assert "report.csv: 5 of 6 rows kept; 1 with too many or too few fields" in outcome.err
        assert "src: 7 places in 1 file.\n" in outcome.err

    def test_kept_sources_are_used_if_none_are_named_and_are_printed(
        self, cli: Cli, db: str, tmp_path: Path
    ) -> None:
        keep(db, Source(SourceKind.REPORT, "hub.csv", NOW, 1, "", HOUR, HOUR), Inventory(pulls=PULLS))
        kept = cli("--db", db, "--as", "olivia", "impact", "acme", *STRICT, "--json")
        assert json.loads(kept.out)["newly_blocked"][0]["people"] == ["max"]
        line = "From hub.csv (report, read 2026-08-14, pulls from 2026-08-01 to 2026-08-01)\n"
        assert line in kept.err
        path = project(tmp_path, "FROM nginx\n")
        named = cli("--db", db, "--as", "olivia", "impact", "acme", *STRICT, "--scan", path, "--json")
        assert json.loads(named.out)["newly_blocked"] == []
        assert "hub.csv" not in named.err

    def test_sources_that_are_old_are_named_so(self, cli: Cli, db: str) -> None:
        """Only if all of them are: the newest one counts."""
        old, newer = NOW - timedelta(days=45), NOW - timedelta(days=29)
        keep(db, Source(SourceKind.SCAN, "src", old, 1), Inventory((used("grafana/x"),)))
        words = "The newest source is 45 days old: what is in use since is not checked.\n"
        for verb in ("impact", "set"):
            assert words in cli("--db", db, "--as", "olivia", verb, "acme", *STRICT).err
        keep(db, Source(SourceKind.SCAN, "other", newer, 1), Inventory((used("grafana/x"),)))
        for verb in ("impact", "set"):
            assert "days old" not in cli("--db", db, "--as", "olivia", verb, "acme", *STRICT).err


PULLS = (Pulls("grafana/grafana", "max", "", 3, HOUR),)


def used(image: str) -> Usage:
    return Usage("Dockerfile", 1, "FROM", image, ImageReference.parse(image))


def test_without_a_business_plan_nothing_is_blocked_and_that_is_printed(
    cli: Cli, db: str, tmp_path: Path
) -> None:
    cli("--db", db, "org", "create", "small", "--owner", "olivia", "--plan", "team")
    path = project(tmp_path)
    outcome = cli("--db", db, "--as", "olivia", "impact", "small", "--enable", "--scan", path)
    assert outcome.code == 0
    assert "The plan team does not include Image Access Management" in outcome.err


def test_it_imports_neither_textual_nor_httpx_nor_what_it_does_not_read(db: str, tmp_path: Path) -> None:
    names = imported(
        "--db", db, "--as", "olivia", "impact", "acme", "--pulls", str(tmp_path / report(tmp_path))
    )
    assert {"sqlite_utils", "csv"} <= names
    assert not names & {"textual", "rich", "httpx", "shtab", "yaml"}
