"""`member add|remove|role|sign-in|sign-out`: the members of organizations in a local store."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import acting_user, load_settings, local_profile, opened_file
from iam_tui.core.organization import Role
from iam_tui.stores.local.admin import LocalAdmin

_ROLES = [role.value for role in Role]


def configure(parser: Parser, verb: str) -> None:
    """Add the organization, the person and, for some verbs, the role."""
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    parser.add_argument("member", metavar="USER", help="the person")
    if verb == "member add":
        parser.add_argument(
            "--role", choices=_ROLES, default=Role.MEMBER.value, help="their role (default: member)"
        )
    elif verb == "member role":
        parser.add_argument("role", choices=_ROLES, help="the new role")


def run(options: Options, clock: Clock) -> int:
    """Make the change and print the new state."""
    say(asyncio.run(_change(options, clock)))
    return ExitCode.FINE


async def _change(options: Options, clock: Clock) -> str:
    profile = local_profile(load_settings(options))
    user = acting_user(profile)
    organization, member = options.organization, options.member
    async with opened_file(profile, clock) as file:
        admin = LocalAdmin(file, user)
        match options.verb:
            case "member add":
                await admin.add_member(organization, member, Role(options.role))
                return f"{member} is in {organization} with the role {options.role}."
            case "member remove":
                await admin.remove_member(organization, member)
                return f"{member} is no longer in {organization}."
            case "member role":
                await admin.set_role(organization, member, Role(options.role))
                return f"{member} now has the role {options.role} in {organization}."
            case "member sign-in":
                await admin.sign_in(organization, member)
                return f"{member} is signed in, under the newest revision of {organization}."
            case _:
                await admin.sign_out(organization, member)
                return f"{member} is signed out."
