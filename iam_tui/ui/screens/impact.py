"""The impact: which images in use would be blocked or allowed, whom that stops, and the ways out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from iam_tui.core.draft import Draft
from iam_tui.core.impact import Impact, Row
from iam_tui.core.impact_allowlist import Proposal, allowlist_for, smallest_allowlist
from iam_tui.core.impact_words import damage_words
from iam_tui.core.reference import HUB
from iam_tui.stores.protocol import Access
from iam_tui.ui.impact_view import (
    FILTER_WORDS,
    FILTERS,
    IMAGE_COLUMNS,
    IMAGE_TITLES,
    PLACE_COLUMNS,
    PLACE_TITLES,
    SORTS,
    ImageRows,
    copied,
    details_lines,
    filter_line,
    foot_line,
    name_of,
    sources_line,
    unresolved_lines,
    unresolved_rows,
)
from iam_tui.ui.in_use import InUse, read_in_use
from iam_tui.ui.screens.frame import Frame
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.widgets.lines import Lines
from iam_tui.ui.widgets.table import Heading, Table

UNRESOLVED = len(FILTERS)
EDITING = frozenset({"mark", "allow", "propose", "review"})


class ImpactScreen(Frame[Draft]):
    """What is staged against what is saved; with nothing staged, or for readers, what today's policy stops.

    It is dismissed with the draft, which may hold more allowlist entries than before.
    """

    AUTO_FOCUS = "#impact"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", id="impact.mark", tooltip="Mark the row, or take the mark away"),
        Binding("a", "allow", "allow", id="impact.allow", tooltip="Stage the marked rows, or this one"),
        Binding("A", "propose", "allow all", id="impact.propose", tooltip="Stage what keeps all running"),
        Binding("t", "test", "test a pull", id="impact.test", tooltip="Try this image"),
        Binding("w", "review", "review", id="impact.review", tooltip="Look at what is staged, then save it"),
        Binding("m", "sources", "sources", id="impact.sources", tooltip="Bring in a report, scan a folder"),
        Binding("s", "sort", "sort", id="impact.sort", tooltip="Sort by people, pulls, files or name"),
        Binding("c", "copy", "copy", id="impact.copy", tooltip="Copy the list, with files and lines"),
        Binding("escape", "back", "back", id="impact.back", tooltip="Back to Image access"),
        *(
            Binding(
                str(n), f"filter({n - 1})", id=f"impact.filter_{n}", show=False, tooltip=words.capitalize()
            )
            for n, words in enumerate(FILTER_WORDS, start=1)
        ),
    ]
    DEFAULT_CSS = """
    ImpactScreen {
        #list { width: 1fr; }
        #details { width: 42; height: 1fr; padding: 0 1; border-left: solid $iam-rule; }
        #foot { height: 1; }
        &.-wide #foot { display: none; }
    }
    """

    def __init__(
        self, access: Access, draft: Draft, in_use: InUse, owners: Sequence[str], *, editable: bool
    ) -> None:
        super().__init__()
        self._access = access
        self._draft = draft
        self._in_use = in_use
        self._owners = owners
        self._editable = editable
        self._filter = 0
        self._sort = "people"
        self._marked: set[str] = set()
        self._rows: Sequence[Row] = ()
        self._impact = self._compare()

    @property
    def _is_of_today(self) -> bool:
        return self._draft.is_clean

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        count = len(self._draft.changes)
        what = "What today's policy blocks"
        if not self._is_of_today:
            what = f"Impact of {count} staged {'change' if count == 1 else 'changes'}"
        return (self._access.organization.name, what)

    def standing(self) -> Line:
        """For whom this holds: owners are never restricted."""
        return line(Span("for members, not owners ", Tone.MUTED))

    def sentences(self) -> tuple[Line, Line]:
        """The damage in one sentence, and where the numbers come from."""
        tense = "Blocks" if self._is_of_today else "Would block"
        tone = Tone.STAGED if self._impact.counts.newly_blocked else Tone.PLAIN
        words = line(Span(f" {damage_words(self._impact, tense=tense)}", tone))
        return words, sources_line(self._in_use.sources, self.console.clock())

    def body(self) -> ComposeResult:
        """Filters, the list, and what is known of the row."""
        yield Lines(id="filters")
        with Horizontal(id="list"):
            with Vertical():
                yield Heading(IMAGE_TITLES, IMAGE_COLUMNS)
                yield Table(id="impact")
            yield Lines(id="details", wrapped=True, classes="wide-only")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Show the list."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What stages is absent for readers, and where there is nothing to stage."""
        if not super().check_action(action, parameters):
            return False
        if action in EDITING and not self._editable:
            return False
        possible = {
            "mark": self._filter != UNRESOLVED and bool(self._rows),
            "allow": self._filter != UNRESOLVED and bool(self._rows),
            "propose": bool(self._impact.counts.newly_blocked),
            "review": not self._draft.is_clean,
            "test": self._chosen() is not None,
        }
        return possible.get(action, True)

    def action_filter(self, number: int) -> None:
        """Show another part of the impact."""
        self._filter = number
        self._marked.clear()
        self._show()

    def action_sort(self) -> None:
        """Sort by the next of people, pulls, files, name."""
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self._show()
        self.notice(f"Sorted by {self._sort}.", Tone.MUTED)

    def action_mark(self) -> None:
        """Mark the row or take its mark away, and go to the next."""
        chosen = self._chosen()
        if chosen is not None and chosen.group.registry == HUB:
            self._marked ^= {chosen.group.repository}
            self._show()
            self.query_one("#impact", Table).action_move(1)

    def action_allow(self) -> None:
        """Stage entries for the marked rows, or for this one."""
        chosen = self._chosen()
        names = self._marked or (
            {chosen.group.repository} if chosen and chosen.group.registry == HUB else set()
        )
        self._stage(allowlist_for(self._in_use.groups, self._draft.policy, names))

    def action_propose(self) -> None:
        """Stage the fewest entries that keep everything running."""
        self._stage(smallest_allowlist(self._impact))

    def action_test(self) -> None:
        """Try the image of the row."""
        from iam_tui.ui.screens.pull import PullScreen  # noqa: PLC0415 - not needed to show the list

        chosen = self._chosen()
        if chosen is not None:
            self.app.push_screen(
                PullScreen(self._access, self._draft, name_of(chosen.group)), self._came_back
            )

    def action_sources(self) -> None:
        """Bring in a pull report, scan a folder, or forget a source; then see what that changes."""
        from iam_tui.ui.screens.sources import SourcesScreen  # noqa: PLC0415 - not needed to show the list

        self.app.push_screen(SourcesScreen(self._access), self._sources_changed)

    def action_copy(self) -> None:
        """Copy the list, for the teams that own the files."""
        if self._filter == UNRESOLVED:
            told = (
                f"{one.file}:{one.line}  {one.text}  {one.problem}" for one in self._in_use.groups.unresolved
            )
            self.console.copy("\n".join(told))
        else:
            self.console.copy(copied(self._rows))

    def action_back(self) -> None:
        """Back, with what was staged here."""
        self.dismiss(self._draft)

    @on(Table.Chosen, "#impact")
    def _opened(self) -> None:
        self.action_test()

    @on(Table.Moved, "#impact")
    def _moved(self) -> None:
        self._show_details()

    def _sources_changed(self, _result: None) -> None:
        self._read_again()

    @work(group="impact")
    async def _read_again(self) -> None:
        organization, memory = self._access.organization, self.console.desk.memory
        reading = read_in_use(memory, self.console.catalog, organization, self._owners, self._in_use)
        in_use = await self.attempt(reading)
        if in_use is not None:
            self._in_use = in_use
            self._work_on(self._draft)

    def _came_back(self, draft: Draft | None) -> None:
        if draft is not None:
            self._work_on(draft)

    def _stage(self, proposal: Proposal) -> None:
        if not proposal.repositories:
            self.notice("Nothing to allow: every one of these runs anyway, or stands on the allowlist.")
            return
        self._work_on(self._draft.stage(proposal.apply(self._draft.policy)))
        entries = len(proposal.repositories)
        words = f"Staged {entries} allowlist {'entry' if entries == 1 else 'entries'}"
        self.notice(f"{words}{', and the allowlist on' if proposal.switch_on else ''}. w reviews.")

    def _work_on(self, draft: Draft) -> None:
        self._draft = draft
        self._marked.clear()
        self._impact = self._compare()
        self._show()

    def _compare(self) -> Impact:
        policy = self._draft.policy
        before = replace(policy, enabled=False) if self._is_of_today else self._draft.base.policy
        return Impact(self._in_use.groups, before, policy)

    def _show(self) -> None:
        self.show_frame()
        self.query_one("#filters", Lines).show(filter_line(self._impact.counts, self._filter))
        impact = self.query_one("#impact", Table)
        if self._filter == UNRESOLVED:
            self._rows = ()
            self.query_one(Heading).name_columns(PLACE_TITLES, PLACE_COLUMNS)
            impact.show(unresolved_rows(self._in_use.groups.unresolved))
        else:
            self.query_one(Heading).name_columns(IMAGE_TITLES, IMAGE_COLUMNS)
            self._rows = self._sorted(self._impact.rows(FILTERS[self._filter]))
            impact.show(ImageRows(self._rows, self._marked, self.console.clock(), self.glyphs))
        self._show_details()
        self.refresh_bindings()

    def _sorted(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows if self._sort == "people" else sorted(rows, key=SORTS[self._sort])

    def _chosen(self) -> Row | None:
        index = self.query_one("#impact", Table).index
        return self._rows[index] if index < len(self._rows) else None

    def _show_details(self) -> None:
        chosen, index = self._chosen(), self.query_one("#impact", Table).index
        details, foot = self.query_one("#details", Lines), self.query_one("#foot", Lines)
        if chosen is not None:
            details.show(*details_lines(chosen, self.console.clock()))
            foot.show(foot_line(chosen))
        elif self._filter == UNRESOLVED and index < len(self._in_use.groups.unresolved):
            usage = self._in_use.groups.unresolved[index]
            details.show(*unresolved_lines(usage))
            foot.show(line(Span(f" {usage.problem}", Tone.MUTED)))
        else:
            details.show(line(Span("Nothing here.", Tone.MUTED)))
            foot.show(line(Span(" Nothing here.", Tone.MUTED)))
