"""What no well-meaning client sends: it is refused, changes nothing, and the next request is answered."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from iam_tui.server import http_timeouts
from iam_tui.server.hosts import ServedHosts
from iam_tui.server.middleware import ACCESS_LOG, MAX_BODY, Middleware
from tests.server.running import SETTINGS, Running, running, switches

LOGIN = "/v2/auth/token"


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A server with very short timeouts."""
    monkeypatch.setattr(http_timeouts, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(Middleware.__init__, "__kwdefaults__", {"body_seconds": 0.3})
    with running(tmp_path / "w.db") as one:
        yield one


def short(value: object) -> str:
    """A name for a test over such a value."""
    return repr(value)[:50]


def wire(server: Running) -> socket.socket:
    """A connection to the server."""
    url = httpx.URL(server.url)
    return socket.create_connection((url.host, url.port or 0), timeout=20)


def sent(server: Running, request: bytes) -> bytes:
    """All that comes back for these bytes until the server closes."""
    with wire(server) as connection:
        connection.sendall(request)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server closes, however roughly."""
    read = b""
    try:
        while part := connection.recv(65_536):
            read += part
    except ConnectionResetError:
        pass
    return read


def status(answered: bytes) -> int:
    """The status of a raw answer."""
    return int(answered.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b"1" * 50_000,
        b'"' + b"a" * 60_000 + b'"',
        b"NaN",
        b"null",
        b'{"identifier": "olivia", "secret": ["x"]}',
        b'{"identifier": "\\ud800", "secret": "x"}',
        b'{"identifier": {"$ne": ""}, "secret": {"$ne": ""}}',
    ],
    ids=short,
)
def test_bodies_that_make_no_sense_are_refused(reading: Running, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {reading.signed('olivia')}"}
    with reading.anyone() as client:
        assert client.post(LOGIN, content=body).status_code == 400
        assert client.put(SETTINGS, content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("text", ["\\u0000", "\\u202e", "' OR 1=1 --", "a" * 30_000], ids=short)
def test_names_of_any_kind_are_just_wrong(reading: Running, text: str) -> None:
    body = b'{"identifier": "%s", "secret": "%s"}' % (text.encode(), text.encode())
    with reading.anyone() as client:
        assert client.post(LOGIN, content=body).status_code == 401


@pytest.mark.parametrize(("size", "expected"), [(MAX_BODY, 400), (MAX_BODY + 1, 413), (2_000_000, 413)])
def test_a_body_has_64_kilobytes_at_most(reading: Running, size: int, expected: int) -> None:
    with reading.anyone() as client:
        refused = client.post(LOGIN, content=b" " * size)
        drip = client.post(LOGIN, content=(b" " * min(50_000, size) for _ in range(-(-size // 50_000))))
    assert refused.status_code == expected
    assert refused.json()["detail"] == refused.json()["message"]
    assert drip.status_code in (expected, 413)


def test_a_body_without_end_is_cut_off(reading: Running) -> None:
    """It is refused after a few megabytes, long before it is all there."""
    head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000000\r\n\r\n" % LOGIN.encode()
    with wire(reading) as connection:
        connection.sendall(head)
        answered: list[bytes] = []
        reader = threading.Thread(target=lambda: answered.append(rest(connection)))
        reader.start()
        parts = 0
        try:
            while reader.is_alive() and parts < 2_000:
                connection.sendall(b"x" * 65_536)
                parts += 1
        except OSError:
            pass
        reader.join(20)
    assert parts < 2_000
    assert answered[0] == b"" or status(answered[0]) == 413


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX\x00: y\r\n\r\n",
    ],
    ids=short,
)
def test_a_request_that_is_not_http_is_refused(reading: Running, request_: bytes) -> None:
    assert status(sent(reading, request_)) == 400
    assert reading.ask("max", "/v2/user/").status_code == 200


@pytest.mark.parametrize("size", [20_000, 60_000, 400_000])
@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"]
)
def test_a_head_has_16_kilobytes_at_most(reading: Running, head: bytes, size: int) -> None:
    """Those that never end are cut off; the others get an error."""
    answered = sent(reading, (head % (b"x" * size)).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answered == b"" or status(answered) in (400, 431)


def test_many_headers_are_fine(reading: Running) -> None:
    many = [("Authorization", f"Bearer {reading.signed('max')}"), *((f"x-{n}", "y") for n in range(300))]
    with reading.anyone() as client:
        assert client.get("/v2/user/", headers=many).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v2/orgs/%2e%2e/settings",
        "/v2/orgs/other/../acme/settings",
        "/v2/orgs/%2e/settings",
        "/v2/orgs//settings",
        "//v2/orgs/acme/settings",
        "/v2//orgs/acme/settings",
        "/v2/orgs/acme//settings",
        "/v2/orgs/acme/settings//",
        "/v2/orgs/acme%2Fsettings",
        "/v2/orgs/acme%2fsettings/",
        "/v2/orgs/x%2F..%2Facme/settings",
        "/v2/orgs/acme%00/settings",
        "/v2/orgs/ACME/settings",
        "/v2/orgs/acme%20/settings",
        "/v2/orgs/acme;x/settings",
        "/v2/orgs/acme%ff/settings",
        "/v2/orgs/%F0%9F%90%B3/settings",
        "/v2/orgs/%E2%80%AEemca/settings",
        "/v2/orgs/%1b%5B31macme/settings",
        "/v2/orgs/" + "a" * 10_000 + "/settings",
        "/v2/orgs/'%20OR%201=1%20--/settings",
        "/V2/orgs/acme/settings",
        "http://evil.example/v2/orgs/acme/settings",
        "*",
    ],
    ids=short,
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_trick_with_the_path_leads_to_another_one(reading: Running, method: str, path: str) -> None:
    body = json.dumps(switches()).encode()
    before = reading.newest()
    request = (
        f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        f"Authorization: Bearer {reading.signed('olivia')}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answered = sent(reading, request.encode() + body)
    assert status(answered) in (400, 404)
    content = answered.rpartition(b"\r\n\r\n")[2]
    assert content.isascii()
    assert b"\x1b" not in content
    assert reading.newest() == before


def test_answers_say_nothing_of_the_server_and_may_not_be_kept(reading: Running) -> None:
    for path in (SETTINGS, "/nothing"):
        headers = reading.ask("max", path).headers
        assert "server" not in headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("start", [b"", b"GET /v2/user/ HTTP/1.1\r\nHost: a\r\nX: "], ids=short)
def test_a_head_that_is_not_finished_is_cut_off(impatient: Running, start: bytes) -> None:
    with wire(impatient) as connection:
        connection.sendall(start)
        assert rest(connection) == b""
    assert impatient.ask("max", "/v2/user/").status_code == 200


def test_a_head_that_arrives_slowly_is_cut_off(impatient: Running) -> None:
    """Every byte comes soon after the one before, and still it does not go on for long."""
    with wire(impatient) as connection:
        connection.settimeout(0.05)
        begun = time.monotonic()
        closed = False
        while not closed and time.monotonic() - begun < 20:
            try:
                connection.sendall(b"G")
                closed = connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
    assert closed


def test_a_body_that_is_not_finished_is_an_error(impatient: Running) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nstart" % LOGIN.encode()
    answered = sent(impatient, head)
    assert status(answered) == 408
    assert b"connection: close" in answered.lower()


def test_a_client_that_disconnects_is_no_error(reading: Running, caplog: pytest.LogCaptureFixture) -> None:
    with wire(reading) as connection:
        connection.sendall(
            b"PUT %s HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nstart" % SETTINGS.encode()
        )
    assert reading.ask("max", "/v2/user/").status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_log_has_a_line_for_each_request_and_no_secret(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """No header, no body, no query; control characters of a path as escapes."""
    caplog.set_level(logging.INFO, ACCESS_LOG)
    server.ask("max", "/v2/orgs/acme/members?search=a-secret")
    server.ask("max", "/v2/nothing/%1b%0aforged")
    sent(server, b"GET /\x7fx\xc2\x9b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    lines = [record.getMessage() for record in caplog.records if record.name == ACCESS_LOG]
    assert " - POST /v2/auth/token 200 " in lines[0]
    assert " 127.0.0.1 max GET /v2/orgs/acme/members 200 " in lines[1]
    assert " - GET /v2/nothing/%1b%0aforged 404 " in lines[3]
    text = "\n".join(lines)
    assert all(line.isprintable() for line in lines)
    assert not [one for one in (*server.secrets.values(), "a-secret", "eyJ", "Bearer") if one in text]


def test_idle_connections_do_not_shut_others_out(server: Running) -> None:
    """More connections than the server keeps, some without a byte and some in the middle of a request."""
    starts = (
        b"",
        b"GET /v2/user/ HTTP/1.1\r\n",
        b"PUT /v2 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
    )
    with ExitStack() as stack:
        for number in range(600):
            connection = stack.enter_context(wire(server))
            connection.sendall(starts[number % len(starts)])
        assert server.ask("max", "/v2/user/").status_code == 200
        assert server.put("olivia", switches()).status_code == 200


def test_a_client_with_many_idle_connections_loses_one_of_its_own(server: Running) -> None:
    """Another client keeps its connection, although that one has waited longest."""
    with ExitStack() as stack:
        address = urlsplit(server.url)
        other = stack.enter_context(
            socket.create_connection((address.hostname, address.port), source_address=("127.0.0.2", 0))
        )
        for _ in range(600):
            stack.enter_context(wire(server))
        other.sendall(b"GET /v2/user/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert status(rest(other)) == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example"])
def test_a_request_to_another_host_name_is_refused(tmp_path: Path, host: str) -> None:
    """A page whose name resolves to this machine must not read anything (DNS rebinding)."""
    with running(tmp_path / "w.db", hosts=ServedHosts(["iam.acme.example"])) as server:
        signed = server.signed("olivia")
        request = f"GET {SETTINGS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {signed}\r\n"
        assert status(sent(server, f"{request}Connection: close\r\n\r\n".encode())) == 421
        named = server.ask("olivia", SETTINGS, headers={"Host": "iam.acme.example"})
        assert named.status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (SETTINGS, "GET, HEAD, PUT"),
        (f"{SETTINGS}/", "GET, HEAD, PUT"),
        ("/v2/user", "GET, HEAD"),
        ("/v2/auth/token", "POST"),
    ],
)
def test_a_method_that_is_not_allowed_lists_all_that_are(reading: Running, path: str, allowed: str) -> None:
    with reading.anyone() as client:
        refused = client.request("DELETE", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


def test_a_file_that_is_in_use_is_a_matter_of_trying_again(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """The path is in the log and not in the response."""
    import sqlite3

    signed = {"Authorization": f"Bearer {server.signed('olivia')}"}
    connection = sqlite3.connect(server.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    with server.anyone() as client:
        refused = client.put(SETTINGS, json=switches(), headers=signed)
    connection.execute("ROLLBACK")
    connection.close()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert str(server.path) not in refused.text
    assert str(server.path) in caplog.text
    assert server.put("olivia", switches()).status_code == 200
