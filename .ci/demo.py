"""Run a command in a terminal of 80x24, wait for the demo's organizations, leave with q, expect exit 0."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

SECONDS = 240
EXPECTED = ("acme-corp", "globex", "northwind", "DEMO")
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[P\]X^_].*?(?:\x07|\x1b\\)|.)", re.DOTALL)


def main(command: str) -> str:
    """What went wrong, or nothing."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        os.execvp("bash", ["bash", "-c", command])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    end = time.monotonic() + SECONDS
    output, left = b"", False
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            came = os.read(terminal, 65536)
        except OSError:  # This is how Linux says that the program has ended; macOS sends no bytes.
            break
        if not came:
            break
        output += came
        screen = ESCAPES.sub(b"", output).decode(errors="replace")
        if not left and all(word in screen for word in EXPECTED):
            os.write(terminal, b"q")
            left = True
    else:
        os.kill(child, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if left and code == 0:
        return ""
    return f"exit {code}, demo {'seen' if left else 'not seen'}; the last of it:\n{output[-3000:]!r}"


if __name__ == "__main__":
    problem = main(sys.argv[1])
    print(problem or "The demo showed its organizations and left with exit 0.")
    sys.exit(bool(problem))
