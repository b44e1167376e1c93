"""What a screen may ask of the application it is shown in, the way to other screens included."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from iam_tui.core.catalog import Catalog
from iam_tui.stores.protocol import (
    Credentials,
    OpenProfile,
    OrganizationState,
    Profile,
    ProfileOpener,
    SignInOptions,
    Waiting,
)
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.text import Line

if TYPE_CHECKING:
    from textual.screen import Screen


class Host(Protocol):
    """The application as its screens see it: the open profile, the clock, and the way to other screens.

    A screen never imports a screen of another feature; it asks the host to open one. `then` is called with
    what the opened screen comes back with.
    """

    opener: ProfileOpener
    clock: Callable[[], datetime]
    options: ConsoleOptions
    glyphs: Glyphs
    catalog: Catalog
    opened: OpenProfile | None
    keymap_problems: tuple[str, ...]

    @property
    def session(self) -> OpenProfile:
        """The open profile; `RuntimeError` before one is open."""
        ...

    @property
    def place(self) -> str:
        """The word that says whose data this is: `DEMO`, `LOCAL`, or `LIVE` with the host."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether what is saved here takes effect for real people at once."""
        ...

    def copy(self, text: str) -> None:
        """Offer a text to the terminal's clipboard."""
        ...

    async def open_profile(self, profile: Profile) -> OpenProfile:
        """Open the profile's store in place of the one before; raises `StoreError`."""
        ...

    async def adopt(self, opened: OpenProfile) -> None:
        """Work on this open profile from now on; raises `StoreError`."""
        ...

    def sign_in_options(self, credentials: Credentials) -> SignInOptions:
        """How to sign in with these credentials: a second factor and waits are shown in the console."""
        ...

    def show_wait(self, waiting: Waiting | None) -> None:
        """Count down a wait on the screen; None when it is over."""
        ...

    def show_profiles(self, enter: Profile | None = None) -> None:
        """Show the profiles; `enter` is opened at once."""
        ...

    def show_organizations(self, profile: Profile) -> None:
        """Open a profile and show its organizations."""
        ...

    def open_sign_in(
        self, profile: Profile, then: Callable[[OpenProfile | None], None], *, ask: bool
    ) -> None:
        """Sign in to a Hub profile; with `ask`, even where credentials can be found."""
        ...

    def organizations_from(self, screen: "Screen[object]") -> Sequence[OrganizationState]:
        """The organizations that `go_to_organization` can open in place of this screen, which may be none."""
        ...

    def go_to_organization(self, state: OrganizationState) -> None:
        """Open one of `organizations_from` in place of the organization that is shown."""
        ...

    def open_details(self, crumbs: tuple[str, ...], details: tuple[Line, ...]) -> None:
        """Show everything about one row, below the screen with these crumbs."""
        ...

    def open_plain_text(self, lines: Sequence[str]) -> None:
        """Show lines of text alone, for selecting them with the mouse."""
        ...
