"""Which credentials are found where, and for whom: in the environment, by `docker login`."""

import asyncio
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
        ({"credsStore": "."}, "invalid credential helper"),
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
    helper(tmp_path, "print('credentials not found in native keychain'); sys.exit(1)", "other")
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


async def test_a_helpers_children_end_with_it(tmp_path: Path) -> None:
    """A child that keeps the answer open holds nothing up, and does not stay."""
    os.mkfifo(tmp_path / "life")
    life = os.open(tmp_path / "life", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(life, True)
    helper(
        tmp_path,
        "import os, subprocess\n"
        f"life = os.open({str(tmp_path / 'life')!r}, os.O_WRONLY)\n"
        "subprocess.Popen(['sleep', '600'], pass_fds=[life])",
    )
    with pytest.raises(NotSignedIn, match="did not answer within 1 s"):
        await stored_login(tmp_path, docker(tmp_path, {"credsStore": "test"}), seconds=1)
    # Ends when the last process that could write to it has ended.
    assert await asyncio.wait_for(asyncio.to_thread(os.read, life, 1), 10) == b""
    os.close(life)


async def test_a_helper_cannot_ask_on_our_terminal(tmp_path: Path) -> None:
    """It leads a session of its own, without a terminal, and GnuPG is not told of ours."""
    helper(
        tmp_path,
        "import os\n"
        "server = sys.stdin.read()\n"
        "try:\n"
        "    open('/dev/tty')\n"
        "    seen = 'terminal'\n"
        "except OSError:\n"
        "    seen = 'none'\n"
        "leads = os.getsid(0) == os.getpid()\n"
        "secret = f\"{seen} {leads} {os.environ.get('GPG_TTY')}\"\n"
        "print(json.dumps({'Username': 'olivia', 'Secret': secret}))",
    )
    environment = {**docker(tmp_path, {"credsStore": "test"}), "GPG_TTY": "/dev/pts/0"}
    found = await find_credentials(DOCKER_HUB, environment)
    assert found is not None
    assert found.secret.split() == ["none", "True", "None"]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('pass store is uninitialized'); sys.exit(1)", r"failed: pass store is uninitialized\.$"),
        ("print('gpg: \x1b[31mno key.', file=sys.stderr); sys.exit(2)", r"failed: gpg: \\x1b\[31mno key\.$"),
        ("sys.exit(3)", r"failed: it ended with status 3\.$"),
        (
            "print(json.dumps({'Username': 'a', 'Secret': 's'})); sys.exit(1)",
            r"failed: it ended with status 1\.$",
        ),
        ("print('x' * 10_000); sys.exit(1)", r"failed: x{300}\.\.\.$"),
    ],
)
async def test_a_helpers_failure_is_told_in_its_own_words(tmp_path: Path, program: str, words: str) -> None:
    helper(tmp_path, program)
    with pytest.raises(NotSignedIn, match=words):
        await find_credentials(DOCKER_HUB, docker(tmp_path, {"credsStore": "test"}))


async def test_credentials_not_found_is_no_failure(tmp_path: Path) -> None:
    helper(tmp_path, "print('Credentials not found in native keychain'); sys.exit(1)")
    assert await find_credentials(DOCKER_HUB, docker(tmp_path, {"credsStore": "test"})) is None


async def test_the_helper_of_docker_desktop_on_wsl(tmp_path: Path) -> None:
    helper(tmp_path, "print(json.dumps({'Username': 'olivia', 'Secret': 'w'}))", "desktop.exe")
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, {"credsStore": "desktop.exe"}))
    assert found == Credentials("olivia", "w", "docker login (docker-credential-desktop.exe)")


async def test_docker_auth_config_comes_first(tmp_path: Path) -> None:
    """Its content is JSON. Where it has nothing for Docker Hub, or is broken, the file counts."""
    environment = docker(tmp_path, {"auths": {HUB_KEY: {"auth": basic("file:f")}}})
    content = json.dumps({"auths": {HUB_KEY: {"auth": basic("variable:v")}}})
    for value, user in ((content, "variable"), ('{"auths": {}}', "file"), ("{", "file"), ("", "file")):
        found = await find_credentials(DOCKER_HUB, {**environment, "DOCKER_AUTH_CONFIG": value})
        assert found is not None
        assert found.username == user
    docker(tmp_path, {})
    with pytest.raises(NotSignedIn, match="DOCKER_AUTH_CONFIG is not the JSON of a Docker config file"):
        await find_credentials(DOCKER_HUB, {**environment, "DOCKER_AUTH_CONFIG": "{"})


@pytest.mark.parametrize(
    "key",
    [
        "https://index.docker.io/v1/",
        "https://index.docker.io/v1",
        "https://index.docker.io/v2/",
        "https://INDEX.docker.io/v1/",
        "http://index.docker.io",
        "index.docker.io",
        "index.docker.io/v1/",
        "docker.io",
        "Docker.IO",
        "registry-1.docker.io",
        "https://registry-1.docker.io/v2/",
    ],
)
async def test_a_key_of_docker_hub_in_any_case(tmp_path: Path, key: str) -> None:
    config = {"Auths": {"ghcr.io": {"auth": "x"}, key: {"AUTH": basic("olivia:s") + "\n"}}}
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, config))
    assert found is not None
    assert (found.username, found.secret) == ("olivia", "s")
    helper(tmp_path, "print(json.dumps({'Username': 'helped', 'Secret': 's'}))")
    helpers = {"CREDHELPERS": {key: "test"}, "credsStore": "other"}
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, helpers))
    assert found is not None
    assert found.username == "helped"


@pytest.mark.parametrize(
    "key",
    [
        "https://index.docker.io/v1/access-token",
        "https://index.docker.io/v1/refresh-token",
        "https://index.docker.io.evil.example/v1/",
        "docker.io.evil.example",
        "ftp://index.docker.io/v1/",
        "my.docker.io",
        "https://index.docker.io/v1/?x",
        "",
    ],
)
async def test_a_key_of_something_else(tmp_path: Path, key: str) -> None:
    config = {"auths": {key: {"auth": basic("olivia:s")}}, "credHelpers": {key: "missing"}}
    assert await find_credentials(DOCKER_HUB, docker(tmp_path, config)) is None


async def test_the_key_that_docker_writes_comes_before_the_others(tmp_path: Path) -> None:
    config = {"auths": {"docker.io": {"auth": basic("a:b")}, HUB_KEY: {"auth": basic("olivia:s")}}}
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, config))
    assert found is not None
    assert found.username == "olivia"


async def test_no_helper_for_docker_hub_means_the_file(tmp_path: Path) -> None:
    """An empty name switches the helper for everything off."""
    auths = {HUB_KEY: {"username": "olivia", "password": "s"}}
    config = {"credHelpers": {HUB_KEY: ""}, "credsStore": "missing", "auths": auths}
    found = await find_credentials(DOCKER_HUB, docker(tmp_path, config))
    assert found is not None
    assert (found.username, found.secret) == ("olivia", "s")


async def test_a_token_for_pulling_alone_is_named(tmp_path: Path) -> None:
    entry = {"auth": basic("olivia:"), "identitytoken": "t"}
    with pytest.raises(NotSignedIn, match="is only a token for pulling"):
        await find_credentials(DOCKER_HUB, docker(tmp_path, {"auths": {HUB_KEY: entry}}))


def test_a_secret_is_in_no_repr() -> None:
    assert "hidden" not in repr(Credentials("olivia", "hidden"))
