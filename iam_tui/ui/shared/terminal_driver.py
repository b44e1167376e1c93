"""Reading the terminal on Linux and macOS: bytes in any encoding, and sequences that come in pieces."""

import os
import signal
from codecs import getincrementaldecoder
from functools import partial
from select import select
from time import monotonic
from typing import ClassVar, Final

from textual.drivers.linux_driver import LinuxDriver

from iam_tui.ui.shared.terminal_parser import TerminalParser

LOOK_SECONDS: Final = 0.1
"""How often to look whether reading should end."""


class TerminalDriver(LinuxDriver):
    """Textual's driver (8.2.8) with the console's own reading.

    `tests/test_terminal_input.py` fails if Textual changes what is replaced here.
    """

    escape_seconds: ClassVar[float] = 0.1
    """How long an escape waits for what makes it a part of a sequence."""

    def run_input_thread(self) -> None:
        """Read until the driver stops or the terminal is gone, and hand on the events."""
        parser = TerminalParser(self.escape_seconds)
        decoder = getincrementaldecoder("utf-8")("surrogateescape")
        last = monotonic()
        while not self.exit_event.is_set():
            text = ""
            if select([self.fileno], [], [], min(LOOK_SECONDS, parser.awaits_seconds or LOOK_SECONDS))[0]:
                try:
                    read = os.read(self.fileno, 4096)
                except OSError:
                    read = b""
                if not read:
                    # Not every terminal that goes sends a signal. As after SIGHUP, staged changes are kept.
                    self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=128 + signal.SIGHUP))
                    return
                text, last = decoder.decode(read), monotonic()
            elif decoder.getstate()[0] and monotonic() - last >= self.escape_seconds:
                # The rest of the character does not come: it is none.
                text = decoder.decode(b"", final=True)
            for event in (*(parser.feed(text) if text else ()), *parser.tick()):
                self.process_message(event)
