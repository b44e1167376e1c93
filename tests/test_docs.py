"""What the reference pages say is what the program does: keys, settings, verbs, JSON, examples."""

import importlib
import inspect
import json
import pkgutil
import re
import shlex
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from textual.binding import Binding

import iam_tui.ui
from iam_tui.cli.errors import ExitCode
from iam_tui.cli.main import main, top_parser, verb_parser
from iam_tui.cli.parser import Parser, add_common_options, split_at_word
from iam_tui.cli.set import add_changes
from iam_tui.cli.verbs import VERBS, actions_of
from iam_tui.server.routes import PUBLIC_ROUTES, ROUTES
from iam_tui.settings import PREFIX, Settings, load
from iam_tui.ui.app import ENDING_SIGNALS, IamApp
from iam_tui.ui.help.keymap import remapped
from iam_tui.ui.shared.active_keys import key_words
from tests.clock import FixedClock
from tests.documents import PAGES, README, ROOT, blocks, commands, mentioned, names, run, served_demo, table

COMMAND_LINE = PAGES["command-line"]
EVERYTHING = {"README": README, **PAGES}
FROM_SCRATCH = "iam-tui --db w.db "


def _bindings() -> Iterator[Binding]:
    for found in pkgutil.walk_packages(iam_tui.ui.__path__, "iam_tui.ui."):
        module = importlib.import_module(found.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                yield from (one for one in vars(kind).get("BINDINGS", ()) if isinstance(one, Binding))


def _options(parser: Parser) -> list[str]:
    """The long options that a parser takes, without `--help`."""
    found = [text for action in parser._actions for text in action.option_strings if text.startswith("--")]
    return [option for option in found if option != "--help"]


def _documented_options(rows: list[list[str]]) -> set[str]:
    return {option for row in rows for option in re.findall(r"--[a-z-]+", " ".join(row))}


def test_keys_lists_every_binding_by_its_name_in_the_key_map() -> None:
    active: dict[str, list[str]] = {}
    for binding in _bindings():
        place, _, action = (binding.id or "").partition(".")
        keys = " ".join(f"`{key_words(key)}`" for key in binding.key.split(","))
        active.setdefault(f"`{place}`", []).append(f"{keys} {action}")
    documented = {row[0]: row[2] for row in table(PAGES["keys"], "## All keys")}
    assert documented == {place: ", ".join(keys) for place, keys in active.items()}


def test_settings_lists_every_setting_with_its_variable_and_plain_defaults() -> None:
    rows = table(PAGES["settings"], "## Settings")
    assert names(rows) == list(Settings.model_fields)
    assert [row[1].strip("`") for row in rows] == [PREFIX + name.upper() for name in Settings.model_fields]
    plain = {False: "no", True: "yes", 7: "7"}
    for row, field in zip(rows, Settings.model_fields.values(), strict=True):
        if isinstance(field.default, int):
            assert row[3] == plain[field.default], row[0]


@pytest.mark.parametrize("example", [block for page in PAGES.values() for block in blocks(page, "toml")])
def test_the_examples_of_config_files_can_be_used(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(example, encoding="utf-8")
    monkeypatch.setenv("IAM_TUI_CONFIG", str(path))
    keymap = load().settings.keymap
    assert remapped(keymap, IamApp) == (keymap, ())


def test_command_line_lists_every_verb_and_whether_it_prints_json() -> None:
    rows = table(COMMAND_LINE, "## Verbs")
    printing = {verb: "yes" if "--json" in _options(verb_parser(verb)) else "no" for verb in VERBS}
    assert {row[0].strip("`"): row[2] for row in rows} == printing


def test_command_line_lists_the_options_of_every_verb_and_the_changes() -> None:
    everywhere, changes = Parser(""), Parser("")
    add_common_options(everywhere)
    add_changes(changes)
    assert _documented_options(table(COMMAND_LINE, "## Options for every verb")) >= set(_options(everywhere))
    assert _documented_options(table(COMMAND_LINE, "## Changes")) == set(_options(changes))


def test_command_line_lists_every_exit_code() -> None:
    documented = {int(code) for row in table(COMMAND_LINE, "## Exit codes") for code in row[0].split(", ")}
    signals = {128 + signal.Signals[name] for name in ENDING_SIGNALS}
    assert documented == {int(code) for code in ExitCode} | signals


def test_command_line_lists_every_key_of_the_json(
    demo_file: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM nginx\n", encoding="utf-8")
    arguments = ["--db", str(demo_file), "--as", "maya", "--json"]

    def printed(*more: str) -> object:
        main([*arguments, *more], clock=clock)
        return json.loads(capsys.readouterr().out)

    def first(rows: object) -> dict[str, object]:
        assert isinstance(rows, list)
        row: dict[str, object] = rows[0]
        return row

    def documented(heading: str) -> list[str]:
        return names(table(COMMAND_LINE, f"### JSON of {heading}"))

    assert documented("`check`") == list(first(printed("check", "--org", "globex", "nginx")))
    assert documented("`scan`") == list(
        first(printed("scan", "--org", "globex", str(tmp_path / "Dockerfile")))
    )
    show = printed("show", "globex")
    assert isinstance(show, dict)
    assert documented("`show` and `orgs`") == list(show)
    assert [key for key in show if key != "allowlist"] == list(first(printed("orgs")))
    impact = printed("impact", "acme-corp", "--verified-publishers", "off")
    assert isinstance(impact, dict)
    assert documented("`impact`") == list(impact)
    about_rows = COMMAND_LINE.split("### JSON of `impact`\n", 1)[1].split("\n|", 1)[0]
    assert [key for key in first(impact["newly_blocked"]) if f"`{key}`" not in about_rows] == []


def test_serving_lists_every_call() -> None:
    served = [f"{route.method} {route.path}" for route in (*PUBLIC_ROUTES, *ROUTES)]
    assert names(table(PAGES["serving"], "## What it serves")) == served


def test_the_changelog_has_the_versions_with_the_newest_first() -> None:
    versions = re.findall(r"^## (\S+)", PAGES["changelog"], flags=re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert versions[-1] == "1.0.0"


@pytest.mark.parametrize("topic", PAGES)
def test_links_between_pages_lead_somewhere(topic: str) -> None:
    links = re.findall(r"\]\(([^)]*)\)", PAGES[topic])
    assert [link for link in links if not (ROOT / "iam_tui" / "docs" / link).exists()] == []


@pytest.mark.parametrize(
    "example", sorted({block for page in EVERYTHING.values() for block in blocks(page, "console")})
)
def test_the_examples_print_what_they_show(
    example: str,
    demo_file: Path,
    clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(demo_file.parent)
    command, _, shown = example.partition("\n")
    _, program, *arguments = shlex.split(command)
    assert program == "iam-tui"
    main(arguments, clock=clock)
    printed = capsys.readouterr()
    assert printed.err + printed.out == shown


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The demo's organizations in the place of Docker Hub."""
    with served_demo(tmp_path_factory.mktemp("served")) as variables:
        yield variables


@pytest.mark.parametrize(
    "command",
    [line for page in PAGES.values() for line in commands(page) if not line.startswith(FROM_SCRATCH)],
)
def test_every_command_can_be_run(command: str, demo_file: Path, hub: Mapping[str, str]) -> None:
    folder = demo_file.parent
    run("iam-tui --db acme.db org create acme --owner olivia", folder, hub)
    stopped = {ExitCode.INTERRUPTED} if " serve" in command else set()
    assert run(command.replace("8080", "0"), folder, hub) in {ExitCode.FINE, *stopped}


def test_the_local_file_from_scratch_can_be_made(
    tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line for line in commands(COMMAND_LINE) if line.startswith(FROM_SCRATCH)]
    *before, last = [shlex.split(line)[1:] for line in lines]
    assert [main(line, clock=clock) for line in before] == [ExitCode.FINE] * len(before)
    capsys.readouterr()
    assert main(last, clock=clock) == ExitCode.BLOCKED
    rows = json.loads(capsys.readouterr().out)
    assert [(row["verdict"], row["rule"]) for row in rows] == [
        ("allowed", "official"),
        ("blocked", "verified_publisher"),
    ]


@pytest.mark.parametrize("command", sorted({one for page in EVERYTHING.values() for one in mentioned(page)}))
def test_commands_in_the_text_name_verbs_and_options_that_exist(command: str) -> None:
    arguments = shlex.split(command)[1:]
    word, after = split_at_word(arguments)[1:]
    if word is None or word == "VERB":
        known = _options(top_parser())
    else:
        actions = actions_of(word)
        assert word in VERBS or (actions and after[0] in actions)
        known = _options(verb_parser(f"{word} {after[0]}" if actions else word))
    used = [argument for argument in arguments if argument.startswith("--")]
    assert [option for option in used if option not in (*known, "--help")] == []


GUIDES = ("CONTRIBUTING.md", "ARCHITECTURE.md")
_PLACEHOLDER = re.compile(r"/[^/]*(?:NAME|FEATURE|FORMAT|TOPIC)\b.*")


def _guide(name: str) -> str:
    return (ROOT / ".github" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GUIDES)
def test_the_files_that_contributors_are_sent_to_exist(name: str) -> None:
    """Of a path with a placeholder, the folders before it."""
    named = re.findall(r"`((?:iam_tui|tests|screenshots|\.ci)/[^`]*|[\w.-]+\.(?:toml|md))`", _guide(name))
    linked = [f".github/{link}" for link in re.findall(r"\]\(([^):]*)\)", _guide(name))]
    paths = [_PLACEHOLDER.sub("", path) for path in (*named, *linked)]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", GUIDES)
def test_the_names_that_contributors_look_for_are_in_the_code(name: str) -> None:
    sources = [*(ROOT / "iam_tui").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.name != Path(__file__).name)
    pattern = r"`(_?(?:[A-Z][a-z]+\w*|[A-Z]+_\w+|[A-Z]{5,}|[a-z]+_[a-z_]+[a-z]))`"
    named = set(re.findall(pattern, _guide(name)))
    assert len(named) > 5
    assert [word for word in sorted(named) if not re.search(rf"\b{word}\b", code)] == []
