"""Asking for access: what the request says, that it is copied, and that outside text is escaped."""

import re

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.ui.pull.request_text import code, escaped
from tests.ui.driver import OpenConsole


async def test_a_member_writes_and_copies_a_request(console: OpenConsole) -> None:
    async with console("globex") as c:
        await c.open_pull_screen("bitnami/redis:7.2")
        await c.press("f7")
        assert c.screen == "RequestScreen"
        await c.press(*"queues", "down", *"May", "enter")
        copied = c.app.clipboard
        assert copied.split("\n")[0] == "## Image access request for globex"
        assert "To erik, lucia (owners), from maya (member)." in copied
        assert "- **Image:** `bitnami/redis:7.2`" in copied
        assert "- **Category:** Docker Verified Publisher Images" in copied
        assert "- **Now:** BLOCKED. Docker Verified Publisher Images are switched off" in copied
        assert "- **What for:** queues" in copied
        assert "- **Until:** May" in copied
        assert "denied: image access restricted: bitnami/redis blocked for organization globex" in copied
        assert c.text("#request") == copied


async def test_the_image_tried_last_is_filled_in(console: OpenConsole) -> None:
    async with console("globex") as c:
        await c.open_pull_screen("traefik/whoami")
        await c.press("enter", "escape", "e")
        assert c.value("#image") == "traefik/whoami"
        assert c.focused == "purpose"


async def test_it_can_be_shown_as_plain_text(console: OpenConsole) -> None:
    async with console("globex") as c:
        await c.press("e", *"nginx", "f2")
        assert c.screen == "PlainScreen"
        assert "- **Image:** `nginx`" in c.text("#text")
        await c.press("escape", "escape")
        assert c.screen == "AccessScreen"


async def test_an_old_sign_in_is_judged_by_its_revision(console: OpenConsole) -> None:
    async with console("globex", user="rafael") as c:
        await c.open_pull_screen("jenkins/jenkins")
        await c.press("f7")
        assert "- **Now:** BLOCKED" in c.text("#request")
        assert "under r2" in c.text("#request")


@given(st.text())
def test_outside_text_marks_up_nothing(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~#&!$@]", shown)
    fence = re.match("`+", code(text))
    assert fence is not None
    assert code(text).endswith(fence[0])
    assert fence[0] not in code(text)[len(fence[0]) : -len(fence[0])]
