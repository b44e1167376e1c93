"""Everything that goes wrong between client and Hub: which error it is, and that it ends."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest

from iam_tui.stores.errors import (
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    StoreError,
    Unavailable,
    UnusableAnswer,
)
from iam_tui.stores.hub import HubStore
from iam_tui.stores.protocol import Waiting
from tests.clock import FixedClock
from tests.stores.hub.acts import (
    cut,
    drip,
    endless_body,
    endless_pages,
    hang_up,
    html,
    say,
    silence,
    status,
    text,
    with_headers,
)
from tests.stores.hub.conftest import QUICK, HubStores
from tests.stores.hub.exchange import Reply, Request, reply
from tests.stores.hub.fake_hub import Act, FakeHub

SETTINGS = "GET /v2/orgs/acme/settings"


async def members(store: HubStore) -> object:
    """A call that no memory answers."""
    return await store.members("acme")


async def test_a_refused_connection(hub_stores: HubStores, hub: FakeHub) -> None:
    await hub.stop()
    with pytest.raises(Unavailable, match="cannot be reached") as error:
        await hub_stores.open()
    assert (error.value.meaning, len(hub_stores.slept)) == ("Nothing was sent.", 3)


async def test_a_host_name_that_does_not_exist(
    hub_stores: HubStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_found(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    with pytest.raises(Unavailable, match=r"hub\.invalid cannot be reached.*not known") as error:
        await hub_stores.open(url="https://hub.invalid")
    assert error.value.meaning == "Nothing was sent."


async def test_a_connection_that_is_never_made(hub_stores: HubStores) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        with pytest.raises(Unavailable, match="does not respond") as error:
            await hub_stores.open(url=f"http://127.0.0.1:{address[1]}", limits=QUICK)
        for filler in fillers:
            filler.close()
    assert error.value.meaning == "Nothing was sent."


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (silence, "stopped responding when reading the people of acme"),
        (hang_up, "was lost when reading the people of acme"),
        (cut, "was lost when reading the people of acme"),
        (drip, "took more than 0.8 seconds when reading the people of acme"),
        (status(500), "error 500"),
        (status(502), "error 502"),
        (html(503), "error 503"),
    ],
)
async def test_reads_are_tried_again_and_end(
    hub_stores: HubStores, hub: FakeHub, act: Act, words: str
) -> None:
    """Once more is enough for one failure; three in a row are reported here. The pauses grow."""
    store = await hub_stores.open(limits=QUICK)
    hub.next("GET /v2/orgs/acme/members", act)
    assert await members(store)
    hub_stores.slept.clear()
    hub.always["GET /v2/orgs/acme/members"] = act
    with pytest.raises(Unavailable, match=words):
        await members(store)
    assert hub_stores.slept == [0.5, 1.0]


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        (html(), UnusableAnswer, "reading the people of acme is text/html instead of JSON"),
        (say(Reply(200, b"[]", kind="")), UnusableAnswer, "of unknown type"),
        (text(b'{"results": ['), UnusableAnswer, "is not valid JSON"),
        (text(b"\xff\xfe"), UnusableAnswer, "is not valid JSON"),
        (text(b"[" * 100_000), UnusableAnswer, "is not valid JSON"),
        (text(b'{"results": 1' + b"0" * 10_000 + b"}"), UnusableAnswer, "is not"),
        (say(reply("olivia")), UnusableAnswer, "is not a page of a list"),
        (say(reply({"results": [1]})), UnusableAnswer, "is not a page of a list"),
        (say(reply({"results": [{}], "next": None})), UnusableAnswer, "a member without a name"),
        # One full stop, however many Hub writes.
        (status(403, "Not you.."), Forbidden, r"reading the people of acme: Not you\.$"),
        (status(400, "No. "), Refused, r"reading the people of acme: No\.$"),
        (say(reply({"results": [], "next": 7})), UnusableAnswer, "an unusable link to the next page"),
        (endless_body, UnusableAnswer, "is longer than 8 MB"),
        (endless_pages, UnusableAnswer, "never reaches a last page"),
        (say(with_headers(reply({}), Content_Encoding="gzip")), UnusableAnswer, "is compressed"),
        (status(403, "no"), Forbidden, "does not permit reading the people of acme: no"),
        (status(404), NotFound, "no organization acme with olivia in it"),
        (
            status(418, "\x1b[2J[bold]" + "x" * 500),
            UnusableAnswer,
            r"418 when reading the people of acme: \\x1b\[2J\[bold\]x+\.\.\.$",
        ),
    ],
)
async def test_an_answer_that_cannot_be_used(
    hub_stores: HubStores, hub: FakeHub, act: Act, kind: type[StoreError], words: str
) -> None:
    """It is asked for once; what came is never quoted whole."""
    store = await hub_stores.open()
    hub.always["GET /v2/orgs/acme/members"] = act
    with pytest.raises(kind, match=words) as error:
        await members(store)
    assert len(str(error.value)) < 400
    assert hub_stores.slept == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"restricted_images": None},
        {"restricted_images": {"enabled": True}},
        {"restricted_images": {"enabled": 1, "allow_official_images": 0, "allow_verified_publishers": 1}},
        {"restricted_images": []},
    ],
)
async def test_settings_of_another_shape_are_never_guessed(
    hub_stores: HubStores, hub: FakeHub, document: object
) -> None:
    store = await hub_stores.open()
    hub.next(SETTINGS, say(reply(document)))
    with pytest.raises(UnusableAnswer, match="the settings of acme has no Image Access Management settings"):
        await store.organization_state("acme")


@pytest.mark.parametrize(
    "row", [{"orgname": "../x"}, {"orgname": 7}, {}, {"orgname": "a/b"}, {"orgname": "a\n"}]
)
async def test_an_impossible_organization_is_not_asked_for(
    hub_stores: HubStores, hub: FakeHub, row: dict[str, object]
) -> None:
    store = await hub_stores.open()
    hub.next("GET /v2/user/orgs", say(reply({"results": [row], "next": None})))
    with pytest.raises(UnusableAnswer, match="an invalid organization name"):
        async for _ in store.organizations():
            pass


NOON = datetime(2026, 3, 12, 14, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "Thu, 12 Mar 2026 14:15:09 GMT"}, 9),
        ({"X_Retry_After": str(int(NOON.timestamp()) + 11)}, 11),
        ({"Retry_After": "soon", "X_Retry_After": str(int(NOON.timestamp()) + 11)}, 11),
        ({"X_RateLimit_Reset": str(int(NOON.timestamp()) + 13)}, 13),
        ({"X_RateLimit_Reset": str(int(NOON.timestamp()) - 13)}, 1),
        ({"Retry_After": "7", "X_RateLimit_Reset": str(int(NOON.timestamp()) + 13)}, 7),
        ({"Retry_After": "240"}, 240),
        # The server's clock is an hour ahead.
        (
            {
                "X_Retry_After": str(int(NOON.timestamp()) + 3600 + 11),
                "Date": "Thu, 12 Mar 2026 15:15:00 GMT",
            },
            11,
        ),
        ({"Retry_After": "Thu, 12 Mar 2026 15:15:09 GMT", "Date": "Thu, 12 Mar 2026 15:15:00 GMT"}, 9),
    ],
)
async def test_a_short_wait_is_waited_out_and_reported(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock, headers: dict[str, str], seconds: int
) -> None:
    """The callback gets the time it ends, and None when it is over."""
    store = await hub_stores.open()
    assert clock.now == NOON
    hub.next("GET /v2/orgs/acme/members", status(429, **headers))
    assert await members(store)
    until = NOON + timedelta(seconds=seconds)
    assert hub_stores.waits == [Waiting(until, f"{hub.url} asks to wait."), None]
    assert hub_stores.slept == [seconds]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "3600"}, 3600),
        ({"X_Retry_After": str(int(NOON.timestamp()) + 900)}, 900),
        ({"X_RateLimit_Reset": str(int(NOON.timestamp()) + 900)}, 900),
        ({"Retry_After": "9" * 400}, 86_400),
    ],
)
async def test_a_long_wait_is_an_error_instead(
    hub_stores: HubStores, hub: FakeHub, headers: dict[str, str], seconds: int
) -> None:
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/members", status(429, **headers))
    with pytest.raises(RateLimited, match="asks to wait until") as error:
        await members(store)
    assert error.value.until == NOON + timedelta(seconds=seconds)
    assert hub_stores.slept == []


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "-5"}, {"X_Retry_After": "9" * 400}])
async def test_a_wait_of_unknown_length_is_said_to_be_so(
    hub_stores: HubStores, hub: FakeHub, headers: dict[str, str]
) -> None:
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/members", status(429, **headers))
    with pytest.raises(RateLimited, match="asks to wait, without saying how long") as error:
        await members(store)
    assert error.value.until is None
    assert hub_stores.slept == []


async def test_a_limit_that_stays_is_an_error(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    hub.always["GET /v2/orgs/acme/members"] = status(429, Retry_After="1")
    with pytest.raises(RateLimited):
        await members(store)
    assert hub_stores.slept == [1, 1, 1]


async def test_all_calls_wait_together(hub_stores: HubStores, hub: FakeHub) -> None:
    """A limit that one request meets applies to the others too."""
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/members", status(429, Retry_After="20"))
    await asyncio.gather(members(store), members(store))
    assert sum(hub_stores.slept) == 20


async def test_a_call_can_be_left(hub_stores: HubStores, hub: FakeHub) -> None:
    """Esc cancels it at once; the store goes on."""
    store = await hub_stores.open()
    arrived = asyncio.Event()

    async def hanging(fake: FakeHub, request: Request, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await silence(fake, request, writer)

    hub.next("GET /v2/orgs/acme/members", hanging)
    await leave(store, arrived)
    assert await members(store)


async def test_a_wait_can_be_left(hub_stores: HubStores, hub: FakeHub) -> None:
    """The countdown ends with it."""
    store = await hub_stores.open()
    arrived = asyncio.Event()

    async def forever(_: float) -> None:
        arrived.set()
        await asyncio.Event().wait()

    hub_stores.sleep = forever
    hub.next("GET /v2/orgs/acme/members", status(429, Retry_After="20"))
    await leave(store, arrived)
    assert hub_stores.waits[-1] is None


async def leave(store: HubStore, arrived: asyncio.Event) -> None:
    """Ask for something, and stop waiting for it once this has happened."""
    asked = asyncio.create_task(members(store))
    await arrived.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_hub_that_dies_over_a_long_list_does_not_hold_it_up(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """As many failures in a row as are asked for at once end it."""
    names = [f"org-{number:03}" for number in range(100)]
    hub.people |= {name: {"olivia": "Member"} for name in names}
    store = await hub_stores.open()
    for name in (*names, "acme", "team"):
        hub.always[f"GET /v2/orgs/{name}/members"] = status(503)
    with pytest.raises(Unavailable):
        async for _ in store.organizations():
            pass
    assert len(hub.seen) < 100
