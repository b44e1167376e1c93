"""What signing in to Docker Hub asks and shows on top of any screen: a code, a wait, an expired sign-in."""

import asyncio
from typing import TypeVar, cast

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import Credentials, SignInOptions, Store, Waiting
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.host import Host
from iam_tui.ui.sign_in.words import wait_words

WAIT_SECONDS = 5.0
"""How often a countdown is drawn: each time sends some bytes over a slow connection."""

Result = TypeVar("Result")


class SignInPrompts:
    """The console's part in signing in to Docker Hub, before work begins and in the middle of it."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._waiting: Waiting | None = None
        self._timer: Timer | None = None

    @property
    def _host(self) -> Host:
        return cast("Host", self._app)

    def options(self, credentials: Credentials) -> SignInOptions:
        """How to sign in with these credentials: codes are asked for and waits are shown here."""
        return SignInOptions(credentials, second_factor=self.ask_for_code, waiting=self.show_wait)

    async def again(self, ended: NotSignedIn) -> Store | None:
        """Ask to sign in again as the same person; None if they decline."""
        from iam_tui.ui.sign_in.screen import SignInScreen  # noqa: PLC0415 - hardly ever needed

        session = self._host.session
        fresh = await self._answer_of(SignInScreen(session.profile, ended=ended))
        return None if fresh is None else session.renew(fresh)

    async def ask_for_code(self) -> str:
        """The code of a second factor; raises `NotSignedIn` if none is given."""
        from iam_tui.ui.sign_in.second_factor import SecondFactorScreen  # noqa: PLC0415 - hardly ever needed

        code = await self._answer_of(SecondFactorScreen())
        if code is None:
            raise NotSignedIn("No code was given.", advice="Sign in again.")
        return code

    async def _answer_of(self, screen: Screen[Result | None]) -> Result | None:
        """What a screen comes back with, awaited outside of any screen's worker."""
        answer: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()

        def answered(result: Result | None) -> None:
            if not answer.done():
                answer.set_result(result)

        self._app.push_screen(screen, answered)
        return await answer

    def show_wait(self, waiting: Waiting | None) -> None:
        """Show what is waited for, and every few seconds how much longer; None when it is over."""
        self._waiting = waiting
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if waiting is None else self._app.set_interval(WAIT_SECONDS, self._draw)
        self._draw()

    def _draw(self) -> None:
        now, screen = self._host.clock(), self._app.screen
        if self._waiting is not None and self._waiting.until <= now:
            self.show_wait(None)
        elif isinstance(screen, BaseScreen) and screen.is_mounted:
            if self._waiting is None:
                screen.show_frame()
            else:
                screen.hint(wait_words(self._waiting, now))
