"""`member add|remove|role|sign-in|sign-out`: the people of a local store's organizations."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options, Parser
from iam_tui.cli.profile import chosen_target, load_settings, opened_file
from iam_tui.core.organization import Role
from iam_tui.stores.local.admin import LocalAdmin

_ROLES = [role.value for role in Role]


def configure(parser: Parser, verb: str) -> None:
    """The organization, the person and, where it is about it, the role."""
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    parser.add_argument("member", metavar="USER", help="the person")
    if verb == "member add":
        parser.add_argument("--role", choices=_ROLES, default=Role.MEMBER.value, help="their role (member)")
    elif verb == "member role":
        parser.add_argument("role", choices=_ROLES, help="the new role")


def run(options: Options, clock: Clock) -> int:
    """Do it and tell what holds now."""
    say(asyncio.run(_change(options, clock)))
    return ExitCode.FINE


async def _change(options: Options, clock: Clock) -> str:
    target = chosen_target(load_settings(options))
    user = target.person
    organization, member = options.organization, options.member
    async with opened_file(target.path, clock) as file:
        world = LocalAdmin(file, user)
        match options.verb:
            case "member add":
                await world.add_member(organization, member, Role(options.role))
                return f"{member} is in {organization}, as {options.role}."
            case "member remove":
                await world.remove_member(organization, member)
                return f"{member} is not in {organization} any more."
            case "member role":
                await world.set_role(organization, member, Role(options.role))
                return f"{member} is {options.role} of {organization}."
            case "member sign-in":
                await world.sign_in(organization, member)
                return f"{member} is signed in, under today's revision of {organization}."
            case _:
                await world.sign_out(organization, member)
                return f"{member} is signed out."
