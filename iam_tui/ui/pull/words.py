"""What the pull test says: the verdict, how it was decided, and what to do about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Badge, Category
from iam_tui.core.decision import Decision, StaleSession, TraceStep, containerd_error
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.organization import Role
from iam_tui.core.pasted import explain_unnamed
from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.verdict import Rule, Verdict
from iam_tui.stores.protocol import LookedUp
from iam_tui.ui.pull.scenario_words import policy_words, sign_in_words, who_words
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.policy_words import owners_words
from iam_tui.ui.shared.table_rows import Column, Look, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line, wrap
from iam_tui.ui.shared.verdict_words import TONES, sign, verdict_span

_LABEL_WIDTH: Final = 14
_MARGIN: Final = 4
"""Cells of the table beside its rows."""
_WIDE_TRACE: Final = 70
"""From how many cells on the questions of the trace are shown in full."""
_BESIDE: Final = 56
"""Cells of a name that fits beside the verdict."""
_BADGES: Final = {
    Badge.VERIFIED_PUBLISHER: "is a verified publisher",
    Badge.OPEN_SOURCE: "is Docker-Sponsored Open Source",
    Badge.NONE: "has no badge",
}
BLANK: Final = TableRow("", look=Look.NOTE)


def _step_columns(question: int) -> Sequence[Column[TraceStep]]:
    return (
        Column("", 1, lambda step: Span(str(step.number), Tone.MUTED)),
        Column("Question", question, _question),
        Column("Found", 0, _found, middle=True),
        Column(
            "", 12, lambda step: verdict_span(step.verdict) if step.verdict else Span("go on", Tone.MUTED)
        ),
    )


def _question(step: TraceStep) -> Span:
    return Span(step.question, Tone.STRONG if step.verdict else Tone.PLAIN)


def _found(step: TraceStep) -> Span:
    found = step.found
    for category in Category:
        found = found.replace(category.label, category.names.narrow)
    return Span(found, Tone.PLAIN if step.verdict else Tone.MUTED)


STEP_COLUMNS: Final = _step_columns(30)
NARROW_STEP_COLUMNS: Final = _step_columns(22)
FACT_COLUMNS: Final[Sequence[Column[tuple[str, str]]]] = (
    Column("", _LABEL_WIDTH, lambda fact: Span(fact[0], Tone.MUTED)),
    Column("", 0, lambda fact: Span(fact[1])),
)

UNDERSTOOD: Final = (
    ("An image", "nginx:1.27, bitnami/redis, ghcr.io/acme/tool@sha256:..."),
    ("A command", "docker pull ..., docker run ..."),
    ("A file's line", "FROM node:22 AS build, image: postgres:17"),
    ("A web address", "hub.docker.com/r/bitnami/redis"),
    ("Docker's error", "the whole line, as it was printed"),
    ("Many lines", "a Dockerfile, a log, a list: one verdict for each image"),
)


class PullAnswer(NamedTuple):
    """One pull as it was decided: the image as it was found, and what the catalog adds."""

    image: str
    reference: ImageReference | None
    decision: Decision
    notes: tuple[str, ...]


def answer(image: str, scenario: PullScenario, catalog: Catalog) -> PullAnswer:
    """Decide a pull of this image."""
    try:
        reference = ImageReference.parse(image)
    except InvalidReference:
        unnamed = explain_unnamed(image)
        return PullAnswer(image, None, scenario.decide(image, catalog), (unnamed,) if unnamed else ())
    return PullAnswer(image, reference, scenario.decide(image, catalog), catalog.notes(reference))


def situation(scenario: PullScenario, now: datetime, glyphs: Glyphs) -> Line:
    """Who pulls, signed in how, judged by which policy, in one row."""
    dot = Span(f" {glyphs.dot} ", Tone.MUTED)
    return (
        Span(" As ", Tone.MUTED),
        Span(who_words(scenario.who, scenario.you.user), Tone.STRONG),
        dot,
        Span(sign_in_words(scenario, now), Tone.STRONG),
        dot,
        Span(policy_words(scenario), Tone.STAGED if scenario.staged else Tone.STRONG),
    )


def verdict_lines(given: PullAnswer, scenario: PullScenario, glyphs: Glyphs) -> tuple[Line, ...]:
    """The verdict, why in one sentence, and both answers where a sign-in is old."""
    verdict = given.decision.verdict
    tone = TONES[verdict]
    # Never muted: this is what must be readable from a distance.
    words = Span(f"{sign(verdict, glyphs)}  {verdict.words}", Tone.STRONG if tone is Tone.MUTED else tone)
    name = escape_controls(given.reference.canonical) if given.reference else ""
    beside = len(name) <= _BESIDE
    lines = [line(" ", words, Span(f"   {name}" if beside else ""))]
    if not beside:
        lines.append(line(f"    {name}"))
    lines.append(line(f"    {escape_controls(given.decision.reason)}"))
    if given.decision.stale is not None:
        lines.append(line(Span(f"    {glyphs.warning} {stale_words(given, scenario)}", Tone.STAGED)))
    return tuple(lines)


def stale_words(given: PullAnswer, scenario: PullScenario) -> str:
    """Both answers for somebody who signed in under an older revision."""
    stale = given.decision.stale or StaleSession(scenario.newest.number, given.decision.verdict)
    newest = f"r{scenario.newest.number}{' (staged)' if scenario.staged else ''}"
    old, new = _in_sentence(given.decision.verdict), _in_sentence(stale.verdict_now)
    return f"STALE SESSION: {old} under r{stale.revision} until the next sign-in, then {new} under {newest}."


def trace_rows(
    given: PullAnswer, scenario: PullScenario, owners: Sequence[str], width: int
) -> list[TableRow]:
    """How it was decided, then Docker's own text, the remedy and what else is known, in `width` cells.

    Only the step that decided can have the cursor.
    """
    heading = TableRow(
        "", (Span("How it was decided: the first step that answers", Tone.MUTED),), look=Look.HEADING
    )
    columns = STEP_COLUMNS if width >= _WIDE_TRACE else NARROW_STEP_COLUMNS
    steps = [
        row_of(f"step:{step.number}", step, columns, Look.NOTE if step.verdict is None else Look.DATA)
        for step in given.decision.steps
        if _is_shown(step)
    ]
    return [BLANK, heading, *steps, BLANK, *fact_rows(facts(given, scenario, owners), width)]


def _is_shown(step: TraceStep) -> bool:
    # Step 0, the valid reference, is obvious from the whole name beside the verdict.
    return step.number > 0 or step.verdict is not None


def facts(given: PullAnswer, scenario: PullScenario, owners: Sequence[str]) -> list[tuple[str, str]]:
    """What else there is to know, with labels: the remedy, whom to ask, Docker's text, notes."""
    decision = given.decision
    found: list[tuple[str, str]] = []
    if decision.remedy:
        found.append(("Remedy", decision.remedy))
    if decision.verdict is Verdict.BLOCKED and scenario.state.role is not Role.OWNER and owners:
        found.append(("Ask", f"{owners_words(owners)} (owner{'' if len(owners) == 1 else 's'})"))
    if decision.docker_error and given.reference:
        found.append(("Docker prints", decision.docker_error))
        found.append(("or, containerd", containerd_error(given.reference, scenario.state.organization)))
    return found + [("Note" if not i else "", note) for i, note in enumerate(given.notes)]


