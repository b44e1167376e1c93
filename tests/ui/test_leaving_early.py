"""A screen may be left while it still reads."""

import asyncio

from textual import work
from textual.app import ComposeResult

from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import line
from iam_tui.ui.shared.widgets.lines import TextBlock
from tests.ui.driver import OpenConsole


class Shown(TextBlock):
    """Tells when it is taken away."""

    def __init__(self) -> None:
        super().__init__(id="shown")
        self.gone = asyncio.Event()

    def on_unmount(self) -> None:
        """The screen itself is still there then."""
        self.gone.set()


class Reading(BaseScreen[None]):
    """Has the answer to show just when there is nothing left to show it on."""

    went_on = False

    def body(self) -> ComposeResult:
        """What is to show it."""
        yield Shown()

    @work
    async def read(self) -> None:
        """Wait for the moment."""
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
