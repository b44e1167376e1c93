"""The console itself: its themes, the keys that work everywhere, and the way between screens."""

import asyncio
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from iam_tui.core.catalog import Catalog
from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.protocol import OpenProfile, Profile, ProfileOpener, StoreKind
from iam_tui.ui.shared.active_keys import key_words
from iam_tui.ui.shared.glyphs import ASCII, UNICODE
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.text import cut
from iam_tui.ui.shared.theme import ANSI_DEFAULTS, DARK, THEMES, VARIABLE_DEFAULTS

if TYPE_CHECKING:
    from iam_tui.ui.sign_in.prompts import SignInPrompts

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""The signals that end the console in an orderly way, with exit code 128 and their number."""

LONGEST_HOST = 30
"""Cells of the first row that a host may take."""


class AsciiScrollBar(ScrollBarRender):
    """A scrollbar that ends on whole cells."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * len(ScrollBarRender.VERTICAL_BARS)
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * len(ScrollBarRender.HORIZONTAL_BARS)


REPLACED_COMMANDS = frozenset({"Keys", "Quit", "Maximize"})
"""Textual's own commands that the console has better ones for, or no use."""


def _commands() -> type[Provider]:
    from iam_tui.ui.help.palette import ConsoleCommands  # noqa: PLC0415 - not needed for the first frame

    return ConsoleCommands


