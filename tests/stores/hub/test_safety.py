"""A token goes to the host it was made for, and nowhere else."""

from collections.abc import AsyncIterator

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.errors import StoreError, UnusableAnswer
from tests.clock import FixedClock
from tests.stores.hub.acts import redirect, say, with_headers
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import FakeHub


@pytest.fixture
async def elsewhere(clock: FixedClock) -> AsyncIterator[FakeHub]:
    """Another server on this machine, which keeps what reaches it."""
    made = FakeHub(clock)
    await made.start()
    yield made
    await made.stop()


async def look_at_everything(hub_stores: HubStores) -> None:
    """Sign in, list, open."""
    store = await hub_stores.open()
    async for _ in store.organizations():
        pass
    await store.organization_state("acme")


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "call", ["POST /v2/auth/token", "GET /v2/user", "GET /v2/user/orgs", "GET /v2/orgs/acme/settings"]
)
async def test_no_redirect_to_another_host(
    hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub, number: int, call: str
) -> None:
    path = call.partition(" ")[2]
    hub.always[call] = redirect(f"{elsewhere.url}{path}", number)
    with pytest.raises(UnusableAnswer, match="redirects to another"):
        await look_at_everything(hub_stores)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("number", [301, 307])
async def test_a_save_is_not_sent_elsewhere(
    hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub, number: int
) -> None:
    store = await hub_stores.open()
    draft = Draft.of((await store.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    call = "PUT /v2/orgs/acme/settings"
    for target in (f"{elsewhere.url}/v2/orgs/acme/settings", "/v2/orgs/other/settings"):
        hub.next(call, redirect(target, number))
        with pytest.raises(UnusableAnswer, match="redirects to another"):
            await store.save("acme", draft, note="", origin=Origin.CLI)
    assert elsewhere.connections == 0
    assert len(hub.calls(call)) == 2


@pytest.mark.parametrize("number", [301, 308])
async def test_another_slash_is_the_same_place(hub_stores: HubStores, hub: FakeHub, number: int) -> None:
    """Docker's own clients write the settings' path both ways."""
    store = await hub_stores.open()
    draft = Draft.of((await store.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    with_slash = redirect("/v2/orgs/acme/settings/", number)
    hub.next("GET /v2/orgs/acme/settings", with_slash)
    assert (await store.organization_state("acme")).revision == draft.base
    hub.next("PUT /v2/orgs/acme/settings", redirect("/v2/orgs/acme/settings/", 308))
    assert (await store.save("acme", draft, note="", origin=Origin.CLI)).number == 2
    assert hub.calls("PUT /v2/orgs/acme/settings")[1].path.endswith("/settings/")


async def test_back_and_forth_ends(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    hub.always["GET /v2/orgs/acme/settings"] = redirect("/v2/orgs/acme/settings/")
    with pytest.raises(UnusableAnswer, match="redirects in a loop"):
        await store.organization_state("acme")


@pytest.mark.parametrize(
    "location", ["", "http://", "//[", "caf\u00e9", "mailto:x@y", "http://127.0.0.1:1/x"]
)
async def test_a_redirect_to_nowhere(hub_stores: HubStores, hub: FakeHub, location: str) -> None:
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/settings", redirect(location))
    with pytest.raises(UnusableAnswer, match="redirects to"):
        await store.organization_state("acme")


@pytest.mark.parametrize(
    "other",
    [
        "{elsewhere}/v2/user/orgs/?page=2",
        "//{host}/v2/user/orgs/?page=2",
        "http://127.0.0.1@{host}/v2/user/orgs/?page=2",
        "http://localhost:{port}/v2/user/orgs/?page=2",
        "https://127.0.0.1:{port}/v2/user/orgs/?page=2",
        "/v2/user/orgs/?page=2",
    ],
)
async def test_a_next_page_at_another_host_is_asked_of_our_own(
    hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub, other: str
) -> None:
    """Another port, name or scheme is another host, too: it names itself so behind a gateway."""
    store = await hub_stores.open()
    host = f"127.0.0.1:{elsewhere.port}"
    following = other.format(elsewhere=elsewhere.url, host=host, port=hub.port)
    page = {"count": 2, "next": following, "results": [{"orgname": "acme"}]}
    second = {"count": 2, "next": None, "results": [{"orgname": "team"}]}
    hub.next("GET /v2/user/orgs", say(reply(page)), say(reply(second)))
    listed = [state.organization.name async for batch in store.organizations() for state in batch]
    assert sorted(listed) == ["acme", "team"]
    assert elsewhere.connections == 0
    assert [one.query["page"] for one in hub.calls("GET /v2/user/orgs")] == ["1", "2"]


@pytest.mark.parametrize(
    "following",
    [
        "javascript:alert(1)",
        "http://[::1",
        "//",
        "?page=2",
        "/",
        "{elsewhere}//{host}/v2/user/orgs/",
        "caf\u00e9",
    ],
)
async def test_a_next_page_that_makes_no_sense(
    hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub, following: str
) -> None:
    store = await hub_stores.open()
    link = following.format(elsewhere=elsewhere.url, host=f"127.0.0.1:{elsewhere.port}")
    hub.next("GET /v2/user/orgs", say(reply({"count": 2, "next": link, "results": [{"orgname": "acme"}]})))
    with pytest.raises(UnusableAnswer, match="next page"):
        async for _ in store.organizations():
            pass
    assert elsewhere.connections == 0
    assert len(hub.calls("GET /v2/user/orgs")) == 1


async def test_a_proxy_of_the_network_does_not_get_what_stays_on_this_machine(
    hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, elsewhere.url)
    store = await hub_stores.open()
    assert (await store.organization_state("acme")).organization.name == "acme"
    assert elsewhere.connections == 0


async def test_cookies_are_not_kept(hub_stores: HubStores, hub: FakeHub) -> None:
    hub.next("GET /v2/user", say(with_headers(reply({"username": "olivia"}), Set_Cookie="session=1; Path=/")))
    store = await hub_stores.open()
    await store.organization_state("acme")
    assert all("cookie" not in request.headers for request in hub.seen)


async def test_two_hubs_do_not_mix(hub_stores: HubStores, hub: FakeHub, elsewhere: FakeHub) -> None:
    """One local file remembers each by its own address."""
    hub.settings["acme"].change(enabled=True)
    assert (await (await hub_stores.open()).organization_state("acme")).revision.policy.enabled
    other = await hub_stores.open(url=elsewhere.url)
    await elsewhere.stop()
    with pytest.raises(StoreError):
        await other.organization_state("acme")
