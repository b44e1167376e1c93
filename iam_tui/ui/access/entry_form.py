"""What the form for allowlist entries makes of what is typed, and what it says about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.dates import parse_date
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.pasted import find_images
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.reference import HUB, ImageReference, InvalidReference, parse_repository
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span
from iam_tui.ui.shared.widgets.table import Column, TableRow

COLUMNS = (Column(1), Column(middle=True), Column(12), Column(12))
TITLES = ("", "Understood as", "Category", "Members")
SUGGESTED = "+90d"
"""When an entry is suggested to be looked at again: the docs ask for regular review (facts 6)."""

_BETWEEN = re.compile(r"[\s,;]+")


class Wanted(NamedTuple):
    """One name that was typed: the repository, or what is wrong with it, and the tag or digest left out."""

    text: str
    repository: str | None
    left_out: str = ""
    problem: str = ""


def wanted(text: str) -> tuple[Wanted, ...]:
    """The repositories in what was typed or pasted, each once: names, commands, errors, Hub pages."""
    names = (name for found in find_images(text) for name in _BETWEEN.split(found) if name)
    found: dict[str, Wanted] = {}
    for name in names:
        one = _understood(name)
        found.setdefault(one.repository or name, one)
    return tuple(found.values())


def _understood(name: str) -> Wanted:
    try:
        return Wanted(name, parse_repository(name))
    except InvalidInput as error:
        problem = error.detail
    try:
        reference = ImageReference.parse(name)
    except InvalidReference:
        return Wanted(name, None, problem=problem)
    if not reference.on_hub:
        return Wanted(name, None, problem=problem)
    left_out = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
    return Wanted(name, reference.repository, left_out)


def names_in(pasted: str) -> str:
    """What a paste puts into the field: the names in it, or all of it if there is none."""
    return " ".join(one.text for one in wanted(pasted))


def entries_of(
    found: Iterable[Wanted], policy: Policy, reason: str, review_by: date | None
) -> tuple[AllowlistEntry, ...]:
    """The entries to stage. What is left empty stays as it is in an entry that is there already."""
    entries = []
    for one in found:
        if one.repository is not None:
            entry = policy.entry(one.repository) or AllowlistEntry(one.repository)
            entries.append(
                entry._replace(reason=reason or entry.reason, review_by=review_by or entry.review_by)
            )
    return tuple(entries)


def wanted_rows(
    found: Sequence[Wanted], organization: Organization, policy: Policy, catalog: Catalog, glyphs: Glyphs
) -> Iterator[TableRow]:
    """A row for each name: what it is read as, its category, and what members get for it as it stands."""
    ruling = decide_all(organization, policy, Puller(Role.MEMBER))
    for one in found:
        if one.repository is None:
            cells = (
                Span(glyphs.warning, Tone.BLOCKED),
                Span(one.text),
                Span(""),
                verdict_span(Verdict.INVALID),
            )
            yield TableRow(one.text, cells, COLUMNS)
            continue
        image = catalog.image(ImageReference(HUB, one.repository, "latest"))
        category = image.category_in(organization)
        listed = policy.lists(one.repository)
        kind = Span(_kind(category), Tone.MUTED)
        now = Span("listed", Tone.STRONG) if listed else verdict_span(ruling(image).verdict)
        yield TableRow(
            one.text, (Span(glyphs.allowed, Tone.ALLOWED), Span(one.repository), kind, now), COLUMNS
        )


def _kind(category: Category | None) -> str:
    return category.names.narrow if category else "unknown"


def repository_words(
    found: Sequence[Wanted], organization: Organization, policy: Policy, catalog: Catalog
) -> Line:
    """What is to be said about the names: the first thing that is wrong, or worth knowing."""
    wrong = next((one for one in found if one.repository is None), None)
    if wrong is not None:
        return line(Span(_sentence(wrong.problem), Tone.BLOCKED))
    if not found:
        return line(Span("One or several; a Docker error line or a Hub page will do too.", Tone.MUTED))
    said = [
        f"{one.left_out} is left out: the allowlist holds whole repositories."
        for one in found
        if one.left_out
    ]
    ruling = decide_all(organization, policy, Puller(Role.MEMBER))
    for one in found:
        image = catalog.image(ImageReference(HUB, one.repository or "", "latest"))
        if policy.lists(image.reference.repository):
            said.append("Listed already; what you leave empty below stays as it is.")
        elif ruling(image).verdict is Verdict.ALLOWED:
            said.append(f"Members may pull it without an entry: {ruling(image).reason}")
        said += catalog.notes(image.reference)
    return line(Span(said[0] if said else "Allowed for every member, whatever the switches say.", Tone.MUTED))


def review_words(text: str, today: date) -> Line:
    """Which day was understood, or what is wrong with it."""
    try:
        review_by = parse_date(text, today)
    except InvalidInput as error:
        return line(Span(error.detail, Tone.BLOCKED))
    if review_by is None:
        return line(Span("No date: nobody is reminded to look at it again.", Tone.MUTED))
    days = (review_by - today).days
    if days < 0:
        return line(Span(f"{day(review_by, today)} is over: the entry is overdue at once.", Tone.STAGED))
    away = "today" if days == 0 else f"in {days:,} {'day' if days == 1 else 'days'}"
    return line(Span(f"{day(review_by, today)}, {away}", Tone.MUTED))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
