"""Signing in to Docker Hub with a user name and a token, typed or found; and what they allow."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.core.errors import IamError
from iam_tui.stores.errors import NotSignedIn, RateLimited
from iam_tui.stores.protocol import Credentials, OpenProfile, Profile, Waiting
from iam_tui.ui.shared.base_screen import READING, BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.secret import SecretField
from iam_tui.ui.sign_in.words import (
    Probe,
    asked_lines,
    length_words,
    organization_token_lines,
    probe_lines,
    signing_in_words,
)


class SignInScreen(BaseScreen[OpenProfile | None]):
    """Opens a Hub profile; the result is the open profile, None without a sign-in.

    With `ask`, credentials are asked for and not looked up; `ended` is why the person has to sign in again.
    """

    AUTO_FOCUS = "#username"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "go_on",
            "next, then sign in",
            id="sign_in.go_on",
            priority=True,
            tooltip="Next field, then sign in, then continue",
        ),
        Binding(
            "escape", "back", "cancel or back", id="sign_in.back", tooltip="Cancel signing in, or go back"
        ),
    ]
    DEFAULT_CSS = """
    SignInScreen {
        .field { height: 1; margin-top: 1; }
        .field TextBlock { width: 16; }
        .field Input { width: 1fr; max-width: 48; }
        #length { width: 18; }
        #notes { height: 1fr; margin-top: 1; padding: 0 2; }
    }
    """

    def __init__(self, profile: Profile, *, ask: bool = False, ended: NotSignedIn | None = None) -> None:
        super().__init__()
        self._profile = profile
        self._ask = ask
        self._ended = ended
        self._trying: Credentials | None = None
        self._opened: OpenProfile | None = None
        self._probe = Probe()
        self._outcome = ""

    def crumbs(self) -> tuple[str, ...]:
        """One level below the profiles."""
        return ("Profiles", self._profile.name, "Sign in")

    def status(self) -> Line:
        """Where to."""
        return line(Span(f"{self._profile.host} ", Tone.STRONG))

    def summary_lines(self) -> tuple[Line, Line]:
        """Where you sign in, and how far that is."""
        host = self._profile.host
        if self._opened is not None:
            return line(Span(f" Signed in to {host}.", Tone.STRONG)), line(
                " Press ", Span("enter", Tone.ACCENT), " to continue."
            )
        first = line(f" Sign in to {host}.")
        if self._ended is not None:
            first = line(f" Your sign-in to {host} has expired. Sign in again; staged changes are kept.")
        if self._trying is not None:
            return first, signing_in_words(self._trying, self.glyphs)
        if self._outcome:
            return first, line(Span(f" {self._outcome}", Tone.STAGED))
        return first, line(Span(" Nothing is sent before you press enter.", Tone.MUTED))

    def body(self) -> ComposeResult:
        """Two fields, and notes on them below."""
        with Horizontal(classes="field"):
            yield TextBlock(line("   Username"))
            yield Field(self._profile.user or "", id="username", placeholder="your Docker ID, such as maya")
        with Horizontal(classes="field"):
            yield TextBlock(line("   Token"))
            yield SecretField(id="token", placeholder="paste it; it is not shown")
            yield TextBlock(id="length")
        yield TextBlock(id="notes", wrapped=True)

    def on_mount(self) -> None:
        """Look for credentials, unless the user wants to type them."""
        super().on_mount()
        self._show_notes()
        if self._ended is not None:
            self.query_one("#username", Field).disabled = True
            self.query_one("#token", SecretField).focus()
        elif not self._ask:
            self._find()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it signs in, it can only be cancelled."""
        if not super().check_action(action, parameters):
            return False
        return action != "go_on" or self._trying is None

    def action_go_on(self) -> None:
        """To the field that is empty; if none is, sign in; once signed in, continue."""
        if self._opened is not None:
            opened, self._opened = self._opened, None
            self.dismiss(opened)
            return
        username, token = self.query_one("#username", Field), self.query_one("#token", SecretField)
        empty = next((field for field in (username, token) if not field.value.strip()), None)
        if empty is None:
            self._sign_in_with(Credentials(username.value.strip(), token.value.strip()))
        elif empty.has_focus:
            self.hint(f"Type {'your user name' if empty is username else 'the token'} first.")
        else:
            empty.focus()

    def action_back(self) -> None:
        """Cancel signing in; if that is not under way, go back."""
        if self._trying is not None:
            self.workers.cancel_group(self, "sign-in")
            self._outcome = "Cancelled. You are not signed in."
            self._stop()
        else:
            self.dismiss(None)

    async def on_unmount(self) -> None:
        """Close what was opened but not used."""
        if self._opened is not None:
            await self._opened.store.close()

    @on(Input.Changed, "#username")
    @on(SecretField.Typed)
    def _typed(self) -> None:
        self.clear_error()
        self._show_notes()

    def _show_notes(self) -> None:
        """Notes on what was typed so far, or on the sign-in."""
        notes = self.query_one("#notes", TextBlock)
        secret = self.query_one("#token", SecretField).value.strip()
        self.query_one("#length", TextBlock).show(length_words(secret))
        if self._opened is not None:
            notes.show(*probe_lines(self._probe, self._opened.store.user, self.glyphs))
        elif Credentials("", secret).is_organizations:
            notes.show(*organization_token_lines(self.glyphs))
        else:
            notes.show(*asked_lines(self._profile))

    @work(group=READING, exclusive=True)
    async def _find(self) -> None:
        found = await self.await_or_show(self.host.opener.credentials(self._profile))
        if found is not None and self._trying is None and not self.query_one("#username", Field).value:
            self.query_one("#username", Field).value = found.username
            self._sign_in_with(found)

    def _sign_in_with(self, credentials: Credentials) -> None:
        if credentials.is_organizations:
            self._show_notes()
            self.hint("Not tried: an organization's access token does not work here.")
            return
        self._trying, self._outcome = credentials, ""
        self.clear_error()
        self.show_frame()
        self.refresh_bindings()
        self._open(credentials)

    # Textual would describe the worker by its arguments.
    @work(group="sign-in", exclusive=True, description="sign in")
    async def _open(self, credentials: Credentials) -> None:
        try:
            opened = await self.host.opener.open(self._profile, self.host.sign_in_options(credentials))
        except IamError as error:
            self._stop()
            self._refuse(error)
            return
        if self._ended is not None and opened.store.user != self._profile.user:
            await opened.store.close()
            self._stop()
            self.show_error(NotSignedIn(f"You signed in as {opened.store.user}, not {self._profile.user}."))
            return
        self._stop()
        # No report after credentials that were found, nor in the middle of other work.
        if credentials.source != Credentials("", "").source or self._ended is not None:
            self.dismiss(opened)
        else:
            self._show_what_it_may(opened)

    def _stop(self) -> None:
        self._trying = None
        self.show_frame()
        self.refresh_bindings()

    def _refuse(self, error: IamError) -> None:
        self.query_one("#token", SecretField).focus()
        self.show_error(error)
        if isinstance(error, RateLimited) and error.until is not None:
            self.host.show_wait(Waiting(error.until, "Not signed in."))

    def _show_what_it_may(self, opened: OpenProfile) -> None:
        self._opened = opened
        token = self.query_one("#token", SecretField)
        token.value = ""
        self.query_one("#username", Field).disabled = token.disabled = True
        self._show_notes()
        self.show_frame()
        self._try_out(opened)

    @work(group="probe", exclusive=True)
    async def _try_out(self, opened: OpenProfile) -> None:
        """Read what can be read; nothing is written to find out whether that would work."""
        try:
            async for batch in opened.store.organizations():
                self._probe = self._probe.plus(batch)
                self._show_notes()
        except IamError as error:
            self.show_error(error)
        else:
            self._probe = self._probe._replace(is_whole=True)
            self._show_notes()
