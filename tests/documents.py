"""What the README and the reference pages contain: tables, blocks of code, commands; and running those."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from iam_tui.cli.docs import TOPICS
from iam_tui.cli.parser import split_at_word
from tests.terminal import Terminal, environment

ROOT: Final = Path(__file__).parents[1]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES: Final = {topic: (ROOT / "iam_tui" / "docs" / f"{topic}.md").read_text("utf-8") for topic in TOPICS}
HUB: Final = "https://hub.docker.com"
_COMMAND: Final = re.compile(r"(?:[A-Z_]+=\S+ )*iam-tui .*")


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    section = text.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", section, flags=re.MULTILINE)
    assert lines is not None, heading
    rows = lines[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def names(rows: list[list[str]]) -> list[str]:
    """The first cell of each row, without the quotes of code."""
    return [row[0].strip("`") for row in rows]


def blocks(text: str, language: str) -> list[str]:
    """The contents of the blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[str]:
    """The lines of the shell blocks that call this program."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    return [line for line in lines if _COMMAND.fullmatch(line)]


def mentioned(text: str) -> list[str]:
    """The calls of this program in the middle of the text."""
    return re.findall(r"`(iam-tui [^`]+)`", text.replace("\n", " "))


@contextmanager
def served_demo(folder: Path) -> Iterator[Mapping[str, str]]:
    """The sample organizations behind Docker Hub's API: the variables with its address and maya's token."""
    serve = [sys.executable, "-m", "iam_tui", "serve", "--demo", "--port", "0", "--json"]
    with subprocess.Popen(
        serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(folder)
    ) as process:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if line.rstrip() == "}":
                break
        at = json.loads(printed)
        try:
            yield {"IAM_TUI_API": at["url"], "IAM_TUI_USERNAME": at["user"], "IAM_TUI_TOKEN": at["token"]}
        finally:
            process.terminate()


def run(command: str, folder: Path, hub: Mapping[str, str]) -> int:
    """The exit code of a command from a page, run in a folder; a console is seen and left, a server stopped.

    `hub` are the variables that sign in at a server that stands for Docker Hub.
    """
    words = shlex.split(command.replace(HUB, hub["IAM_TUI_API"]))
    start = words.index("iam-tui")
    variables = dict(word.split("=", 1) for word in words[:start])
    arguments = words[start + 1 :]
    if HUB in command:
        variables |= hub
    program = [sys.executable, "-m", "iam_tui", *arguments]
    verb = split_at_word(arguments).word
    with _working_in(folder):
        if verb is not None and verb != "serve":
            done = subprocess.run(
                program, env=environment(folder, **variables), capture_output=True, text=True, check=False
            )
            assert "Traceback" not in done.stderr, done.stderr
            return done.returncode
        with Terminal(program, env=environment(folder, **variables), size=(120, 30)) as terminal:
            terminal.wait_for("Serving" if verb else "acme-corp", patience=30)
            terminal.press("ctrl+c" if verb else "q")
            return terminal.wait_exit(30)


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
