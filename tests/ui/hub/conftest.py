"""A console beside a Docker Hub on this machine, and what its user does to sign in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest
from textual.message import Message
from textual.pilot import Pilot

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.conftest import FixedClock
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.conftest import paste, rest
from tests.ui.driver import NARROW, ConsoleDriver, OpenHubConsole

FOUND = {"IAM_TUI_USERNAME": "olivia", "IAM_TUI_TOKEN": SECRET}


class MakeHubConsole(Protocol):
    """Makes a console on the Hub; call it again to start again on the same file."""

    def __call__(
        self, user: str | None = "olivia", *, organization: str | None = None, ascii_only: bool = False
    ) -> IamApp:
        """With this user's token in the environment, or with none."""
        ...


@pytest.fixture
async def hub(clock: FixedClock) -> AsyncIterator[FakeHub]:
    """An honest Hub."""
    made = FakeHub(clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads that fail are tried again at once."""
    monkeypatch.setattr("iam_tui.stores.hub.retry._FIRST_PAUSE", 0.001)


@pytest.fixture
def make_console(
    hub: FakeHub, tmp_path: Path, clock: FixedClock, quick: None, monkeypatch: pytest.MonkeyPatch
) -> MakeHubConsole:
    """Consoles that go to the Hub at once."""
    del quick
    monkeypatch.delenv("NO_COLOR", raising=False)
    url = hub.url

    def make(
        user: str | None = "olivia", *, organization: str | None = None, ascii_only: bool = False
    ) -> IamApp:
        environment = {"IAM_TUI_API": url, "IAM_TUI_USERNAME": user, "IAM_TUI_TOKEN": SECRET} if user else {}
        profile = Profile("work", StoreKind.HUB, tmp_path / "memory.db", None, url)
        return IamApp(
            StoreOpener([profile], clock, environment),
            clock=clock,
            options=ConsoleOptions(organization, ascii=ascii_only, profile=profile),
        )

    return make


async def type_in(pilot: Pilot[None], user: str, secret: str = SECRET) -> None:
    """Type a user name, paste a token, and press enter."""
    await rest(pilot)
    await pilot.press(*user, "enter")
    await paste(pilot, f"  {secret}\n")
    await pilot.press("enter")


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait, some turns of the loop at a time, until something holds."""
    async with asyncio.timeout(10):
        while not holds():
            await pilot.pause(0.01)
    await pilot.pause()


@pytest.fixture
def hub_console(
    hub: FakeHub, tmp_path: Path, clock: FixedClock, quick: None, monkeypatch: pytest.MonkeyPatch
) -> OpenHubConsole:
    """Opens the profile of the Hub at once."""
    del quick
    monkeypatch.delenv("NO_COLOR", raising=False)

    def open_console(
        user: str | None = "olivia",
        *,
        organization: str | None = None,
        size: tuple[int, int] = NARROW,
        ascii_only: bool = False,
        busy: bool = False,
        message_hook: Callable[[Message], None] | None = None,
    ) -> AbstractAsyncContextManager[ConsoleDriver]:
        token = {"IAM_TUI_API": hub.url, "IAM_TUI_USERNAME": user, "IAM_TUI_TOKEN": SECRET} if user else {}
        profile = Profile("work", StoreKind.HUB, tmp_path / "memory.db", None, hub.url)
        options = ConsoleOptions(organization, ascii=ascii_only, profile=profile)
        app = IamApp(StoreOpener([profile], clock, token), clock=clock, options=options)
        return ConsoleDriver.run(app, size, busy=busy, message_hook=message_hook)

    return open_console
