"""What signing in asks and tells above whatever screen there is: a code, a wait, a sign-in that has ended."""

import asyncio
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen
from textual.timer import Timer

from iam_tui.stores.errors import NotSignedIn
from iam_tui.stores.protocol import Credentials, SignInOptions, Store, Waiting
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.sign_in.words import wait_words

if TYPE_CHECKING:
    from iam_tui.ui.app import IamApp

WAIT_SECONDS = 5.0
"""How often a countdown is told: each time costs a slow line some bytes."""

Result = TypeVar("Result")


class SignInPrompts:
    """The console's part in signing in to Docker Hub, before and in the middle of work."""

    def __init__(self, console: "IamApp") -> None:
        self._console = console
        self._waiting: Waiting | None = None
        self._timer: Timer | None = None

    def how(self, credentials: Credentials) -> SignInOptions:
        """How to sign in with these: everything that is to be asked or told is asked and told here."""
        return SignInOptions(credentials, second_factor=self.ask_for_code, waiting=self.tell_wait)

    async def again(self, ended: NotSignedIn) -> Store | None:
        """Ask whoever was signed in to sign in again, as the same person; None if they do not want to."""
        from iam_tui.ui.sign_in.screen import SignInScreen  # noqa: PLC0415 - it needs this module

        before = self._console.session
        fresh = await self._answer_of(SignInScreen(before.profile, ended=ended))
        if fresh is None:
            return None
        self._console.opened = before._replace(memory=fresh.memory, lookup=fresh.lookup)
        return fresh.store

    async def ask_for_code(self) -> str:
        """The code of a second factor, from whoever signs in; `NotSignedIn` if they give none."""
        from iam_tui.ui.sign_in.second_factor import CodeScreen  # noqa: PLC0415 - hardly ever needed

        code = await self._answer_of(CodeScreen())
        if code is None:
            raise NotSignedIn("No code was given.", advice="Sign in again.")
        return code

    async def _answer_of(self, screen: Screen[Result | None]) -> Result | None:
        """What a screen comes back with; for those who wait for it outside of any screen's worker."""
        answer: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()

        def answered(result: Result | None) -> None:
            if not answer.done():
                answer.set_result(result)

        self._console.push_screen(screen, answered)
        return await answer

    def tell_wait(self, waiting: Waiting | None) -> None:
        """Say what is waited for, and every few seconds for how much longer; None when it is over."""
        self._waiting = waiting
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if waiting is None else self._console.set_interval(WAIT_SECONDS, self._say)
        self._say()

    def _say(self) -> None:
        now, screen = self._console.clock(), self._console.screen
        if self._waiting is not None and self._waiting.until <= now:
            self.tell_wait(None)
        elif isinstance(screen, BaseScreen) and screen.is_mounted:
            if self._waiting is None:
                screen.show_frame()
            else:
                screen.hint(wait_words(self._waiting, now))
