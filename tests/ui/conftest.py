"""A console over the demo, in one file that stays when it is started again."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from textual import events
from textual.pilot import Pilot

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.driver import DEFAULTS, NARROW, ConsoleDriver, OpenConsole


class MakeConsole(Protocol):
    """Makes a console; call it again to start again on the same file."""

    def __call__(self, user: str = "maya", options: ConsoleOptions = DEFAULTS) -> IamApp:
        """As this user of the demo, with these options of the console."""
        ...


@pytest.fixture
def make_console(demo_file: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> MakeConsole:
    """Consoles that open the demo at once."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def make(user: str = "maya", options: ConsoleOptions = DEFAULTS) -> IamApp:
        profile = Profile("demo", StoreKind.DEMO, demo_file, user)
        return IamApp(StoreOpener([profile], clock), clock=clock, options=replace(options, profile=profile))

    return make


async def settled(pilot: Pilot[None]) -> AccessScreen:
    """The Image access screen, once nothing is being read or written; another screen may stand above it."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, AccessScreen))


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste as a terminal with bracketed paste does."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def rest(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: a worker may open a screen that begins the next."""
    await pilot.pause()
    while pilot.app.workers:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause()


def on_top(app: IamApp) -> str:
    """The name of the topmost screen's class."""
    return type(app.screen).__name__


def said(app: IamApp, selector: str) -> str:
    """What the `TextBlock` of that selector say on the topmost screen."""
    return app.screen.query_one(selector, TextBlock).plain


def rows(app: IamApp, selector: str) -> list[str]:
    """The rows of the `Table` of that selector on the topmost screen, cells joined by blanks."""
    table = app.screen.query_one(selector, Table)
    return [" ".join(cell.text for cell in row.cells if cell.text) for row in table.rows]


def hints(app: IamApp) -> list[str]:
    """The keys that the topmost screen offers, with what they do."""
    active = app.screen.active_bindings.values()
    return [
        f"{one.binding.key} {one.binding.description}" for one in active if one.enabled and one.binding.show
    ]


@pytest.fixture
def console(demo_file: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> OpenConsole:
    """Opens the demo."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def open_console(
        organization: str | None = None,
        *,
        user: str = "maya",
        size: tuple[int, int] = NARROW,
        options: ConsoleOptions = DEFAULTS,
        busy: bool = False,
    ) -> AbstractAsyncContextManager[ConsoleDriver]:
        profile = Profile("demo", StoreKind.DEMO, demo_file, user)
        options = replace(options, organization=organization, profile=profile)
        return ConsoleDriver.run(
            IamApp(StoreOpener([profile], clock), clock=clock, options=options), size, busy=busy
        )

    return open_console
