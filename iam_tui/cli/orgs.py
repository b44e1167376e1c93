"""`orgs`: your organizations, your role in each, and a summary of their policies."""

import asyncio
from typing import Final

from iam_tui.application.open_profile import StoreOpener
from iam_tui.cli.errors import ExitCode, exit_code
from iam_tui.cli.output import on_off, print_columns, print_json_list, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import load_settings, opened_session, say_if_outdated
from iam_tui.cli.show import policy_summary
from iam_tui.core.policy import Setting
from iam_tui.core.suggestions import suggest
from iam_tui.stores.errors import Forbidden, NotFound
from iam_tui.stores.protocol import OrganizationState, Profile, StoreKind

_HEADER: Final = (
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
    """Add `--json`."""
    del verb
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each organization, sorted by name."""
    found = asyncio.run(_read(options, clock))
    if options.json:
        now = clock()
        print_json_list(policy_summary(state, now) for state in found)
    elif found:
        print_columns([_HEADER, *map(_row, found)])
    for state in found:
        say_if_outdated(state)
    unread = [(one.organization.name, one.error) for one in found if one.error and one.as_of is None]
    for name, error in unread:
        say(f"{name}: {error.detail} {error.advice}".rstrip())
    # A policy that this person may not read is a result; one that cannot be read now is a failure.
    errors = [error for _, error in unread if not isinstance(error, Forbidden | NotFound)]
    return exit_code(errors[0]) if errors else ExitCode.FINE


async def _read(options: Options, clock: Clock) -> list[OrganizationState]:
    """Every organization, sorted; `NotFound` for a local user who is in none, who may be misspelt."""
    async with opened_session(load_settings(options), clock) as session:
        found = [state async for batch in session.store.organizations() for state in batch]
    if not found:
        await _require_known(session.profile, clock)
        say("You are not in any organization here.")
    return sorted(found, key=lambda state: state.organization.name)


async def _require_known(profile: Profile, clock: Clock) -> None:
    if profile.kind is StoreKind.HUB or profile.user is None:
        return
    people = await StoreOpener([profile], clock).people(profile)
    near = suggest(profile.user.lower(), people)
    raise NotFound(
        f"{profile.user} is not in any organization here.",
        advice=f"Did you mean {' or '.join(near)}?" if near else "Check the user name.",
    )


def _row(state: OrganizationState) -> list[str]:
    organization, revision = state.organization, state.revision
    switches = [on_off(revision.policy.setting(setting)) for setting in Setting]
    if not revision.number:
        switches = [on_off(None)] * len(switches)
    return [organization.name, state.role, organization.plan, *switches, str(revision.number or "-")]
