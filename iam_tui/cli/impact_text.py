"""The impact as text: the damage in one sentence, tables, and the commands that keep images allowed."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.cli.output import day, print_columns, short
from iam_tui.cli.parser import Options
from iam_tui.core.draft import Change, SettingChange, changes_between
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.impact_allowlist import AllowlistProposal, smallest_allowlist
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import STAGED, TODAY, damage_words
from iam_tui.core.usage import Usage
from iam_tui.core.verdict import Verdict

_HEADING: Final = (
    "", "repository", "category", "people", "tokens", "pulls", "last pull", "where", "before", "after", "why"
)  # fmt: skip
_TITLES: Final = {
    Effect.STOPS: "Stops",
    Effect.MAY_STOP: "May stop",
    Effect.STARTS: "Starts",
    Effect.MAY_START: "May start",
}
_MOST_NAMES: Final = 3
_MOST_PLACES: Final = 2
_SHELL_LITERAL: Final = re.compile(r"[ -&(-\[\]-~]")
"""The characters that need no escape between `$'` and `'`."""


def print_impact(impact: Impact, workspace: PolicyWorkspace, options: Options, *, of_today: bool) -> None:
    """Print everything that differs, what is uncertain, and how to keep all of it running."""
    print(damage_words(impact, TODAY if of_today else STAGED))
    for effect, title in _TITLES.items():
        is_uncertain = effect in {Effect.MAY_STOP, Effect.MAY_START}
        _print_table(title, impact.rows(effect), is_uncertain=is_uncertain)
    _print_unresolved(impact.usage_index.unresolved)
    print(f"\n{impact.counts.same:,} the same, {impact.counts.not_covered:,} not on Docker Hub")
    certain, uncertain = smallest_allowlist(impact), smallest_allowlist(impact, Effect.MAY_STOP)
    if certain != AllowlistProposal():
        _print_remedy("The smallest allowlist for what stops", certain, impact, workspace, options)
    if uncertain != AllowlistProposal():
        what = "With what may stop, which may also allow what is blocked today"
        _print_remedy(what, certain.with_entries_of(uncertain), impact, workspace, options)


def _print_table(title: str, rows: Sequence[ImpactRow], *, is_uncertain: bool) -> None:
    """Print a title and the rows, without the columns that are empty; verdicts only if they are uncertain."""
    if not rows:
        return
    print(f"\n{title}")
    cells = [list(_cells(row, is_uncertain=is_uncertain)) for row in rows]
    filled = [index for index in range(len(_HEADING)) if not index or any(row[index] for row in cells)]
    print_columns([[row[index] for index in filled] for row in (_HEADING, *cells)])


def _cells(row: ImpactRow, *, is_uncertain: bool) -> Iterator[str]:
    group = row.group
    yield ""
    yield group.repository
    yield group.category.replace("_", " ") if group.category else "unknown"
    yield _first_of(group.people[:_MOST_NAMES], len(group.people))
    yield _first_of(group.tokens[:_MOST_NAMES], len(group.tokens))
    yield f"{group.pulls:,}" if group.pulls else ""
    yield (day(group.last_pull.date()) or "") if group.last_pull else ""
    places = [f"{usage.file}:{usage.line}" for usage in group.usages[:_MOST_PLACES]]
    yield _first_of(places, len(group.usages))
    if is_uncertain:
        yield from (row.before.verdict.words, row.after.verdict.words, _reason(row))
    else:
        yield from ("", "", "")


def _first_of(first: Sequence[str], count: int) -> str:
    """The first few names, and how many more there are: `max, zoe +3`."""
    return f"{', '.join(first)} +{count - len(first):,}" if count > len(first) else ", ".join(first)


def _reason(row: ImpactRow) -> str:
    return (row.after if row.after.verdict is Verdict.CANNOT_TELL else row.before).reason


def _print_unresolved(usages: Sequence[Usage]) -> None:
    if usages:
        print("\nUnresolved")
        print_columns(
            [("", f"{one.file}:{one.line}", one.place, short(one.text), short(one.problem)) for one in usages]
        )


def _print_remedy(
    what: str, proposal: AllowlistProposal, impact: Impact, workspace: PolicyWorkspace, options: Options
) -> None:
    """Print an allowlist, as a command that stages it together with the given changes."""
    words = ["iam-tui", "set", workspace.name]
    words += _options(changes_between(workspace.draft.base.policy, proposal.apply(impact.after)), options)
    count = len(proposal.repositories)
    smallest = f"{what} ({count:,} more to allow)"
    if workspace.may_stage:
        given = {"--db": options.db, "--profile": options.profile, "--api": options.api, "--as": options.user}
        words += [word for name, value in given.items() if value for word in _option(name, value)]
        print(f"\n{smallest}; add --yes to save:")
    else:
        owners = f" ({escape_controls(', '.join(workspace.owners))})" if workspace.owners else ""
        print(f"\n{smallest}; for an owner{owners} to run:")
    print(f"  {shell_command(words)}")


def _options(changes: Sequence[Change], options: Options) -> Iterator[str]:
    """The changes as options of `set`, with the given reason and review date."""
    for change in changes:
        if not isinstance(change, SettingChange):
            yield from _option("--disallow" if change.after is None else "--allow", change.repository)
        elif option := change.setting.facts.option:
            yield from (option, "on" if change.after else "off")
        else:
            yield "--enable" if change.after else "--disable"
    if options.reason is not None:
        yield from _option("--reason", options.reason)
    if options.review_by is not None:
        yield from _option("--review-by", day(options.review_by) or "")


def _option(name: str, value: str) -> Sequence[str]:
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def shell_command(words: Iterable[str]) -> str:
    """The words as a command to paste into a shell, in printable ASCII.

    A word with other characters is quoted as bash and zsh read it (`$'...'`), byte by byte where needed, so
    that it cannot control the terminal and exactly what is shown is run.
    """
    return " ".join(
        shlex.quote(word) if word.isascii() and word.isprintable() else _escaped(word) for word in words
    )


def _escaped(word: str) -> str:
    return "$'" + "".join(one if _SHELL_LITERAL.fullmatch(one) else _bytes(one) for one in word) + "'"


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
