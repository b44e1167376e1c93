"""`org create` and `org plan`: organizations of a local store, made and changed by hand."""

import argparse
import asyncio

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import chosen_target, load_settings, opened_file
from iam_tui.core.organization import Plan
from iam_tui.stores.local.admin import LocalAdmin

_PLANS = [plan.value for plan in Plan]


def configure(parser: Parser, verb: str) -> None:
    """The organization, its plan, and whether sign-in is enforced."""
    parser.add_argument("organization", metavar="ORG", help="the organization's name, as on Docker Hub")
    if verb == "org create":
        parser.add_argument("--owner", metavar="USER", required=True, help="its first owner")
        parser.add_argument("--plan", choices=_PLANS, default=Plan.BUSINESS.value, help="its plan (business)")
    else:
        parser.add_argument("plan", choices=_PLANS, nargs="?", help="the new plan")
    parser.add_argument(
        "--enforce-sign-in",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="Docker Desktop asks its people to sign in, or not",
    )


def run(options: Options, clock: Clock) -> int:
    """Make the organization, in a new file if need be, or change it."""
    if options.verb == "org create":
        asyncio.run(_create(options, clock))
    elif options.plan is None and options.enforce_sign_in is None:
        raise WrongUsage(
            "Say which plan, or whether to enforce sign-in.", advice="`iam-tui org plan --help` tells how."
        )
    else:
        asyncio.run(_plan(options, clock))
    return ExitCode.FINE


async def _create(options: Options, clock: Clock) -> None:
    target = chosen_target(load_settings(options))
    async with opened_file(target.path, clock, create=True) as file:
        await LocalAdmin(file).create_organization(
            options.organization,
            options.owner,
            plan=Plan(options.plan),
            sign_in_enforced=bool(options.enforce_sign_in),
        )
    say(f"{options.organization} is created in {target.path}; {options.owner} owns it.")


async def _plan(options: Options, clock: Clock) -> None:
    target = chosen_target(load_settings(options))
    user = target.person
    async with opened_file(target.path, clock) as file:
        world = LocalAdmin(file, user)
        if options.plan is not None:
            await world.set_plan(options.organization, Plan(options.plan))
            say(f"{options.organization} has the plan {options.plan}.")
        if options.enforce_sign_in is not None:
            await world.set_sign_in_enforced(options.organization, enforced=options.enforce_sign_in)
            enforces = "enforces" if options.enforce_sign_in else "does not enforce"
            say(f"{options.organization} {enforces} sign-in.")
