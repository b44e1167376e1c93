"""Badges looked up live: what is asked of whom, what counts as an answer, and how long it may take."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from iam_tui.core.category import Badge
from iam_tui.stores.errors import Forbidden, RateLimited, Unavailable, UnusableAnswer
from iam_tui.stores.hub.badges import SECONDS, BadgeResults, look_up_badges
from iam_tui.stores.hub.origin import DOCKER_HUB, ApiOrigin
from tests.clock import FixedClock
from tests.stores.hub.acts import endless_body, html, redirect, say, silence, status, text, with_headers
from tests.stores.hub.exchange import Reply, reply
from tests.stores.hub.fake_hub import Act, FakeHub

ORGANIZATION, USER = "GET /v2/orgs/grafana", "GET /v2/users/grafana"
FOUND = reply({"orgname": "grafana", "badge": "verified_publisher"})


def found(badge: object, name: str = "grafana", key: str = "orgname") -> Act:
    return say(reply({key: name, "badge": badge}))


async def ask(hub: FakeHub, *names: str, seconds: float = SECONDS) -> BadgeResults:
    return await look_up_badges(names or ["grafana"], ApiOrigin.parse(hub.url), hub.clock, seconds=seconds)


@pytest.mark.parametrize(
    ("badge", "expected"),
    [
        ("verified_publisher", Badge.VERIFIED_PUBLISHER),
        ("open_source", Badge.OPEN_SOURCE),
        ("", Badge.NONE),
    ],
)
async def test_each_badge_is_read_without_credentials(hub: FakeHub, badge: str, expected: Badge) -> None:
    hub.always[ORGANIZATION] = found(badge)
    assert await ask(hub) == BadgeResults({"grafana": expected}, frozenset(), None)
    (request,) = hub.seen
    assert request.path == "/v2/orgs/grafana/"
    assert not {"authorization", "cookie"} & set(request.headers)


@pytest.mark.parametrize("sent", [status(404), redirect("/v2/users/grafana/"), redirect("/v2/users/grafana")])
async def test_a_name_that_is_not_an_organization_is_looked_up_as_a_user(hub: FakeHub, sent: Act) -> None:
    hub.always[ORGANIZATION] = sent
    hub.always[USER] = found("open_source", key="username")
    assert (await ask(hub)).badges == {"grafana": Badge.OPEN_SOURCE}


async def test_a_name_that_does_not_exist_has_no_badge(hub: FakeHub) -> None:
    hub.always[ORGANIZATION] = hub.always[USER] = status(404)
    assert await ask(hub) == BadgeResults({}, frozenset({"grafana"}), None)


@pytest.mark.parametrize(
    "answer",
    [
        reply({"orgname": "grafana"}),
        reply({"orgname": "grafana", "badge": None}),
        reply({"orgname": "grafana", "badge": ["verified_publisher"]}),
        reply({"orgname": "grafana", "badge": "official"}),
        reply({"orgname": "another", "badge": "verified_publisher"}),
        reply({"badge": "verified_publisher"}),
        reply([FOUND.body.decode()]),
        reply("verified_publisher"),
        Reply(200, b"{"),
        FOUND._replace(kind="text/html"),
        with_headers(FOUND, Content_Encoding="gzip"),
    ],
)
async def test_an_answer_of_another_shape_says_nothing(hub: FakeHub, answer: Reply) -> None:
    hub.always[ORGANIZATION] = say(answer)
    hub.always["GET /v2/orgs/tiny"] = found("", "tiny")
    results = await ask(hub, "grafana", "tiny")
    assert (results.badges, results.missing) == ({"tiny": Badge.NONE}, frozenset())
    assert isinstance(results.error, UnusableAnswer)


@pytest.mark.parametrize("act", [html(), endless_body, text(b"[" * 60_000), status(500), status(503)])
async def test_a_server_that_fails_says_nothing(hub: FakeHub, act: Act) -> None:
    hub.always[ORGANIZATION] = act
    results = await ask(hub)
    assert (results.badges, results.missing) == ({}, frozenset())
    assert results.error is not None


@pytest.mark.parametrize("path", ["/v2/users/grafana/", "/v2/orgs/grafana/"])
async def test_no_redirect_to_another_host_is_followed(hub: FakeHub, clock: FixedClock, path: str) -> None:
    elsewhere = FakeHub(clock)
    await elsewhere.start()
    hub.always[ORGANIZATION] = redirect(f"{elsewhere.url}{path}")
    results = await ask(hub)
    await elsewhere.stop()
    assert results.badges == {}
    assert isinstance(results.error, UnusableAnswer)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("path", ["/", "/v2/users/another/", "/v2/users/grafana/../x/"])
async def test_no_other_path_is_followed(hub: FakeHub, path: str) -> None:
    hub.always[ORGANIZATION] = redirect(path)
    assert (await ask(hub)).badges == {}
    assert len(hub.seen) == 1


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a?b", "a%2fb", "a b", "\u202e", "a\r\nb", "x" * 256])
async def test_an_invalid_name_is_not_requested(hub: FakeHub, name: str) -> None:
    assert await ask(hub, name) == BadgeResults({}, frozenset(), None)
    assert hub.connections == 0


async def test_many_are_asked_for_at_a_few_at_a_time(hub: FakeHub) -> None:
    names = [f"n{number}" for number in range(60)]
    for name in names:
        hub.always[f"GET /v2/orgs/{name}"] = found("", name)
    results = await ask(hub, *names, *names)
    assert results == BadgeResults(dict.fromkeys(names, Badge.NONE), frozenset(), None)
    assert (len(hub.seen), hub.connections <= 8) == (60, True)


async def test_the_time_is_one_budget_for_all_and_what_was_answered_in_it_counts(hub: FakeHub) -> None:
    names = [f"slow{number}" for number in range(40)]
    for name in names:
        hub.always[f"GET /v2/orgs/{name}"] = silence
    hub.always["GET /v2/orgs/quick"] = found("open_source", "quick")
    begun = time.monotonic()
    results = await ask(hub, *names, "quick", seconds=0.5)
    assert time.monotonic() - begun < 3
    assert results.badges == {"quick": Badge.OPEN_SOURCE}
    assert isinstance(results.error, Unavailable)
    assert "within 0.5 seconds" in results.error.detail


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (status(429, Retry_After="3600"), RateLimited),
        (status(429), RateLimited),
        (status(401), Forbidden),
        (status(403), Forbidden),
    ],
)
async def test_who_asks_to_wait_or_to_sign_in_is_left_alone(
    hub: FakeHub, act: Act, error: type[Exception]
) -> None:
    names = [f"n{number}" for number in range(40)]
    for name in names:
        hub.always[f"GET /v2/orgs/{name}"] = act
    results = await ask(hub, *names)
    assert isinstance(results.error, error)
    assert len(hub.seen) <= 8


async def test_without_a_server_it_ends_at_once(hub: FakeHub) -> None:
    await hub.stop()
    results = await ask(hub, *(f"n{number}" for number in range(40)))
    assert results.badges == {}
    assert isinstance(results.error, Unavailable)


@pytest.fixture
def stuck_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose resolver answers nothing until the test is over."""
    over = threading.Event()

    def getaddrinfo(*_arguments: object, **_options: object) -> object:
        over.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


@pytest.mark.usefixtures("stuck_resolver")
def test_a_resolver_that_hangs_delays_nothing(clock: FixedClock) -> None:
    """Neither the lookup nor the end of the event loop, which waits for its own threads."""
    begun = time.monotonic()
    results = asyncio.run(look_up_badges(["grafana"], DOCKER_HUB, clock, seconds=0.2))
    assert time.monotonic() - begun < 5
    assert isinstance(results.error, Unavailable)
