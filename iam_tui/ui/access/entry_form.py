"""How the form for allowlist entries reads what is typed, and what it says about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from iam_tui.application.pasted_images import read_pasted_images
from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.dates import parse_date
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Organization, Puller, Role
from iam_tui.core.pasted import find_images
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.reference import HUB, ImageReference, InvalidReference, parse_repository
from iam_tui.core.verdict import Verdict
from iam_tui.inventory.lists.image_list import NotAList
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import category_words
from iam_tui.ui.shared.table_rows import Column, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span

SUGGESTED: Final = "+90d"
"""The review date that is suggested for a new entry: Docker's docs ask for regular review."""

_BETWEEN = re.compile(r"[\s,;]+")


class Wanted(NamedTuple):
    """One name that was typed: its repository, or the problem with it; and the tag or digest left out."""

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
    """What a paste puts into the field: the names in the text, or all of it if there are none."""
    try:
        images = read_pasted_images(pasted).images
    except NotAList:
        images = [pasted]
    return " ".join(one.text for one in wanted("\n".join(images)))


def entries_of(
    found: Iterable[Wanted], policy: Policy, reason: str, review_by: date | None
) -> tuple[AllowlistEntry, ...]:
    """The entries to stage. What is left empty stays as it is in an existing entry."""
    entries = []
    for one in found:
        if one.repository is not None:
            entry = policy.entry(one.repository) or AllowlistEntry(one.repository)
            entries.append(
                entry._replace(reason=reason or entry.reason, review_by=review_by or entry.review_by)
            )
    return tuple(entries)


class WantedItem(NamedTuple):
    """A name that was typed, and what its cells are made with."""

    name: Wanted
    category: Span
    now: Span
    """What members get for it as things are."""
    glyphs: Glyphs

    @property
    def sign(self) -> Span:
        """Whether it was understood."""
        if self.name.repository is None:
            return Span(self.glyphs.warning, Tone.BLOCKED)
        return Span(self.glyphs.allowed, Tone.ALLOWED)


COLUMNS: Final[Sequence[Column[WantedItem]]] = (
    Column("", 1, lambda one: one.sign),
    Column("Understood as", 0, lambda one: Span(one.name.repository or one.name.text), middle=True),
    Column("Category", 12, lambda one: one.category),
    Column("Members", 12, lambda one: one.now),
)


def wanted_rows(
    found: Sequence[Wanted], organization: Organization, policy: Policy, catalog: Catalog, glyphs: Glyphs
) -> Iterator[TableRow]:
    """A row for each name: how it is understood, its category, and what members get for it now."""
    ruling = decide_all(organization, policy, Puller(Role.MEMBER))
    for one in found:
        if one.repository is None:
            item = WantedItem(one, Span(""), verdict_span(Verdict.INVALID), glyphs)
        else:
            image = catalog.image(ImageReference(HUB, one.repository, "latest"))
            category = Span(category_words(image.category_in(organization)), Tone.MUTED)
            listed = policy.lists(one.repository)
            now = Span("listed", Tone.STRONG) if listed else verdict_span(ruling(image).verdict)
            item = WantedItem(one, category, now, glyphs)
        yield row_of(one.text, item, COLUMNS)


def repository_words(
    found: Sequence[Wanted], organization: Organization, policy: Policy, catalog: Catalog
) -> Line:
    """The first problem with the names, or the first thing worth knowing about them."""
    wrong = next((one for one in found if one.repository is None), None)
    if wrong is not None:
        return line(Span(_sentence(wrong.problem), Tone.BLOCKED))
    if not found:
        return line(
            Span("One or several; a Docker error or the address of a Hub page works too.", Tone.MUTED)
        )
    said = [
        f"{one.left_out} is left out: an entry allows the whole repository." for one in found if one.left_out
    ]
    ruling = decide_all(organization, policy, Puller(Role.MEMBER))
    for one in found:
        image = catalog.image(ImageReference(HUB, one.repository or "", "latest"))
        if policy.lists(image.reference.repository):
            said.append("Already listed; fields left empty below stay as they are.")
        elif ruling(image).verdict is Verdict.ALLOWED:
            said.append(f"Members may pull it without an entry: {ruling(image).reason}")
        said += catalog.notes(image.reference)
    return line(Span(said[0] if said else "Allowed for every member, whatever the switches say.", Tone.MUTED))


def review_words(text: str, today: date) -> Line:
    """How the review date is understood, or the problem with it."""
    try:
        review_by = parse_date(text, today)
    except InvalidInput as error:
        return line(Span(error.detail, Tone.BLOCKED))
    if review_by is None:
        return line(Span("No date: the entry never becomes due for review.", Tone.MUTED))
    days = (review_by - today).days
    if days < 0:
        return line(
            Span(f"{day(review_by, today)} is in the past: the entry is overdue at once.", Tone.STAGED)
        )
    away = "today" if days == 0 else f"in {days:,} {'day' if days == 1 else 'days'}"
    return line(Span(f"{day(review_by, today)}, {away}", Tone.MUTED))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
