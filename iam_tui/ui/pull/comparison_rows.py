"""Many verdicts beside each other: one pull by several people, many pulls by one, and recent tests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from iam_tui.application.pull_scenario import SIGNED_OUT, PullScenario
from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.organization import Member, Role
from iam_tui.core.verdict import Verdict
from iam_tui.ui.pull.scenario_words import who_words
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import Column, TableRow, heading_row, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import sign_span, verdict_span

WHO: Final = "who"
RECENT: Final = "recent"


class WhoItem(NamedTuple):
    """One of the people whose pull is compared, with the decision as saved and as staged, if anything is."""

    words: str
    is_current: bool
    """Whether the pull above the table is theirs."""
    saved: Decision
    staged: Decision | None
    glyphs: Glyphs


class PullItem(NamedTuple):
    """One pull of several, with the decision on it and, under what is saved, before."""

    image: str
    decision: Decision
    before: Decision
    glyphs: Glyphs


def _who(one: WhoItem) -> Span:
    return Span(one.words, Tone.STRONG if one.is_current else Tone.PLAIN)


def _sign(one: PullItem) -> Span:
    return sign_span(one.decision.verdict, one.glyphs)


def _image(one: PullItem) -> Span:
    return Span(one.image)


def _category(one: PullItem) -> Span:
    category = one.decision.category
    return Span(category.label if category else _no_category(one.decision), Tone.MUTED)


def _mark(one: PullItem) -> Span:
    return Span(one.glyphs.staged if one.before.verdict is not one.decision.verdict else "", Tone.STAGED)


WHO_NOW_COLUMNS: Final[Sequence[Column[WhoItem]]] = (
    Column("Who", 0, _who),
    Column("as saved", 13, lambda one: _verdict(one.saved, one.glyphs)),
)
WHO_COLUMNS: Final[Sequence[Column[WhoItem]]] = (
    *WHO_NOW_COLUMNS,
    Column("as staged", 13, lambda one: _verdict(one.staged or one.saved, one.glyphs)),
)
RECENT_COLUMNS: Final[Sequence[Column[PullItem]]] = (
    Column("", 1, _sign),
    Column("Recent tests", 0, _image, middle=True),
    Column("", 12, lambda one: verdict_span(one.decision.verdict)),
)
MANY_COLUMNS: Final[Sequence[Column[PullItem]]] = (
    Column("", 1, _sign),
    Column("Image", 0, _image, middle=True),
    Column("Category", 32, _category, drop_below=74),
    Column("Verdict", 12, lambda one: _verdict(one.decision, one.glyphs)),
    Column("", 1, _mark),
)


def old_sign_ins(members: Iterable[Member], newest: int) -> Mapping[int, Sequence[Member]]:
    """Who is still signed in under each revision older than `newest`, the latest revision first."""
    groups: dict[int, list[Member]] = {}
    for member in members:
        revision = member.session_revision
        # Owners are never restricted, so the age of their sign-in makes no difference.
        if revision is not None and revision < newest and member.role is not Role.OWNER:
            groups.setdefault(revision, []).append(member)
    return dict(sorted(groups.items(), reverse=True))


def everybody(scenario: PullScenario, members: Iterable[Member]) -> dict[str, Member]:
    """Everybody worth comparing, by the words for them: the scenario's people, then each old sign-in."""
    people = {_words(who, scenario): who for who in scenario.people}
    for number, group in old_sign_ins(members, scenario.state.revision.number).items():
        people[f"{len(group)} under r{number}"] = group[0]
    return people


def comparison_rows(
    image: str, scenario: PullScenario, people: Mapping[str, Member], catalog: Catalog, glyphs: Glyphs
) -> list[TableRow]:
    """One row for each of the people: the verdict as saved, and as staged if anything is."""
    saved = scenario.under_staged(staged=False)
    staged = None if scenario.draft.is_clean else scenario.under_staged(staged=True)
    columns = WHO_NOW_COLUMNS if staged is None else WHO_COLUMNS
    rows = [heading_row(columns)]
    for number, (words, who) in enumerate(people.items()):
        item = WhoItem(
            words,
            who == scenario.who,
            saved.by(who).decide(image, catalog),
            None if staged is None else staged.by(who).decide(image, catalog),
            glyphs,
        )
        rows.append(row_of(f"{WHO}:{number}", item, columns))
    return rows


def recent_rows(
    recent: Sequence[str], scenario: PullScenario, catalog: Catalog, glyphs: Glyphs
) -> list[TableRow]:
    """The images tested recently, judged like the pull above them."""
    if not recent:
        return []
    rows = [heading_row(RECENT_COLUMNS)]
    for number, image in enumerate(recent):
        decision = scenario.decide(image, catalog)
        item = PullItem(image, decision, decision, glyphs)
        rows.append(row_of(f"{RECENT}:{number}", item, RECENT_COLUMNS))
    return rows


def many_rows(
    images: Sequence[str], decisions: Sequence[Decision], saved: Sequence[Decision], glyphs: Glyphs
) -> list[TableRow]:
    """One row for each pasted image, marked where the verdict under what is `saved` is another."""
    return [
        row_of(str(number), PullItem(image, decision, before, glyphs), MANY_COLUMNS)
        for number, (image, decision, before) in enumerate(zip(images, decisions, saved, strict=True))
    ]


def many_line(decisions: Sequence[Decision]) -> Line:
    """How many images were pasted, and how many have each verdict, the most common first."""
    counts = Counter(decision.verdict for decision in decisions)
    parts = [Span(f" {len(decisions):,} pasted: ", Tone.TITLE)]
    for place, (verdict, count) in enumerate(counts.most_common()):
        word = verdict_span(verdict)
        parts += [Span(", " if place else ""), Span(f"{count:,} {word.text}", word.tone)]
    return line(*parts)


def many_text(images: Sequence[str], decisions: Sequence[Decision]) -> str:
    """The verdicts as lines of text, aligned, for a chat or a ticket; controls are visible escapes."""
    width = max(len(verdict.words) for verdict in Verdict)
    pairs = zip(images, decisions, strict=True)
    return "\n".join(
        f"{decision.verdict.words:<{width}}  {escape_controls(image)}" for image, decision in pairs
    )


def _no_category(decision: Decision) -> str:
    if decision.verdict in {Verdict.INVALID, Verdict.NOT_COVERED}:
        return "not an image name" if decision.verdict is Verdict.INVALID else "not on Docker Hub"
    return "not known"


def _words(who: Member, scenario: PullScenario) -> str:
    return "signed out" if who == SIGNED_OUT else who_words(who, scenario.you.user)


def _verdict(decision: Decision, glyphs: Glyphs) -> Span:
    word = verdict_span(decision.verdict)
    return word if decision.stale is None else Span(f"{word.text} {glyphs.warning}", Tone.STAGED)
