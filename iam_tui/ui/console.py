"""The console itself: its themes, the keys that work everywhere, and the way between screens."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from iam_tui.core.catalog import Catalog
from iam_tui.stores.protocol import Doorway, Opened, Profile
from iam_tui.ui.glyphs import ASCII, UNICODE
from iam_tui.ui.options import ConsoleOptions
from iam_tui.ui.theme import ANSI_DEFAULTS, DARK, THEMES, VARIABLE_DEFAULTS

SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129} if hasattr(signal, "SIGHUP") else {signal.SIGTERM: 143}
"""The signals that end the console, and the exit code of each."""


class Console(App[None]):
    """The console over one doorway; `opened` and `catalog` are those of the open profile."""

    CSS_PATH = "app.tcss"
    TITLE = "iam-tui"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-tiny"),
        (60, "-small"),
        (80, "-narrow"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-flat"), (16, "-tall")]  # noqa: RUF012
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="app.help", tooltip="The keys that work here"),
        Binding("q,ctrl+q", "quit", "quit", id="app.quit", tooltip="Leave; asks if changes are staged"),
        Binding(
            "colon,ctrl+p", "command_palette", "commands", id="app.commands", tooltip="Everything by name"
        ),
        Binding(
            "ctrl+z", "suspend_process", "suspend", id="app.suspend", show=False, tooltip="Back to the shell"
        ),
    ]

    def __init__(self, doorway: Doorway, *, clock: Callable[[], datetime], options: ConsoleOptions) -> None:
        colourless = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if colourless else None)
        self.doorway = doorway
        self.clock = clock
        self.options = options
        self.glyphs = ASCII if options.ascii or not _speaks_unicode() else UNICODE
        self.opened: Opened | None = None
        self.catalog = Catalog(today=clock().date())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._choose_theme(colourless=colourless)

    @property
    def place(self) -> str:
        """The word that says whose data this is."""
        return "" if self.opened is None else self.opened.profile.kind.upper()

    @property
    def desk(self) -> Opened:
        """The open profile; only screens that come after opening one ask for it."""
        if self.opened is None:
            raise RuntimeError("no profile is open")
        return self.opened

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The console's own variables, for themes that do not set them."""
        return ANSI_DEFAULTS if self.native_ansi_color else VARIABLE_DEFAULTS

    def get_key_display(self, binding: Binding) -> str:
        """Keys by their names: words everywhere, so that they read the same in ASCII."""
        names = {"enter": "enter", "escape": "esc", "question_mark": "?", "slash": "/", "colon": ":"}
        return names.get(binding.key) or super().get_key_display(binding)

    def on_mount(self) -> None:
        """Go to the profile that was asked for, or let one be chosen; end on the signals that ask for it."""
        self._listen_to_signals()
        self.call_after_refresh(_collect_garbage_again)
        profile = self.options.profile
        if profile is not None:
            self.show_organizations(profile)
        else:
            self.show_profiles()

    def show_profiles(self) -> None:
        """Let a profile be chosen."""
        from iam_tui.ui.screens.profiles import ProfilesScreen  # noqa: PLC0415 - not every start comes here

        self.push_screen(ProfilesScreen())

    def show_organizations(self, profile: Profile) -> None:
        """Open a profile and show its organizations."""
        from iam_tui.ui.screens.organizations import OrganizationsScreen  # noqa: PLC0415 - after the first frame

        self.push_screen(OrganizationsScreen(profile))

    async def open_profile(self, profile: Profile) -> Opened:
        """Open the profile's store in place of the one before; may raise `StoreError`."""
        opened = await self.doorway.open(profile)
        await self.adopt(opened)
        return opened

    async def adopt(self, opened: Opened) -> None:
        """Work on this store from now on."""
        if self.opened is not None:
            await self.opened.store.close()
        self.opened = opened
        self.catalog = Catalog(await opened.store.badges(), today=self.clock().date())

    async def action_quit(self) -> None:
        """Leave, unless a screen has staged changes: then it asks."""
        from iam_tui.ui.screens.access import AccessScreen  # noqa: PLC0415 - not needed for the first frame

        for screen in self.screen_stack:
            if isinstance(screen, AccessScreen) and not screen.draft.is_clean:
                screen.ask_before_leaving(self.exit)
                return
        self.exit()

    async def action_help(self) -> None:
        """Show the keys that work on the screen below."""
        from iam_tui.ui.screens.help import HelpScreen  # noqa: PLC0415 - not needed for the first frame

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def copy(self, text: str) -> None:
        """Offer a text to the terminal's clipboard (OSC 52); no terminal says whether it took it."""
        self.copy_to_clipboard(text)
        self.notify("Sent to your terminal's clipboard.", markup=False, timeout=3)

    async def on_unmount(self) -> None:
        """Let go of the store; what was handed to it before is still written."""
        if self.opened is not None:
            await self.opened.store.close()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number, code in SIGNALS.items():
            loop.add_signal_handler(number, partial(self.exit, return_code=code))

    def _choose_theme(self, *, colourless: bool) -> str:
        if colourless:
            return "ansi-dark"
        wanted = self.options.theme
        return wanted if wanted in self.available_themes else DARK.name


def _speaks_unicode() -> bool:
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    return encoding.lower().replace("-", "").startswith("utf")


def _collect_garbage_again() -> None:
    gc.freeze()
    gc.enable()
