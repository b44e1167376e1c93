"""Signing in, second factors, and sessions that end in the middle of work."""

import asyncio
import logging
from datetime import timedelta

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.errors import Forbidden, NotSignedIn, SecondFactorNeeded, Unavailable, UnusableAnswer
from tests.clock import FixedClock
from tests.stores.hub.acts import first, html, say, status, text
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import SECRET, Act, FakeHub

TOKEN = "POST /v2/auth/token"  # noqa: S105 (a path)
LOGIN = "POST /v2/users/login"
PASSWORD, OTHER, ORGANIZATIONS = "correct horse", "other", "dckr_oat_abc"


async def test_signing_in_by_the_documented_call(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    assert store.user == "olivia"
    (request,) = hub.calls(TOKEN)
    assert request.json == {"identifier": "olivia", "secret": SECRET}
    assert hub.seen[-1].headers["authorization"].startswith("Bearer e30.")
    assert "cookie" not in hub.seen[-1].headers


async def test_your_name_is_the_one_hub_has(hub_stores: HubStores, hub: FakeHub) -> None:
    """Users who sign in with a mail address have a Docker ID too."""
    hub.secrets["olivia@example.com"] = SECRET
    hub.always["GET /v2/user"] = say(reply({"username": "olivia", "type": "User"}))
    assert (await hub_stores.open("olivia@example.com")).user == "olivia"


@pytest.mark.parametrize("act", [status(404), status(403)])
async def test_without_that_call_the_typed_name_counts(hub_stores: HubStores, hub: FakeHub, act: Act) -> None:
    """The call is not in Docker's API reference."""
    hub.next("GET /v2/user", act)
    assert (await hub_stores.open()).user == "olivia"


@pytest.mark.parametrize("number", [404, 405, 501])
async def test_a_server_without_that_call_has_its_predecessor(
    hub_stores: HubStores, hub: FakeHub, number: int
) -> None:
    hub.always[TOKEN] = status(number)
    await hub_stores.open()
    assert hub.calls(LOGIN)[0].json == {"username": "olivia", "password": SECRET}


async def test_a_wrong_secret_is_not_repeated(hub_stores: HubStores, hub: FakeHub) -> None:
    """Not even where the server says it aloud."""
    wrong = "dckr_pat_WrongSecret"
    with pytest.raises(NotSignedIn, match="did not accept the personal access token of olivia") as error:
        await hub_stores.open(secret=wrong)
    assert wrong not in str(error.value) + error.value.advice
    assert "(hidden)" in str(error.value)
    assert len(hub.calls(TOKEN)) == 1
    assert hub.calls(LOGIN) == []


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ("personal access token is expired", "The token has expired"),
        ("Token has been revoked.", "The token was deactivated or deleted"),
        ("access token is inactive..", "The token was deactivated or deleted"),
        ("insufficient scope: read-only", "The token's scope does not include this"),
        ("Incorrect authentication credentials", "It may be mistyped, expired, deactivated or deleted"),
        ("", "It may be mistyped, expired, deactivated or deleted"),
    ],
)
async def test_a_refused_personal_token_says_what_is_wrong_with_it(
    hub_stores: HubStores, hub: FakeHub, detail: str, advice: str
) -> None:
    hub.next(TOKEN, status(401, detail))
    with pytest.raises(NotSignedIn, match=f"token of olivia.*{detail.rstrip('.')}") as error:
        await hub_stores.open()
    assert error.value.advice.startswith(advice)
    assert str(error.value).rstrip(".") + "." == str(error.value)


async def test_a_personal_token_of_the_wrong_scope_is_not_blamed_on_the_role(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """When the sign-in works and a call does not."""
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/members", status(403, "access denied: token scope is read-only"))
    with pytest.raises(Forbidden) as error:
        await store.members("acme")
    assert error.value.advice.startswith("The token's scope does not include this")


async def test_a_refused_password_is_called_one(hub_stores: HubStores) -> None:
    with pytest.raises(NotSignedIn, match="did not accept the user name or password of olivia") as error:
        await hub_stores.open(secret=PASSWORD)
    assert "only a personal access token works" in error.value.advice


async def test_a_second_factor_is_asked_for(hub_stores: HubStores, hub: FakeHub) -> None:
    hub.secrets["olivia"] = PASSWORD
    hub.second_factor["olivia"] = "123456"

    async def code() -> str:
        return " 123456 "

    store = await hub_stores.open(secret=PASSWORD, second_factor=code)
    assert (await store.organization_state("acme")).organization.name == "acme"
    assert hub.calls("POST /v2/users/2fa-login")[0].json["code"] == "123456"


async def test_a_second_factor_without_a_way_to_ask(hub_stores: HubStores, hub: FakeHub) -> None:
    hub.secrets["olivia"] = PASSWORD
    hub.second_factor["olivia"] = "123456"
    with pytest.raises(SecondFactorNeeded, match="requires a second factor for olivia"):
        await hub_stores.open(secret=PASSWORD)

    async def wrong() -> str:
        return "000000"

    with pytest.raises(NotSignedIn, match="did not accept the code"):
        await hub_stores.open(secret=PASSWORD, second_factor=wrong)


async def test_an_organizations_token_is_explained(hub_stores: HubStores, hub: FakeHub) -> None:
    """By how it begins, before it is sent; and by the account type that Hub returns."""
    with pytest.raises(NotSignedIn, match="organization access token") as error:
        await hub_stores.open("acme", secret=ORGANIZATIONS)
    assert "personal access token" in error.value.advice
    assert hub.seen == []
    hub.secrets["acme"] = OTHER
    hub.next("GET /v2/user", say(reply({"orgname": "acme", "type": "Organization"})))
    with pytest.raises(NotSignedIn, match="organization access token"):
        await hub_stores.open("acme", secret=OTHER)


async def test_a_token_is_renewed_before_it_ends(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock
) -> None:
    store = await hub_stores.open()
    clock.advance(minutes=9, seconds=20)
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 1
    clock.advance(seconds=20)
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 2


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1, "iat": None}, {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"exp": 1e300}, {"exp": True}],
)
async def test_an_end_that_makes_no_sense_is_left_to_the_server(
    hub_stores: HubStores, hub: FakeHub, claims: dict[str, object]
) -> None:
    """No sign-in after sign-in because a clock is wrong."""
    hub.next(TOKEN, say(reply({"access_token": hub.token("olivia", **claims)})))
    store = await hub_stores.open()
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 1


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_clock_that_is_hours_off_changes_nothing(
    hub_stores: HubStores, hub: FakeHub, clock: FixedClock, hours: int
) -> None:
    """How long a token lives is reckoned by the server's clock alone."""
    theirs = (clock.now + timedelta(hours=hours)).timestamp()
    token = hub.token("olivia", iat=theirs, exp=theirs + 600)
    hub.next(TOKEN, say(reply({"access_token": token})))
    store = await hub_stores.open()
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 1
    clock.advance(minutes=10)
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 2


