"""Choosing who pulls: the people of the organization, with their sign-ins and verdicts."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.core.organization import DesktopSession, Member
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.finder import Finder
from iam_tui.ui.shared.table_rows import Column, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span


class PullerItem(NamedTuple):
    """A row: a person with the verdict on their pull, None without an image."""

    member: Member
    verdict: Verdict | None
    is_old: bool
    """Whether they signed in under an older revision."""
    now: datetime


def _sign_in(one: PullerItem) -> Span:
    return Span(sign_in_of(one.member, one.now), Tone.STAGED if one.is_old else Tone.MUTED)


COLUMNS: Final[Sequence[Column[PullerItem]]] = (
    Column("Person", 0, lambda one: Span(one.member.user)),
    Column("Role", 8, lambda one: Span(one.member.role, Tone.MUTED)),
    Column("Sign-in", 28, _sign_in),
    Column("Verdict", 13, lambda one: verdict_span(one.verdict) if one.verdict else Span("")),
)


class PullerPicker(Finder[Member | None]):
    """The people of an organization. The result is the chosen one, or None."""

    PLACEHOLDER = "part of a name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "choose",
            "as this person",
            id="puller_picker.choose",
            priority=True,
            tooltip="Pull as this person",
        ),
    ]

    def __init__(self, scenario: PullScenario, members: Sequence[Member], image: str) -> None:
        super().__init__()
        self._scenario = scenario
        self._members = members
        self._image = image

    def crumbs(self) -> tuple[str, ...]:
        """One level below the test of one pull."""
        return (self._scenario.state.organization.name, "Test a pull", "Choose a person")

    def summary_lines(self) -> tuple[Line, Line]:
        """How many people there are, and the image that is judged."""
        count = len(self._members)
        first = f" {count:,} {'person' if count == 1 else 'people'}, each judged by their own sign-in."
        image = (Span(" pulling ", Tone.MUTED), Span(self._image, Tone.STRONG)) if self._image else ()
        return line(first), image

    def matching(self, wanted: str) -> Sequence[TableRow]:
        """The people whose names contain what was typed."""
        now = self.host.clock()
        return [self._row(member, now) for member in self._members if wanted in member.user.casefold()]

    def choose(self, key: str) -> None:
        """Return this person."""
        self.dismiss(next(member for member in self._members if member.user == key))

    def _row(self, member: Member, now: datetime) -> TableRow:
        decision = self._scenario.by(member).decide(self._image, self.host.session.catalog)
        is_old = member.session_revision not in (None, self._scenario.state.revision.number)
        item = PullerItem(member, decision.verdict if self._image else None, is_old, now)
        return row_of(member.user, item, COLUMNS)


def sign_in_of(member: Member, now: datetime) -> str:
    """A person's recorded sign-in in words: `signed in 20 Feb under r5`."""
    if member.session is DesktopSession.UNRECORDED or member.session_at is None:
        return "no sign-in recorded"
    when = day(member.session_at.astimezone().date(), now.astimezone().date())
    if member.session is DesktopSession.SIGNED_OUT:
        return f"signed out {when}"
    return f"signed in {when} under r{member.session_revision}"
