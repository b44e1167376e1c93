"""What real clients of Docker Hub's API demand of a server, point by point."""

import socket
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest

from iam_tui.server.routes import PUBLIC_ROUTES, ROUTES
from tests.server.running import SETTINGS, Running, switches

NAMES = {"organization": "acme", "group": "owners"}
PAGED = (
    "/v2/user/orgs",
    "/v2/orgs/acme/members",
    "/v2/orgs/acme/groups",
    "/v2/orgs/acme/groups/owners/members",
)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("route", [*PUBLIC_ROUTES, *ROUTES], ids=lambda route: f"{route.method} {route.path}")
def test_1_every_path_answers_with_and_without_a_slash(
    server: Running, route: tuple[str, str, object], slash: str
) -> None:
    """A well-made request is answered at once by what it asked for, `PUT` and `POST` included."""
    method, path, _ = route
    bodies = {
        "/v2/auth/token": {"identifier": "olivia", "secret": server.secrets["olivia"]},
        "/v2/users/login": {"username": "olivia", "password": server.secrets["olivia"]},
        "/v2/users/2fa-login": {"login_2fa_token": "x", "code": "123456"},
    }
    body = bodies.get(path, switches() if method == "PUT" else None)
    answered = server.ask("olivia", path.format(**NAMES) + slash, method, json=body)
    assert answered.status_code == (401 if path == "/v2/users/2fa-login" else 200)
    assert answered.headers["content-type"] == "application/json"
    if method == "PUT":
        assert server.newest().policy.enabled


@pytest.mark.parametrize("scheme", ["Bearer", "JWT", "bearer", "jwt"])
def test_2_both_names_of_the_scheme_are_taken(reading: Running, scheme: str) -> None:
    with reading.anyone() as client:
        answered = client.get("/v2/user/", headers={"Authorization": f"{scheme} {reading.signed('max')}"})
    assert (answered.status_code, answered.json()["username"]) == (200, "max")


@pytest.mark.parametrize(
    ("path", "names", "key"),
    [
        ("/v2/auth/token", ("identifier", "secret"), "access_token"),
        ("/v2/users/login", ("username", "password"), "token"),
    ],
)
def test_3_tokens_are_jwts_with_a_numeric_exp(
    reading: Running, path: str, names: tuple[str, str], key: str
) -> None:
    with reading.anyone() as client:
        answered = client.post(path, json=dict(zip(names, ("max", reading.secrets["max"]), strict=True)))
    claims = jwt.decode(answered.json()[key], options={"verify_signature": False})
    assert isinstance(claims["exp"], int)
    assert claims["exp"] > datetime.now().timestamp()  # noqa: DTZ005
    assert reading.secrets["max"] not in str(claims)


@pytest.mark.parametrize("path", PAGED)
def test_4_pages_are_linked_by_absolute_urls(reading: Running, path: str) -> None:
    """Walking along `next` shows every row once, and `previous` leads back; other parameters go along."""
    whole = reading.ask("olivia", path, params={"page_size": "100"}).json()
    assert (whole["next"], whole["previous"]) == (None, None)
    assert whole["count"] == len(whole["results"]) > 0
    seen, back, url = [], None, f"{reading.url}{path}?page_size=1&kept=a%26b"
    while url:
        assert url.startswith(f"{reading.url}{path}?")
        assert dict(parse_qsl(urlsplit(url).query))["kept"] == "a&b"
        page = reading.ask("olivia", url).json()
        seen += page["results"]
        assert page["count"] == whole["count"]
        if page["previous"] is not None:
            assert reading.ask("olivia", page["previous"]).json()["results"] == [seen[-2]]
        back, url = page["previous"], page["next"]
    assert seen == whole["results"]
    assert (back is None) == (len(seen) == 1)


def test_4_links_have_the_host_that_was_called(reading: Running) -> None:
    answered = reading.ask("olivia", "/v2/user/orgs/?page_size=1", headers={"Host": "hub.example.com:8443"})
    assert answered.json()["next"].startswith("http://hub.example.com:8443/v2/user/orgs/?")


@pytest.mark.parametrize("host", ["evil.com/x?", "a b", "<script>", "a@b.com", "[::1", "a:123456"])
def test_4_a_host_that_is_none_is_not_repeated(reading: Running, host: str) -> None:
    answered = reading.ask("olivia", "/v2/user/orgs/?page_size=1", headers={"Host": host})
    assert answered.json()["next"].startswith(f"{reading.url}/v2/user/orgs/?")


def test_5_unknown_parameters_and_an_origin_are_harmless(reading: Running) -> None:
    with reading.anyone() as client:
        answered = client.post(
            "/v2/users/login?refresh_token=true",
            json={"username": "max", "password": reading.secrets["max"], "more": 1},
            headers={"Origin": "https://elsewhere.example"},
        )
    assert answered.status_code == 200
    assert not [name for name in answered.headers if name.startswith("access-control")]
    asked = reading.ask("max", SETTINGS, params={"x": "1"}, headers={"Origin": "https://elsewhere.example"})
    assert asked.status_code == 200
    assert not [name for name in asked.headers if name.startswith("access-control")]


