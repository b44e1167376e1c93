"""`show ORG`: an organization's policy."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import day, instant, on_off, print_columns, print_row
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.policy_json import policy_object
from iam_tui.cli.profile import load_settings, opened_session, say_age
from iam_tui.core.category import Category
from iam_tui.core.policy import Setting
from iam_tui.stores.protocol import OrganizationState


def configure(parser: Parser, verb: str) -> None:
    """The organization."""
    del verb
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print the policy as it is now."""
    state = asyncio.run(_read(options, clock))
    if options.json:
        print_row(policy_object(state, clock()))
    else:
        _print(state)
    return ExitCode.FINE


async def _read(options: Options, clock: Clock) -> OrganizationState:
    async with opened_session(load_settings(options), clock) as session:
        state = await session.store.organization_state(options.organization)
    say_age(state)
    return state


def _print(state: OrganizationState) -> None:
    organization, revision = state.organization, state.revision
    rows = [
        ["Organization", organization.name],
        ["You are", state.role],
        ["Plan", organization.plan],
        ["Sign-in", "enforced" if organization.sign_in_enforced else "not enforced"],
        ["Revision", f"{revision.number}, {_saved(state)} at {instant(revision.saved_at)}"],
        ["Note", revision.note],
        [Setting.ENABLED.label, _enabled(state)],
        [Category.ORGANIZATION.label, "always allowed"],
    ]
    rows += [[setting.label, on_off(revision.policy.setting(setting))] for setting in list(Setting)[1:]]
    if state.by_hand is not None:
        rows.append(["By hand", f"community and allowlist, recorded at {instant(state.by_hand)}"])
    print_columns([row for row in rows if row[1]])
    if revision.policy.allowlist:
        print_columns(
            [
                (
                    "  " + entry.repository,
                    f"by {entry.added_by}",
                    f"review by {day(entry.review_by) or '-'}",
                    entry.reason,
                )
                for entry in revision.policy.allowlist
            ]
        )


def _enabled(state: OrganizationState) -> str:
    """Whether it is on, and whether that has any effect."""
    on = on_off(state.revision.policy.enabled)
    return on if state.organization.has_image_access else f"{on}, without effect: it needs Docker Business"


def _saved(state: OrganizationState) -> str:
    """By whom; nobody knows it of a change that was made elsewhere."""
    author = state.revision.author
    return f"saved by {author}" if author else "made elsewhere and seen"
