"""The console's themes: a dark one, a light one, and one for people who cannot tell red from green."""

from collections.abc import Iterable

from textual.color import Color
from textual.theme import Theme

from iam_tui.core.errors import InvalidInput
from iam_tui.core.suggestions import suggest

DARK = Theme(
    name="iam-dark",
    primary="#6cb6ff",
    secondary="#9aa7b8",
    accent="#6cb6ff",
    success="#7ee0a1",
    warning="#f0c14b",
    error="#ff8a80",
    foreground="#dce3ec",
    background="#10151c",
    surface="#161d26",
    panel="#1c2530",
    dark=True,
    variables={
        "iam-muted": "#93a0b0",
        "iam-rule": "#2f3b49",
        "iam-cursor": "#24384f",
        "iam-strong": "#ffffff",
    },
)
LIGHT = Theme(
    name="iam-light",
    primary="#0b5cad",
    secondary="#4d5a68",
    accent="#0b5cad",
    success="#0d6b35",
    warning="#7a5200",
    error="#b3261e",
    foreground="#1d2731",
    background="#fbfcfd",
    surface="#f1f4f7",
    panel="#e7ecf1",
    dark=False,
    variables={
        "iam-muted": "#566270",
        "iam-rule": "#cdd5dd",
        "iam-cursor": "#d5e6f7",
        "iam-strong": "#000000",
    },
)
SAFE = Theme(
    name="iam-safe",
    primary="#7cc7ff",
    secondary="#b8c2cf",
    accent="#7fe3f0",
    success="#6db6ff",
    warning="#ffe066",
    error="#ffa94d",
    foreground="#f2f5f9",
    background="#0b0f14",
    surface="#141b24",
    panel="#1b2531",
    dark=True,
    variables={
        "iam-muted": "#b4bfcc",
        "iam-rule": "#3b4a5c",
        "iam-cursor": "#22405f",
        "iam-strong": "#ffffff",
    },
)
THEMES = (DARK, LIGHT, SAFE)

ANSI_DEFAULTS = {
    "iam-muted": "ansi_default",
    "iam-rule": "ansi_default",
    "iam-cursor": "ansi_default",
    "iam-strong": "ansi_default",
}
"""The console's own variables for the terminal's own sixteen colours, and for no colour at all."""


def variable_defaults(theme: Theme) -> dict[str, str]:
    """The console's own variables, mixed from the colours of a theme that does not set them.

    They are colours, as Textual does not look up a variable inside of another one.
    """
    if DARK.variables.keys() <= theme.variables.keys():
        return {}
    colors = theme.to_color_system().generate()
    foreground, background, primary = (
        Color.parse(colors[name]) for name in ("foreground", "background", "primary")
    )
    return {
        "iam-muted": background.blend(foreground, 0.75).hex,
        "iam-rule": background.blend(foreground, 0.25).hex,
        "iam-cursor": background.blend(primary, 0.3).hex,
        "iam-strong": foreground.hex,
    }


class UnknownTheme(InvalidInput):
    """The setting names no theme."""

    title = "Unknown theme"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        similar = suggest(name, names)
        meant = f"Did you mean {' or '.join(similar)}?" if similar else f"There are {', '.join(names)}."
        super().__init__(f"{name} is not a theme. {meant}")
