"""The console itself: its themes, the keys that work everywhere, and the way between screens.

Screens are imported where they are opened, so that the first frame does not wait for all of them.
"""

import asyncio
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.worker import WorkerFailed

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.application.session import Session
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.errors import IamError
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.policy import Origin
from iam_tui.stores.protocol import (
    Credentials,
    OpenProfile,
    OrganizationState,
    Profile,
    ProfileOpener,
    SignInOptions,
    StoreKind,
    Waiting,
)
from iam_tui.ui.shared.active_keys import key_words
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.glyphs import ASCII, UNICODE
from iam_tui.ui.shared.locale_encoding import speaks_unicode
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.text import Line, cut
from iam_tui.ui.shared.theme import ANSI_DEFAULTS, DARK, THEMES, UnknownTheme, variable_defaults
from iam_tui.ui.shared.typed_ahead import Typed, TypedAhead

if TYPE_CHECKING:
    from iam_tui.ui.organizations.screen import OrganizationsScreen
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
"""Textual's own commands that the console replaces or does not need."""


def _commands() -> type[Provider]:
    from iam_tui.ui.help.palette import ConsoleCommands

    return ConsoleCommands


class IamApp(App[None]):
    """The console, and the `Host` of its screens; `opened` is the session of the open profile."""

    CSS_PATH = "app.tcss"
    TITLE = "iam-tui"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-tiny"),
        (60, "-small"),
        (80, "-narrow"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-flat"), (16, "-tall")]  # noqa: RUF012
    # Nothing copies what Textual would select, and it fails on a click on what was just taken away (8.2.8).
    ALLOW_SELECT = False
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="app.help", tooltip="The keys that work here"),
        Binding("q,ctrl+q", "quit", "quit", id="app.quit", tooltip="Quit; asks if changes are staged"),
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
        super().__init__(
            driver_class=_driver(options.escape_milliseconds), ansi_color=True if colourless else None
        )
        self.opener = opener
        self.clock = clock
        self.options = options
        in_ascii = options.ascii or not speaks_unicode()
        self.glyphs = ASCII if in_ascii else UNICODE
        self.set_class(in_ascii, "-ascii", update=False)
        ScrollBar.renderer = AsciiScrollBar if in_ascii else ScrollBarRender
        self.opened: Session | None = None
        self.keymap_problems: tuple[str, ...] = ()
        self.crash: BaseException | None = None
        self._screen_with_error: BaseScreen[object] | None = None
        self.typed_ahead = TypedAhead(self)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._choose_theme(colourless=colourless)

    @property
    def place(self) -> str:
        """The word that says whose data this is: `DEMO`, `LOCAL`, or `LIVE` with the host."""
        if not self.is_live:
            return "" if self.opened is None else self.opened.profile.kind.upper()
        return (
            f"LIVE {cut(self.session.profile.host, LONGEST_HOST, ellipsis=self.glyphs.ellipsis, middle=True)}"
        )

    @property
    def is_live(self) -> bool:
        """Whether what is saved here takes effect for real people at once."""
        return self.opened is not None and self.opened.profile.kind is StoreKind.HUB

    @property
    def session(self) -> Session:
        """The open profile; `RuntimeError` before one is open."""
        if self.opened is None:
            raise RuntimeError("no profile is open")
        return self.opened

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The console's own variables, for themes that do not set them."""
        return ANSI_DEFAULTS if self.native_ansi_color else variable_defaults(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """Keys by their names, so that they read the same in ASCII."""
        return binding.key_display or key_words(binding.key)

    def on_load(self) -> None:
        """Before the terminal is taken over: from now on end in an orderly way on a signal."""
        if sys.platform == "win32":  # its event loop has no signal handlers
            return
        loop = asyncio.get_running_loop()
        for name in ENDING_SIGNALS:
            number = signal.Signals[name]
            loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def on_mount(self) -> None:
        """Open the profile that was asked for, or show all of them."""
        if self.options.keymap:
            self._remap()
        profile = self.options.profile
        asks = profile is not None and profile.user is None and profile.kind is not StoreKind.DEMO
        if profile is None or asks:
            self.show_profiles(profile)
        else:
            self.show_organizations(profile)

    async def on_event(self, event: events.Event) -> None:
        """Hand on what was typed, pasted or clicked once everything before it has taken effect."""
        if not isinstance(event, Typed) or event.is_forwarded or self.typed_ahead.lets_pass(event):
            await super().on_event(event)

    def simulate_key(self, key: str) -> None:
        """Press a key, before those that are typed ahead."""
        self.typed_ahead.put_first(key)

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Keep the focus: a screen opened meanwhile would have none, and its table would miss keys."""
        event.prevent_default()

    def on_resize(self, event: events.Resize) -> None:
        """Use the size that the terminal has now.

        Textual reads it in the signal's handler, which the next signal can interrupt: in a storm of them the
        sizes come in the wrong order, and an old one would stay. Terminals that report sizes send pixels too.
        """
        now = Size(*shutil.get_terminal_size())
        if not self.is_headless and event.pixel_size is None and now != event.size:
            self.post_message(events.Resize(now, now))

    async def open_profile(self, profile: Profile) -> Session:
        """Open the profile's store in place of the one before; raises `StoreError`."""
        return await self.adopt(await self.opener.open(profile))

    async def adopt(self, opened: OpenProfile) -> Session:
        """Work on this open profile from now on; a Hub store asks to sign in again when a sign-in expires."""
        if self.opened is not None:
            before, self.opened = self.opened, None
            await before.store.close()
        if opened.profile.kind is StoreKind.HUB:
            from iam_tui.application.reauthenticating_store import ReauthenticatingStore

            opened = opened._replace(store=ReauthenticatingStore(opened.store, self._sign_in_prompts.again))
        try:
            self.opened = await Session.start(opened, self.clock, read_only=self.options.read_only)
        except BaseException:
            await opened.store.close()
            raise
        self.call_after_refresh(_collect_garbage_again)
        return self.opened

    async def action_quit(self) -> None:
        """Quit, unless a screen has unsaved changes: then it asks."""
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen) and screen.has_unsaved_changes:
                screen.ask_before_leaving(self.exit)
                return
        self.exit()

    async def action_help(self) -> None:
        """Show the keys that work on the screen below."""
        from iam_tui.ui.help.screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        """Offer everything by name."""
        from iam_tui.ui.help.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands that are useful here, and the screen as plain text."""
        yield from (
            command
            for command in super().get_system_commands(screen)
            if command.title not in REPLACED_COMMANDS
        )
        yield SystemCommand(
            "Plain text", "This screen, to select from with the mouse", self._open_screen_as_text
        )

    def _open_screen_as_text(self) -> None:
        from iam_tui.ui.help.plain_screen import plain_text

        self.open_plain_text(plain_text(self.screen))

    def show_profiles(self, enter: Profile | None = None) -> None:
        """Show the profiles; `enter` is opened at once."""
        from iam_tui.ui.profiles.screen import ProfilesScreen

        self.push_screen(ProfilesScreen(enter))

    def show_organizations(self, profile: Profile) -> None:
        """Open a profile and show its organizations."""
        from iam_tui.ui.organizations.screen import OrganizationsScreen

        self.push_screen(OrganizationsScreen(profile))

    def open_sign_in(
        self, profile: Profile, then: Callable[[OpenProfile | None], None], *, ask: bool
    ) -> None:
        """Sign in to a Hub profile; with `ask`, even where credentials can be found."""
        from iam_tui.ui.sign_in.screen import SignInScreen

        self.push_screen(SignInScreen(profile, ask=ask), then)

    def sign_in_options(self, credentials: Credentials) -> SignInOptions:
        """How to sign in with these credentials: a second factor and waits are shown in the console."""
        return self._sign_in_prompts.options(credentials)

    def show_wait(self, waiting: Waiting | None) -> None:
        """Count down a wait on the screen; None when it is over."""
        self._sign_in_prompts.show_wait(waiting)

    @cached_property
    def _sign_in_prompts(self) -> "SignInPrompts":
        from iam_tui.ui.sign_in.prompts import SignInPrompts

        return SignInPrompts(self)

    def organizations_from(self, screen: Screen[object]) -> Sequence[OrganizationState]:
        """The organizations that `go_to_organization` can open in place of this screen, which may be none."""
        picker = self._picker()
        if picker is None or not (isinstance(screen, BaseScreen) and screen.LEADS_TO_ORGANIZATIONS):
            return ()
        return picker.known

    def go_to_organization(self, state: OrganizationState) -> None:
        """Open one of `organizations_from` in place of the organization that is shown."""
        picker = self._picker()
        if picker is None:
            return
        if self.screen is not picker:
            self.screen.dismiss()
        picker.show_access(state)

    def _picker(self) -> "OrganizationsScreen | None":
        from iam_tui.ui.organizations.screen import OrganizationsScreen

        return next((one for one in self.screen_stack if isinstance(one, OrganizationsScreen)), None)

    def open_image_access(self, state: OrganizationState, then: Callable[[None], None]) -> None:
        """Open an organization's policy."""
        from iam_tui.ui.access.screen import AccessScreen

        self.push_screen(AccessScreen(PolicyWorkspace(self.session, state, origin=Origin.CONSOLE)), then)

    def open_impact(self, workspace: PolicyWorkspace, then: Callable[[None], None]) -> None:
        """Show what the staged changes would stop, or what the saved policy does."""
        from iam_tui.ui.impact.screen import ImpactScreen

        self.push_screen(ImpactScreen(workspace), then)

    def open_sources(self, workspace: PolicyWorkspace, then: Callable[[None], None]) -> None:
        """Show what is known of the images in use, and bring in more."""
        from iam_tui.ui.impact.sources_screen import SourcesScreen

        self.push_screen(SourcesScreen(workspace), then)

    def open_pull_test(
        self,
        workspace: PolicyWorkspace,
        text: str,
        then: Callable[[None], None],
        scenario: PullScenario | None = None,
    ) -> None:
        """Test the pull of what is in the text, in this scenario or in the usual one."""
        from iam_tui.ui.pull.screen import PullScreen

        self.push_screen(PullScreen(workspace, text, scenario), then)

    def open_request(self, workspace: PolicyWorkspace, image: str = "") -> None:
        """Write a request to the owners for access to an image."""
        from iam_tui.ui.pull.request_screen import RequestScreen

        self.push_screen(RequestScreen(workspace, image))

    def open_review(self, workspace: PolicyWorkspace, then: Callable[[bool | None], None]) -> None:
        """Review what is staged; the answer is whether the draft is done with: saved, or saved by others."""
        from iam_tui.ui.review.screen import ReviewScreen

        self.push_screen(ReviewScreen(workspace), then)

    def open_conflict(self, workspace: PolicyWorkspace, then: Callable[[bool | None], None]) -> None:
        """Compare what is staged with a newer revision; the answer is whether a choice was staged."""
        from iam_tui.ui.review.conflict_screen import ConflictScreen

        self.push_screen(ConflictScreen(workspace), then)

    def show_error(self, error: IamError) -> None:
        """Show an error of work in the background, on whichever screen is on top."""
        screen = self.screen
        # A screen that was just opened has no place for it yet.
        if isinstance(screen, BaseScreen) and screen.is_mounted:
            screen.show_error(error)
            self._screen_with_error = screen
        else:
            self.notify(f"{error.title}: {error.detail}", severity="error")

    def clear_error(self) -> None:
        """Take away the last error of work in the background: the work has been done since."""
        if self._screen_with_error is not None:
            self._screen_with_error.clear_error()
            self._screen_with_error = None

    def open_details(self, crumbs: tuple[str, ...], details: tuple[Line, ...]) -> None:
        """Show everything about one row, below the screen with these crumbs."""
        from iam_tui.ui.shared.details import DetailsScreen

        self.push_screen(DetailsScreen(crumbs, details))

    def open_plain_text(self, lines: Sequence[str]) -> None:
        """Show lines of text alone, for selecting them with the mouse."""
        from iam_tui.ui.help.plain_screen import PlainScreen

        self.push_screen(PlainScreen(lines))

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
        """Textual's toast, showing the text literally: no markup unless asked for, and controls visible."""
        super().notify(
            escape_controls(message),
            title=escape_controls(title),
            severity=severity,
            timeout=timeout,
            markup=markup,
        )

    async def on_unmount(self) -> None:
        """Close the store; what was handed to it before is still written."""
        if self.opened is not None:
            await self.opened.store.close()

    def _handle_exception(self, error: Exception) -> None:
        """Let a screen go that was still opening when the console ended: Textual gives it no widgets then."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self.is_running or not isinstance(cause, NoMatches):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Keep the error for `run_console` to report, and end.

        Textual calls this for every unhandled error and offers no public way to change what it does: it would
        print the values of local variables, and a token may be among them.
        """
        self.crash = self.crash or sys.exception()
        self.panic()

    def _remap(self) -> None:
        """Set the user's own keys and report what is wrong with them; the help repeats it."""
        from iam_tui.ui.help.keymap import remapped

        keymap, self.keymap_problems = remapped(self.options.keymap, type(self))
        self.set_keymap(keymap)
        for problem in self.keymap_problems:
            self.notify(problem, title="Key map", severity="warning", timeout=20, markup=False)

    def _choose_theme(self, *, colourless: bool) -> str:
        wanted = self.options.theme
        if wanted is not None and wanted not in self.available_themes:
            raise UnknownTheme(wanted, self.available_themes)
        return "ansi-dark" if colourless else wanted or DARK.name


def _driver(escape_milliseconds: int) -> type[Driver] | None:
    """How the terminal is read; None is Textual's own way."""
    if sys.platform == "win32":
        return None
    from iam_tui.ui.shared.terminal_driver import TerminalDriver

    TerminalDriver.escape_seconds = escape_milliseconds / 1000
    return TerminalDriver


def _collect_garbage_again() -> None:
    """Collect garbage again once everything is imported and shown; what came before stays for good."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
