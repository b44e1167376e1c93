"""A screen can be left while it is still reading."""

import asyncio

import pytest
from textual import work
from textual.app import ComposeResult

from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.review.screen import ReviewScreen
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import line
from iam_tui.ui.shared.widgets.lines import TextBlock
from tests.ui.driver import OpenConsole


class Shown(TextBlock):
    """Sets an event when it is removed."""

    def __init__(self) -> None:
        super().__init__(id="shown")
        self.gone = asyncio.Event()

    def on_unmount(self) -> None:
        """The screen is still there at this moment."""
        self.gone.set()


class Reading(BaseScreen[None]):
    """Gets its answer when the widget that would show it is gone."""

    went_on = False

    def body(self) -> ComposeResult:
        """The widget that would show it."""
        yield Shown()

    @work
    async def read(self) -> None:
        """Wait until the widget is gone."""
        await self.query_one(Shown).gone.wait()
        self.went_on = True
        self.query_one(Shown).show(line("read"))


async def test_an_answer_that_comes_after_the_screen_was_left_is_no_error(console: OpenConsole) -> None:
    async with console() as c:
        screen = Reading()
        await c.push(screen)
        screen.read()
        await c.settle(busy=True)
        await screen.dismiss()
        await c.settle()
        assert screen.went_on


@pytest.mark.parametrize("turns", range(8))
async def test_the_console_can_end_while_a_screen_opens(console: OpenConsole, turns: int) -> None:
    """Textual gives it no widgets then, or takes them away before what it reads has come."""
    async with console("acme-corp") as c:
        screen = c.app.screen
        assert isinstance(screen, AccessScreen)
        c.app.push_screen(ReviewScreen(screen.workspace))
        for _ in range(turns):
            await asyncio.sleep(0)
    assert c.app.crash is None
