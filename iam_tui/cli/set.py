"""`set ORG`: stage changes to a policy and, with `--yes`, save them."""

import argparse
import asyncio
from collections.abc import Iterator
from datetime import date, datetime

from iam_tui.application.images_in_use import read_sources, unchecked_words
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.output import day, on_off, print_json_object, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import load_settings, opened_session, say_if_temporary
from iam_tui.cli.show import policy_object
from iam_tui.core.draft import Change, SettingChange
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import SETTINGS, AllowlistEntry, Origin, Policy, Setting
from iam_tui.core.reference import parse_repository
from iam_tui.stores.protocol import OrganizationState


def configure(parser: Parser, verb: str) -> None:
    """Add the organization, the changes, and whether to save them."""
    del verb
    parser.add_argument("organization", metavar="ORG", help="the organization's name")
    add_changes(parser)
    parser.add_argument("--note", metavar="T", default="", help="a note for the history")
    parser.add_argument("--yes", action="store_true", help="save the changes")
    add_json(parser)


def add_changes(parser: Parser) -> None:
    """Add the options that change a policy."""
    group = parser.add_argument_group("changes")
    either = group.add_mutually_exclusive_group()
    for option, position in (("--enable", "on"), ("--disable", "off")):
        either.add_argument(
            option,
            action="store_const",
            const=position,
            dest="enabled",
            help=f"switch Image Access Management {position}",
        )
    for setting, facts in SETTINGS.items():
        if facts.option:
            about = f"switch {setting.label} on or off"
            group.add_argument(facts.option, choices=("on", "off"), dest=setting.value, help=about)
    group.add_argument(
        "--allow", metavar="REPO", action="append", default=[], help="add a repository to the allowlist"
    )
    group.add_argument("--reason", metavar="T", help="why the repositories of --allow are needed")
    group.add_argument("--review-by", metavar="YYYY-MM-DD", type=_day, help="when to review them")
    group.add_argument(
        "--disallow",
        metavar="REPO",
        action="append",
        default=[],
        help="remove a repository from the allowlist",
    )


def run(options: Options, clock: Clock) -> int:
    """Print what would change, and save it with `--yes`."""
    return asyncio.run(_set(options, clock))


async def _set(options: Options, clock: Clock) -> int:
    async with opened_session(load_settings(options), clock) as session:
        state = await session.organization_state(options.organization)
        workspace = PolicyWorkspace(session, state, origin=Origin.CLI)
        await workspace.require_may_save()
        workspace.stage_policy(changed(workspace.draft.policy, options))
        for line in change_lines(workspace.draft.changes):
            say(line)
        for change in workspace.changes_by_hand:
            say(f"By hand in Docker Home, only recorded here: {next(change_lines((change,)))}")
        if workspace.draft.is_clean:
            say("Nothing to change.")
        else:
            await _print_damage(workspace, clock(), is_saving=options.yes)
            if not options.yes:
                say("Nothing saved. Add --yes to save.")
                return ExitCode.WRONG
            await workspace.save(options.note)
    _print_revision(workspace.state, options, clock)
    if options.yes:
        say_if_temporary(session.profile)
    return ExitCode.FINE


async def _print_damage(workspace: PolicyWorkspace, now: datetime, *, is_saving: bool) -> None:
    """Print what saving would break, unless it is saved now, and what is not known of the images in use."""
    from iam_tui.core.impact_words import damage_words

    sources = await read_sources(workspace.session.memory, workspace.state)
    if sources and not is_saving:
        await workspace.read_owners()
        await workspace.read_images_in_use()
        impact = workspace.impact()
        if impact is not None:
            say(damage_words(impact))
    if words := unchecked_words(workspace.name, sources, now):
        say(words)


def _print_revision(state: OrganizationState, options: Options, clock: Clock) -> None:
    if options.json:
        print_json_object(policy_object(state, clock()))
    else:
        print(f"revision {state.revision.number}")


def names_changes(options: Options) -> bool:
    """Whether any option of `add_changes` is given."""
    switched = any(getattr(options, setting) is not None for setting in Setting)
    return bool(switched or options.allow or options.disallow)


def changed(policy: Policy, options: Options) -> Policy:
    """The policy with the changes that the options of `add_changes` name; may raise `InvalidInput`."""
    allow = [_repository("--allow", text) for text in options.allow]
    disallow = [_repository("--disallow", text) for text in options.disallow]
    _refuse_contradictions(options, set(allow) & set(disallow))
    for setting in Setting:
        value = getattr(options, setting)
        if value is not None:
            policy = policy.with_setting(setting, on=value == "on")
    policy = policy.allow(_entry(policy, repository, options) for repository in allow)
    for repository in disallow:
        policy = policy.disallow(repository)
    return policy


def _repository(option: str, text: str) -> str:
    try:
        return parse_repository(text)
    except InvalidInput as error:
        raise InvalidInput(f"{option} {text}: {error.detail}") from None


def _refuse_contradictions(options: Options, both: set[str]) -> None:
    if both:
        raise WrongUsage(f"{', '.join(sorted(both))} cannot be both allowed and disallowed.")
    if not options.allow and (options.reason is not None or options.review_by is not None):
        raise WrongUsage("--reason and --review-by need --allow.")


def _entry(policy: Policy, repository: str, options: Options) -> AllowlistEntry:
    """The existing entry or a new one, with the given reason and review date."""
    entry = policy.entry(repository) or AllowlistEntry(repository)
    if options.reason is not None:
        entry = entry._replace(reason=options.reason)
    return entry if options.review_by is None else entry._replace(review_by=options.review_by)


def change_lines(changes: tuple[Change, ...]) -> Iterator[str]:
    """A line for each change."""
    for change in changes:
        if isinstance(change, SettingChange):
            yield f"{change.setting.label}: {on_off(change.before)} -> {on_off(change.after)}"
        elif change.after is None:
            yield f"Allowlist: - {change.repository}"
        else:
            mark = "+" if change.before is None else "~"
            yield f"Allowlist: {mark} {change.repository}{_details(change.after)}"


def _details(entry: AllowlistEntry) -> str:
    review = f"review by {day(entry.review_by)}" if entry.review_by else ""
    details = "; ".join(filter(None, (entry.reason, review)))
    return f" ({details})" if details else ""


def _day(text: str) -> date:
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.isoformat() != text:
        raise argparse.ArgumentTypeError(f"{text} is not a date; use YYYY-MM-DD")
    return value
