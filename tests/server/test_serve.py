"""`iam-tui serve` and `iam-tui token` as processes: what they print, how they end, and TLS."""

import json
import os
import re
import shlex
import shutil
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.server.running import ANYWHERE, SETTINGS, fill_file, in_file, switches

ROOT = Path(__file__).parents[2]
PEM = Path(__file__).with_name("localhost.pem")
COMMAND = [sys.executable, "-m", "iam_tui"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without the settings and data of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("IAM_TUI_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "TMPDIR": str(tmp_path),
    }


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A file with the small organizations."""
    path = tmp_path / "w.db"
    in_file(path, fill_file)
    return str(path)


@contextmanager
def serving(environment: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A server as a process, on a free port; it is killed if it is still there at the end."""
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]") -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


@contextmanager
def signed_in(
    url: str, user: str, secret: str, verify: ssl.SSLContext | bool = True
) -> Iterator[httpx.Client]:
    """A client that has signed in."""
    with httpx.Client(base_url=url, verify=verify) as client:
        answered = client.post("/v2/auth/token", json={"identifier": user, "secret": secret})
        assert answered.status_code == 200
        client.headers["Authorization"] = f"Bearer {answered.json()['access_token']}"
        yield client


def test_the_printed_token_signs_in_at_the_printed_address(db: str, environment: dict[str, str]) -> None:
    """Standard output is the token alone, and the address alone; the file is the same one throughout."""
    made = run(environment, "--db", db, "token", "create", "olivia")
    assert made.returncode == 0
    assert re.fullmatch(r"iamt_[\w-]{43}\n", made.stdout)
    with serving(environment, "--db", db, "serve") as process:
        url = line(process)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        with signed_in(url, "olivia", made.stdout.strip()) as client:
            assert client.put(SETTINGS, json=switches(official=False)).status_code == 200
        shown = json.loads(run(environment, "--db", db, "--as", "max", "show", "acme", "--json").stdout)
        assert (shown["revision"], shown["updated_by"], shown["origin"]) == (3, "olivia", "server")
        assert shown["allow_official_images"] is False


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_in_order(
    db: str, environment: dict[str, str], number: signal.Signals, code: int
) -> None:
    """A request that is under way is answered first; nothing is said of it, and no file is left over."""
    secret = run(environment, "--db", db, "token", "create", "olivia").stdout.strip()
    body = json.dumps(switches()).encode()

    def slowly() -> Iterator[bytes]:
        yield body[:10]
        process.send_signal(number)
        yield body[10:]

    with serving(environment, "--db", db, "serve") as process:
        with signed_in(line(process), "olivia", secret) as client:
            assert client.put(SETTINGS, content=slowly()).json() == switches()
        out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert out == ""
    assert "Traceback" not in err
    assert next(one for one in err.splitlines() if "PUT" in one).split()[2:6] == [
        "olivia",
        "PUT",
        SETTINGS,
        "200",
    ]
    assert not list(Path(db).parent.glob("w.db-*"))


def test_the_demo_prints_a_line_to_sign_in_with(environment: dict[str, str], tmp_path: Path) -> None:
    """Its data and its key are in a temporary folder, which is gone afterwards."""
    with serving(environment, "serve", "--demo") as process:
        *settings, command = shlex.split(line(process))
        values = dict(one.split("=", 1) for one in settings)
        assert command == "iam-tui"
        with signed_in(values["IAM_TUI_API"], values["IAM_TUI_USERNAME"], values["IAM_TUI_TOKEN"]) as client:
            found = client.get("/v2/user/orgs/?page_size=100").json()["results"]
            assert {"acme-corp", "globex"} < {one["orgname"] for one in found}
            assert client.put("/v2/orgs/globex/settings", json=switches()).status_code == 403
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert "Serving the demo at http://127.0.0.1:" in err
    assert values["IAM_TUI_TOKEN"] not in err
    assert not list(tmp_path.glob("iam-tui-*"))
    assert not (tmp_path / "data").exists()


