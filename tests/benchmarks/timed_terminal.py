"""A program in a pty whose output gets times as it comes and is drawn later, to see when a text appeared.

Drawing while reading would make the program wait, because drawing takes longer than the program itself.
"""

import codecs
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import pyte

PATIENCE: Final = 20.0
"""Seconds after which a benchmark stops waiting."""


class Timing(NamedTuple):
    """What followed a key or a start, in seconds from it: the wanted text, the last change; and the bytes."""

    shown: float
    quiet: float
    written: int


class TimedTerminal:
    """A command in a pty of `size` (columns, rows). Use it in a `with` block: its end kills the command."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screens: list[tuple[float, str]] = []
        self._began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """The text on the screen."""
        return "\n".join(self._screen.display)

    def started(self, wanted: str, *, quiet: float = 0.3) -> Timing:
        """Read until the screen matches this regular expression; the times count from the start."""
        return self._watch(self._began, wanted, quiet)

    def press(self, keys: str, wanted: str, *, quiet: float = 0.12) -> Timing:
        """Type this and read until the screen, which must not match yet, does."""
        assert not self._shows(wanted), f"/{wanted}/ stands there before {keys!r}:\n{self.text}"
        sent = time.perf_counter()
        os.write(self._master, keys.encode())
        return self._watch(sent, wanted, quiet)

    def peak_memory(self) -> float:
        """The most memory the program has held at once so far, in MiB (Linux)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        assert found is not None
        return int(found[1]) / 1024

    def when(self, wanted: str) -> float:
        """When, in seconds from the last start or key, the screen first matched this."""
        return next(at for at, text in self._screens if re.search(wanted, text, re.MULTILINE))

    def _watch(self, since: float, wanted: str, quiet: float) -> Timing:
        self._screens = []
        written, deadline = 0, since + PATIENCE
        while not self._shows(wanted):
            came = self._read_until_quiet(quiet, deadline)
            assert came, f"/{wanted}/ did not come:\n{self.text}"
            for at, data in came:
                self._stream.feed(self._decode(data))
                self._screens.append((at - since, self.text))
                written += len(data)
        changes = [later for earlier, later in pairwise(self._screens) if earlier[1] != later[1]]
        quiet_at = changes[-1][0] if changes else self._screens[0][0]
        return Timing(self.when(wanted), quiet_at, written)

    def _read_until_quiet(self, quiet: float, deadline: float) -> list[tuple[float, bytes]]:
        came: list[tuple[float, bytes]] = []
        while time.perf_counter() < deadline:
            ready, _, _ = select.select([self._master], [], [], quiet if came else PATIENCE)
            if not ready:
                break
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                break
            came.append((time.perf_counter(), data))
        return came

    def _shows(self, wanted: str) -> bool:
        return re.search(wanted, self.text, re.MULTILINE) is not None
