"""The answers of `check` as text: some lines for each of a few images, one line each for many."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from iam_tui.cli.output import print_columns
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.verdict import Rule, Verdict

if TYPE_CHECKING:
    from iam_tui.cli.check import CheckedImage, CheckRequest

_FEW: Final = 3
_LABEL_CELLS: Final = 7


def print_answers(answers: "Sequence[CheckedImage]", question: "CheckRequest") -> None:
    """Print the verdicts with their reasons; nothing is cut."""
    if len(answers) > _FEW:
        print_columns([(answer.decision.verdict.words, _name(answer), _why(answer)) for answer in answers])
        return
    for number, answer in enumerate(answers):
        if number:
            print()
        for label, text in _lines(answer, question):
            print(f"{label:<{_LABEL_CELLS}}  {escape_controls(text)}")


def _lines(answer: "CheckedImage", question: "CheckRequest") -> Iterator[tuple[str, str]]:
    decision = answer.decision
    yield decision.verdict.words, _name(answer)
    yield "why", decision.reason
    if decision.stale:
        yield "stale", _stale(answer)
    if answer.reference is not None:
        for note in question.catalog.notes(answer.reference):
            yield "note", note
    if decision.rule is Rule.NOT_SIGNED_IN and decision.remedy:
        yield "do", decision.remedy
    elif decision.verdict in (Verdict.BLOCKED, Verdict.CANNOT_TELL):
        name = question.state.organization.name
        owners = "owner" if len(question.owners) == 1 else "owners"
        named = f"{', '.join(question.owners)} ({owners} of {name})"
        yield "ask", named if question.owners else f"an owner of {name}"


def _name(answer: "CheckedImage") -> str:
    return answer.reference.canonical if answer.reference else answer.text


def _why(answer: "CheckedImage") -> str:
    return f"{answer.decision.reason} {_stale(answer)}".rstrip()


def _stale(answer: "CheckedImage") -> str:
    stale = answer.decision.stale
    if stale is None:
        return ""
    return f"Signed in under revision {stale.revision}; after signing in again: {stale.verdict_now.words}."
