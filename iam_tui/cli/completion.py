"""`completion SHELL`: a completion script for a shell, made by shtab from the parsers.

The script completes the names of organizations by calling `completion organizations`.
"""

import asyncio
import re
from contextlib import closing
from typing import Final

import shtab

from iam_tui.application.open_profile import StoreOpener
from iam_tui.cli.errors import ExitCode
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import chosen_profile, load_settings

_NAMES: Final = "organizations"
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_COMPLETED: Final = ("organization", "org")
"""The arguments whose value is an organization."""


def configure(parser: Parser, verb: str) -> None:
    """Add the shell."""
    del verb
    parser.add_argument(
        "shell",
        choices=(*shtab.SUPPORTED_SHELLS, _NAMES),
        help=f"your shell; {_NAMES} prints the names that the script completes",
    )


def run(options: Options, clock: Clock) -> int:
    """Print the script, which completes every verb, option, fixed value and organization."""
    if options.shell == _NAMES:
        for name in asyncio.run(_organizations(options, clock)):
            print(name)
    else:
        print(shtab.complete(_whole_parser(), shell=options.shell))
    return ExitCode.FINE


async def _organizations(options: Options, clock: Clock) -> list[str]:
    """The names in the local file, sorted; nothing is asked over the network while somebody types.

    The shell expands what it completes, so a name that is more than a plain word is left out.
    """
    profile = chosen_profile(load_settings(options))
    with closing(StoreOpener([profile], clock)) as opener:
        return [name for name in await opener.known_organizations(profile) if _PLAIN.fullmatch(name)]


def _whole_parser() -> Parser:
    from iam_tui.cli.main import top_parser
    from iam_tui.cli.parser import add_common_options
    from iam_tui.cli.verbs import VERBS, actions_of, module_of

    top = top_parser()
    verbs = top.add_subparsers(metavar="VERB")
    groups = {}
    for name, verb in VERBS.items():
        word, _, action = name.partition(" ")
        if action and word not in groups:
            group = verbs.add_parser(word, prog=f"iam-tui {word}", help=", ".join(actions_of(word)))
            groups[word] = group.add_subparsers(metavar="ACTION")
        parent = groups[word] if action else verbs
        parser = parent.add_parser(
            action or word, prog=f"iam-tui {name}", description=verb.summary, help=verb.summary
        )
        module_of(verb.module).configure(parser, name)
        add_common_options(parser)
        _complete_organizations(parser)
    _complete_organizations(top)
    return top


def _complete_organizations(parser: Parser) -> None:
    command = shtab.cmd(f"iam-tui completion {_NAMES} 2>/dev/null")
    for action in parser._actions:
        if action.dest in _COMPLETED:
            action.complete = command  # type: ignore[attr-defined]
