"""`impact` as text: the sentence, the tables, the offered command, hostile names, and progress."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iam_tui.cli.impact_text import shell_command
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Usage
from iam_tui.stores.protocol import Source, SourceKind
from tests.cli.conftest import NOW, Cli
from tests.cli.impacts import impact, keep, project, report
from tests.cli.test_process import run
from tests.terminal import Terminal, environment

STRICT = ("--verified-publishers", "off")
HOSTILE = "\x1b[31mred\x07\u202egnp"


def test_the_damage_the_tables_and_the_command(cli: Cli, db: str, tmp_path: Path) -> None:
    sources = ("--pulls", report(tmp_path), "--scan", project(tmp_path))
    outcome = cli("--db", "w.db", "--as", "olivia", "impact", "acme", *STRICT, *sources)
    assert outcome.out == (
        "Would block 1 image in use by 2 people, 1 CI token; 1 may stop.\n"
        "\n"
        "Stops\n"
        "  repository       category            people      tokens    pulls  last pull   where\n"
        "  grafana/grafana  verified publisher  eddie, max  ci-build  43     2026-08-02  src/Dockerfile:2\n"
        "\n"
        "May stop\n"
        "  repository    category  where             before       after    why\n"
        "  nobody/knows  unknown   src/Dockerfile:4  CANNOT TELL  BLOCKED  The badge of its namespace "
        "is not known: Community images are switched off, Docker Verified Publisher Images are switched on.\n"
        "\n"
        "4 the same, 1 not on Docker Hub\n"
        "\n"
        "The smallest allowlist for what stops (1 more to allow); add --yes to save:\n"
        "  iam-tui set acme --verified-publishers off --allow grafana/grafana --db w.db --as olivia\n"
        "\n"
        "With what may stop, which may also allow what is blocked today (2 more to allow); "
        "add --yes to save:\n"
        "  iam-tui set acme --verified-publishers off --allow grafana/grafana --allow nobody/knows"
        " --db w.db --as olivia\n"
    )
    assert outcome.err.startswith("Docker Verified Publisher Images: on -> off\n")


def test_without_changes_it_speaks_of_today(cli: Cli, db: str, tmp_path: Path) -> None:
    path = project(tmp_path, "FROM nginx\nFROM $BASE\n")
    outcome = cli("--db", db, "--as", "max", "impact", "acme", "--scan", path)
    lines = outcome.out.splitlines()
    assert lines[0] == "Today's policy blocks 1 image in use."
    assert lines[lines.index("Unresolved") + 1].startswith("  src/Dockerfile:2  FROM  $BASE  ")
    assert lines[-2].endswith("for an owner (olivia) to run:")
    assert lines[-1] == "  iam-tui set acme --allow library/nginx"
    assert "this is what today's policy, revision 2, blocks" in outcome.err


def test_what_runs_anyway_needs_no_command(cli: Cli, db: str, tmp_path: Path) -> None:
    path = project(tmp_path, "FROM grafana/grafana\n")
    out = cli("--db", db, "--as", "max", "impact", "acme", "--official", "on", "--scan", path).out
    assert out == "Would block 0 of 1 image in use.\n\n1 the same, 0 not on Docker Hub\n"


def remedies(out: str) -> list[list[str]]:
    """The words of the offered commands: for what stops, then with what may stop."""
    return [shlex.split(line)[1:] for line in out.splitlines() if line.startswith("  iam-tui set ")]


def test_one_image_that_may_stop_is_not_told_as_nothing(cli: Cli, db: str, tmp_path: Path) -> None:
    """Unknown before, BLOCKED after."""
    path = project(tmp_path, "FROM nobody/knows\n")
    outcome = cli("--db", db, "--as", "olivia", "impact", "acme", *STRICT, "--scan", path)
    assert outcome.code == 6
    assert outcome.out.startswith("May block 1 image in use.\n\nMay stop\n")
    (words,) = remedies(outcome.out)
    assert words[-2:] == ["--as", "olivia"]
    assert "--allow nobody/knows" in " ".join(words)


def test_an_unresolved_place_is_not_told_as_nothing_blocked(cli: Cli, db: str, tmp_path: Path) -> None:
    path = project(tmp_path, "FROM grafana/grafana\nFROM $BASE\n")
    arguments = ("--db", db, "--as", "olivia", "impact", "acme", "--official", "on", "--scan", path)
    for more in ((), ("--ignore-unresolved",)):
        out = cli(*arguments, *more).out
        assert out.startswith("1 reference is unresolved; none of 1 image in use would stop.\n")


@pytest.mark.parametrize(
    "changes",
    [
        (),
        STRICT,
        ("--allowlist", "off", *STRICT),
        ("--disallow", "postgres", *STRICT),
        ("--allow", "tiny/tool", "--reason", "it's for CI; $(x)", "--review-by", "2027-01-31", *STRICT),
        ("--allow", "tiny/tool", "--reason=-dash", *STRICT),
    ],
)
def test_the_offered_commands_keep_everything_running(
    cli: Cli, db: str, tmp_path: Path, changes: tuple[str, ...]
) -> None:
    sources = ("--pulls", report(tmp_path), "--scan", project(tmp_path))
    outcome = cli("--db", db, "--as", "olivia", "impact", "acme", *changes, *sources)
    assert outcome.code == 1
    words, *more = remedies(outcome.out)
    assert words[:2] == ["set", "acme"]
    running = impact(cli, db, *words[2:], *sources)
    assert running["newly_blocked"] == []
    for all_words in more:
        running = impact(cli, db, *all_words[2:], *sources)
        assert running["newly_blocked"] == running["may_stop"] == []
    saved = cli(*words, "--yes")
    assert (saved.code, saved.out) == (0, "revision 3\n")
    again = impact(cli, db, "--disable", *sources)["newly_allowed"]
    kept_running = {"grafana/grafana", "library/postgres"}
    assert not kept_running & {row["repository"] for row in again}


def test_hostile_names_stay_text(cli: Cli, db: str, tmp_path: Path) -> None:
    (tmp_path / "src" / HOSTILE).mkdir(parents=True)
    (tmp_path / "src" / HOSTILE / "Dockerfile").write_text(f"FROM nginx\nFROM {HOSTILE}\n")
    file = report(
        tmp_path,
        f"repository,user_name,access_token_name,pulls\nlibrary/nginx,{HOSTILE},{HOSTILE}2,1\n{HOSTILE},x,y,1\n",
        f"{HOSTILE}.csv",
    )
    for form in ((), ("--json",)):
        outcome = cli("--db", db, "--as", "olivia", "impact", "acme", "--pulls", file, "--scan", "src", *form)
        assert outcome.code == 1
        assert not re.search(r"[^\n -~]", outcome.out + outcome.err)
        assert r"\x1b[31mred\x07" in outcome.err
    (row,) = json.loads(outcome.out)["newly_blocked"]
    assert row["people"] == [HOSTILE]
    assert row["tokens"] == [HOSTILE + "2"]
    assert row["usages"] == [{"file": f"{HOSTILE}/Dockerfile", "line": 1}]


def test_it_can_be_printed_in_ascii(db: str, tmp_path: Path) -> None:
    folder = tmp_path / "caf\u00e9"
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM nginx\nFROM ${'B' * 500}\n")
    arguments = ("--db", db, "--as", "olivia", "impact", "acme", "--scan", str(folder), "--allow", "a/b")
    ended = run(*arguments, "--official", "on", "--reason", "caf\u00e9", more={"PYTHONIOENCODING": "ascii"})
    assert ended.returncode == 6
    assert (ended.stdout + ended.stderr).isascii()


def test_progress_shows_on_a_terminal_only_and_leaves_no_trace(db: str, tmp_path: Path) -> None:
    arguments = [
        *("--db", db, "--as", "olivia", "impact", "acme", "--pulls", str(tmp_path / report(tmp_path))),
        *("--scan", str(tmp_path / project(tmp_path))),
    ]
    command = [sys.executable, "-m", "iam_tui", *arguments]
    with Terminal(command, env=environment(tmp_path), size=(200, 50)) as terminal:
        assert terminal.wait_exit() == 1
        assert b"0 of 0 MB of the report read" in terminal.written
        assert "MB of the report" not in terminal.text
        assert "Today's policy blocks 2 images" in terminal.text
    assert b"MB of the report" not in run(*arguments).stderr


class TestSet:
    def test_it_prints_the_damage_if_images_in_use_are_known(self, cli: Cli, db: str) -> None:
        usage = Usage("Dockerfile", 1, "FROM", "grafana/x", ImageReference.parse("grafana/x"))
        keep(db, Source(SourceKind.SCAN, "src", NOW, 1), Inventory((usage,)))
        staged = cli("--db", db, "--as", "olivia", "set", "acme", *STRICT)
        assert staged.code == 2
        assert staged.err.splitlines() == [
            "Docker Verified Publisher Images: on -> off",
            "Would block 1 image in use.",
            "Nothing saved. Add --yes to save.",
        ]


WORDS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1)


@given(WORDS)
@example(["a b", "it's", "$(x)", "`x`", "\\", "a\\'b", "", "*", "~", "!x", "-"])
@example(["\x1b[31m", "caf\u00e9a", "\u202e\nx", "\udce9a", "'\x07\\"])
@settings(max_examples=40)
def test_bash_reads_every_word_back(words: list[str]) -> None:
    line = shell_command(words)
    assert line.isascii()
    assert line.isprintable()
    ended = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, env={"LC_ALL": "C"}
    )
    read = ended.stdout.decode(errors="surrogateescape").split("\0")[:-1]
    assert read == words


@pytest.mark.parametrize(
    ("word", "shown"), [("acme", "acme"), ("a b", "'a b'"), ("\x1b", r"$'\x1b'"), ("é", r"$'\xc3\xa9'")]
)
def test_only_what_needs_it_is_quoted(word: str, shown: str) -> None:
    assert shell_command([word]) == shown
