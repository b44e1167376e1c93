"""A console on a Docker Hub that runs on this machine."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from textual.message import Message

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.driver import NARROW, ConsoleDriver, OpenHubConsole


@pytest.fixture
async def hub(clock: FixedClock) -> AsyncIterator[FakeHub]:
    """A Hub that answers as Docker's documentation says."""
    made = FakeHub(clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads that fail are tried again at once."""
    monkeypatch.setattr("iam_tui.stores.hub.retry._FIRST_PAUSE", 0.001)


@pytest.fixture
def hub_console(
    hub: FakeHub, tmp_path: Path, clock: FixedClock, quick_retries: None, monkeypatch: pytest.MonkeyPatch
) -> OpenHubConsole:
    """Opens the profile of the Hub at once."""
    del quick_retries
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
