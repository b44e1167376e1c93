"""`publisher set`: record the badge of a Docker Hub namespace by hand."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import load_settings, local_profile, opened_file
from iam_tui.core.category import Badge
from iam_tui.stores.local.admin import LocalAdmin


def configure(parser: Parser, verb: str) -> None:
    """Add the namespace and its badge."""
    del verb
    parser.add_argument("namespace", metavar="NAMESPACE", help="a namespace on Docker Hub")
    parser.add_argument("badge", choices=[badge.value for badge in Badge], help="its badge")


def run(options: Options, clock: Clock) -> int:
    """Record the badge, and create the file if it is missing; a user who is named has to be an owner."""
    asyncio.run(_set(options, clock))
    say(f"Recorded the badge of {options.namespace}: {options.badge}, as of today.")
    return ExitCode.FINE


async def _set(options: Options, clock: Clock) -> None:
    profile = local_profile(load_settings(options))
    async with opened_file(profile, clock, create=True) as file:
        await LocalAdmin(file, profile.user).set_badge(options.namespace, Badge(options.badge))
