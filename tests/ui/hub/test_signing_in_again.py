"""A sign-in that ends in the middle of work: asked for again, above the work, which then goes on."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest
from textual.pilot import Pilot

from iam_tui.ui.app import IamApp
from iam_tui.ui.help.plain_screen import plain_text
from iam_tui.ui.shared.widgets.field import Field
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.conftest import on_top, paste, rest, rows, said, settled
from tests.ui.hub.conftest import MakeHubConsole, type_in, until

NEW = "dckr_pat_AnotherOneOfOlivia"
PUT = "PUT /v2/orgs/acme/settings"
OFFICIAL_OFF = ("down",) * 4 + ("space",)


def end(hub: FakeHub) -> None:
    """Nobody is signed in any more, and olivia's token is revoked."""
    hub.expire()
    hub.secrets["olivia"] = NEW


def files(folder: Path) -> bytes:
    """Everything that stands in the files of a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def to_review(pilot: Pilot[None]) -> None:
    """Stage something and review it."""
    await settled(pilot)
    await pilot.press(*OFFICIAL_OFF, "w")
    await rest(pilot)


async def test_saving_goes_on_after_signing_in_again(make_console: MakeHubConsole, hub: FakeHub) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await to_review(pilot)
        end(hub)
        await pilot.press(*"why", "enter")
        await until(pilot, lambda: on_top(app) == "SignInScreen")
        assert "has expired. Sign in again; staged changes are kept." in said(app, "#first")
        assert app.screen.query_one("#username", Field).value == "olivia"
        assert app.screen.query_one("#username", Field).disabled
        await paste(pilot, NEW)
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert "Nothing staged" in said(app, "#second")
        assert len(hub.calls(PUT)) == 1
        assert (await app.session.store.revision("acme", 2)).note == "why"
        assert await app.session.memory.draft("acme") is None


async def test_whoever_does_not_sign_in_again_keeps_what_is_staged(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await to_review(pilot)
        end(hub)
        await pilot.press("enter")
        await until(pilot, lambda: on_top(app) == "SignInScreen")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "ReviewScreen"
        assert "does not accept this user name and token" in said(app, "#problem")
        assert "Everything is still staged" in said(app, "#second")
        assert hub.calls(PUT) == []
        assert await app.session.memory.draft("acme") is not None


async def test_many_calls_that_find_it_ended_ask_once(make_console: MakeHubConsole, hub: FakeHub) -> None:
    app = make_console(organization="acme")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        end(hub)
        calls = [
            asyncio.create_task(asyncio.wait_for(app.session.store.organization_state("acme"), 20))
            for _ in range(5)
        ]
        await until(pilot, lambda: on_top(app) == "SignInScreen")
        assert sum(type(screen).__name__ == "SignInScreen" for screen in app.screen_stack) == 1
        await paste(pilot, NEW)
        await pilot.press("enter")
        assert {state.organization.name for state in await asyncio.gather(*calls)} == {"acme"}


async def test_the_picker_reads_on_and_tells_nobody_twice(make_console: MakeHubConsole, hub: FakeHub) -> None:
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        end(hub)
        await pilot.press("r")
        await until(pilot, lambda: on_top(app) == "SignInScreen")
        await paste(pilot, NEW)
        await pilot.press("enter")
        await rest(pilot)
        assert [row.split()[0] for row in rows(app, "#organizations")] == ["acme", "team"]


async def test_no_secret_stays_anywhere_after_a_session(
    make_console: MakeHubConsole, hub: FakeHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
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

    app = make_console(None)
    async with app.run_test(
        size=(80, 24), notifications=True, message_hook=lambda message: seen.append(_without_keys(message))
    ) as pilot:
        await type_in(pilot, "olivia")
        look(app)
        await rest(pilot)
        look(app)
        await pilot.press("enter")
        await rest(pilot)
        look(app)
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press(*OFFICIAL_OFF, "w")
        await rest(pilot)
        end(hub)
        await pilot.press("enter")
        await until(pilot, lambda: on_top(app) == "SignInScreen")
        await paste(pilot, NEW)
        look(app)
        await pilot.press("enter")
        await rest(pilot)
        look(app)
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
    """A message as a log would have it; what a terminal sends is not this program's to hide."""
    return "" if type(message).__name__ in {"Key", "Paste"} else repr(message)
