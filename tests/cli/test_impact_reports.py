"""`impact --pulls`: reports that overlap, that cannot be used, and that an older version kept."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iam_tui.core.usage import Inventory, Pulls
from iam_tui.stores.protocol import Source, SourceKind
from tests.cli.conftest import NOW, Cli, Outcome
from tests.cli.impacts import impact, keep, report
from tests.inventory.reports import MAIL, read

STRICT = ("--verified-publishers", "off")
HOUR = datetime(2026, 8, 1, 10, tzinfo=UTC)
ROWS = [
    "2026/08/01/10,max,grafana/grafana,generated,,public,11,,0,3",
    "2026/08/02/11,eddie,grafana/grafana,ci-build,,public,11,,0,40",
    "2026/08/03/11,zoe,grafana/grafana,ci-build,,public,11,,0,5",
]


def mailed(*rows: str) -> str:
    return "\n".join([",".join(MAIL), *rows, ""])


def run(cli: Cli, db: str, *arguments: str) -> Outcome:
    return cli("--db", db, "--as", "olivia", "impact", "acme", *arguments)


def test_reports_that_overlap_count_each_pull_once(cli: Cli, db: str, tmp_path: Path) -> None:
    """The whole, a part of it, the whole again under another name, and halves that overlap."""
    whole = report(tmp_path, mailed(*ROWS), "whole.csv")
    again = report(tmp_path, mailed(*ROWS), "again.csv")
    part = report(tmp_path, mailed(ROWS[1]), "part.csv")
    first = report(tmp_path, mailed(*ROWS[:2]), "first.csv")
    second = report(tmp_path, mailed(*ROWS[1:]), "second.csv")
    (alone,) = impact(cli, db, *STRICT, "--pulls", whole)["newly_blocked"]
    assert alone["pulls"] == 48
    for names in ((whole, again), (whole, part), (part, whole), (first, second), (second, first, part)):
        options = [word for name in names for word in ("--pulls", name)]
        assert impact(cli, db, *STRICT, *options)["newly_blocked"] == [alone]


def test_a_count_column_that_is_not_known_is_wrong_input(cli: Cli, db: str, tmp_path: Path) -> None:
    file = report(tmp_path, "date,repository,downloads\n2026-08-01,grafana/grafana,500\n")
    outcome = run(cli, db, "--pulls", file, "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no column that counts pulls: `pulls`, `data_downloads`, `pull_count`" in outcome.err
    assert "Its columns: date, repository, downloads" in outcome.err


@pytest.mark.parametrize("rows", ["", "2026-08-01,grafana/grafana,some\n"])
def test_a_report_of_which_no_row_is_kept_leaves_the_impact_uncertain(
    cli: Cli, db: str, tmp_path: Path, rows: str
) -> None:
    """The JSON is whole; what is blocked by another report still decides."""
    empty = report(tmp_path, f"date,repository,pull_count\n{rows}", "empty.csv")
    outcome = run(cli, db, *STRICT, "--pulls", empty, "--json")
    assert outcome.code == 6
    assert json.loads(outcome.out)["newly_blocked"] == []
    assert f"empty.csv: 0 of {rows.count(chr(10))} rows kept" in outcome.err
    other = report(tmp_path, mailed(*ROWS))
    assert run(cli, db, *STRICT, "--pulls", empty, "--pulls", other).code == 1
    harmless = report(tmp_path, mailed(ROWS[0].replace("grafana/grafana", "library/nginx")), "nginx.csv")
    assert run(cli, db, *STRICT, "--pulls", harmless).code == 0
    assert run(cli, db, *STRICT, "--pulls", harmless, "--pulls", empty).code == 6


def test_what_was_left_out_of_a_report_is_printed_with_its_first_line(
    cli: Cli, db: str, tmp_path: Path
) -> None:
    bad = "2026/08/01/10,max,grafana/grafana,generated,,public,11,,0,-3"
    outcome = run(cli, db, "--pulls", report(tmp_path, mailed(ROWS[0], bad)))
    assert "report.csv: 1 of 2 rows kept; 1 without a usable number of pulls (line 3).\n" in outcome.err


def test_a_compressed_report_counts_like_a_plain_one(cli: Cli, db: str, tmp_path: Path) -> None:
    (tmp_path / "report.csv.gz").write_bytes(gzip.compress(mailed(*ROWS).encode()))
    (row,) = impact(cli, db, *STRICT, "--pulls", "report.csv.gz")["newly_blocked"]
    assert row["pulls"] == 48


def test_a_report_of_version_1_0_0_that_is_not_counted_is_named(cli: Cli, db: str) -> None:
    old = Source(SourceKind.REPORT, "old.csv", NOW, 1, "", HOUR, HOUR)
    keep(db, old, Inventory(pulls=(Pulls("grafana/grafana", "max", "", 900, HOUR),)))
    assert impact(cli, db, *STRICT)["newly_blocked"][0]["pulls"] == 900
    found = read(mailed(*ROWS).encode())
    newer = Source(SourceKind.REPORT, "newer.csv", NOW, found.kept, "", found.since, found.until)
    keep(db, newer, Inventory(pulls=found.pulls, days=found.days))
    outcome = run(cli, db, *STRICT, "--json")
    assert json.loads(outcome.out)["newly_blocked"][0]["pulls"] == 48
    assert "old.csv: Not counted: kept without the day of each pull" in outcome.err
