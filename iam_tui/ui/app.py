"""Starting the console: what must be settled before Textual is imported, and how it ends."""

import gc
import os
import sys
from collections.abc import Callable
from datetime import datetime

from iam_tui.stores.protocol import Doorway
from iam_tui.ui.options import ConsoleOptions


def run_console(doorway: Doorway, *, clock: Callable[[], datetime], options: ConsoleOptions) -> int:
    """Open the console and return the process's exit code: 0, 1 after a crash, or the signal's."""
    _settle_environment(slow=options.slow)
    # The first frame allocates much and frees nothing, so collecting garbage before it only costs time.
    gc.disable()
    from iam_tui.ui.console import Console  # noqa: PLC0415 - after the environment is settled

    console = Console(doorway, clock=clock, options=options)
    console.run()
    if console.return_code == 1:
        print(
            "iam-tui stopped because of an error in it. Nothing was sent; "
            "staged changes are kept for the next start.",
            file=sys.stderr,
        )
    return console.return_code or 0


def _settle_environment(*, slow: bool) -> None:
    """Textual reads these once, at import; what the user set stays."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    if slow:
        os.environ.setdefault("TEXTUAL_FPS", "15")
