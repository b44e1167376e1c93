"""The grammar of the command line: options before or after the verb, parsed with argparse."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, NoReturn

from iam_tui.cli.errors import WrongUsage
from iam_tui.core.suggestions import suggest

Clock = Callable[[], datetime]
"""Gives the current time, timezone-aware."""
Options = argparse.Namespace

_WITH_VALUE: Final = frozenset({"--db", "--profile", "--api", "--as", "--org"})
"""The options allowed before the verb whose value is the next word."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `WrongUsage` and accepts no abbreviated options."""

    def __init__(self, prog: str, description: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise `WrongUsage` with argparse's message, or with the nearest options to an unknown one."""
        _, found, arguments = message.partition("unrecognized arguments: ")
        option = next((word for word in arguments.split() if word.startswith("-")), "").partition("=")[0]
        if not found or not option:
            raise WrongUsage(f"{message}.", advice=f"See `{self.prog} --help`.")
        near = suggest(option, [one for one in self._option_string_actions if one.startswith("--")])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise WrongUsage(f"Unknown option: {option}.{hint}", advice=f"See `{self.prog} --help`.")


class SplitArguments(NamedTuple):
    """Arguments split at the first word that is not an option; `word` is None if there is none."""

    before: Sequence[str]
    word: str | None
    after: Sequence[str]


def split_at_word(arguments: Sequence[str]) -> SplitArguments:
    """Find the verb behind the options that may come before it."""
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if not word.startswith("-") or word == "-":
            return SplitArguments(arguments[:position], word, arguments[position + 1 :])
        position += 2 if word in _WITH_VALUE else 1
    return SplitArguments(arguments, None, ())


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every verb accepts, before or after it."""
    group = parser.add_argument_group("options for every verb")
    group.add_argument("--db", metavar="FILE", help="the local file to work on")
    group.add_argument("--profile", metavar="P", help="the profile to open, by its name in the config file")
    group.add_argument("--api", metavar="URL", help="a Docker Hub API to work on instead of a local file")
    group.add_argument("--as", metavar="USER", dest="user", help="who you are in a local file")
    group.add_argument(
        "--demo", action="store_true", help="work on sample organizations; --db keeps them in that new file"
    )


def add_console_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the console."""
    group = parser.add_argument_group("options for the console")
    group.add_argument("--org", metavar="O", help="open this organization")
    group.add_argument("--read-only", action="store_true", help="read-only: disable every change")
    group.add_argument("--slow", action="store_true", help="send less data, for slow connections")
    group.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`, for verbs that print data."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_lookup(parser: argparse.ArgumentParser) -> None:
    """Add `--lookup`, for verbs that judge images."""
    parser.add_argument(
        "--lookup",
        action="store_true",
        help="ask Docker Hub for publishers' badges that are unknown or out of date",
    )


def add_puller(parser: argparse.ArgumentParser) -> None:
    """Add `--for`, for verbs that judge one person's pulls."""
    parser.add_argument(
        "--for",
        metavar="WHO",
        dest="puller",
        help="who pulls: a user name, or owner, editor, member, company-owner, signed-out (default: you)",
    )


def merge(prog: str, before: Options, after: Options) -> Options:
    """The options of a verb with those given before it; where both are given, the one after it wins.

    Raises `WrongUsage` for an option before the verb that the verb does not accept.
    """
    for name, value in vars(before).items():
        if value is None or value is False:
            continue
        if name not in after:
            option = "--as" if name == "user" else "--" + name.replace("_", "-")
            raise WrongUsage(f"{option} cannot be used with `{prog}`.", advice=f"See `{prog} --help`.")
        if getattr(after, name) in (None, False):
            setattr(after, name, value)
    return after


def unknown(what: str, word: str, known: Sequence[str]) -> WrongUsage:
    """The error for a word that is not a known `what`; names the nearest known words, or all of them."""
    near = suggest(word, known)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Use one of: {', '.join(known)}."
    return WrongUsage(f"Unknown {what}: {word}. {hint}")
