"""Asks for the code of a second factor during sign-in."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock


class SecondFactorScreen(BaseScreen[str | None]):
    """Asks for the code; the result is what was typed, None if it was cancelled."""

    AUTO_FOCUS = "#code"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", "send", id="second_factor.send", priority=True, tooltip="Sign in with this code"
        ),
        Binding("escape", "back", "cancel", id="second_factor.back", tooltip="Do not sign in"),
    ]
    DEFAULT_CSS = """
    SecondFactorScreen {
        #code-row { height: 1; margin-top: 1; }
        #code-label { width: 16; }
        #code { width: 1fr; max-width: 24; }
    }
    """

    def crumbs(self) -> tuple[str, ...]:
        """Within signing in."""
        return ("Sign in", "Second factor")

    def summary_lines(self) -> tuple[Line, Line]:
        """What is asked for, and how to avoid it."""
        return line(" Your account has two-factor authentication: type the code."), line(
            Span(" Not needed with a personal access token.", Tone.MUTED)
        )

    def body(self) -> ComposeResult:
        """One field."""
        with Horizontal(id="code-row"):
            yield TextBlock(line("   Code"), id="code-label")
            yield Field(id="code", placeholder="six digits")

    def action_send(self) -> None:
        """Continue with the code."""
        code = self.query_one("#code", Field).value.strip()
        if code:
            self.dismiss(code)
        else:
            self.hint("Type the code first; esc cancels.")

    def action_back(self) -> None:
        """Cancel the sign-in."""
        self.dismiss(None)
