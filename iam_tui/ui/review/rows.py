"""What the review says: what is staged, and what it means for the members, as rows of one table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.decision import try_pull
from iam_tui.core.draft import Change, Draft, EntryChange, SettingChange
from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import counted, used_by
from iam_tui.core.organization import Member, Organization, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.rules import ClassifiedImage
from iam_tui.core.verdict import Verdict
from iam_tui.ui.access.rows import ENTRY_PREFIX, switch_span
from iam_tui.ui.impact.words import name_of
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span
from iam_tui.ui.shared.widgets.table import RULE, Column, Look, TableRow, note

COLUMNS = (Column(middle=True), Column(13), Column(13))
DAMAGE_COLUMNS = (Column(middle=True), Column(24), Column(13, drop_below=64))
WORST_TOLD = 5
MEMBER = Puller(Role.MEMBER)


class MemberEffect(NamedTuple):
    """What a member who is not an owner gets for a category, a repository or an image: now, and then."""

    name: str
    before: Verdict
    after: Verdict

    @property
    def differs(self) -> bool:
        """Whether saving changes the answer."""
        return self.before is not self.after


def answers(organization: Organization, draft: Draft, catalog: Catalog) -> Iterator[MemberEffect]:
    """The categories whose answer changes, in Docker's order, then the allowlisted repositories, by name."""
    entries = {*(draft.base.policy.allowlist or ()), *(draft.policy.allowlist or ())}
    names = sorted({entry.repository for entry in entries})
    before = decide_all(organization, draft.base.policy, MEMBER)
    after = decide_all(organization, draft.policy, MEMBER)
    for name, image in (
        *((category.label, ClassifiedImage(_ANYTHING, frozenset({category}))) for category in Category),
        *((name, catalog.image(ImageReference(HUB, name, "latest"))) for name in names),
    ):
        answer = MemberEffect(name, before(image).verdict, after(image).verdict)
        if answer.differs:
            yield answer


# What stands for every image of a category: in nobody's namespace, on no allowlist.
_ANYTHING = ImageReference(HUB, "")


def watched_answers(
    organization: Organization, draft: Draft, catalog: Catalog, watched: Sequence[str]
) -> Iterator[MemberEffect]:
    """The watched images whose answer changes, in their order."""
    staged = replace(draft.base, policy=draft.policy)
    for image in watched:
        answer = MemberEffect(
            image,
            try_pull(image, catalog, organization, MEMBER, draft.base).verdict,
            try_pull(image, catalog, organization, MEMBER, staged).verdict,
        )
        if answer.differs:
            yield answer


def review_rows(
    organization: Organization,
    draft: Draft,
    catalog: Catalog,
    watched: Sequence[str],
    today: date,
    glyphs: Glyphs,
    *,
    impact: Impact | None = None,
) -> list[TableRow]:
    """The review's one table: what is staged, whom it stops, what members may pull then, the watch list.

    `impact` is that of the draft on the images in use, where any are known.
    """
    given = list(answers(organization, draft, catalog))
    rows = [
        *staged_rows(draft, today, glyphs),
        *(damage_rows(impact) if impact is not None else ()),
        RULE,
        _heading("What members may pull"),
        *_answer_rows("answer", given),
    ]
    if not given:
        rows.append(note("Nothing changes in what members may pull."))
    elif any(one.after is Verdict.BLOCKED for one in given) and _lists_anything(draft.policy):
        rows.append(note("Allowlisted repositories stay allowed, whatever their category."))
    if watched:
        seen = list(watched_answers(organization, draft, catalog, watched))
        rows += [RULE, _heading("On your watch list"), *_answer_rows("watched", seen)]
        if not seen:
            rows.append(note(f"The same answer for all {len(watched)} as now."))
    return [*rows, *_overdue_rows(draft.policy, today, glyphs)]


def staged_rows(draft: Draft, today: date, glyphs: Glyphs) -> Iterator[TableRow]:
    """What is staged, setting by setting and entry by entry, under a heading."""
    yield _heading("Staged")
    for change in draft.changes:
        yield from _change_rows(change, today, glyphs)


