"""A console over the demo, in one file that stays when it is started again."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import DEFAULTS, NARROW, ConsoleDriver, OpenConsole


@pytest.fixture(autouse=True)
def locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal takes UTF-8, whatever the machine's locale."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


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