def test_6_moments_are_rfc_3339_and_ids_are_texts(reading: Running) -> None:
    user = reading.ask("olivia", "/v2/user/").json()
    organization = reading.ask("olivia", "/v2/orgs/acme/").json()
    members = reading.ask("olivia", "/v2/orgs/acme/members").json()["results"]
    listed = reading.ask("olivia", "/v2/user/orgs/").json()["results"]
    for one in (user, organization, *members, *listed):
        assert datetime.fromisoformat(one["date_joined"]).utcoffset() is not None
        assert isinstance(one["id"], str)
        assert len(one["id"]) == 32
    assert organization == next(one for one in listed if one["orgname"] == "acme")
    assert len({one["id"] for one in (*members, *listed)}) == len(members) + len(listed)
    logs = reading.ask("olivia", "/v2/auditlogs/acme").json()["logs"]
    assert all(datetime.fromisoformat(one["timestamp"]).utcoffset() is not None for one in logs)


@pytest.mark.parametrize(
    ("user", "method", "path", "status"),
    [
        (None, "GET", "/v2/user/", 401),
        ("max", "PUT", SETTINGS, 403),
        ("olivia", "PUT", SETTINGS, 400),
        ("olivia", "GET", "/v2/orgs/other/", 404),
        ("olivia", "GET", "/v2/nothing", 404),
        ("olivia", "GET", "/", 404),
        ("olivia", "DELETE", SETTINGS, 405),
        ("olivia", "OPTIONS", SETTINGS, 405),
        ("olivia", "GET", "/v2/orgs/acme/members?page=0", 400),
    ],
)
def test_7_errors_are_objects_of_texts(
    reading: Running, user: str | None, method: str, path: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {reading.signed(user)}"} if user else {}
    with reading.anyone() as client:
        answered = client.request(method, path, headers=headers)
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/json"
    content = answered.json()
    assert content["detail"] == content["message"] != ""
    assert all(isinstance(value, str) for value in content.values())


def test_8_a_put_answers_with_the_new_settings(server: Running) -> None:
    body = switches(official=False)
    answered = server.put("olivia", body)
    assert (answered.status_code, answered.json()) == (200, body)
    assert server.ask("max", SETTINGS).json() == body


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"restricted_images": None},
        {"restricted_images": {"enabled": True, "allow_official_images": True}},
        {"restricted_images": {**dict.fromkeys(("enabled", "allow_official_images"), True), "x": True}},
        {
            "restricted_images": dict.fromkeys(
                ("enabled", "allow_official_images", "allow_verified_publishers"), 1
            )
        },
        {
            "restricted_images": dict.fromkeys(
                ("enabled", "allow_official_images", "allow_verified_publishers")
            )
        },
        {"restricted_images": {**switches()["restricted_images"], "allow_community_images": False}},
        {**switches(), "allowlist": []},
        {"enabled": True, "allow_official_images": True, "allow_verified_publishers": True},
    ],
)
def test_8_any_other_body_is_refused_and_changes_nothing(reading: Running, body: object) -> None:
    before = reading.newest()
    assert reading.put("olivia", body).status_code == 400
    assert reading.newest() == before


def test_9_the_body_is_read_also_when_the_answer_is_an_error(reading: Running) -> None:
    """A second request on the same connection is not mistaken for the rest of the first."""
    body = b"x" * 60_000
    first = b"PUT %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (SETTINGS.encode(), len(body))
    with socket.create_connection((httpx.URL(reading.url).host, httpx.URL(reading.url).port or 0)) as wire:
        wire.settimeout(10)
        wire.sendall(first + body + b"GET /v2/user/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answered = b"".join(iter(lambda: wire.recv(65_536), b""))
    assert answered.count(b"HTTP/1.1 401 Unauthorized\r\n") == 2


def test_10_no_one_is_asked_for_a_second_factor(reading: Running) -> None:
    """No account has one, and a code that is sent anyway is refused."""
    with reading.anyone() as client:
        wrong = client.post("/v2/users/login", json={"username": "nobody", "password": "wrong"})
        code = client.post("/v2/users/2fa-login", json={"login_2fa_token": "x", "code": "123456"})
    assert (wrong.status_code, "login_2fa_token" in wrong.json()) == (401, False)
    assert (code.status_code, code.json()["detail"]) == (
        401,
        "No second factor is set up for any account here.",
    )


@pytest.mark.parametrize("path", [SETTINGS, "/v2/user/orgs/?page_size=1"])
def test_11_nothing_leads_to_another_host(reading: Running, path: str) -> None:
    """No redirect, and no proxy's word moves a link elsewhere."""
    answered = reading.ask(
        "olivia",
        path,
        headers={
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "Forwarded": "host=evil.example",
        },
    )
    assert answered.status_code == 200
    assert "location" not in answered.headers
    assert "evil.example" not in answered.text
    assert answered.json().get("next", reading.url).startswith(reading.url)
