"""The command line's grammar: options before or after the verb, read with argparse."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, NoReturn

from iam_tui.cli.errors import WrongUsage
from iam_tui.core.suggestions import suggest

Clock = Callable[[], datetime]
Options = argparse.Namespace

_WITH_VALUE: Final = frozenset({"--db", "--profile", "--api", "--as", "--org"})
"""The options that may stand before the verb and take the next word as their value."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are `WrongUsage`, and that takes no shortened options."""

    def __init__(self, prog: str, description: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with argparse's message."""
        raise WrongUsage(f"{message}.", advice=f"`{self.prog} --help` tells how.")


class Words(NamedTuple):
    """A command line cut at its first word that is no option; `word` is None if all are options."""

    before: Sequence[str]
    word: str | None
    after: Sequence[str]


def cut_at_word(arguments: Sequence[str]) -> Words:
    """Find the verb among options that may stand before it."""
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if not word.startswith("-") or word == "-":
            return Words(arguments[:position], word, arguments[position + 1 :])
        position += 2 if word in _WITH_VALUE else 1
    return Words(arguments, None, ())


def add_everywhere(parser: argparse.ArgumentParser) -> None:
    """The options that every verb takes, before or after it."""
    group = parser.add_argument_group("everywhere")
    group.add_argument("--db", metavar="FILE", help="the local store's file")
    group.add_argument("--profile", metavar="P", help="the profile to open, by its name in the settings")
    group.add_argument("--api", metavar="URL", help="a Docker Hub API to work on instead of a local store")
    group.add_argument("--as", metavar="USER", dest="user", help="who you are on a local store")


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`, for verbs that print data."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_lookup(parser: argparse.ArgumentParser) -> None:
    """`--lookup`, for verbs that judge images."""
    parser.add_argument(
        "--lookup",
        action="store_true",
        help="ask Docker Hub for publishers' badges that are unknown or were asked for long ago",
    )


def add_console(parser: argparse.ArgumentParser) -> None:
    """The console's own options."""
    group = parser.add_argument_group("the console")
    group.add_argument(
        "--demo", action="store_true", help="sample organizations; with --db, kept in that new file"
    )
    group.add_argument("--org", metavar="O", help="open this organization")
    group.add_argument("--read-only", action="store_true", help="offer nothing that changes anything")
    group.add_argument("--slow", action="store_true", help="spare a slow line")
    group.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")


def merge(prog: str, before: Options, after: Options) -> Options:
    """The options of a verb with those given before it; one given after it wins.

    Raises `WrongUsage` for an option before the verb that the verb does not take.
    """
    for name, value in vars(before).items():
        if value is None or value is False:
            continue
        if name not in after:
            option = "--as" if name == "user" else "--" + name.replace("_", "-")
            raise WrongUsage(
                f"{option} does not go with `{prog}`.", advice=f"`{prog} --help` tells what does."
            )
        if getattr(after, name) in (None, False):
            setattr(after, name, value)
    return after


def unknown(what: str, word: str, known: Sequence[str]) -> WrongUsage:
    """The error for a word that is no verb, with the nearest ones that are."""
    near = suggest(word, known)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}."
    return WrongUsage(f"{word} is no {what}. {hint}")
