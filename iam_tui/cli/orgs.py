"""`orgs`: your organizations, your role in each, and their policies in short."""

import asyncio

from iam_tui.cli.errors import ExitCode, exit_code
from iam_tui.cli.output import on_off, print_columns, print_rows, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.place import load_settings, opened_store, tell_age
from iam_tui.cli.policy_json import policy_summary
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Access

_HEADER = (
    "ORGANIZATION",
    "ROLE",
    "PLAN",
    "ACCESS",
    "COMMUNITY",
    "PUBLISHERS",
    "OFFICIAL",
    "ALLOWLIST",
    "REVISION",
)


def configure(parser: Parser, verb: str) -> None:
    """Nothing beside `--json`."""
    del verb
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each organization, by name."""
    found = asyncio.run(_read(options, clock))
    if options.json:
        now = clock()
        print_rows(policy_summary(access, now) for access in found)
    elif found:
        print_columns([_HEADER, *map(_row, found)])
    else:
        say("You are in no organization here.")
    for access in found:
        tell_age(access)
        if access.trouble is not None:
            say(f"{access.organization.name}: {access.trouble.detail} {access.trouble.advice}".rstrip())
    # What one may not read is an answer; what could not be read now is none.
    troubles = [one.trouble for one in found if one.trouble and not isinstance(one.trouble, Forbidden)]
    return exit_code(troubles[0]) if troubles else ExitCode.FINE


async def _read(options: Options, clock: Clock) -> list[Access]:
    async with opened_store(load_settings(options), clock) as store:
        found = [access async for batch in store.organizations() for access in batch]
    return sorted(found, key=lambda access: access.organization.name)


def _row(access: Access) -> list[str]:
    organization, revision = access.organization, access.revision
    switches = [on_off(revision.policy.setting(setting)) for setting in Setting]
    if not revision.number:
        switches = [on_off(None)] * len(switches)
    return [organization.name, access.role, organization.plan, *switches, str(revision.number or "-")]
