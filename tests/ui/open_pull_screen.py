"""Opening the test of a pull, for the tests of what happens there."""

from textual.pilot import Pilot

from iam_tui.ui.pull.screen import PullScreen
from iam_tui.ui.shared.options import ConsoleOptions
from tests.ui.conftest import settled

ACME = ConsoleOptions(organization="acme-corp")
GLOBEX = ConsoleOptions(organization="globex")


async def open_pull_screen(pilot: Pilot[None], text: str = "") -> PullScreen:
    """The test of a pull with this text, opened from Image access, once it has read everything."""
    (await settled(pilot)).test_pull(text)
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, PullScreen)
    return screen
