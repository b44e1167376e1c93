"""How the console is to be opened: what the command line and the settings say about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iam_tui.stores.protocol import Profile


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """One start of the console. With a `profile` it opens at once; without one the user chooses."""

    organization: str | None = None
    """The organization to open at once, by name."""
    read_only: bool = False
    """Offer nothing that changes anything."""
    slow: bool = False
    """Spare a slow line: nothing moves, fewer bytes."""
    ascii: bool = False
    """Draw with ASCII characters only."""
    theme: str | None = None
    """The theme's name; None is the console's own choice."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Other keys: binding id to keys, separated by commas."""
    crash_log: Path | None = None
    """The file for the report of a crash; None writes none."""
    profile: Profile | None = None
    """The profile to open at once, with who you are there."""
