"""`org create` and `org plan`: create and change organizations in a local store."""

import argparse
import asyncio

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import acting_user, load_settings, local_profile, opened_file
from iam_tui.core.organization import Plan
from iam_tui.stores.local.admin import LocalAdmin

_PLANS = [plan.value for plan in Plan]


def configure(parser: Parser, verb: str) -> None:
    """Add the organization, its plan, and whether sign-in is enforced."""
    parser.add_argument("organization", metavar="ORG", help="the organization's name, as on Docker Hub")
    if verb == "org create":
        parser.add_argument("--owner", metavar="USER", required=True, help="its first owner")
        parser.add_argument(
            "--plan", choices=_PLANS, default=Plan.BUSINESS.value, help="its plan (default: business)"
        )
    else:
        parser.add_argument("plan", choices=_PLANS, nargs="?", help="the new plan")
    parser.add_argument(
        "--enforce-sign-in",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether Docker Desktop asks its members to sign in",
    )


def run(options: Options, clock: Clock) -> int:
    """Create the organization, and the file if it is missing; or change the organization."""
    if options.verb == "org create":
        asyncio.run(_create(options, clock))
    elif options.plan is None and options.enforce_sign_in is None:
        raise WrongUsage(
            "Name a plan, or give --enforce-sign-in or --no-enforce-sign-in.",
            advice="See `iam-tui org plan --help`.",
        )
    else:
        asyncio.run(_plan(options, clock))
    return ExitCode.FINE


async def _create(options: Options, clock: Clock) -> None:
    profile = local_profile(load_settings(options))
    async with opened_file(profile, clock, create=True) as file:
        await LocalAdmin(file).create_organization(
            options.organization,
            options.owner,
            plan=Plan(options.plan),
            sign_in_enforced=bool(options.enforce_sign_in),
        )
    say(f"Created {options.organization} in {profile.where}; its owner is {options.owner}.")


async def _plan(options: Options, clock: Clock) -> None:
    profile = local_profile(load_settings(options))
    user = acting_user(profile)
    async with opened_file(profile, clock) as file:
        admin = LocalAdmin(file, user)
        if options.plan is not None:
            await admin.set_plan(options.organization, Plan(options.plan))
            say(f"{options.organization} now has the plan {options.plan}.")
        if options.enforce_sign_in is not None:
            await admin.set_sign_in_enforced(options.organization, enforced=options.enforce_sign_in)
            enforces = "now enforces" if options.enforce_sign_in else "does not enforce"
            say(f"{options.organization} {enforces} sign-in.")
