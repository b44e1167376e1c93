"""Which credentials are found where, and for whom: in the environment, by `docker login`."""

import base64
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.hub import DOCKER_HUB, ApiOrigin, find_credentials
from iam_tui.stores.hub.docker_login import stored_login
from iam_tui.stores.protocol import Credentials

LOCAL = ApiOrigin.parse("http://127.0.0.1:8080")
HUB_KEY = "https://index.docker.io/v1/"
BOTH = {"IAM_TUI_USERNAME": "olivia", "IAM_TUI_TOKEN": "dckr_pat_x"}


def docker(folder: Path, config: object) -> dict[str, str]:
    """An environment whose Docker has this config file."""
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return {"DOCKER_CONFIG": str(folder), "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def helper(folder: Path, program: str, name: str = "test") -> None:
    """A credential helper that is this Python program."""
    path = folder / f"docker-credential-{name}"
    path.write_text(f"#!{sys.executable}\nimport json, sys, time\n{program}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def basic(text: str) -> str:
    """Text as Docker keeps it."""
    return base64.b64encode(text.encode()).decode()


async def test_the_environments_go_to_docker_hub(tmp_path: Path) -> None:
    assert await find_credentials(DOCKER_HUB, BOTH) == Credentials("olivia", "dckr_pat_x", "IAM_TUI_TOKEN")
    assert await find_credentials(LOCAL, BOTH) is None


async def test_the_environments_go_to_the_api_configured_beside_them(tmp_path: Path) -> None:
    beside = {**BOTH, "IAM_TUI_API": "http://127.0.0.1:8080/", "DOCKER_CONFIG": str(tmp_path)}
    found = await find_credentials(LOCAL, beside)
    assert found is not None
    assert found.username == "olivia"
    assert await find_credentials(DOCKER_HUB, beside) is None
    with pytest.raises(NotSignedIn, match=r"IAM_TUI_API: .*not encrypted"):
        await find_credentials(DOCKER_HUB, {**BOTH, "IAM_TUI_API": "http://hub.example"})


@pytest.mark.parametrize("name", sorted(BOTH))
async def test_half_a_pair_is_an_error(name: str) -> None:
    with pytest.raises(NotSignedIn, match=f"{name} is not set"):
        await find_credentials(DOCKER_HUB, {key: value for key, value in BOTH.items() if key != name})


async def test_dockers_login_goes_to_docker_hub_alone(tmp_path: Path) -> None:
    environment = docker(tmp_path, {"auths": {HUB_KEY: {"auth": basic("olivia:s:3")}}})
    found = await find_credentials(DOCKER_HUB, environment)
    assert found is not None
    assert (found.username, found.secret) == ("olivia", "s:3")
    assert "config.json" in found.source
    for other in (
        "http://127.0.0.1:8080",
        "https://hub.docker.com:444",
        "https://hub.docker.com.evil.example",
    ):
        assert await find_credentials(ApiOrigin.parse(other), environment) is None


@pytest.mark.parametrize(
    "config",
    [{}, {"auths": {}}, {"auths": None}, {"auths": {HUB_KEY: {}}}, {"auths": {"ghcr.io": {"auth": "x"}}}],
)
async def test_without_a_login(tmp_path: Path, config: object) -> None:
    assert await find_credentials(DOCKER_HUB, docker(tmp_path, config)) is None
    assert await find_credentials(DOCKER_HUB, {"DOCKER_CONFIG": str(tmp_path / "none")}) is None


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("{", "is not a Docker config file"),
        ("[]", "is not a Docker config file"),
        ({"auths": {HUB_KEY: {"auth": "%%%"}}}, "cannot be read"),
        ({"auths": {HUB_KEY: {"auth": basic("no colon")}}}, "cannot be read"),
        ({"auths": {HUB_KEY: {"auth": 7}}}, "cannot be read"),
        ({"credsStore": "../evil"}, "invalid credential helper"),
        ({"credsStore": "a;rm -rf"}, "invalid credential helper"),
        ({"credsStore": 7}, "invalid credential helper"),
        ({"credHelpers": {HUB_KEY: ""}}, "invalid credential helper"),
        ({"credsStore": "not-there"}, "docker-credential-not-there.*cannot be started"),
    ],
)
async def test_a_login_that_cannot_be_used_is_an_error(tmp_path: Path, config: object, words: str) -> None:
    with pytest.raises(NotSignedIn, match=words) as error:
        await find_credentials(DOCKER_HUB, docker(tmp_path, config))
    assert "IAM_TUI_TOKEN" in error.value.advice


async def test_a_helper_is_asked_for_docker_hub(tmp_path: Path) -> None:
    """Its own helper before the one for everything, and both before the file."""
    helper(
        tmp_path,
        "assert sys.argv[1:] == ['get']\n"
        "server = sys.stdin.read()\n"
        "print(json.dumps({'ServerURL': server, 'Username': 'olivia', 'Secret': 'of ' + server}))",
    )
    helper(tmp_path, "sys.exit(3)", "other")
    config = {
        "credHelpers": {HUB_KEY: "test"},
        "credsStore": "other",
        "auths": {HUB_KEY: {"auth": basic("a:b")}},
    }
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, config))
    assert found == Credentials("olivia", f"of {HUB_KEY}", "docker login (docker-credential-test)")
    assert await find_credentials(LOCAL, docker(tmp_path, config)) is None
    assert await find_credentials(DOCKER_HUB, docker(tmp_path, {"credsStore": "other"})) is None


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('{')", "returned no usable credentials"),
        ("print('[]')", "returned no usable credentials"),
        ("print(json.dumps({'Username': 'olivia', 'Secret': ''}))", "returned no usable credentials"),
        ("print(json.dumps({'Username': '<token>', 'Secret': 'x'}))", "only a token for pulling"),
    ],
)
async def test_a_helper_that_makes_no_sense(tmp_path: Path, program: str, words: str) -> None:
    helper(tmp_path, program)
    with pytest.raises(NotSignedIn, match=words):
        await find_credentials(DOCKER_HUB, docker(tmp_path, {"credsStore": "test"}))


async def test_a_helper_that_hangs_is_ended(tmp_path: Path) -> None:
    helper(tmp_path, "open(sys.argv[0] + '.pid', 'w').write(str(__import__('os').getpid())); time.sleep(600)")
    environment = docker(tmp_path, {"credsStore": "test"})
    with pytest.raises(NotSignedIn, match="did not answer within 1 s"):
        await stored_login(tmp_path, environment, seconds=1)
    pid = (tmp_path / "docker-credential-test.pid").read_text()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_secret_is_in_no_repr() -> None:
    assert "hidden" not in repr(Credentials("olivia", "hidden"))
