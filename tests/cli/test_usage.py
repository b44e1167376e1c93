"""The grammar of the command line: options before or after the verb, help, and what is wrong usage."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from iam_tui.cli.main import top_parser
from iam_tui.cli.verbs import VERBS
from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    "line",
    [
        "--db {db} --as max --json check nginx postgres",
        "check --db {db} --as max --json nginx postgres",
        "check nginx postgres --db {db} --as max --json",
        "--as max check nginx --db={db} --json postgres",
        "--json check nginx --as=max postgres --db {db}",
        "--org acme --as nobody --json check nginx postgres --as max --db {db}",
    ],
)
def test_options_go_before_and_after_the_verb(cli: Cli, db: str, line: str) -> None:
    expected = cli("check", "--json", "--db", db, "--as", "max", "nginx", "postgres")
    assert cli(*line.format(db=db).split()) == expected
    assert expected.code == 1


@pytest.mark.parametrize(
    "option",
    [text for one in top_parser()._actions if one.nargs != 0 for text in one.option_strings],
)
def test_the_value_of_an_option_is_not_the_verb(cli: Cli, option: str) -> None:
    assert "xyzzy" not in cli(option, "xyzzy", "docs").err


@pytest.mark.parametrize(
    "line",
    [
        "--db {db} --as olivia member add acme zoe",
        "member --db {db} add --as olivia acme zoe",
        "member add acme zoe --db {db} --as olivia",
    ],
)
def test_and_around_verbs_of_two_words(cli: Cli, db: str, line: str) -> None:
    assert cli(*line.format(db=db).split()).code == 0
    assert cli("--db", db, "--as", "zoe", "show", "acme").code == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("chek nginx", "Unknown verb: chek. Did you mean check?"),
        ("xyzzy", "Unknown verb: xyzzy. Use one of: check, completion, config, docs, impact,"),
        ("org creat acme", "Unknown org action: creat. Did you mean create?"),
        ("org", "org needs one of: create, plan."),
        ("check", "IMAGE"),
        ("show", "ORG"),
        ("--jso orgs", "--jso"),
        ("orgs --jso", "--jso"),
        ("orgs --jso", "Unknown option: --jso. Did you mean --json?"),
        ("set acme --ofical off", "Unknown option: --ofical. Did you mean --official?"),
        ("set acme --verified-publisher=off", "Unknown option: --verified-publisher. Did you mean"),
        ("--profil work show acme", "Unknown option: --profil. Did you mean --profile?"),
        ("--demmo", "Unknown option: --demmo. Did you mean --demo?"),
        ("orgs --zzzzzz", "Unknown option: --zzzzzz.\n"),
        ("orgs surplus", "unrecognized arguments: surplus."),
        ("--demo --profile work orgs", "--profile cannot be used with --demo"),
        ("--read-only check x", "--read-only cannot be used with `iam-tui check`."),
        ("--json completion bash", "--json cannot be used with `iam-tui completion`."),
        ("--org acme orgs", "--org cannot be used with `iam-tui orgs`."),
        ("--json", "--json needs a verb that prints data."),
        ("--db", "expected one argument"),
        ("completion elvish", "elvish"),
        ("publisher set grafana great", "great"),
        ("--plain", "--plain"),
    ],
)
def test_wrong_usage_is_named_and_ends_with_2(cli: Cli, line: str, message: str) -> None:
    outcome = cli(*line.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("iam-tui: Wrong usage: ")
    assert message in outcome.err
    assert "--help`" in outcome.err or "terminal" in outcome.err


def test_an_image_may_begin_with_a_dash(cli: Cli, db: str) -> None:
    outcome = cli("--db", db, "--as", "max", "check", "--", "--json")
    assert outcome.code == 2
    assert outcome.out.startswith("INVALID  --json\n")


def test_help_leads_with_four_examples_and_the_exit_codes(cli: Cli) -> None:
    outcome = cli("--help")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert sum(line.startswith("  iam-tui ") for line in lines[:8]) == 4
    assert lines.index("exit codes:") < 10
    assert all(f"  {verb} " in outcome.out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(cli: Cli, verb: str) -> None:
    outcome = cli(*verb.split(), "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"usage: iam-tui {verb} ")
    assert "--as USER" in outcome.out


def test_help_of_a_first_word_lists_the_second(cli: Cli) -> None:
    outcome = cli("member", "--help")
    assert outcome.code == 0
    assert "iam-tui member sign-out" in outcome.out


@pytest.mark.parametrize("line", ["--version", "--version check", "--db x --version"])
def test_version_prints_what_runs(cli: Cli, line: str) -> None:
    outcome = cli(*line.split())
    assert outcome.code == 0
    assert outcome.out.startswith("iam-tui ")
    assert all(f" {word} " in outcome.out for word in ("Python", "Textual"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_completion_knows_verbs_and_options(cli: Cli, shell: str) -> None:
    outcome = cli("completion", shell)
    assert outcome.code == 0
    assert all(word in outcome.out for word in ("verified-publishers", "sign-out", "publisher", "demo"))
    assert "iam-tui completion organizations" in outcome.out


def test_the_names_of_organizations_are_completed_from_the_local_file(
    cli: Cli, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAM_TUI_DB", db)
    assert cli("completion", "organizations").out.split() == ["acme"]
    monkeypatch.setenv("IAM_TUI_DB", f"{db}-missing")
    assert cli("completion", "organizations") == (0, "", "")


def test_a_shell_completes_an_organization(db: str, cli: Cli, tmp_path: Path) -> None:
    """A real bash: `iam-tui show a` and the tab key."""
    script = tmp_path / "completion.bash"
    script.write_text(cli("completion", "bash").out)
    command = (
        f'iam-tui() {{ {shlex.quote(sys.executable)} -m iam_tui "$@"; }}; source {shlex.quote(str(script))};'
        "COMP_WORDS=(iam-tui show a); COMP_CWORD=2; COMP_LINE='iam-tui show a'; COMP_POINT=${#COMP_LINE};"
        "$(complete -p iam-tui | sed 's/.*-F \\([^ ]*\\).*/\\1/') iam-tui a show; echo ${COMPREPLY[@]}"
    )
    environment = {**os.environ, "IAM_TUI_DB": db}
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert ran.stdout.split() == ["acme"], ran.stderr
