"""`--lookup`: what verbs ask of Docker Hub before they judge, and that they never ask without the option."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Cli
from tests.server.running import running


class Hub:
    """Answers for the namespaces it knows, without a sign-in, and records the requests."""

    def __init__(self) -> None:
        self.badges = {"otherwise": "", "prom": "verified_publisher"}
        self.paths: list[str] = []
        self.headers: list[str] = []
        self.over = threading.Event()
        self.is_slow = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Stop answering."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.paths.append(self.path)
                hub.headers += [name.lower() for name in self.headers]
                if hub.is_slow:
                    hub.over.wait(30)
                    return
                name = self.path.split("/")[3]
                badge = hub.badges.get(name)
                self.send_response(404 if badge is None else 200)
                body = json.dumps({"orgname": name, "badge": badge}).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server at Docker Hub's address."""
    made = Hub()
    for name in ("application.open_profile", "stores.local.store"):
        monkeypatch.setattr(f"iam_tui.{name}.HUB_API", made.url)
    yield made
    made.stop()


def verdicts(cli: Cli, db: str, *arguments: str, later: timedelta = timedelta()) -> list[str]:
    outcome = cli(
        "--db", db, "--as", "max", "check", "--json", "--for", "member", *arguments, clock=lambda: NOW + later
    )
    return [row["verdict"] for row in json.loads(outcome.out)]


IMAGES = ("prom/x", "otherwise/x", "grafana/x", "acme/x", "nginx", "ghcr.io/prom/x", "Foo:x")
UNKNOWN = ["cannot_tell", "cannot_tell", "allowed", "allowed", "blocked", "not_covered", "invalid"]
KNOWN = ["allowed", "blocked", *UNKNOWN[2:]]


def test_check_asks_only_with_the_option_and_only_for_unknown_badges(cli: Cli, db: str, hub: Hub) -> None:
    assert verdicts(cli, db, *IMAGES) == UNKNOWN
    assert hub.paths == []
    assert verdicts(cli, db, "--lookup", *IMAGES) == KNOWN
    assert sorted(hub.paths) == ["/v2/orgs/otherwise/", "/v2/orgs/prom/"]
    assert "authorization" not in hub.headers


def test_what_was_looked_up_is_kept_with_its_date(cli: Cli, db: str, hub: Hub) -> None:
    verdicts(cli, db, "--lookup", "prom/x")
    asked = list(hub.paths)
    assert verdicts(cli, db, "prom/x") == ["allowed"]
    assert verdicts(cli, db, "--lookup", "prom/x", later=timedelta(days=6)) == ["allowed"]
    assert hub.paths == asked
    note = "note     prom is a verified publisher, read from Docker Hub on 2026-08-14."
    assert note in cli("--db", db, "--as", "max", "check", "prom/x").out


def test_it_is_refreshed_after_the_days_of_the_settings(
    cli: Cli, db: str, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAM_TUI_BADGE_DAYS", "2")
    verdicts(cli, db, "--lookup", "prom/x")
    hub.badges["prom"] = ""
    assert verdicts(cli, db, "--lookup", "prom/x", later=timedelta(days=1)) == ["allowed"]
    assert verdicts(cli, db, "--lookup", "prom/x", later=timedelta(days=2)) == ["blocked"]


def test_a_name_that_does_not_exist_is_printed(cli: Cli, db: str, hub: Hub) -> None:
    outcome = cli("--db", db, "--as", "max", "check", "--lookup", "nobody/x")
    assert outcome.err == "Not found on Docker Hub: nobody.\n"
    assert (outcome.code, "CANNOT TELL" in outcome.out) == (6, True)
    assert hub.paths == ["/v2/orgs/nobody/", "/v2/users/nobody/"]


def test_without_a_network_it_ends_within_the_budget_with_what_is_kept(cli: Cli, db: str, hub: Hub) -> None:
    verdicts(cli, db, "--lookup", "prom/x")
    hub.is_slow = True
    begun = time.monotonic()
    later = NOW + timedelta(days=30)
    outcome = cli(
        "--db", db, "--as", "max", "check", "--lookup", "prom/x", "tiny/x", "new/x", clock=lambda: later
    )
    assert time.monotonic() - begun < 10
    assert [line.split()[0] for line in outcome.out.splitlines() if ".io/" in line] == [
        "ALLOWED",
        "BLOCKED",
        "CANNOT",
    ]
    assert "Not looked up: new, prom.\n" in outcome.err
    assert "within 3 seconds" in outcome.err


def test_a_badge_recorded_by_hand_is_not_looked_up(cli: Cli, db: str, hub: Hub) -> None:
    hub.badges |= {"grafana": "", "tiny": "verified_publisher"}
    assert verdicts(cli, db, "--lookup", "grafana/x", "tiny/x") == ["allowed", "blocked"]
    assert hub.paths == []


def test_scan_and_impact_ask_too(cli: Cli, db: str, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Dockerfile").write_text("FROM prom/x\nFROM otherwise/x\nFROM $nothing\n")
    place = ("--db", db, "--as", "olivia")
    scanned = cli(*place, "scan", "--org", "acme", "--for", "member", "--lookup", "--json", "project")
    assert [row["verdict"] for row in json.loads(scanned.out)] == ["allowed", "blocked", "cannot_tell"]
    hub.badges |= {"otherwise": "verified_publisher"}
    later = NOW + timedelta(days=7)
    impact = ("impact", "acme", "--verified-publishers", "off", "--scan", "project", "--json")
    found = json.loads(cli(*place, *impact, "--lookup", clock=lambda: later).out)
    assert [row["repository"] for row in found["newly_blocked"]] == ["otherwise/x", "prom/x"]
    assert sorted(hub.paths) == ["/v2/orgs/otherwise/"] * 2 + ["/v2/orgs/prom/"] * 2


def test_scan_looks_up_for_verdicts_only(cli: Cli, hub: Hub) -> None:
    outcome = cli("scan", "--lookup", ".")
    assert (outcome.code, hub.paths) == (2, [])
    assert "--lookup needs --org" in outcome.err


def test_the_demo_is_refused_and_never_connects(cli: Cli, demo_file: Path, hub: Hub) -> None:
    outcome = cli("--db", str(demo_file), "--as", "maya", "check", "--org", "globex", "--lookup", "x/y")
    assert (outcome.code, outcome.out, hub.paths) == (2, "", [])
    assert "The demo looks nothing up" in outcome.err


def test_on_an_api_that_one_is_asked_and_gets_no_token(
    cli: Cli, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker Hub itself is not asked, and the error says that the server requires a sign-in."""
    with running(tmp_path / "served.db") as served:
        monkeypatch.setenv("IAM_TUI_API", served.url)
        monkeypatch.setenv("IAM_TUI_USERNAME", "olivia")
        monkeypatch.setenv("IAM_TUI_TOKEN", served.secrets["olivia"])
        outcome = cli("check", "--org", "acme", "--for", "member", "--lookup", "prom/x")
    assert hub.paths == []
    assert "Not looked up: prom." in outcome.err
    assert f"{served.url} requires signing in to read badges; lookups never sign in." in outcome.err
