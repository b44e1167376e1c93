"""The console as a test drives it: by keys, pastes and clicks, and by what is drawn."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, Self

from textual import events
from textual.keys import _character_to_key
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkerCancelled

from iam_tui.application.session import Session
from iam_tui.core.draft import Draft
from iam_tui.core.policy import Revision
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.typed_ahead import is_idle
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

NARROW: Final = (80, 24)
WIDE: Final = (120, 40)
TINY: Final = (44, 12)
"""A window with room for the card only."""
PATIENCE: Final = 30.0
"""Seconds after which a test stops waiting."""
DEFAULTS: Final = ConsoleOptions()
_QUIET_ROUNDS: Final = 3
"""Rounds of the event loop in which nothing is to be done: what was just drawn may call for more."""
_EAGER_ROUNDS: Final = 200
"""Rounds without a pause: handlers take a few, work takes longer."""


class ConsoleDriver:
    """A running console. Every action returns once the console has come to rest: see `settle`.

    Selectors are those of the topmost screen, such as `#access` for the table of Image access.
    """

    def __init__(self, app: IamApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @classmethod
    @asynccontextmanager
    async def run(
        cls,
        app: IamApp,
        size: tuple[int, int] = NARROW,
        *,
        busy: bool = False,
        message_hook: Callable[[Message], None] | None = None,
    ) -> AsyncIterator[Self]:
        """Start the console in a window of `size` (columns, rows), and end it after the block.

        With `busy` it is still reading when the block begins.
        """
        async with app.run_test(size=size, notifications=True, message_hook=message_hook) as pilot:
            driver = cls(app, pilot)
            await driver.settle(busy=busy)
            yield driver

    async def press(self, *keys: str, busy: bool = False) -> None:
        """Press keys one after the other, each given by its name or as the character that it types.

        With `busy`, do not wait for what the console reads or writes, as it would not end now.
        """
        for key in keys:
            self.app.post_message(key_event(key))
            await self.settle(busy=busy)

    async def type_ahead(self, *keys: str, busy: bool = False) -> None:
        """Press keys all at once, as a slow connection or one write delivers them."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self.settle(busy=busy)

    async def paste(self, text: str, *, busy: bool = False) -> None:
        """Paste as a terminal with bracketed paste does."""
        self.app.post_message(events.Paste(text))
        await self.settle(busy=busy)

    async def click(self, selector: str, x: int, y: int) -> None:
        """Click on a cell of a widget, column and row from 0."""
        await self.pilot.click(selector, offset=(x, y))
        await self.settle()

    async def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        await self.pilot.resize_terminal(columns, rows)
        await self.settle()

    async def move_to(self, selector: str, row: str) -> None:
        """Move the cursor of a table to the row with this key, and the focus to the table."""
        table = self.table(selector)
        assert row in self.row_keys(selector)
        table.focus()
        table.move_to(row)
        await self.settle()

    async def fill(self, selector: str, text: str) -> None:
        """Replace what is typed in a field."""
        self.field(selector).value = text
        await self.settle()

    async def open_pull_screen(self, text: str = "") -> None:
        """Open the test of a pull from Image access, with this text in its field."""
        await self.press("t")
        assert self.screen == "PullScreen"
        if text:
            await self.fill("#image", text)
            await self.press("end")

    async def sign_in(self, user: str, token: str, *, busy: bool = False) -> None:
        """Type a user name, paste a token, and press enter."""
        await self.press(*user, "enter")
        await self.paste(f"  {token}\n")
        await self.press("enter", busy=busy)

    async def push(self, screen: Screen[None]) -> None:
        """Open a screen of the test's own."""
        await self.app.push_screen(screen)
        await self.settle()

    async def settle(self, *, busy: bool = False) -> None:
        """Wait until nothing is being read or written, and everything that follows from it is drawn.

        With `busy`, do not wait for what is being read or written.
        """
        async with asyncio.timeout(PATIENCE):
            await self._handle_messages()
            while not busy and self.app.workers and self.app.return_code is None:
                with suppress(WorkerCancelled):
                    await self.app.workers.wait_for_complete()
                await self._handle_messages()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that comes without a key."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause(0.005)
            await self._handle_messages()

    @property
    def screen(self) -> str:
        """The name of the topmost screen's class."""
        return type(self.app.screen).__name__

    @property
    def screens(self) -> list[str]:
        """The names of the classes of all open screens, the topmost last."""
        return [type(screen).__name__ for screen in self.app.screen_stack]

    @property
    def top(self) -> str:
        """The first row: where one is, and as whom."""
        return self.text("#top")

    @property
    def first(self) -> str:
        """The first sentence below it: what is true now."""
        return self.text("#first")

    @property
    def second(self) -> str:
        """The second sentence: what is staged, or a hint."""
        return self.text("#second")

    @property
    def problem(self) -> str:
        """The error above the keys; empty if none is shown."""
        return self.text("#problem") if self.is_shown("#problem") else ""

    @property
    def card(self) -> str:
        """What a window that is too small shows; empty in all others."""
        return self.text("#card") if self.is_shown("#card") else ""

    @property
    def keys(self) -> list[str]:
        """The keys that the topmost screen offers, with what they do: `space toggle`."""
        active = self.app.screen.active_bindings.values()
        return [
            f"{one.binding.key} {one.binding.description}"
            for one in active
            if one.enabled and one.binding.show
        ]

    @property
    def toasts(self) -> list[str]:
        """The messages of the toasts, the newest last."""
        return [notification.message for notification in self.app._notifications]

    @property
    def focused(self) -> str | None:
        """The id of the widget with the focus."""
        focused = self.app.focused
        return None if focused is None else focused.id

    @property
    def drawn(self) -> str:
        """Every character on the screen, row after row."""
        return "".join(
            strip.text for strip in self.app.screen._compositor.render_strips() if strip.text.strip()
        )

    def text(self, selector: str) -> str:
        """What a `TextBlock` says, all of it."""
        return self.app.screen.query_one(selector, TextBlock).plain

    def rows(self, selector: str) -> list[str]:
        """The rows of a table, cells joined by blanks."""
        rows = self.table(selector).rows
        return [" ".join(cell.text for cell in row.cells if cell.text) for row in rows]

    def row_keys(self, selector: str) -> list[str]:
        """The keys of a table's rows."""
        return [row.key for row in self.table(selector).rows]

    def cursor(self, selector: str) -> str | None:
        """The key of the row of a table that the cursor is on."""
        return self.table(selector).cursor

    def cursor_row(self, selector: str) -> str:
        """The row of a table with the cursor on it, cells joined by blanks."""
        return self.rows(selector)[self.table(selector).index]

    def table(self, selector: str) -> Table:
        """A table."""
        return self.app.screen.query_one(selector, Table)

    def field(self, selector: str) -> Input:
        """A field to type in."""
        return self.app.screen.query_one(selector, Input)

    def value(self, selector: str) -> str:
        """What is typed in a field."""
        return self.field(selector).value

    def is_shown(self, selector: str) -> bool:
        """Whether a widget is drawn, and everything around it."""
        widget = self.app.screen.query_one(selector)
        return all(one.display for one in (widget, *widget.ancestors))

    @property
    def session(self) -> Session:
        """The open profile, with its store and what is remembered on this machine."""
        return self.app.session

    def draft(self) -> Draft:
        """What is staged, on the topmost screen that works on a draft."""
        screens = reversed(self.app.screen_stack)
        return next(one.workspace.draft for one in screens if isinstance(one, WorkspaceScreen))

    async def saved(self, organization: str) -> Revision:
        """The newest revision in the store."""
        return (await self.session.store.organization_state(organization)).revision

    async def kept_draft(self, organization: str) -> Draft | None:
        """The draft that is kept for the next start."""
        return await self.session.memory.draft(organization)

    async def _handle_messages(self) -> None:
        """Wait until all messages and those that follow from them are handled; draw what they changed."""
        quiet = rounds = 0
        while quiet < _QUIET_ROUNDS and self.app.return_code is None:
            await asyncio.sleep(0 if rounds < _EAGER_ROUNDS else 0.005)
            rounds += 1
            if self._is_quiet():
                quiet += 1
                self.app.screen._on_timer_update()
            else:
                quiet = 0

    def _is_quiet(self) -> bool:
        """Whether no widget handles a message or has one waiting, and every key was handed to one."""
        widgets = (
            one for screen in self.app.screen_stack for one in screen.walk_children(Widget, with_self=True)
        )
        return self.app.typed_ahead.is_empty and is_idle(self.app) and all(map(is_idle, widgets))


class OpenConsole(Protocol):
    """Opens a console over the demo: `async with console("acme-corp") as c`.

    Call it again to start again on the same file.
    """

    def __call__(
        self,
        organization: str | None = None,
        *,
        user: str = "maya",
        size: tuple[int, int] = NARROW,
        options: ConsoleOptions = DEFAULTS,
        busy: bool = False,
    ) -> AbstractAsyncContextManager[ConsoleDriver]:
        """At the picker or in this organization, as this user of the demo."""
        ...


class OpenHubConsole(Protocol):
    """Opens a console on a Docker Hub: `async with hub_console(organization="acme") as c`.

    Call it again to start again with the same memory.
    """

    def __call__(
        self,
        user: str | None = "olivia",
        *,
        organization: str | None = None,
        size: tuple[int, int] = NARROW,
        ascii_only: bool = False,
        busy: bool = False,
        message_hook: Callable[[Message], None] | None = None,
    ) -> AbstractAsyncContextManager[ConsoleDriver]:
        """With this user's token in the environment, or with none."""
        ...


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another program is writing to this file, and lets go of it after the block."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def key_event(key: str) -> events.Key:
    """A key by its name, or as the character that it types."""
    if key == "space":
        key = " "
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    return events.Key(key, None)
