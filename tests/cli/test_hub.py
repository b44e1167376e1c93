"""Verbs on Docker Hub's API: `--api`, Hub profiles, credentials from the environment, exit codes."""

import json
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from iam_tui.core.organization import Member
from iam_tui.settings import CREDENTIALS
from iam_tui.stores.errors import Unavailable
from iam_tui.stores.hub import HubStore
from iam_tui.stores.hub.credentials import TOKEN_VARIABLE, USERNAME_VARIABLE
from tests.cli.conftest import Cli
from tests.server.running import Running, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that the tests of this file share; acme's switches are what a test makes them."""
    with running(tmp_path_factory.mktemp("served") / "w.db") as server:
        yield server


@pytest.fixture
def signed_in(served: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A token of olivia's in the environment, for this server."""
    sign_in(monkeypatch, served, "olivia")
    return served


def sign_in(monkeypatch: pytest.MonkeyPatch, served: Running, user: str) -> None:
    """Put a user's token into the environment."""
    monkeypatch.setenv("IAM_TUI_API", served.url)
    monkeypatch.setenv("IAM_TUI_USERNAME", user)
    monkeypatch.setenv("IAM_TUI_TOKEN", served.secrets[user])


def unused_url() -> str:
    """The URL of a port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}"


def test_the_variables_of_settings_and_store_are_the_same() -> None:
    assert CREDENTIALS == (USERNAME_VARIABLE, TOKEN_VARIABLE)


def test_orgs_and_show_print_what_is_known_and_null_for_the_rest(cli: Cli, signed_in: Running) -> None:
    found = json.loads(cli("orgs", "--json").out)
    assert [(row["organization"], row["role"]) for row in found] == [("acme", "owner"), ("team", "owner")]
    shown = json.loads(cli("show", "acme", "--json").out)
    assert shown["allow_official_images"] is True
    assert (shown["allow_community_images"], shown["allowlist_enabled"], shown["allowlist"]) == (None,) * 3
    assert (shown["updated_by"], shown["origin"]) == (None, "drift")
    assert "changed elsewhere" in cli("show", "acme").out
    assert signed_in.secrets["olivia"] not in cli("show", "acme").out


@pytest.mark.parametrize("position", [0, 1])
def test_api_may_come_before_or_after_the_verb(cli: Cli, signed_in: Running, position: int) -> None:
    line = ["orgs"]
    line[position:position] = ["--api", signed_in.url]
    assert cli(*line).code == 0


def test_a_profile_names_the_api_and_its_own_memory(cli: Cli, signed_in: Running, tmp_path: Path) -> None:
    config = tmp_path / "config" / "iam_tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[profiles.hub]\napi = "{signed_in.url}"\ndb = "hub.db"\n')
    assert cli("--profile", "hub", "orgs").code == 0
    assert (config.parent / "hub.db").exists()


def test_check_judges_by_what_is_known(cli: Cli, signed_in: Running) -> None:
    assert cli("set", "acme", "--enable", "--official", "off", "--yes").code == 0
    outcome = cli("check", "--org", "acme", "--for", "member", "--json", "nginx", "acme/app")
    assert [row["verdict"] for row in json.loads(outcome.out)] == ["cannot_tell", "allowed"]
    assert outcome.code == 6
    printed = cli("check", "--org", "acme", "--for", "max", "nginx").out
    assert "olivia, omar (owners of acme)" in printed


def test_set_sends_what_the_api_has_and_prints_what_to_do_by_hand(cli: Cli, signed_in: Running) -> None:
    cli("set", "acme", "--official", "on", "--yes")
    changes = ("--official", "off", "--community", "off", "--allowlist", "on", "--allow", "redis")
    staged = cli("set", "acme", *changes)
    assert staged.code == 2
    assert staged.err.count("By hand in Docker Home, only recorded here") == 3
    assert json.loads(cli("show", "acme", "--json").out)["allow_official_images"] is True
    assert cli("set", "acme", *changes, "--yes").code == 0
    shown = json.loads(cli("show", "acme", "--json").out)
    assert (shown["allow_official_images"], shown["allow_community_images"]) == (False, False)
    assert [entry["repository"] for entry in shown["allowlist"]] == ["library/redis"]
    assert "community and allowlist, at 2026-08-14T09:30:00Z" in cli("show", "acme").out
    # The allowlist was only recorded here, and not sent to the server.
    assert signed_in.newest().policy.community is True


def test_where_no_source_is_kept_set_does_not_ask_for_the_owners(
    cli: Cli, signed_in: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def members(*_: object) -> Sequence[Member]:
        raise Unavailable("The members cannot be read.")

    monkeypatch.setattr(HubStore, "members", members)
    enabled = json.loads(cli("show", "acme", "--json").out)["enabled"]
    outcome = cli("set", "acme", "--disable" if enabled else "--enable")
    assert (outcome.code, "Add --yes to save." in outcome.err) == (2, True)


def test_a_member_may_read_and_not_set(cli: Cli, served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, served, "max")
    assert cli("show", "acme").code == 0
    outcome = cli("set", "acme", "--official", "on", "--yes")
    assert outcome.code == 4
    assert "Ask an owner: olivia, omar." in outcome.err
    assert cli("show", "other").code == 4


@pytest.mark.parametrize("where", ["before", "after"])
def test_as_is_wrong_usage_with_an_api(cli: Cli, signed_in: Running, where: str) -> None:
    line = (
        ["--as", "olivia", "orgs"]
        if where == "before"
        else ["orgs", "--as", "olivia", "--api", signed_in.url]
    )
    outcome = cli(*line)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--as is for local files" in outcome.err


@pytest.mark.parametrize("line", ["org create x --owner y", "token create olivia", "member add acme max"])
def test_verbs_of_a_local_store_refuse_an_api(cli: Cli, signed_in: Running, line: str) -> None:
    del signed_in
    outcome = cli(*line.split())
    assert outcome.code == 2
    assert "works on local files only" in outcome.err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hub.example", "not encrypted"),
        ("ftp://hub.example", "is not a valid URL"),
        ("https://me:secret@hub.example", "contains a user name or password"),
        ("https://hub.example/v2", "has a path or query"),
        ("hub.docker.com", "is not a valid URL"),
    ],
)
@pytest.mark.parametrize("verb", ["orgs", ""])
def test_an_api_that_no_token_may_go_to_is_refused(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, why: str, verb: str
) -> None:
    monkeypatch.setattr("iam_tui.cli.console._is_terminal", lambda _: True)
    outcome = cli("--api", url, *filter(None, [verb]))
    assert (outcome.code, outcome.out) == (2, "")
    assert why in outcome.err
    assert "secret" not in outcome.err


def test_without_credentials_it_says_how_to_sign_in(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    url = unused_url()
    outcome = cli("--api", url, "orgs")
    assert outcome.code == 4
    assert f"Set IAM_TUI_API={url}, IAM_TUI_USERNAME and IAM_TUI_TOKEN." in outcome.err
    outcome = cli("--api", "https://hub.docker.com", "orgs")
    assert outcome.code == 4
    assert "docker login" in outcome.err


def test_a_token_for_one_api_goes_to_no_other(cli: Cli, signed_in: Running) -> None:
    del signed_in
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        assert cli("--api", url, "orgs").code == 4
        with pytest.raises(BlockingIOError):
            other.accept()


def test_a_wrong_token_is_not_signed_in(cli: Cli, served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, served, "omar")
    monkeypatch.setenv("IAM_TUI_TOKEN", "iamt_wrong")
    outcome = cli("orgs")
    assert outcome.code == 4
    assert "did not accept" in outcome.err
    assert "iamt_wrong" not in outcome.err


def test_out_of_reach_the_last_known_state_answers_and_saving_does_not(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.hub.retry._FIRST_PAUSE", 0.001)
    with running(tmp_path / "w.db") as server:
        sign_in(monkeypatch, server, "olivia")
        assert cli("show", "acme").code == 0
    outcome = cli("show", "acme", "--json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["as_of"] == "2026-08-14T09:30:00Z"
    assert "its last known state, from 2026-08-14T09:30:00Z" in outcome.err
    assert cli("orgs").code == 0
    assert cli("check", "--org", "acme", "nginx").code == 0
    outcome = cli("set", "acme", "--official", "off", "--yes")
    assert (outcome.code, outcome.out) == (3, "")
    monkeypatch.setenv("IAM_TUI_API", unused_url())
    assert cli("orgs").code == 3


def test_config_shows_that_there_is_a_token_and_never_which(cli: Cli, signed_in: Running) -> None:
    shown = json.loads(cli("config", "show", "--json").out)
    assert shown["api"] == {"value": signed_in.url, "source": "environment IAM_TUI_API"}
    assert shown["IAM_TUI_TOKEN"] == {
        "value": "(set, not shown)",
        "source": "environment IAM_TUI_TOKEN",
    }
    assert signed_in.secrets["olivia"] not in cli("config", "show").out


def test_demo_and_api_contradict_each_other(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iam_tui.cli.console._is_terminal", lambda _: True)
    outcome = cli("--demo", "--api", "https://hub.docker.com")
    assert outcome.code == 2
    assert "--api cannot be used with --demo" in outcome.err
