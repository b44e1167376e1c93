"""What a screen may ask of the application it is shown in."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from iam_tui.core.catalog import Catalog
from iam_tui.stores.protocol import OpenProfile, Profile, ProfileOpener
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.options import ConsoleOptions

if TYPE_CHECKING:
    from iam_tui.ui.sign_in.prompts import SignInPrompts


class Host(Protocol):
    """The application as its screens see it: the open profile, the clock, and the way to other screens."""

    opener: ProfileOpener
    clock: Callable[[], datetime]
    options: ConsoleOptions
    glyphs: Glyphs
    catalog: Catalog
    opened: OpenProfile | None
    keymap_problems: tuple[str, ...]

    @property
    def session(self) -> OpenProfile:
        """The open profile; only screens that come after opening one ask for it."""
        ...

    @property
    def place(self) -> str:
        """The word that says whose data this is."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether what is saved here takes effect for real people at once."""
        ...

    @property
    def sign_in_prompts(self) -> "SignInPrompts":
        """The questions that signing in to Docker Hub asks."""
        ...

    def copy(self, text: str) -> None:
        """Offer a text to the terminal's clipboard."""
        ...

    def show_profiles(self, enter: Profile | None = None) -> None:
        """Let the user choose a profile."""
        ...

    def show_organizations(self, profile: Profile) -> None:
        """Open a profile and show its organizations."""
        ...

    async def open_profile(self, profile: Profile) -> OpenProfile:
        """Open the profile's store in place of the one before; may raise `StoreError`."""
        ...

    async def adopt(self, opened: OpenProfile) -> None:
        """Work on this store from now on."""
        ...
