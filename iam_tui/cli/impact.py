"""`impact ORG`: what changes to a policy would break; without changes, what today's policy blocks."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.application.images_in_use import (
    ImagesInUse,
    KeptSources,
    images_in_use,
    read_kept_sources,
    unchecked_words,
)
from iam_tui.application.not_read_words import not_read_words
from iam_tui.application.source_import import read_report_file
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.impact_text import print_impact
from iam_tui.cli.lookup import catalog_with_lookup, namespaces_of
from iam_tui.cli.output import Json, ProgressLine, day, instant, print_json_object, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup
from iam_tui.cli.profile import load_settings, opened_session, say_if_outdated
from iam_tui.cli.scan import read_rows
from iam_tui.cli.set import add_changes, change_lines, changed, names_changes
from iam_tui.cli.show import policy_object
from iam_tui.core.counted import counted
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.impact_effect import Effect
from iam_tui.core.policy import Origin, Policy
from iam_tui.core.pull_days import ReportPulls, merge_reports
from iam_tui.core.usage import Inventory, Usage
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import OrganizationState, Source, SourceKind

if TYPE_CHECKING:
    from iam_tui.inventory.reports.pull_report import PullReport

_OF_A_REVISION: Final = ("revision", "updated_by", "updated_at", "note", "origin")
"""The keys that are null for a policy that was never saved."""


class ImpactRequest(NamedTuple):
    """The staged changes of one organization, and the sources of the images in use."""

    workspace: PolicyWorkspace
    kept: KeptSources | None
    """What the local file keeps; None if the command line names reports or paths."""
    of_today: bool
    """No changes were given: show what today's policy blocks."""


