"""A session that expires: the console asks to sign in again, and then goes on."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest

from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import Credentials, SignInOptions
from iam_tui.ui.app import IamApp
from iam_tui.ui.help.plain_screen import plain_text
from iam_tui.ui.shared.widgets.field import Field
from tests.stores.hub.acts import say
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.driver import OpenHubConsole

NEW = "dckr_pat_AnotherOneOfOlivia"
PUT = "PUT /v2/orgs/acme/settings"
OFFICIAL_OFF_REVIEW = ("down",) * 4 + ("space", "w")


def end(hub: FakeHub) -> None:
    """End every session, and replace olivia's token."""
    hub.expire()
    hub.secrets["olivia"] = NEW


def files(folder: Path) -> bytes:
    """The content of all files in a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_saving_goes_on_after_signing_in_again(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*OFFICIAL_OFF_REVIEW)
        end(hub)
        await c.press(*"why")
        await c.press("enter", busy=True)
        await c.until(lambda: c.screen == "SignInScreen")
        assert "has expired. Sign in again; staged changes are kept." in c.first
        assert c.value("#username") == "olivia"
        assert c.app.screen.query_one("#username", Field).disabled
        await c.paste(NEW, busy=True)
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert "Nothing staged" in c.second
        assert len(hub.calls(PUT)) == 1
        assert (await c.session.store.revision("acme", 2)).note == "why"
        assert await c.kept_draft("acme") is None


async def test_whoever_does_not_sign_in_again_keeps_what_is_staged(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(organization="acme") as c:
        await c.press(*OFFICIAL_OFF_REVIEW)
        end(hub)
        await c.press("enter", busy=True)
        await c.until(lambda: c.screen == "SignInScreen")
        await c.press("escape")
        assert c.screen == "ReviewScreen"
        assert "did not accept the personal access token" in c.problem
        assert "Everything is still staged" in c.second
        assert hub.calls(PUT) == []
        assert await c.kept_draft("acme") is not None


async def test_nobody_else_can_sign_in_to_go_on(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    async with hub_console(organization="acme") as c:
        end(hub)
        await c.press("r", busy=True)
        await c.until(lambda: c.screen == "SignInScreen")
        hub.next("GET /v2/user/", say(reply({"id": "2", "username": "max", "type": "User"})))
        await c.paste(NEW, busy=True)
        await c.press("enter", busy=True)
        await c.until(lambda: "You signed in as max, not olivia." in c.problem)
        assert c.screen == "SignInScreen"
        other = await c.app.opener.open(c.session.profile, SignInOptions(Credentials("max", SECRET)))
        with pytest.raises(NotSignedIn, match="as max, not olivia"):
            c.session.renew(other)
        await other.store.close()
        assert c.session.user == "olivia"
        assert (await c.session.memory.sources("acme")) == []


async def test_many_calls_that_find_it_ended_ask_once(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    async with hub_console(organization="acme") as c:
        end(hub)
        calls = [
            asyncio.create_task(asyncio.wait_for(c.session.store.organization_state("acme"), 20))
            for _ in range(5)
        ]
        await c.until(lambda: c.screen == "SignInScreen")
        assert c.screens.count("SignInScreen") == 1
        await c.paste(NEW, busy=True)
        await c.press("enter")
        assert {state.organization.name for state in await asyncio.gather(*calls)} == {"acme"}


async def test_the_picker_reads_on_and_tells_nobody_twice(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    async with hub_console() as c:
        end(hub)
        await c.press("r", busy=True)
        await c.until(lambda: c.screen == "SignInScreen")
        await c.paste(NEW, busy=True)
        await c.press("enter")
        assert [row.split()[0] for row in c.rows("#organizations")] == ["acme", "team"]


async def test_no_secret_stays_anywhere_after_a_session(
    hub_console: OpenHubConsole, hub: FakeHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []
    caplog.set_level(logging.DEBUG)

    def look(app: IamApp) -> None:
        seen.append(app.export_screenshot())
        seen.append("\n".join(plain_text(app.screen)))
        seen.extend(repr(one) for one in (app, app.screen, app.opened, *app.screen.walk_children()))
        seen.extend(repr(worker) + worker.description for worker in app.workers)
        seen.extend(str(binding) for binding in app.screen.active_bindings)
        seen.append(app.clipboard)

    async with hub_console(None, message_hook=lambda message: seen.append(_without_keys(message))) as c:
        await c.sign_in("olivia", SECRET, busy=True)
        look(c.app)
        await c.settle()
        look(c.app)
        await c.press("enter")
        look(c.app)
        await c.press("enter", *OFFICIAL_OFF_REVIEW)
        end(hub)
        await c.press("enter", busy=True)
        await c.until(lambda: c.screen == "SignInScreen")
        await c.paste(NEW, busy=True)
        look(c.app)
        await c.press("enter")
        look(c.app)
        assert len(hub.calls(PUT)) == 1
        secrets = [SECRET, NEW, "TokenSignature"]
        kept = files(tmp_path)
    with sqlite3.connect(tmp_path / "memory.db") as database:
        seen.extend(database.iterdump())
    database.close()
    assert "/v2/user/" in caplog.text
    seen.append(caplog.text)
    for secret in secrets:
        assert not [text for text in seen if secret in text]
        assert secret.encode() not in kept


def _without_keys(message: object) -> str:
    """A message as a log would show it, without what the terminal itself sends."""
    return "" if type(message).__name__ in {"Key", "Paste"} else repr(message)
