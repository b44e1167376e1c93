"""The organization picker: one row for each organization, filtered while typing."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.core.errors import IamError
from iam_tui.core.organization import Role
from iam_tui.stores.protocol import OrganizationState, Profile
from iam_tui.ui.organizations.rows import COLUMNS, known_words, organization_row
from iam_tui.ui.shared.base_screen import READING, BaseScreen
from iam_tui.ui.shared.table_rows import LazyRows, TableRow
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table


class OrganizationsScreen(BaseScreen[None]):
    """Opens a profile and shows its organizations as they are read."""

    AUTO_FOCUS = "#organizations"
    LEADS_TO_ORGANIZATIONS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "filter", "filter", id="organizations.filter", key_display="/", tooltip="Filter by name"
        ),
        Binding(
            "r", "refresh", "refresh", id="organizations.refresh", tooltip="Read the organizations again"
        ),
        Binding("p", "profiles", "profiles", id="organizations.profiles", tooltip="Open another profile"),
        Binding(
            "escape",
            "back",
            "back",
            id="organizations.back",
            show=False,
            tooltip="Close the filter; stop reading",
        ),
    ]
    DEFAULT_CSS = """
    OrganizationsScreen {
        #filter-row { height: 1; display: none; }
        #filter-row.-open { display: block; }
        #filter { width: 1fr; }
        #filter-label { width: 9; }
    }
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile
        self._all: list[OrganizationState] = []
        self._shown: list[OrganizationState] = []
        self._owned = 0
        self._reading = True
        self._failed = False
        self._named_at_start = True

    @property
    def known(self) -> Sequence[OrganizationState]:
        """The organizations read so far."""
        return self._all

    def crumbs(self) -> tuple[str, ...]:
        """One level below the profiles."""
        return ("Organizations",)

    def status(self) -> Line:
        """Who you are there, and whose data it is."""
        if self.host.opened is None:
            return line(Span(f"{self._profile.name} ", Tone.MUTED))
        return line(
            f"{self.host.session.store.user} {self.glyphs.dot} ", Span(f"{self.host.place} ", Tone.STRONG)
        )

    def summary_lines(self) -> tuple[Line, Line]:
        """How many there are, and what the one under the cursor allows."""
        if self._reading and not self._all:
            return line(f" Reading organizations{self.glyphs.ellipsis}"), ()
        if not self._all and self._failed:
            return line(" The organizations could not be read."), ()
        if not self._all:
            return line(" You are not a member of any organization here."), line(
                Span(" p opens another profile.", Tone.MUTED)
            )
        count = len(self._all)
        may_edit = "opened read-only" if self.host.options.read_only else f"you can edit {self._owned:,}"
        first = f" {count:,} organization{'' if count == 1 else 's'}, {may_edit}."
        if self._reading:
            first = f"{first[:-1]}; still reading{self.glyphs.ellipsis}"
        if len(self._shown) != count:
            shown = len(self._shown)
            first += f" {shown:,} {'match' if shown == 1 else 'matches'}."
        chosen = self._chosen()
        if chosen is None:
            return line(first), line(Span(" No name matches. esc clears the filter.", Tone.MUTED))
        return line(first), known_words(chosen, self.host.clock(), self.glyphs)

    def body(self) -> ComposeResult:
        """The filter and the table."""
        with Horizontal(id="filter-row"):
            yield TextBlock(line(Span("   filter", Tone.MUTED)), id="filter-label")
            yield Field(id="filter", placeholder="part of a name")
        yield Heading(COLUMNS)
        yield Table(id="organizations")

    def on_mount(self) -> None:
        """Start reading."""
        super().on_mount()
        self._open(first=True)

    @work(group=READING, exclusive=True)
    async def _open(self, *, first: bool = False) -> None:
        if first:
            # Opening the store takes as long as the first frame, which comes before it.
            is_drawn = asyncio.Event()
            self.call_after_refresh(is_drawn.set)
            await is_drawn.wait()
        if not await self._is_open():
            self._failed = True
            self._stop_reading()
            return
        await self._read()
        # Opened once: coming back from it is for choosing another one.
        wanted = self.host.options.organization if self._named_at_start else None
        self._named_at_start = False
        if wanted is not None:
            await self._open_named(wanted)

    async def _open_named(self, wanted: str) -> None:
        """Open the organization that was named at the start, or say why not and which names are similar."""
        named = next((state for state in self._all if state.organization.name == wanted), None)
        if named is None:
            named = await self.await_or_show(self.host.session.organization_state(wanted))
        if named is not None:
            self.show_access(named)

    async def _is_open(self) -> bool:
        opened = self.host.opened
        if opened is not None and opened.profile == self._profile:
            return True
        opened = await self.await_or_show(self.host.open_profile(self._profile))
        if opened is not None:
            self._profile = opened.profile
        return opened is not None

    async def _read(self) -> None:
        # The rows stay until all are read again: in a list that grows from empty the cursor would get lost.
        growing, known = not self._all, list[OrganizationState]()
        self._reading = True
        self.refresh_bindings()
        try:
            async for batch in self.host.session.store.organizations():
                known += batch
                if growing:
                    self._know(known, batch)
        except IamError as error:
            self._failed = True
            self.show_error(error)
        else:
            self._failed = False
            self.clear_error()
            self._all = []
            known.sort(key=_name)
            self._know(known, known)
        self._stop_reading()

    def _stop_reading(self) -> None:
        self._reading = False
        self.show_frame()
        self.refresh_bindings()

    def _know(self, known: list[OrganizationState], new: Sequence[OrganizationState]) -> None:
        """Show `new`, the last ones of all that are `known`, too."""
        if not self._all:
            self._owned, self._shown = 0, []
        self._all = known
        self._owned += sum(state.role is Role.OWNER for state in new)
        before = len(known) - len(new)
        if before > 0 and new and _name(new[0]) < _name(known[before - 1]):
            # Docker Hub answers in any order, so these belong between earlier ones.
            known.sort(key=_name)
            self._shown = self._matching(known)
        else:
            self._shown += self._matching(new)
        self._show_rows()

    def _filter(self) -> None:
        self._shown = self._matching(self._all)
        self._show_rows()

    def _matching(self, accesses: Sequence[OrganizationState]) -> list[OrganizationState]:
        wanted = self.query_one("#filter", Input).value.casefold()
        return [state for state in accesses if wanted in state.organization.name]

    def _show_rows(self) -> None:
        table = self.query_one("#organizations", Table)
        # The names are sorted, which makes finding the one under the cursor quick.
        place = bisect_left(self._shown, table.cursor or "", key=_name)
        table.show(LazyRows(self._shown, self._row), place)
        self.show_frame()

    def _row(self, state: OrganizationState) -> TableRow:
        return organization_row(state, self.host.clock(), self.glyphs)

    def _chosen(self) -> OrganizationState | None:
        index = self.query_one("#organizations", Table).index
        return self._shown[index] if index < len(self._shown) else None

    def show_access(self, state: OrganizationState) -> None:
        """Open Image access of one of them."""
        self.host.open_image_access(state, self._came_back)

    def _came_back(self, _result: None) -> None:
        self._open()

    @on(Table.Moved, "#organizations")
    def _moved(self) -> None:
        self.show_frame()

    @on(Table.Chosen, "#organizations")
    def _opened(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        chosen = self._chosen()
        if chosen is None:
            return
        if chosen.revision.number:
            self.show_access(chosen)
        else:
            self._try_again(_name(chosen))

    @work(group="again", exclusive=True)
    async def _try_again(self, name: str) -> None:
        """Open one that could not be read before; if it still cannot be, say why and whom to ask."""
        state = await self.await_or_show(self.host.session.store.organization_state(name))
        if state is not None:
            self.show_access(state)

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        self._filter()

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self.query_one("#organizations", Table).focus()

    def action_filter(self) -> None:
        """Show the filter and type in it."""
        self.query_one("#filter-row").add_class("-open")
        self.set_focus(self.query_one("#filter", Input))

    def action_back(self) -> None:
        """Clear and leave the filter; without one, stop reading."""
        if self._reading and not self.query_one("#filter-row").has_class("-open"):
            self.workers.cancel_group(self, READING)
            self._stop_reading()
            self.hint("Stopped; r reads again.")
            return
        self.query_one("#filter", Input).value = ""
        self.query_one("#filter-row").remove_class("-open")
        self.query_one("#organizations", Table).focus()

    def action_refresh(self) -> None:
        """Read the organizations again."""
        self._open()

    def action_profiles(self) -> None:
        """Choose another profile."""
        self.dismiss()
        self.host.show_profiles()


def _name(state: OrganizationState) -> str:
    return state.organization.name
