"""`show ORG`: an organization's policy, as text and as JSON (the JSON of `set` and `orgs`, too)."""

import asyncio
from datetime import datetime
from typing import Final

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import Json, day, instant, on_off, print_columns, print_json_object
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import load_settings, opened_session, say_if_outdated
from iam_tui.core.category import Category
from iam_tui.core.organization import UNKNOWN_ROLE
from iam_tui.core.policy import SETTINGS, Allowlist, Setting
from iam_tui.stores.protocol import OrganizationState

_OF_POLICY: Final = (
    *(facts.json_key for facts in SETTINGS.values()),
    "revision",
    "updated_by",
    "updated_at",
    "note",
    "origin",
)
"""The keys that are null if the policy could not be read."""


def configure(parser: Parser, verb: str) -> None:
    """Add the organization and `--json`."""
    del verb
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print the policy as it is now."""
    state = asyncio.run(_read(options, clock))
    if options.json:
        print_json_object(policy_object(state, clock()))
    else:
        _print(state)
    return ExitCode.FINE


async def _read(options: Options, clock: Clock) -> OrganizationState:
    async with opened_session(load_settings(options), clock) as session:
        state = await session.organization_state(options.organization)
    say_if_outdated(state)
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
        rows.append(["Recorded by hand", f"community and allowlist, at {instant(state.by_hand)}"])
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
    """Whether Image Access Management is on, and whether that has any effect."""
    on = on_off(state.revision.policy.enabled)
    return on if state.organization.has_image_access else f"{on}, without effect: needs Docker Business"


def _saved(state: OrganizationState) -> str:
    """Who saved the revision; the author of a change made elsewhere is not known."""
    author = state.revision.author
    return f"saved by {author}" if author else "changed elsewhere, first seen"


def policy_summary(state: OrganizationState, as_of: datetime) -> Json:
    """A row of `orgs`: everything but the allowlist; unknown values are null.

    `as_of` is when it was read. If it could not be read now, the time when it was last known takes its place.
    """
    organization, revision = state.organization, state.revision
    policy = revision.policy
    summary: dict[str, object] = {
        "organization": organization.name,
        "role": None if state.role == UNKNOWN_ROLE else str(state.role),
        "plan": organization.plan.value,
        "sign_in_enforced": organization.sign_in_enforced,
        **{facts.json_key: policy.setting(setting) for setting, facts in SETTINGS.items()},
        "revision": revision.number,
        "updated_by": revision.author or None,
        "updated_at": instant(revision.saved_at),
        "note": revision.note,
        "origin": revision.origin.value,
        "as_of": instant(state.as_of or as_of),
    }
    # Revision 0 means that the policy was never read.
    return summary if revision.number else {**summary, **dict.fromkeys(_OF_POLICY)}


def policy_object(state: OrganizationState, as_of: datetime) -> Json:
    """The object of `show`: the summary, with the allowlist after its switch."""
    whole: dict[str, object] = {}
    for key, value in policy_summary(state, as_of).items():
        whole[key] = value
        if key == Setting.ALLOWLIST.facts.json_key:
            whole["allowlist"] = _entries(state.revision.policy.allowlist)
    return whole


def _entries(allowlist: Allowlist | None) -> list[Json] | None:
    if allowlist is None:
        return None
    return [
        {
            "repository": entry.repository,
            "reason": entry.reason,
            "added_by": entry.added_by,
            "added_at": instant(entry.added_at),
            "review_by": day(entry.review_by),
        }
        for entry in allowlist
    ]