def configure(parser: Parser, verb: str) -> None:
    """Add the organization, the changes, and the sources of the images in use."""
    del verb
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    add_changes(parser)
    group = parser.add_argument_group("images in use (default: the sources that the console keeps)")
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
    group.add_argument(
        "--ignore-unresolved",
        action="store_true",
        help="leave references that name no certain image out of the exit code",
    )
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print the impact; the exit code is 1 if anything stops, 6 if anything may stop or is unresolved."""
    request = asyncio.run(_read_request(options, clock))
    workspace = request.workspace
    for line in _change_lines(request):
        say(line)
    reports = _read_reports(options.pulls)
    kept = request.kept or _read_named(options, reports, clock())
    for source in kept.sources if request.kept else ():
        say(f"From {source.name} ({_source_words(source)})")
        if source.left_out:
            say(f"{source.name}: {source.left_out}")
    inventory = kept.inventory
    catalog = workspace.session.catalog
    if options.lookup:
        catalog = catalog_with_lookup(catalog, _namespaces(inventory), workspace.state, options, clock)
    used = images_in_use(kept, catalog, workspace.organization, workspace.owners)
    policy = workspace.draft.policy
    impact = used.todays_impact(policy) if request.of_today else used.staged_impact(workspace.draft)
    if words := unchecked_words(workspace.name, kept.sources, clock()):
        say(words)
    for line in _owner_lines(impact.usage_index, inventory, workspace):
        say(line)
    if options.json:
        print_json_object(_json(impact, used, workspace, clock()))
    else:
        print_impact(impact, workspace, options, of_today=request.of_today)
    counts = impact.counts
    if counts.stops:
        return ExitCode.BLOCKED
    is_open = counts.may_stop or (counts.unresolved and not options.ignore_unresolved)
    nothing_read = not all(report.kept for report in reports)
    return ExitCode.CANNOT_TELL if is_open or nothing_read else ExitCode.FINE


async def _read_request(options: Options, clock: Clock) -> ImpactRequest:
    async with opened_session(load_settings(options), clock) as session:
        state = await session.organization_state(options.organization)
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
                    "There are no sources, so it is not known which images are in use.",
                    advice="Name a pull report with --pulls FILE, or a project's folder with --scan PATH.",
                )
    say_if_outdated(state)
    return ImpactRequest(workspace, kept, of_today=not names_changes(options))


def _namespaces(inventory: Inventory) -> Iterator[str]:
    """The namespaces on Docker Hub that are in use."""
    pulled = (pulls.repository.partition("/")[0] for pulls in inventory.pulls)
    return chain(namespaces_of(usage.reference for usage in inventory.usages), pulled)


def _read_named(options: Options, reports: Sequence["PullReport"], now: datetime) -> KeptSources:
    """Read the paths that the command line names, beside the reports; says what was read and left out.

    In JSON, files are relative to the path they were found under, otherwise to the working directory. Raises
    `InvalidInput` for what cannot be read.
    """
    progress = ProgressLine(sys.stderr)
    try:
        usages = tuple(_read_usages(options.scan, progress, from_here=not options.json))
    finally:
        progress.clear()
    pulls = tuple(merge_reports([ReportPulls(one.pulls, one.days) for one in reports]))
    sources = [
        Source(SourceKind.REPORT, path, now, len(one.pulls), one.summary, one.since, one.until)
        for path, one in zip(options.pulls, reports, strict=True)
    ]
    for path in options.scan:
        kind = SourceKind.LIST if path == "-" else SourceKind.SCAN
        # Its rows are counted together with those of the other paths, above.
        sources.append(Source(kind, path, now, rows=0))
    return KeptSources(sources, Inventory(usages, pulls))


def _read_reports(paths: Sequence[str]) -> list["PullReport"]:
    """Read these pull reports; says what was read and what was left out. Raises `InvalidInput`."""
    progress = ProgressLine(sys.stderr)
    reports = list["PullReport"]()
    try:
        for path in paths:
            reports.append(
                read_report_file(
                    Path(path), lambda done: progress.show(f"{done.words} of the report read"), lambda: False
                )
            )
            progress.clear()
            say(f"{path}: {reports[-1].summary}")
    finally:
        progress.clear()
    return reports


def _read_usages(paths: Sequence[str], progress: ProgressLine, *, from_here: bool) -> Iterator[Usage]:
    if not paths:
        return
    files, places, not_read = dict[str, str](), 0, Counter[str]()
    # Unlike reports, parsed YAML leaves reference cycles that only the garbage collector frees.
    gc.enable()
    try:
        for row in read_rows(paths, progress, not_read=not_read):
            file = files.setdefault(row.file, row.file)
            places += 1
            yield row.usage._replace(file=file) if from_here else row.usage
    finally:
        gc.disable()
    progress.clear()
    read = f"{counted(places, 'place', 'places')} in {counted(len(files), 'file', 'files')}"
    say(f"{', '.join(paths)}: {read}.")
    if not_read:
        say(not_read_words(not_read))


def _source_words(source: Source) -> str:
    read = f"{source.kind}, read {day(source.imported_at.date())}"
    if source.since is None or source.until is None:
        return read
    return f"{read}, pulls from {day(source.since.date())} to {day(source.until.date())}"


def _change_lines(request: ImpactRequest) -> Iterator[str]:
    """What is compared."""
    draft, organization = request.workspace.draft, request.workspace.organization
    if request.of_today:
        yield f"No changes given: this is what today's policy, revision {draft.base.number}, blocks."
    elif draft.is_clean:
        yield "Nothing would change."
    yield from change_lines(draft.changes)
    if draft.policy.enabled and not organization.has_image_access:
        yield f"The plan {organization.plan} does not include Image Access Management: nothing is blocked."


def _owner_lines(usage_index: UsageIndex, inventory: Inventory, workspace: PolicyWorkspace) -> Iterator[str]:
    """How the pulls of owners were counted."""
    if inventory.pulls and not workspace.owners:
        yield "The owners cannot be read, so their pulls are counted like those of members."
    if usage_index.owner_pulls or usage_index.owners_only:
        pulls = counted(usage_index.owner_pulls, "pull", "pulls")
        repositories = counted(usage_index.owners_only, "repository", "repositories")
        only = f", {repositories} that only owners pull" if usage_index.owners_only else ""
        yield f"Not counted, because owners are never restricted: {pulls} by owners{only}."


def _json(impact: Impact, used: ImagesInUse, workspace: PolicyWorkspace, as_of: datetime) -> Json:
    """The two policies as in `show`, what differs between them, and the sources that this is known from."""
    counts, state = impact.counts, workspace.state

    def rows(effect: Effect) -> list[Json]:
        return [_json_row(row, with_pullers=workspace.may_see_pullers) for row in impact.rows(effect)]

    may_stop, may_start = rows(Effect.MAY_STOP), rows(Effect.MAY_START)
    return {
        "organization": state.organization.name,
        "before": _json_policy(impact.before, state, as_of),
        "after": _json_policy(impact.after, state, as_of),
        "newly_blocked": rows(Effect.STOPS),
        "may_stop": may_stop,
        "newly_allowed": rows(Effect.STARTS),
        "may_start": may_start,
        "unchanged": counts.same,
        "cannot_tell": [*may_stop, *may_start],
        "not_covered": counts.not_covered,
        "unresolved": counts.unresolved,
        "sources": [
            {
                "kind": source.kind,
                "name": source.name,
                "as_of": instant(source.as_of),
                "days": source.days_old(as_of),
            }
            for source in used.sources
        ],
    }


def _json_policy(policy: Policy, state: OrganizationState, as_of: datetime) -> Json:
    """The object of `show`; without revision, author, time, note and origin if the policy was never saved."""
    shown = policy_object(state._replace(revision=replace(state.revision, policy=policy)), as_of)
    return shown if policy == state.revision.policy else {**shown, **dict.fromkeys(_OF_A_REVISION)}


def _json_row(row: ImpactRow, *, with_pullers: bool) -> Json:
    """One repository; who pulled it, how often and when is null unless `with_pullers`."""
    group = row.group
    pullers: Json = {
        "people": group.people,
        "tokens": group.tokens,
        "pulls": group.pulls,
        "last_pull": instant(group.last_pull),
    }
    return {
        "repository": group.repository,
        "category": group.category,
        "usages": [{"file": usage.file, "line": usage.line} for usage in group.usages],
        **(pullers if with_pullers else dict.fromkeys(pullers)),
    }