@pytest.mark.parametrize(
    "call",
    ["GET /v2/user/orgs", "GET /v2/orgs/acme/members", "GET /v2/orgs/acme/settings", "GET /v2/orgs/acme"],
)
async def test_a_session_that_ends_anywhere_goes_on(hub_stores: HubStores, hub: FakeHub, call: str) -> None:
    """One sign-in with what is in memory; the caller notices nothing."""
    store = await hub_stores.open()
    hub.next(call, first(hub.expire))
    async for _ in store.organizations():
        pass
    await store.organization_state("acme")
    assert len(hub.calls(TOKEN)) == 2


async def test_many_calls_at_once_sign_in_once(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    hub.expire()
    await asyncio.gather(*(store.members("acme") for _ in range(8)))
    assert len(hub.calls(TOKEN)) == 2


async def test_a_session_that_ends_over_a_save_saves_once(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    draft = Draft.of((await store.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    hub.next("PUT /v2/orgs/acme/settings", first(hub.expire))
    assert (await store.save("acme", draft, note="", origin=Origin.CLI)).policy.enabled
    assert hub.settings["acme"].version == 2


async def test_a_token_that_was_revoked_ends_the_session(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    hub.expire()
    hub.secrets["olivia"] = "another"
    with pytest.raises(NotSignedIn):
        await store.organization_state("acme")
    hub.secrets["olivia"] = SECRET
    hub.always["GET /v2/orgs/acme"] = status(401)
    with pytest.raises(NotSignedIn, match="has ended and could not be renewed") as error:
        await store.organization_state("acme")
    assert "kept" in error.value.meaning


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (html(), UnusableAnswer),
        (text(b"{}"), UnusableAnswer),
        (say(reply({"access_token": "two words"})), UnusableAnswer),
        (say(reply({"access_token": "caf\u00e9"})), UnusableAnswer),
        (say(reply([])), UnusableAnswer),
        (status(403, "SSO"), Forbidden),
        (status(503), Unavailable),
    ],
)
async def test_whatever_answers_a_sign_in(
    hub_stores: HubStores, hub: FakeHub, act: Act, kind: type[Exception]
) -> None:
    hub.always[TOKEN] = act
    with pytest.raises(kind):
        await hub_stores.open()


async def test_no_secret_in_texts_and_logs(
    hub_stores: HubStores, hub: FakeHub, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs at debug level, reprs, and the local file."""
    caplog.set_level(logging.DEBUG)
    hub.secrets["olivia"] = PASSWORD
    hub.second_factor["olivia"] = "918273"

    async def code() -> str:
        return "918273"

    store = await hub_stores.open(secret=PASSWORD, second_factor=code)
    draft = Draft.of((await store.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    await store.save("acme", draft, note="", origin=Origin.CLI)
    hub.next("GET /v2/orgs/acme", status(418, f"{PASSWORD} {next(iter(hub.tokens))}"))
    with pytest.raises(UnusableAnswer) as error:
        await store.organization_state("acme")
    tasks = [repr(task) for task in asyncio.all_tasks()]
    await store.close()
    kept = b"".join(path.read_bytes() for path in hub_stores.path.parent.iterdir()).decode(errors="replace")
    shown = "\n".join([caplog.text, str(error.value), *tasks, kept, *deep_reprs(store)])
    assert "settings" in caplog.text
    for secret in (PASSWORD, "918273", "ticket-olivia", "TokenSignature"):
        assert secret not in shown


def deep_reprs(thing: object, depth: int = 4) -> list[str]:
    """The repr of an object and of everything in it."""
    held = list(vars(thing).values()) if hasattr(thing, "__dict__") and depth else []
    ours = [one for one in held if type(one).__module__.startswith("iam_tui")]
    return [repr(thing), *(text for one in ours for text in deep_reprs(one, depth - 1))]