def damage_rows(impact: Impact) -> Iterator[TableRow]:
    """The worst few images in use that are blocked, with who pulls them, under a heading."""
    worst = impact.worst(Effect.NEWLY_BLOCKED, WORST_TOLD)
    if not worst:
        return
    yield RULE
    titles = tuple(Span(title, Tone.MUTED) for title in ("Blocked and in use", "By", "After"))
    yield TableRow("", titles, DAMAGE_COLUMNS, Look.HEADING)
    for row in worst:
        cells = (Span(name_of(row.group)), Span(used_by(row.group)), verdict_span(row.after.verdict))
        yield TableRow(f"used:{row.group.repository}", cells, DAMAGE_COLUMNS)
    more = impact.counts.newly_blocked - len(worst)
    if more:
        yield note(f"and {more:,} more")


def key_of(change: Change) -> str:
    """The key of the row that shows a change."""
    if isinstance(change, SettingChange):
        return change.setting.value
    return f"{ENTRY_PREFIX}{change.repository}"


def entry_words(entry: AllowlistEntry, today: date) -> str:
    """Why an entry is there and when it is looked at again."""
    review = f"review by {day(entry.review_by, today)}" if entry.review_by else "no review date"
    return f"{entry.reason or 'no reason given'}; {review}"


def affected_words(organization: Organization, members: Sequence[Member] | None) -> Line:
    """Whom the changes concern, in one sentence; None is not read yet."""
    name = organization.name
    if members is None:
        return line(f" This concerns the members of {name}.")
    concerned, free = _sides(members)
    return line(" This concerns ", Span(f"{concerned} of {name}", Tone.STRONG), f"; {free} never restricted.")


def sign_in_words(members: Sequence[Member] | None) -> Line:
    """Whom the changes concern and from when on, in one sentence; None is not read yet."""
    if members is None:
        return line(" It takes effect at each member's next sign-in to Docker Desktop.")
    concerned, free = _sides(members)
    return line(
        " Concerns ", Span(concerned, Tone.STRONG), f" at their next sign-in; {free} never restricted."
    )


def _sides(members: Sequence[Member]) -> tuple[str, str]:
    owners = sum(member.role is Role.OWNER for member in members)
    concerned = counted(len(members) - owners, "member", "members")
    return concerned, counted(owners, "owner is", "owners are")


def _change_rows(change: Change, today: date, glyphs: Glyphs) -> Iterator[TableRow]:
    if isinstance(change, SettingChange):
        cells = (
            Span(change.setting.label),
            switch_span(change.before, glyphs),
            switch_span(change.after, glyphs),
        )
        yield TableRow(key_of(change), cells, COLUMNS)
        return
    now, after, notes = _entry_words(change, today)
    cells = (Span(change.repository.removeprefix("library/")), Span(now, Tone.MUTED), Span(after))
    yield TableRow(key_of(change), cells, COLUMNS)
    yield from (note(f"  {words}") for words in notes)


def _entry_words(change: EntryChange, today: date) -> tuple[str, str, tuple[str, ...]]:
    if change.before is None and change.after is not None:
        return "not listed", "allowlisted", (entry_words(change.after, today),)
    if change.before is not None and change.after is None:
        return "allowlisted", "not listed", (entry_words(change.before, today),)
    if change.before is None or change.after is None:
        raise ValueError("an entry is there before or after")
    return (
        "allowlisted",
        "edited",
        (f"was: {entry_words(change.before, today)}", f"now: {entry_words(change.after, today)}"),
    )


def _answer_rows(prefix: str, answers: Iterable[MemberEffect]) -> Iterator[TableRow]:
    for answer in answers:
        cells = (Span(answer.name), verdict_span(answer.before), verdict_span(answer.after))
        yield TableRow(f"{prefix}:{answer.name}", cells, COLUMNS)


def _overdue_rows(policy: Policy, today: date, glyphs: Glyphs) -> list[TableRow]:
    overdue = [
        entry for entry in policy.allowlist or () if entry.review_by is not None and entry.review_by < today
    ]
    if not overdue:
        return []
    names = ", ".join(entry.repository for entry in overdue)
    return [
        RULE,
        TableRow("", (Span(f"{glyphs.warning} Overdue for review: {names}", Tone.STAGED),), look=Look.NOTE),
    ]


def _lists_anything(policy: Policy) -> bool:
    return bool(policy.allowlist_enabled and policy.allowlist)


def _heading(title: str) -> TableRow:
    titles = (title, "Now", "After")
    return TableRow("", tuple(Span(text, Tone.MUTED) for text in titles), COLUMNS, Look.HEADING)
