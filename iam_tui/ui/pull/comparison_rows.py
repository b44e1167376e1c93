"""Many verdicts beside each other: one pull by everybody, many pulls by one, and what was tried lately."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from iam_tui.application.pull_scenario import SIGNED_OUT, PullScenario
from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.organization import Member, Role
from iam_tui.core.verdict import Verdict
from iam_tui.ui.pull.scenario_words import who_words
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import sign_span, verdict_span
from iam_tui.ui.shared.widgets.table import Column, Look, TableRow

WHO_COLUMNS = (Column(), Column(13), Column(13))
WHO_NOW_COLUMNS = (Column(), Column(13))
RECENT_COLUMNS = (Column(1), Column(middle=True), Column(12))
MANY_COLUMNS = (Column(1), Column(middle=True), Column(32, drop_below=74), Column(12), Column(1))
MANY_TITLES = ("", "Image", "Category", "Verdict", "")
WHO = "who"
RECENT = "recent"


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
    """Everybody worth comparing, by the words for them: the trial's own people, then each old sign-in."""
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
    titles = ("Who", "as saved") if staged is None else ("Who", "as saved", "as staged")
    columns = WHO_NOW_COLUMNS if staged is None else WHO_COLUMNS
    rows = [_heading(titles, columns)]
    for number, (words, who) in enumerate(people.items()):
        verdicts = [_verdict(saved.by(who).decide(image, catalog), glyphs)]
        if staged is not None:
            verdicts.append(_verdict(staged.by(who).decide(image, catalog), glyphs))
        name = Span(words, Tone.STRONG if who == scenario.who else Tone.PLAIN)
        rows.append(TableRow(f"{WHO}:{number}", (name, *verdicts), columns))
    return rows


def recent_rows(
    recent: Sequence[str], scenario: PullScenario, catalog: Catalog, glyphs: Glyphs
) -> list[TableRow]:
    """What was tried lately, judged like the pull above it."""
    if not recent:
        return []
    rows = [_heading(("", "Tried lately", ""), RECENT_COLUMNS)]
    for number, image in enumerate(recent):
        verdict = scenario.decide(image, catalog).verdict
        cells = (sign_span(verdict, glyphs), Span(image), verdict_span(verdict))
        rows.append(TableRow(f"{RECENT}:{number}", cells, RECENT_COLUMNS))
    return rows


def many_rows(
    images: Sequence[str], decisions: Sequence[Decision], saved: Sequence[Decision], glyphs: Glyphs
) -> list[TableRow]:
    """One row for each image of a paste, marked where the answer under what is `saved` is another."""
    rows = []
    for number, (image, decision, before) in enumerate(zip(images, decisions, saved, strict=True)):
        category = decision.category.label if decision.category else _no_category(decision)
        cells = (
            sign_span(decision.verdict, glyphs),
            Span(image),
            Span(category, Tone.MUTED),
            _verdict(decision, glyphs),
            Span(glyphs.staged if before.verdict is not decision.verdict else "", Tone.STAGED),
        )
        rows.append(TableRow(str(number), cells, MANY_COLUMNS))
    return rows


def many_line(decisions: Sequence[Decision]) -> Line:
    """How many images were pasted, and how many of each verdict, the commonest first."""
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


def _heading(titles: Sequence[str], columns: Sequence[Column]) -> TableRow:
    return TableRow("", tuple(Span(title, Tone.MUTED) for title in titles), columns, Look.HEADING)
