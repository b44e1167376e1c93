"""`impact ORG`: what changes to a policy would break; without changes, what today's policy stops."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.impact_inventory import Kept, Known, looking_up, read_given, read_kept, read_known
from iam_tui.cli.impact_json import impact_object
from iam_tui.cli.impact_text import print_impact
from iam_tui.cli.output import day, print_row, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup
from iam_tui.cli.profile import load_settings, opened_place, tell_age
from iam_tui.cli.set import add_changes, changed, names_changes, tell
from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact
from iam_tui.core.policy import Policy, Setting
from iam_tui.core.usage import Inventory
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Source


class ImpactRequest(NamedTuple):
    """What is compared for whom, and the inventory that is kept, if none is named on the command line."""

    known: Known
    draft: Draft
    kept: Kept | None
    of_today: bool
    """No changes were named: the question is what today's policy stops."""

    @property
    def before(self) -> Policy:
        """Today's policy, or against which that is compared: the same, switched off."""
        today = self.draft.base.policy
        return today.with_setting(Setting.ENABLED, on=False) if self.of_today else today


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
    question = asyncio.run(_ask(options, clock))
    for line in _question_words(question):
        say(line)
    inventory = _inventory(question, options)
    if options.lookup:
        question = question._replace(known=looking_up(question.known, inventory, options, clock))
    impact = Impact(question.known.groups(inventory), question.before, question.draft.policy)
    for line in _owner_words(impact.usage_index, inventory, question.known):
        say(line)
    if options.json:
        print_row(impact_object(impact, question.known.state, clock()))
    else:
        print_impact(impact, question, options)
    counts = impact.counts
    if counts.newly_blocked:
        return ExitCode.BLOCKED
    return ExitCode.CANNOT_TELL if counts.cannot_tell or counts.unresolved else ExitCode.FINE


async def _ask(options: Options, clock: Clock) -> ImpactRequest:
    async with opened_place(load_settings(options), clock) as opened:
        state = await opened.store.organization_state(options.organization)
        known = await read_known(opened.store, state, clock)
        if options.pulls and not known.may_see_people:
            raise Forbidden(
                f"{opened.store.user} is no owner of {state.organization.name};"
                " who pulls what is for owners only.",
                meaning="Nothing was read.",
                advice=f"Ask an owner: {', '.join(known.owners)}." if known.owners else None,
            )
        draft = Draft.of(state.revision)
        draft = draft.stage(changed(draft.policy, options))
        kept = None
        if not (options.pulls or options.scan):
            kept = await read_kept(opened.memory, state)
            if not kept.sources:
                raise WrongUsage(
                    "Nothing is known of what is in use.",
                    advice="Name a pull report with --pulls FILE, or a project's folder with --scan PATH.",
                )
    tell_age(state)
    return ImpactRequest(known, draft, kept, of_today=not names_changes(options))


def _inventory(question: ImpactRequest, options: Options) -> Inventory:
    if question.kept is None:
        return read_given(options.pulls, options.scan, from_here=not options.json)
    for source in question.kept.sources:
        say(f"From {source.name} ({_source_words(source)})")
    return question.kept.inventory


def _source_words(source: Source) -> str:
    read = f"{source.kind}, read {day(source.imported_at.date())}"
    if source.since is None or source.until is None:
        return read
    return f"{read}, pulls from {day(source.since.date())} to {day(source.until.date())}"


def _question_words(question: ImpactRequest) -> Iterator[str]:
    """What is compared."""
    draft, organization = question.draft, question.known.state.organization
    if question.of_today:
        yield f"No changes are named: today's policy, revision {draft.base.number}, against none."
    elif draft.is_clean:
        yield "Nothing would change."
    yield from tell(draft.changes)
    if draft.policy.enabled and not organization.has_image_access:
        yield f"The plan {organization.plan} does not include Image Access Management: nothing is blocked."


def _owner_words(groups: UsageIndex, inventory: Inventory, known: Known) -> Iterator[str]:
    """What became of owners' pulls."""
    if inventory.pulls and not known.owners:
        yield "Who the owners are could not be read: their pulls count as everybody's."
    if groups.owner_pulls or groups.owners_only:
        only = groups.owners_only
        alone = f"; {only:,} {'repository' if only == 1 else 'repositories'} only they pull" if only else ""
        yield f"Owners are never restricted: {groups.owner_pulls:,} pulls by them are set apart{alone}."
