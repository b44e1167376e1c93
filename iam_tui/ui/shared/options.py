"""How to open the console, as the command line and the settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iam_tui.stores.protocol import Profile


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """One start of the console. A `profile` is opened at once; without one the user chooses."""

    organization: str | None = None
    """The organization to open at once, by name."""
    read_only: bool = False
    """Read-only: disable every change."""
    slow: bool = False
    """Send less data, for slow connections."""
    escape_milliseconds: int = 100
    """How long an escape waits for what makes it a part of a longer sequence."""
    ascii: bool = False
    """Draw with ASCII characters only."""
    theme: str | None = None
    """The theme's name; None is the console's default."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """The user's own keys: binding ids with their keys, separated by commas."""
    crash_log: Path | None = None
    """The file for the report of a crash; None writes none."""
    profile: Profile | None = None
    """The profile to open at once, with who you are there."""