def test_the_demo_can_be_kept_in_a_file(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    with serving(environment, "--db", str(path), "serve", "--demo", "--json") as process:
        assert process.stdout is not None
        printed = json.loads("".join(line(process) for _ in range(5)))
        assert list(printed) == ["url", "user", "token"]
        with signed_in(printed["url"], printed["user"], printed["token"]) as client:
            assert client.get("/v2/user/").json()["username"] == printed["user"]
    assert path.exists()


def test_the_signing_key_is_kept_so_that_a_restart_signs_no_one_out(
    db: str, environment: dict[str, str], tmp_path: Path
) -> None:
    secret = run(environment, "--db", db, "token", "create", "max").stdout.strip()
    with (
        serving(environment, "--db", db, "serve") as process,
        signed_in(line(process), "max", secret) as client,
    ):
        headers = client.headers
    with serving(environment, "--db", db, "serve") as process:
        assert httpx.get(f"{line(process)}/v2/user/", headers=headers).status_code == 200
    assert stat.S_IMODE((tmp_path / "w.db.signing-key").stat().st_mode) == 0o600


def test_a_token_of_one_file_is_worth_nothing_at_another(
    db: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Both files have the same people, even with the same personal token."""
    secret = run(environment, "--db", db, "token", "create", "max").stdout.strip()
    shutil.copy(db, tmp_path / "copy.db")
    with (
        serving(environment, "--db", db, "serve") as process,
        signed_in(line(process), "max", secret) as client,
    ):
        headers = client.headers
    with serving(environment, "--db", str(tmp_path / "copy.db"), "serve") as process:
        assert httpx.get(f"{line(process)}/v2/user/", headers=headers).status_code == 401


def test_new_folders_are_closed_to_others_whatever_the_umask(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """All of the folders that are made on the way to a file, not only the last."""
    path = tmp_path / "a" / "b" / "c" / "w.db"
    before = os.umask(0)
    try:
        made = run(
            environment, "--db", str(path), "--as", "olivia", "org", "create", "acme", "--owner", "olivia"
        )
        assert made.returncode == 0
        with serving(environment, "--db", str(path), "serve") as process:
            line(process)
            process.terminate()
    finally:
        os.umask(before)
    folders = (tmp_path / "a", tmp_path / "a" / "b", path.parent)
    assert [stat.S_IMODE(one.stat().st_mode) for one in folders] == [0o700] * 3
    assert not (tmp_path / "data").exists()


def test_other_host_names_are_a_setting(db: str, environment: dict[str, str]) -> None:
    environment["IAM_TUI_SERVER_HOSTS"] = "iam.acme.example, *.inner.example"
    with serving(environment, "--db", db, "serve") as process:
        url = line(process)
        statuses = {
            host: httpx.get(f"{url}/v2/user/", headers={"Host": host}).status_code
            for host in ("iam.acme.example", "a.inner.example", "127.0.0.1", "evil.example")
        }
    assert statuses == {
        "iam.acme.example": 401,
        "a.inner.example": 401,
        "127.0.0.1": 401,
        "evil.example": 421,
    }


def test_an_insecure_bind_answers_to_every_name_and_says_so(db: str, environment: dict[str, str]) -> None:
    with serving(environment, "--db", db, "serve", "--insecure-bind", "--host", ANYWHERE) as process:
        url = line(process).replace(ANYWHERE, "127.0.0.1")
        assert httpx.get(f"{url}/v2/user/", headers={"Host": "any.example"}).status_code == 401
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert "answers to every host name" in err


def test_with_a_certificate_it_speaks_tls(db: str, environment: dict[str, str]) -> None:
    secret = run(environment, "--db", db, "token", "create", "max").stdout.strip()
    trusted = ssl.create_default_context(cafile=PEM)
    with serving(
        environment, "--db", db, "serve", "--host", ANYWHERE, "--tls-cert", str(PEM), "--tls-key", str(PEM)
    ) as process:
        url = line(process).replace(ANYWHERE, "127.0.0.1")
        assert url.startswith("https://")
        with signed_in(url, "max", secret, verify=trusted) as client:
            assert client.get("/v2/user/orgs/?page_size=1&x=1").status_code == 200
            following = client.get("/v2/orgs/acme/members?page_size=1").json()["next"]
        assert following.startswith(f"{url}/v2/orgs/acme/members?")
        with pytest.raises(httpx.HTTPError):
            httpx.get(url.replace("https", "http"))


def test_the_log_on_standard_error_has_no_secret(db: str, environment: dict[str, str]) -> None:
    secret = run(environment, "--db", db, "token", "create", "max").stdout.strip()
    with serving(environment, "--db", db, "serve") as process:
        with signed_in(line(process), "max", secret) as client:
            client.get(f"/v2/user/orgs/?token={secret}")
            signed = client.headers["Authorization"].removeprefix("Bearer ")
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert " max GET /v2/user/orgs/ 200 " in err
    assert secret not in err
    assert signed not in err


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        (["serve", "--host", ANYWHERE], 2, "--insecure-bind"),
        (["serve", "--host", "no.such.host.invalid"], 2, "not an address"),
        (["serve", "--port", "65536"], 2, "65536 is not a port"),
        (["serve", "--port", "x"], 2, "--port"),
        (["serve", "--tls-cert", "x.pem"], 2, "must be given together"),
        (["serve", "--tls-cert", "none.pem", "--tls-key", "none.pem"], 2, "certificate cannot be used"),
        (["--db", "none.db", "serve"], 4, "no file"),
        (["token", "create", "nobody"], 4, "nobody is not in any organization"),
        (["token", "create"], 2, "USER"),
        (["token", "revoke", "0123"], 4, "no token 0123"),
        (["token"], 2, "token needs one of: create, list, revoke"),
    ],
)
def test_impossible_arguments_are_errors_and_nothing_runs(
    db: str, environment: dict[str, str], arguments: list[str], code: int, printed: str
) -> None:
    ended = run(environment, *([] if "--db" in arguments else ["--db", db]), *arguments)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert printed in ended.stderr
    assert "Traceback" not in ended.stderr


def test_tokens_are_listed_and_revoked(db: str, environment: dict[str, str]) -> None:
    made = json.loads(run(environment, "--db", db, "token", "create", "max", "--json").stdout)
    listed = run(environment, "--db", db, "token", "list")
    assert listed.stdout.splitlines()[0].split() == ["ID", "USER", "CREATED"]
    assert f"{made['id']}  max " in listed.stdout
    assert made["token"] not in listed.stdout
    gone = run(environment, "--db", db, "token", "revoke", made["id"])
    assert (gone.returncode, gone.stdout) == (0, "")
    left = json.loads(run(environment, "--db", db, "token", "list", "--json").stdout)
    assert made["id"] not in [one["id"] for one in left]
    assert [list(one) for one in left] == [["id", "user", "created_at"]] * 5


def test_without_the_extra_it_says_how_to_get_it(db: str, environment: dict[str, str]) -> None:
    """The packages are hidden from the process; the verbs that do not need them work."""
    hide = (
        "import importlib.util, sys\n"
        "from iam_tui.cli.main import main\n"
        "find = importlib.util.find_spec\n"
        "hidden = ('jwt', 'starlette', 'uvicorn')\n"
        "importlib.util.find_spec = lambda name, *more: None if name in hidden else find(name, *more)\n"
        "sys.modules.update(dict.fromkeys(hidden))\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", hide, "--db", db]
    ended = [
        subprocess.run([*command, *more], capture_output=True, text=True, env=environment, check=False)
        for more in (["serve"], ["token", "list"], ["serve", "--help"])
    ]
    assert [one.returncode for one in ended] == [2, 0, 0]
    assert "pip install 'iam-tui[server]'" in ended[0].stderr
    assert "Traceback" not in ended[0].stderr
