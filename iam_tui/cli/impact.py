"""`impact ORG`: what changes to a policy would break; without changes, what today's policy stops."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.application.images_in_use import KeptSources, images_in_use, read_kept_sources
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.impact_json import impact_object
from iam_tui.cli.impact_sources import read_named, used_namespaces
from iam_tui.cli.impact_text import print_impact
from iam_tui.cli.lookup import looked_up
from iam_tui.cli.output import day, print_row, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup
from iam_tui.cli.profile import load_settings, opened_session, say_age
from iam_tui.cli.set import add_changes, change_lines, changed, names_changes
from iam_tui.core.policy import Origin
from iam_tui.core.usage import Inventory
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Source


class ImpactRequest(NamedTuple):
    """What is compared, for whom, and what is in use: from the command line, or as it was brought in."""

    workspace: PolicyWorkspace
    kept: KeptSources | None
    """What was brought in; None if reports or paths are named."""
    of_today: bool
    """No changes were named: the question is what today's policy blocks."""


def configure(parser: Parser, verb: str) -> None:
    """The organization, the changes, and where to find out what is in use."""
    del verb
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    add_changes(parser)
    group = parser.add_argument_group("what is in use (without any: what the console keeps)")
    group.add_argument(
        "--pulls", metavar="FILE", action="append", default=[], help="Docker Hub's pull report; for owners"
    )
    group.add_argument(
        "--scan",
        metavar="PATH",
        action="append",
        default=[],
        help="a project's folder, or a file; - reads a list",
    )
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print the impact; the exit code is 1 if something would be blocked, else 6 if that is not certain."""
    request = asyncio.run(_read_request(options, clock))
    workspace = request.workspace
    for line in _change_lines(request):
        say(line)
    sources, inventory = request.kept or ((), read_named(options))
    for source in sources:
        say(f"From {source.name} ({_source_words(source)})")
    catalog = workspace.session.catalog
    if options.lookup:
        catalog = looked_up(catalog, used_namespaces(inventory), workspace.state, options, clock)
    used = images_in_use(KeptSources(sources, inventory), catalog, workspace.organization, workspace.owners)
    policy = workspace.draft.policy
    impact = used.todays_impact(policy) if request.of_today else used.staged_impact(workspace.draft)
    for line in _owner_lines(impact.usage_index, inventory, workspace):
        say(line)
    if options.json:
        print_row(impact_object(impact, workspace, clock()))
    else:
        print_impact(impact, workspace, options, of_today=request.of_today)
    counts = impact.counts
    if counts.newly_blocked:
        return ExitCode.BLOCKED
    return ExitCode.CANNOT_TELL if counts.cannot_tell or counts.unresolved else ExitCode.FINE


async def _read_request(options: Options, clock: Clock) -> ImpactRequest:
    async with opened_session(load_settings(options), clock) as session:
        state = await session.store.organization_state(options.organization)
        workspace = PolicyWorkspace(session, state, origin=Origin.CLI)
        await workspace.read_owners()
        if options.pulls and not workspace.may_see_pullers:
            owners = workspace.owners
            raise Forbidden(
                f"{session.user} is not an owner of {workspace.name}; only owners may see who pulls what.",
                meaning="Nothing was read.",
                advice=f"Ask an owner: {', '.join(owners)}." if owners else None,
            )
        workspace.stage_policy(changed(workspace.draft.policy, options))
        kept = None
        if not (options.pulls or options.scan):
            kept = await read_kept_sources(session.memory, state)
            if not kept.sources:
                raise WrongUsage(
                    "Nothing is known of what is in use.",
                    advice="Name a pull report with --pulls FILE, or a project's folder with --scan PATH.",
                )
    say_age(state)
    return ImpactRequest(workspace, kept, of_today=not names_changes(options))


def _source_words(source: Source) -> str:
    read = f"{source.kind}, read {day(source.imported_at.date())}"
    if source.since is None or source.until is None:
        return read
    return f"{read}, pulls from {day(source.since.date())} to {day(source.until.date())}"


def _change_lines(request: ImpactRequest) -> Iterator[str]:
    """What is compared."""
    draft, organization = request.workspace.draft, request.workspace.organization
    if request.of_today:
        yield f"No changes are named: today's policy, revision {draft.base.number}, against none."
    elif draft.is_clean:
        yield "Nothing would change."
    yield from change_lines(draft.changes)
    if draft.policy.enabled and not organization.has_image_access:
        yield f"The plan {organization.plan} does not include Image Access Management: nothing is blocked."


def _owner_lines(usage_index: UsageIndex, inventory: Inventory, workspace: PolicyWorkspace) -> Iterator[str]:
    """How owners' pulls were counted."""
    if inventory.pulls and not workspace.owners:
        yield "The owners could not be read: their pulls count as everybody's."
    if usage_index.owner_pulls or usage_index.owners_only:
        only = usage_index.owners_only
        alone = f"; {only:,} {'repository' if only == 1 else 'repositories'} only they pull" if only else ""
        yield f"Owners are never restricted: {usage_index.owner_pulls:,} pulls by them are set apart{alone}."
