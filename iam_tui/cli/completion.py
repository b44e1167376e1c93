"""`completion SHELL`: a completion script for a shell, made by shtab from the parsers."""

import shtab

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.parser import Clock, Options, Parser


def configure(parser: Parser, verb: str) -> None:
    """Add the shell."""
    del verb
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS, help="your shell")


def run(options: Options, clock: Clock) -> int:
    """Print the script, which completes every verb, option and fixed value."""
    del clock
    print(shtab.complete(_whole_parser(), shell=options.shell))
    return ExitCode.FINE


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
    return top
