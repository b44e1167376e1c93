"""What the review shows: what is staged, and what it means for the members, as rows of one table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.counted import counted
from iam_tui.core.decision import category_verdict, try_pull
from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import used_by
from iam_tui.core.organization import Member, Organization, Puller, Role
from iam_tui.core.policy import Policy
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.change_rows import NOW_AND_AFTER, NowAndAfter, staged_rows
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import name_of
from iam_tui.ui.shared.table_rows import RULE, Column, Look, TableRow, heading_row, note, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span

DAMAGE_COLUMNS: Final[Sequence[Column[ImpactRow]]] = (
    Column("Stops", 0, lambda row: Span(name_of(row.group)), middle=True),
    Column("By", 24, lambda row: Span(used_by(row.group))),
    Column("Now", 13, lambda row: verdict_span(row.before.verdict), drop_below=78),
    Column("After", 13, lambda row: verdict_span(row.after.verdict), drop_below=64),
)
WORST_SHOWN: Final = 5
"""How many of the images in use that stop, or may stop, are listed."""
MEMBER: Final = Puller(Role.MEMBER)


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
    now, staged = draft.base.policy, draft.policy
    before, after = (decide_all(organization, policy, MEMBER) for policy in (now, staged))
    images = [(name, catalog.image(ImageReference(HUB, name, "latest"))) for name in names]
    for answer in (
        *(
            MemberEffect(
                one.label,
                category_verdict(one, organization, now),
                category_verdict(one, organization, staged),
            )
            for one in Category
        ),
        *(MemberEffect(name, before(image).verdict, after(image).verdict) for name, image in images),
    ):
        if answer.differs:
            yield answer


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
    warnings: Sequence[str] = (),
) -> list[TableRow]:
    """The review's one table: what is staged, whom it stops, what members may pull then, the watch list.

    `impact` is that of the draft on the images in use, where any are known; `warnings` come first.
    """
    given = list(answers(organization, draft, catalog))
    rows = [
        *(TableRow("", (Span(words, Tone.STAGED),), look=Look.NOTE) for words in warnings),
        *staged_rows(draft, today, glyphs),
        *(damage_rows(impact) if impact is not None else ()),
        RULE,
        heading_row(NOW_AND_AFTER, "What members may pull"),
        *_answer_rows("answer", given),
    ]
    if not given:
        rows.append(note("What members may pull does not change."))
    elif any(one.after is Verdict.BLOCKED for one in given) and _lists_anything(draft.policy):
        rows.append(note("Allowlisted repositories stay allowed, whatever their category."))
    if watched:
        seen = list(watched_answers(organization, draft, catalog, watched))
        rows += [RULE, heading_row(NOW_AND_AFTER, "On your watch list"), *_answer_rows("watched", seen)]
        if not seen:
            rows.append(note(f"The same answer for all {len(watched)} as now."))
    return [*rows, *_overdue_rows(draft.policy, today, glyphs)]


def damage_rows(impact: Impact) -> Iterator[TableRow]:
    """The images used most of those that stop and that may stop, with who pulls them, under headings."""
    for effect, heading in ((Effect.STOPS, "Stops, and in use"), (Effect.MAY_STOP, "May stop, and in use")):
        worst = impact.worst(effect, WORST_SHOWN)
        if not worst:
            continue
        yield RULE
        yield heading_row(DAMAGE_COLUMNS, heading)
        for row in worst:
            yield row_of(f"used:{row.group.repository}", row, DAMAGE_COLUMNS)
        more = impact.counts.of(effect) - len(worst)
        if more:
            yield note(f"and {more:,} more")


def affected_words(organization: Organization, members: Sequence[Member] | None) -> Line:
    """Whom the changes affect, in one sentence; None if the members are not read yet."""
    name = organization.name
    if members is None:
        return line(f" This affects the members of {name}.")
    concerned, free = _sides(members)
    return line(" This affects ", Span(f"{concerned} of {name}", Tone.STRONG), f"; {free} never restricted.")


def sign_in_words(members: Sequence[Member] | None) -> Line:
    """Whom the changes affect and when, in one sentence; None if the members are not read yet."""
    if members is None:
        return line(" It takes effect at each member's next sign-in to Docker Desktop.")
    concerned, free = _sides(members)
    return line(
        " Affects ", Span(concerned, Tone.STRONG), f" at their next sign-in; {free} never restricted."
    )


def _sides(members: Sequence[Member]) -> tuple[str, str]:
    owners = sum(member.role is Role.OWNER for member in members)
    concerned = counted(len(members) - owners, "member", "members")
    return concerned, counted(owners, "owner is", "owners are")


def _answer_rows(prefix: str, answers: Iterable[MemberEffect]) -> Iterator[TableRow]:
    for answer in answers:
        shown = NowAndAfter(Span(answer.name), verdict_span(answer.before), verdict_span(answer.after))
        yield row_of(f"{prefix}:{answer.name}", shown, NOW_AND_AFTER)


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
