"""A walk through every screen of the console, for tests of what is true on all of them."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.terminal import Terminal, demo, environment


class Stop(NamedTuple):
    """One screen: the keys that lead there, and patterns of what it shows and of its key bar."""

    name: str
    keys: Sequence[str]
    shows: str
    hint: str
    paste: str = ""


ACCESS = Stop("image access", (), r"Image access  [\s\S]*\+ allow a repository", "a allow")
BACK = ACCESS._replace(keys=("escape",))
OWNER = (
    ACCESS,
    Stop("details", ("enter",), "Restricts what members pull", "esc back"),
    BACK,
    Stop("entry", ("a",), "Understood as", "enter stage"),
    BACK,
    Stop("pull", ("t",), "Type or paste an image", "f8 person"),
    Stop("pulls", (), "3 pasted", "c copy", paste="nginx\nbitnami/redis\nghcr.io/a/b\n"),
    Stop("pull", ("escape",), "Type or paste an image", "f8 person"),
    Stop("blocked pull", (), r"Remedy", "f5 allow", paste="mysql/mysql-server"),
    Stop("person", ("f8",), r"\bwei\b", "as this person"),
    Stop("blocked pull", ("escape",), r"Remedy", "f5 allow"),
    BACK,
    Stop("staged", ("space",), r"1 staged\. ", "space toggle"),
    Stop("review", ("w",), "mysql/mysql-server", "enter save"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("impact", ("i",), r"(›|>)3 starts[\s\S]*mysql/mysql-server", "w review"),
    Stop("impact of the rest", ("5",), "› nginx|> nginx", "space mark"),
    Stop("image in use", ("enter",), r"(?s)\bDetails\b.*after   ALLOWED", "esc back"),
    Stop("impact of the rest", ("escape",), "› nginx|> nginx", "space mark"),
    Stop("sources", ("m",), r"Kept in the local file only[\s\S]*places in", "p pull report"),
    Stop("folder", ("f",), "Folder   ", r"\^q quit"),
    Stop("sources", ("escape",), "(?s)^(?!.*Folder   )", "p pull report"),
    Stop("impact of the rest", ("escape",), "› nginx|> nginx", "space mark"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("leave", ("q",), "Keep 1 staged", "y keep"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("help", ("?",), "Undo the last", "enter do it"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("nothing staged", ("u",), "Nothing staged", "space toggle"),
    Stop("palette", (":",), "Stage the other", ""),
    Stop("palette", ("plain text",), "(?s)^(?!.*Stage the).*Plain text", ""),
    Stop("plain text", ("enter",), "Hold shift and drag", "c copy"),
    Stop("nothing staged", ("escape",), "Nothing staged", "space toggle"),
    Stop("organizations", ("escape",), "northwind", "/ filter"),
    Stop("filter", ("/",), "part of a name", r"\^p commands"),
    Stop("organizations", ("escape",), "northwind", "enter open  / filter"),
    Stop("profiles", ("p",), "an owner", "n other file"),
    Stop("people", ("a",), "amara", "esc back"),
    Stop("profiles", ("escape",), "an owner", "n other file"),
    Stop("file", ("n",), "a path, such as", "esc back"),
    Stop("file typed", (), "not-there.db", "esc back", paste="not-there.db"),
    Stop("create", ("enter",), "its namespace", "f2 other plan"),
)
"""From the Image access screen of acme-corp, as its owner."""
MEMBER = (
    Stop("read-only", (), "Only owners can change this: erik", "e ask for access"),
    Stop("request", ("e",), r"Judged.* in \d+ \w+,", r"\^y copy"),
)
"""From the Image access screen of globex, as a member of it."""

TITLES = {
    "image access": r"Image access  .*\s.*\s.*Nothing staged[\s\S]*Category +Switch",
    "nothing staged": r"Image access  .*\s.*\s.*Nothing staged[\s\S]*Category +Switch",
    "details": "Image access . Details",
    "entry": r"Review by   \+90d",
    "pull": "Type or paste",
    "blocked pull": "BLOCKED",
    "person": "Choose a person",
    "staged": r"1 staged\. [\s\S]*Category +Switch",
    "review": "12 members at their",
    "profiles": "Whose organizations",
    "help": "find   a key",
}
"""Patterns that match at every size, for stops whose `shows` needs more room."""


def fitting(stop: Stop, size: tuple[int, int]) -> Stop:
    """The stop with patterns that match in a window of that size."""
    title = TITLES.get(stop.name, stop.shows)
    few_keys = size[0] < 80 and stop.name in TITLES
    return stop._replace(shows=title, hint="quit$" if few_keys else stop.hint)


def walk(terminal: Terminal, stops: Sequence[Stop] = OWNER) -> Iterator[Stop]:
    """Go from stop to stop, and yield each one once it is on the screen."""
    for stop in stops:
        terminal.press(*stop.keys)
        if stop.paste:
            terminal.paste(stop.paste)
        terminal.wait_until(partial(is_at, terminal, stop), f"the screen {stop.name}")
        yield stop


def is_at(terminal: Terminal, stop: Stop) -> bool:
    """Whether the stop is on the screen with its key bar; the palette has no key bar."""
    keys = terminal.row(-1)
    shown = re.search(stop.shows, terminal.text) and re.search(stop.hint, keys)
    return bool(shown) and (not stop.hint or keys.endswith("quit"))


def demo_terminal(
    file: Path, *options: str, organization: str = "acme-corp", size: tuple[int, int] = (80, 24), **env: str
) -> Terminal:
    """A console over the demo in this file, on the screen where `OWNER` begins."""
    return Terminal(
        demo(file, "--org", organization, *options), env=environment(file.parent, **env), size=size
    )
