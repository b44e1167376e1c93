"""Asking for access: what the request says, that it is copied, and that it marks up nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from iam_tui.ui.help.plain_screen import PlainScreen
from iam_tui.ui.pull.request_screen import RequestScreen
from iam_tui.ui.pull.request_text import code, escaped
from iam_tui.ui.shared.options import ConsoleOptions
from tests.ui.conftest import MakeConsole, said, settled
from tests.ui.open_pull_screen import GLOBEX, open_pull_screen


async def test_a_member_writes_and_copies_a_request(make_console: MakeConsole) -> None:
    app = make_console(options=GLOBEX)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_pull_screen(pilot, "bitnami/redis:7.2")
        await pilot.press("f7")
        await settled(pilot)
        assert isinstance(app.screen, RequestScreen)
        await pilot.press(*"queues", "down", *"May", "enter")
        copied = app.clipboard
        assert copied.split("\n")[0] == "## Image access request for globex"
        assert "To erik, lucia (owners), from maya (member)." in copied
        assert "- **Image:** `bitnami/redis:7.2`" in copied
        assert "- **Category:** Docker Verified Publisher Images" in copied
        assert "- **Now:** BLOCKED. Docker Verified Publisher Images are switched off" in copied
        assert "- **What for:** queues" in copied
        assert "- **Until:** May" in copied
        assert "denied: image access restricted: bitnami/redis blocked for organization globex" in copied
        assert said(app, "#request") == copied


async def test_the_image_tried_last_is_filled_in(make_console: MakeConsole) -> None:
    app = make_console(options=GLOBEX)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "traefik/whoami")
        await pilot.press("enter", "escape")
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert app.screen.query_one("#image", Input).value == "traefik/whoami"
        assert app.screen.query_one("#purpose", Input).has_focus


async def test_it_can_be_shown_as_plain_text(make_console: MakeConsole) -> None:
    app = make_console(options=GLOBEX)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*"nginx", "f2")
        await pilot.pause()
        assert any(isinstance(screen, PlainScreen) for screen in app.screen_stack)
        assert "- **Image:** `nginx`" in said(app, "#text")
        await pilot.press("escape", "escape")
        assert app.screen is await settled(pilot)


async def test_an_old_sign_in_is_judged_by_its_revision(make_console: MakeConsole) -> None:
    app = make_console(user="rafael", options=ConsoleOptions(organization="globex"))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "jenkins/jenkins")
        await pilot.press("f7")
        await settled(pilot)
        assert "- **Now:** BLOCKED" in said(app, "#request")
        assert "under r2" in said(app, "#request")


@given(st.text())
def test_outside_text_marks_up_nothing(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~#&!$@]", shown)
    fence = re.match("`+", code(text))
    assert fence is not None
    assert code(text).endswith(fence[0])
    assert fence[0] not in code(text)[len(fence[0]) : -len(fence[0])]