class IamApp(App[None]):
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
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
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

    def __init__(
        self, opener: ProfileOpener, *, clock: Callable[[], datetime], options: ConsoleOptions
    ) -> None:
        colourless = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if colourless else None)
        self.opener = opener
        self.clock = clock
        self.options = options
        in_ascii = options.ascii or not _speaks_unicode()
        self.glyphs = ASCII if in_ascii else UNICODE
        self.set_class(in_ascii, "-ascii", update=False)
        ScrollBar.renderer = AsciiScrollBar if in_ascii else ScrollBarRender
        self.opened: OpenProfile | None = None
        self.keymap_problems: tuple[str, ...] = ()
        self.crash: BaseException | None = None
        self.catalog = Catalog(today=clock().date())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._choose_theme(colourless=colourless)

    @property
    def place(self) -> str:
        """The word that says whose data this is; on a real API with its host."""
        if not self.is_live:
            return "" if self.opened is None else self.opened.profile.kind.upper()
        return (
            f"LIVE {cut(self.session.profile.host, LONGEST_HOST, ellipsis=self.glyphs.ellipsis, middle=True)}"
        )

    @property
    def is_live(self) -> bool:
        """Whether what is saved here holds for real people at once."""
        return self.opened is not None and self.opened.profile.kind is StoreKind.HUB

    @property
    def session(self) -> OpenProfile:
        """The open profile; only screens that come after opening one ask for it."""
        if self.opened is None:
            raise RuntimeError("no profile is open")
        return self.opened

    @cached_property
    def sign_in_prompts(self) -> "SignInPrompts":
        """The console's part in signing in to Docker Hub."""
        from iam_tui.ui.sign_in.prompts import SignInPrompts  # noqa: PLC0415 - for Hub profiles alone

        return SignInPrompts(self)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The console's own variables, for themes that do not set them."""
        return ANSI_DEFAULTS if self.native_ansi_color else VARIABLE_DEFAULTS

    def get_key_display(self, binding: Binding) -> str:
        """Keys by their names: words everywhere, so that they read the same in ASCII."""
        return binding.key_display or key_words(binding.key)

    def on_load(self) -> None:
        """Before the terminal is taken: end in order, from now on, on the signals that ask for it."""
        if sys.platform == "win32":  # whose event loop listens to none
            return
        loop = asyncio.get_running_loop()
        for name in ENDING_SIGNALS:
            number = signal.Signals[name]
            loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def on_mount(self) -> None:
        """Go to the profile that was asked for, or let one be chosen."""
        if self.options.keymap:
            self._remap()
        profile = self.options.profile
        asks = profile is not None and profile.user is None and profile.kind is not StoreKind.DEMO
        if profile is None or asks:
            self.show_profiles(profile)
        else:
            self.show_organizations(profile)

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Keep the focus where it is: a screen opened meanwhile would have none, and keys miss its table."""
        event.prevent_default()

    def on_resize(self, event: events.Resize) -> None:
        """Go on with the size that the terminal has by now.

        Textual reads it in the signal's handler, which the next signal can interrupt: in a storm of them the
        sizes come in the wrong order, and an old one would stay. Terminals that report sizes send pixels too.
        """
        now = Size(*shutil.get_terminal_size())
        if not self.is_headless and event.pixel_size is None and now != event.size:
            self.post_message(events.Resize(now, now))

    def show_profiles(self, enter: Profile | None = None) -> None:
        """Let a profile be chosen, or go on with this one, asking for what it does not say."""
        from iam_tui.ui.profiles.screen import ProfilesScreen  # noqa: PLC0415 - not every start comes here

        self.push_screen(ProfilesScreen(enter))

    def show_organizations(self, profile: Profile) -> None:
        """Open a profile and show its organizations."""
        from iam_tui.ui.organizations.screen import OrganizationsScreen  # noqa: PLC0415 - after the first frame

        self.push_screen(OrganizationsScreen(profile))

    async def open_profile(self, profile: Profile) -> OpenProfile:
        """Open the profile's store in place of the one before; may raise `StoreError`."""
        opened = await self.opener.open(profile)
        await self.adopt(opened)
        return opened

    async def adopt(self, opened: OpenProfile) -> None:
        """Work on this store from now on; one that somebody signs in to asks again when that ends."""
        if self.opened is not None:
            await self.opened.store.close()
        if opened.profile.kind is StoreKind.HUB:
            from iam_tui.application.reauthenticating_store import ReauthenticatingStore  # noqa: PLC0415 - for Hub profiles alone

            opened = opened._replace(store=ReauthenticatingStore(opened.store, self.sign_in_prompts.again))
        self.opened = opened
        self.catalog = Catalog(await opened.store.badges(), today=self.clock().date())
        self.call_after_refresh(_collect_garbage_again)

    async def action_quit(self) -> None:
        """Leave, unless a screen has staged changes: then it asks."""
        from iam_tui.ui.access.screen import AccessScreen  # noqa: PLC0415 - not needed for the first frame

        for screen in self.screen_stack:
            if isinstance(screen, AccessScreen) and not screen.draft.is_clean:
                screen.ask_before_leaving(self.exit)
                return
        self.exit()

    async def action_help(self) -> None:
        """Show the keys that work on the screen below."""
        from iam_tui.ui.help.screen import HelpScreen  # noqa: PLC0415 - not needed for the first frame

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        """Offer everything by name."""
        from iam_tui.ui.help.palette import Palette  # noqa: PLC0415 - not needed for the first frame

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands that are of use here, and the screen as plain text."""
        yield from (
            command
            for command in super().get_system_commands(screen)
            if command.title not in REPLACED_COMMANDS
        )
        yield SystemCommand("Plain text", "This screen, to select from with the mouse", self.show_plain_text)

    def show_plain_text(self) -> None:
        """Show what the screen says without anything around it."""
        from iam_tui.ui.help.plain_screen import PlainScreen  # noqa: PLC0415 - not needed for the first frame
        from iam_tui.ui.help.plain_text import plain_text  # noqa: PLC0415 - not needed for the first frame

        self.push_screen(PlainScreen(plain_text(self.screen)))

    def copy(self, text: str) -> None:
        """Offer a text to the terminal's clipboard (OSC 52); no terminal says whether it took it."""
        self.copy_to_clipboard(text)
        self.notify("Sent to your terminal's clipboard.", markup=False, timeout=3)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Textual's toast, for text as it is written: no markup unless asked for, and controls visible."""
        super().notify(
            escape_controls(message),
            title=escape_controls(title),
            severity=severity,
            timeout=timeout,
            markup=markup,
        )

    async def on_unmount(self) -> None:
        """Let go of the store; what was handed to it before is still written."""
        if self.opened is not None:
            await self.opened.store.close()

    def _fatal_error(self) -> None:
        """Keep the error for `run_console` to report, and end.

        Textual calls this for every error that nobody handled, and offers no public way to change what it
        does: it would print the values of local variables, and a token may be among them.
        """
        self.crash = self.crash or sys.exception()
        self.panic()

    def _remap(self) -> None:
        """Set the user's own keys, and say what is amiss with them; the help says it again."""
        from iam_tui.ui.help.keymap import remapped  # noqa: PLC0415 - it looks at every screen there is

        keymap, self.keymap_problems = remapped(self.options.keymap, type(self))
        self.set_keymap(keymap)
        for problem in self.keymap_problems:
            self.notify(problem, title="Key map", severity="warning", timeout=20, markup=False)

    def _choose_theme(self, *, colourless: bool) -> str:
        if colourless:
            return "ansi-dark"
        wanted = self.options.theme
        return wanted if wanted in self.available_themes else DARK.name


def _speaks_unicode() -> bool:
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    return encoding.lower().replace("-", "").startswith("utf")


def _collect_garbage_again() -> None:
    """Now that everything is imported and shown; what came before stays as long as the process anyway."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
