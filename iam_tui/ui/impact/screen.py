"""The impact: which images in use would be blocked or allowed, for whom, and entries that avoid it."""

from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from iam_tui.application.images_in_use import ImagesInUse, no_images_in_use
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.counted import counted
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.impact_allowlist import AllowlistProposal, allowlist_for, smallest_allowlist
from iam_tui.core.impact_effect import Effect
from iam_tui.core.impact_words import STAGED, TODAY, damage_words
from iam_tui.core.reference import HUB
from iam_tui.ui.impact.list import SORTS, ImpactList
from iam_tui.ui.impact.rows import image_columns
from iam_tui.ui.impact.words import (
    GROUP_WORDS,
    first_use_lines,
    group_lines,
    proposal_words,
    sources_line,
)
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.policy_words import name_of
from iam_tui.ui.shared.table_rows import note
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import damage_tone
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

EDITING = frozenset({"mark", "allow", "propose", "review"})
REASON = "already in use"
"""The reason of entries staged here. Members can read it, so nothing from a pull report is in it."""


class ImpactScreen(WorkspaceScreen[None]):
    """Compares the staged with the saved policy; with nothing staged, shows what today's policy blocks."""

    AUTO_FOCUS = "#impact"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", id="impact.mark", tooltip="Mark or unmark the row"),
        Binding("a", "allow", "allow", id="impact.allow", tooltip="Stage the marked rows, or this one"),
        Binding(
            "A",
            "propose",
            "allow all",
            id="impact.propose",
            tooltip="Stage the smallest allowlist for all that stops",
        ),
        Binding("w", "review", "review", id="impact.review", tooltip="Review what is staged, then save it"),
        Binding("m", "sources", "sources", id="impact.sources", tooltip="Bring in a report, scan a folder"),
        Binding("escape", "back", "back", id="impact.back", tooltip="Back to Image access"),
        Binding("t", "test", "test", id="impact.test", tooltip="Test a pull of this image"),
        Binding("s", "sort", "sort", id="impact.sort", tooltip="Sort by people, pulls, places or name"),
        Binding("c", "copy", "copy", id="impact.copy", tooltip="Copy the list, with files and lines"),
        *(
            Binding(f"{n}", f"filter({n - 1})", id=f"impact.filter_{n}", show=False, tooltip=f"List: {what}")
            for n, what in enumerate(GROUP_WORDS, start=1)
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

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self._sort = SORTS[0]
        self._marked: set[str] = set()
        self._impact = self._compare()
        self._chosen_group: int | None = None
        self._list = self._listed()

    @property
    def _in_use(self) -> ImagesInUse:
        """The images in use; the screen is opened after they were read."""
        workspace = self.workspace
        return workspace.images_in_use or no_images_in_use(workspace.session.catalog, workspace.organization)

    @property
    def _is_of_today(self) -> bool:
        return self.workspace.draft.is_clean

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        what = "What today's policy blocks"
        if not self._is_of_today:
            changes = self.workspace.draft.changes
            what = f"Impact of {counted(len(changes), 'staged change', 'staged changes')}"
        return (self.workspace.name, what)

    def status(self) -> Line:
        """Whom the impact is for: owners are never restricted."""
        return line(Span("for members ", Tone.MUTED))

    def summary_lines(self) -> tuple[Line, Line]:
        """The damage in one sentence, and where the numbers come from."""
        sources, may_add = self._in_use.sources, not self.workspace.session.read_only
        second = sources_line(sources, self.host.clock(), self.glyphs, may_add=may_add)
        if not sources:
            return line(" Nothing is known yet about the images in use."), second
        damage = damage_words(self._impact, TODAY if self._is_of_today else STAGED)
        return line(Span(f" {damage}", damage_tone(self._impact.counts))), second

    def body(self) -> ComposeResult:
        """The groups, the list, and details of the row."""
        yield TextBlock(id="groups")
        with Horizontal(id="list"):
            with Vertical():
                yield Heading(image_columns(Effect.STOPS))
                yield Table(id="impact")
            yield TextBlock(id="details", wrapped=True, classes="wide-only")
        yield TextBlock(id="foot")

    def on_mount(self) -> None:
        """Show the list."""
        self._show(0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the editing keys from readers, and keys that have nothing to do."""
        if not super().check_action(action, parameters):
            return False
        if action in EDITING and not self.workspace.editable:
            return False
        chosen = self._chosen()
        possible = {
            "mark": chosen is not None and chosen.group.registry == HUB,
            "allow": bool(self._marked) or (chosen is not None and chosen.group.registry == HUB),
            "propose": bool(self._impact.counts.stops),
            "review": not self.workspace.draft.is_clean,
            "test": chosen is not None,
            "sort": len(self._list.images) > 1,
            "filter": bool(self._in_use.sources),
            "copy": bool(self._list.size),
        }
        return possible.get(action, True)

    def action_filter(self, number: int) -> None:
        """Show another group of the impact."""
        self._chosen_group = number
        self._marked.clear()
        self._show(0)

    def action_sort(self) -> None:
        """Sort by the next of people, pulls, places, name."""
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._show(0)
        self.hint(f"Sorted by {self._sort}.", Tone.MUTED)

    def action_mark(self) -> None:
        """Mark or unmark the row, and move to the next."""
        chosen = self._chosen()
        if chosen is not None:
            self._marked ^= {chosen.group.repository}
            self._draw_rows(self.query_one("#impact", Table).index)
            self.query_one("#impact", Table).action_move(1)
            self.refresh_bindings()

    def action_allow(self) -> None:
        """Stage entries for the marked rows, or for this one."""
        chosen = self._chosen()
        names = self._marked or ({chosen.group.repository} if chosen else set())
        self._stage(allowlist_for(self._in_use.usage_index, self.workspace.draft.policy, names))

    def action_propose(self) -> None:
        """Stage the fewest entries for what stops, then show what may stop, if there is any."""
        self._chosen_group = 0
        self._stage(smallest_allowlist(self._impact))

    def action_review(self) -> None:
        """Review what is staged, then save it; after saving, return to Image access."""
        self.host.open_review(self.workspace, self._reviewed)

    def action_test(self) -> None:
        """Test a pull of the row's image."""
        chosen = self._chosen()
        if chosen is not None:
            self.host.open_pull_test(self.workspace, name_of(chosen.group), self._came_back)

    def action_sources(self) -> None:
        """Open the sources; afterwards, show what changed."""
        self.host.open_sources(self.workspace, self._came_back)

    def action_copy(self) -> None:
        """Copy the list, for the teams that own the files."""
        self.host.copy(self._list.copied(self.glyphs))

    def action_back(self) -> None:
        """Back to Image access."""
        self.dismiss()

    @on(Table.Chosen, "#impact")
    def _opened(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        self.host.open_details(self.crumbs(), self._details(most=50))

    @on(Table.Moved, "#impact")
    def _moved(self) -> None:
        self._show_details()
        self.refresh_bindings()

    def _came_back(self, _result: None) -> None:
        self._read_again()

    @work(group=READING)
    async def _read_again(self) -> None:
        await self.await_or_show(self.workspace.read_images_in_use())

    def _reviewed(self, done: bool | None) -> None:
        if done:
            self.dismiss()
        else:
            self._read_again()

    def _stage(self, proposal: AllowlistProposal) -> None:
        if not proposal.repositories and not proposal.switch_on:
            self.hint("Nothing to allow: all of these are allowed already, or on the allowlist.")
            return
        draft = self.workspace.draft
        self._marked.clear()
        self._chosen_group = self._group
        self.stage(draft.stage(proposal.apply(draft.policy, REASON)))
        counts = self._impact.counts
        if self._group == 0 and counts.may_stop and not counts.stops:
            self.action_filter(1)
        self.hint(proposal_words(proposal, self.workspace.draft, self._impact.counts))

    def show_workspace(self) -> None:
        """Compare again, and draw everything."""
        self._impact = self._compare()
        self._marked &= {row.group.repository for row in self._listed().images}
        self._show(self.query_one("#impact", Table).index)

    def _compare(self) -> Impact:
        draft = self.workspace.draft
        if self._is_of_today:
            return self._in_use.todays_impact(draft.policy)
        return self._in_use.staged_impact(draft)

    @property
    def _group(self) -> int:
        """The listed group: until one is chosen, the first with images that change, or else the first."""
        if self._chosen_group is not None:
            return self._chosen_group
        counts = self._impact.counts
        sizes = (counts.stops, counts.may_stop, counts.starts, counts.may_start)
        return next((group for group, size in enumerate(sizes) if size), 0)

    def _listed(self) -> ImpactList:
        return ImpactList(self._impact, self._group, self._sort)

    def _show(self, cursor: int) -> None:
        """Draw everything, with the cursor on this row number, or the last row if there are fewer."""
        self.show_frame()
        self._list = self._listed()
        known = bool(self._in_use.sources)
        self._show_groups()
        columns = self._list.columns(of_today=self._is_of_today)
        self.query_one(Heading).show_columns(columns if known else ())
        self._draw_rows(cursor)
        self._show_details()
        self.refresh_bindings()

    def _show_groups(self) -> None:
        """The groups, in as many rows as they need."""
        groups: tuple[Line, ...] = ()
        if self._in_use.sources:
            groups = group_lines(self._impact.counts, self._group, self.glyphs, self.app.size.width)
        block = self.query_one("#groups", TextBlock)
        block.styles.height = max(len(groups), 1)
        block.show(*groups)

    def on_resize(self, _event: events.Resize) -> None:
        """Arrange the groups for the new width."""
        self._show_groups()

    def _draw_rows(self, cursor: int) -> None:
        rows = self._list.rows(self._marked, self.host.clock(), self.glyphs)
        if not self._in_use.sources:
            told = first_use_lines(
                may_add=not self.workspace.session.read_only, may_report=self.workspace.may_see_pullers
            )
            rows = [note(words) for words in told]
        self.query_one("#impact", Table).show(rows, cursor)

    def _chosen(self) -> ImpactRow | None:
        index = self.query_one("#impact", Table).index
        return self._list.images[index] if index < len(self._list.images) else None

    def _details(self, most: int) -> tuple[Line, ...]:
        """Everything known of the row under the cursor, with at most `most` names and places each."""
        return self._list.details(self.query_one("#impact", Table).index, self.host.clock(), most)

    def _show_details(self) -> None:
        self.query_one("#details", TextBlock).show(*self._details(most=8))
        foot = self._list.foot(self.query_one("#impact", Table).index)
        self.query_one("#foot", TextBlock).show(foot)