def fact_rows(labelled: Iterable[tuple[str, str]], width: int) -> list[TableRow]:
    """Labelled sentences as rows, wrapped to a table of `width` cells."""
    room = max(width - _MARGIN - _LABEL_WIDTH - 2, 20)
    rows = []
    for label, text in labelled:
        for number, spans in enumerate(wrap(line(escape_controls(text)), room)):
            fact = ("" if number else label, "".join(span.text for span in spans))
            rows.append(row_of("", fact, FACT_COLUMNS, Look.NOTE))
    return rows


def nothing_typed(
    recent: Sequence[str], width: int, glyphs: Glyphs
) -> tuple[tuple[Line, ...], list[TableRow]]:
    """What is shown before anything is typed: what the field understands, and recent tests."""
    title = (line(" ", Span("Type or paste an image.", Tone.TITLE)),)
    rows = [BLANK, *fact_rows(UNDERSTOOD, width)]
    if recent:
        lately = f" {glyphs.dot} ".join(recent[:5])
        rows += [BLANK, *fact_rows([("Recent tests", lately)], width)]
    return title, rows


def explanation(given: PullAnswer, scenario: PullScenario, owners: Sequence[str], now: datetime) -> str:
    """Everything about one pull as plain text, for a chat or a ticket; controls are visible escapes."""
    decision = given.decision
    category = decision.category.label if decision.category else "not known"
    name = given.reference.canonical if given.reference else given.image
    puller = f"{who_words(scenario.who, '')} of {scenario.state.organization.name}"
    lines = [f"{decision.verdict.words}: {name}", decision.reason]
    if decision.stale:
        lines.append(stale_words(given, scenario))
    lines += ["", f"Pulled by: {puller}, {sign_in_words(scenario, now)}, {policy_words(scenario)}"]
    if decision.rule not in {Rule.INVALID_REFERENCE, Rule.NOT_DOCKER_HUB}:
        lines.append(f"Category: {category}")
    lines += [f"{label or 'Note'}: {text}" for label, text in facts(given, scenario, owners)]
    lines += ["", "How it was decided:"]
    for step in decision.steps:
        ruling = f" -> {step.verdict.words}" if step.verdict else ""
        lines.append(f"  {step.number}. {step.question} {step.found}{ruling}")
    return "\n".join(escape_controls(text) for text in lines)


def _in_sentence(verdict: Verdict) -> str:
    return verdict_span(verdict).text


def looked_up_words(found: LookedUp, namespace: str) -> str:
    """What a look-up of one namespace found, or why it found nothing."""
    if namespace in found.missing:
        return f"There is no {namespace} on Docker Hub."
    if namespace in found.unanswered or namespace not in found.known:
        return f"{namespace} was not looked up. {found.error.detail if found.error else ''}".rstrip()
    return f"Looked up: {namespace} {_BADGES[found.known[namespace].badge]}."
