"""`publisher set`: the badge of a Docker Hub namespace, set by hand."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import chosen_target, load_settings, opened_file
from iam_tui.core.category import Badge
from iam_tui.stores.local.admin import LocalAdmin


def configure(parser: Parser, verb: str) -> None:
    """The namespace and its badge."""
    del verb
    parser.add_argument("namespace", metavar="NAMESPACE", help="a namespace on Docker Hub")
    parser.add_argument("badge", choices=[badge.value for badge in Badge], help="its badge there")


def run(options: Options, clock: Clock) -> int:
    """Set the badge, in a new file if need be; whoever says who they are has to be an owner."""
    asyncio.run(_set(options, clock))
    say(f"{options.namespace} counts as {options.badge}, as of today.")
    return ExitCode.FINE


async def _set(options: Options, clock: Clock) -> None:
    target = chosen_target(load_settings(options))
    async with opened_file(target.path, clock, create=True) as file:
        await LocalAdmin(file, target.user).set_badge(options.namespace, Badge(options.badge))
