"""What a screen may ask of the application it is shown in, the way to other screens included."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.application.session import Session
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.errors import IamError
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
    opened: Session | None
    keymap_problems: tuple[str, ...]

    @property
    def session(self) -> Session:
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

    async def open_profile(self, profile: Profile) -> Session:
        """Open the profile's store in place of the one before; raises `StoreError`."""
        ...

    async def adopt(self, opened: OpenProfile) -> Session:
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

    def open_image_access(self, state: OrganizationState, then: Callable[[None], None]) -> None:
        """Open an organization's policy."""
        ...

    def open_impact(self, workspace: PolicyWorkspace, then: Callable[[None], None]) -> None:
        """Show what the staged changes would stop, or what the saved policy does."""
        ...

    def open_sources(self, workspace: PolicyWorkspace, then: Callable[[None], None]) -> None:
        """Show what is known of the images in use, and bring in more."""
        ...

    def open_pull_test(
        self,
        workspace: PolicyWorkspace,
        text: str,
        then: Callable[[None], None],
        scenario: PullScenario | None = None,
    ) -> None:
        """Test the pull of what is in the text, in this scenario or in the usual one."""
        ...

    def open_request(self, workspace: PolicyWorkspace, image: str = "") -> None:
        """Write a request to the owners for access to an image."""
        ...

    def open_review(self, workspace: PolicyWorkspace, then: Callable[[bool | None], None]) -> None:
        """Review what is staged; the answer is whether the draft is done with: saved, or saved by others."""
        ...

    def open_conflict(self, workspace: PolicyWorkspace, then: Callable[[bool | None], None]) -> None:
        """Compare what is staged with a newer revision; the answer is whether a choice was staged."""
        ...

    def show_error(self, error: IamError) -> None:
        """Show an error of work in the background, on whichever screen is on top."""
        ...

    def clear_error(self) -> None:
        """Take away the last error of work in the background: the work has been done since."""
        ...

    def open_details(self, crumbs: tuple[str, ...], details: tuple[Line, ...]) -> None:
        """Show everything about one row, below the screen with these crumbs."""
        ...

    def open_plain_text(self, lines: Sequence[str]) -> None:
        """Show lines of text alone, for selecting them with the mouse."""
        ...
