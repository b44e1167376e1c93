"""A real terminal for tests: a command in a pty, what its user sees there and can do."""

import codecs
import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import pyte

Found = TypeVar("Found")

PATIENCE: Final = 10.0
"""Seconds after which a test stops waiting."""
KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}
_MODES: Final = {
    "1049": "alternate screen",
    "1000": "mouse reporting",
    "1002": "mouse reporting",
    "1003": "mouse reporting",
    "1006": "mouse reporting",
    "1015": "mouse reporting",
    "1016": "mouse reporting",
    "1004": "focus reporting",
    "2004": "bracketed paste",
    "2048": "size reports",
}
_SWITCHED: Final = re.compile(rb"\x1b\[\?(\d+)([hl])")
# A program can only take a controlling terminal for itself, so this runs first, in the same process.
_TAKE_TERMINAL: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execvp(sys.argv[1], sys.argv[1:])"
)


class _Screen(pyte.Screen):
    """pyte's screen, blank again whenever a program enters or leaves the alternate one."""

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        super().set_mode(*modes, **kwargs)
        self._alternate(modes)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        super().reset_mode(*modes, **kwargs)
        self._alternate(modes)

    def _alternate(self, modes: Sequence[int]) -> None:
        if 1049 in modes:
            self.reset()


class Terminal:
    """A command running in a pty of `size` (columns, rows); `written` is every byte it wrote.

    One that is not `controlling` sends no signal when it goes.

    Use it in a `with` block, which kills the command at its end. Nothing here sleeps: waiting means reading
    until the wanted text shows, and raises `AssertionError` with the screen's text if it does not.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        controlling: bool = True,
    ) -> None:
        self.written = bytearray()
        self._master, slave = os.openpty()
        self._before = termios.tcgetattr(slave)
        self._screen = _Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._set_size(size)
        self._process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _TAKE_TERMINAL, *command] if controlling else command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._master >= 0:
            os.close(self._master)

    @property
    def rows(self) -> list[str]:
        """The text of each row, without trailing blanks."""
        return [self.row(y) for y in range(self._screen.lines)]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.rows)

    def row(self, y: int) -> str:
        """The text of one row, without trailing blanks."""
        return "".join(self.cells(y)).rstrip()

    def cells(self, y: int) -> list[str]:
        """The cells of one row, -1 the last; the second cell of a wide character is empty text."""
        line = self._screen.buffer[y % self._screen.lines]
        return [line[x].data for x in range(self._screen.columns)]

    def reversed(self, y: int) -> bool:
        """Whether the middle of the row is drawn in reverse video."""
        return bool(self._screen.buffer[y][self._screen.columns // 2].reverse)

    def line_of(self, text: str) -> int:
        """The first row that contains the text."""
        found = next((y for y, row in enumerate(self.rows) if text in row), None)
        assert found is not None, f"no row with {text!r}:\n{self.text}"
        return found

    def place_of(self, text: str) -> tuple[int, int]:
        """Where the text begins first, as column and row from 0."""
        y = self.line_of(text)
        cells, seen = self.cells(y), self.row(y).index(text)
        return next(x for x in range(len(cells)) if len("".join(cells[:x])) >= seen), y

    def wait_for(self, wanted: str, patience: float = PATIENCE) -> re.Match[str]:
        """Read until the screen's text matches this regular expression."""
        return self.wait_until(lambda: re.search(wanted, self.text), f"/{wanted}/", patience)

    def wait_until(
        self, look: Callable[[], Found | None], wanted: str = "it", patience: float = PATIENCE
    ) -> Found:
        """Read until `look` finds something; `wanted` names it for the failure."""
        deadline = time.monotonic() + patience
        while not (found := look()):
            if not self._read(deadline):
                raise AssertionError(f"{wanted} did not come:\n{self.text}")
        return found

    def settle(self, quiet: float = 0.25) -> None:
        """Read until nothing has come for so many seconds, to look at the whole screen."""
        while self._read(time.monotonic() + quiet):
            pass

    def press(self, *keys: str) -> None:
        """Type keys by name (`KEYS`), everything else as the text it is."""
        self.send("".join(KEYS.get(key, key) for key in keys))

    def paste(self, text: str) -> None:
        """Paste a text, marked as a paste."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def click(self, x: int, y: int) -> None:
        """Press and release the left button on a cell, column and row from 0 (SGR mouse reports)."""
        at = f"0;{x + 1};{y + 1}"
        self.send(f"\x1b[<{at}M\x1b[<{at}m")

    def click_on(self, text: str) -> None:
        """Wait for the text, and click on its first cell."""
        self.wait_for(re.escape(text))
        self.click(*self.place_of(text))

    def send(self, text: str) -> None:
        """Send this as if it came from the keyboard."""
        self.send_bytes(text.encode())

    @property
    def has_ended(self) -> bool:
        """Whether the program has ended."""
        return self._process.poll() is not None

    def send_bytes(self, rest: bytes, *, may_end: bool = False) -> None:
        """Send bytes that need be no text; with `may_end`, the program may end meanwhile."""
        while rest:
            # A program that is busy drawing reads nothing until what it drew is taken from it.
            readable, writable, _ = select.select([self._master], [self._master], [], PATIENCE)
            if readable:
                if not (taken := self._take()) and may_end:
                    return
                assert taken, f"the program has ended and does not read {rest!r}:\n{self.text}"
            elif writable:
                rest = rest[os.write(self._master, rest) :]

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; the program gets a signal at once."""
        self._screen.resize(rows, columns)
        self._set_size((columns, rows))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal, as when a connection breaks; the kernel sends SIGHUP."""
        os.close(self._master)
        self._master = -1

    def wait_stopped(self) -> None:
        """Wait until the process has been stopped."""
        with ThreadPoolExecutor(1) as pool:
            state = pool.submit(os.waitid, os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            try:
                came = state.result(PATIENCE)
            except TimeoutError:
                self._process.kill()
                raise
        assert came is not None
        assert came.si_code == os.CLD_STOPPED, f"ended instead of stopping:\n{self.text}"

    def wait_exit(self, patience: float = PATIENCE) -> int:
        """Read to the end; the exit code, negative for a signal that nothing handled."""
        deadline = time.monotonic() + patience
        while self._master >= 0 and self._read(deadline):
            pass
        return self._process.wait(max(deadline - time.monotonic(), 0.1))

    def left_on(self) -> set[str]:
        """Terminal modes that the program has switched on and not off again, in words."""
        state = {match[1].decode(): match[2] == b"h" for match in _SWITCHED.finditer(bytes(self.written))}
        left = {name for mode, name in _MODES.items() if state.get(mode)}
        if not state.get("25", True):
            left.add("hidden cursor")
        if not state.get("7", True):
            left.add("no line wrap")
        if self.written.count(b"\x1b[>") > self.written.count(b"\x1b[<u"):
            left.add("keyboard protocol")
        if self._master >= 0 and termios.tcgetattr(self._master) != self._before:
            left.add("raw input")
        return left

    def _read(self, deadline: float) -> bool:
        """Take what the program writes until then; False if nothing comes."""
        ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
        return bool(ready) and self._take()

    def _take(self) -> bool:
        try:
            came = os.read(self._master, 1 << 16)
        except OSError as error:
            # Linux says so when the last program has let go of the terminal.
            if error.errno != errno.EIO:
                raise
            return False
        self.written += came
        self._stream.feed(self._decode(came))
        return bool(came)

    def _set_size(self, size: tuple[int, int]) -> None:
        columns, rows = size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def demo(file: Path, *options: str) -> list[str]:
    """The command that opens the console over the demo in this file."""
    return [sys.executable, "-m", "iam_tui", "--demo", "--db", str(file), *options]


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment that depends on `home` and `more` only."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **more,
    }
