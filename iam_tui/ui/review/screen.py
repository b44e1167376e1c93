"""Review: what is staged, what it means for the members, and the way to save it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.application.images_in_use import ImagesInUse
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.impact import Impact
from iam_tui.core.impact_words import damage_words
from iam_tui.core.organization import Member
from iam_tui.core.policy import Origin, Revision
from iam_tui.stores.errors import Conflict
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.review.rows import affected_words, answers, review_rows, sign_in_words
from iam_tui.ui.review.sending_rows import Sending, saved_words, sending_rows
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table


class ReviewScreen(BaseScreen[Draft | None]):
    """Shows a draft and saves it; the result is the draft to go on with, None if it is the same as before."""

    AUTO_FOCUS = "#note"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", id="review.save", priority=True, tooltip="Save what is staged"),
        Binding(
            "tab,shift+tab", "other", "note or list", id="review.other", tooltip="To the list, to the note"
        ),
        Binding(
            "down", "walk(1)", "walk", id="review.down", show=False, tooltip="Next row, while typing too"
        ),
        Binding("up", "walk(-1)", "walk", id="review.up", show=False, tooltip="Previous row"),
        Binding("pagedown", "leaf(1)", "leaf", id="review.page_down", show=False, tooltip="A page down"),
        Binding("pageup", "leaf(-1)", "leaf", id="review.page_up", show=False, tooltip="A page up"),
        Binding("escape", "back", "back", id="review.back", tooltip="Back; everything stays staged"),
    ]
    DEFAULT_CSS = """
    ReviewScreen {
        #note-row { height: 1; }
        #note-label { width: 9; }
        #name-row { height: 1; display: none; }
        #name-label { width: 9; }
        &.-grave #name-row { display: block; }
    }
    """

    def __init__(self, state: OrganizationState, draft: Draft, images_in_use: ImagesInUse | None) -> None:
        super().__init__()
        self._state = state
        self._in_use = images_in_use
        self._opened_with = draft
        self._draft = draft
        self._members: Sequence[Member] | None = None
        self._watched: Sequence[str] = ()
        self._saving = False
        self._refused = False
        self._outcome: Draft | None = None

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        count = len(self._draft.changes)
        name = self._state.organization.name
        return (name, "Image access", f"Review {count} {'change' if count == 1 else 'changes'}")

    def status(self) -> Line:
        """Role, name, whose data, and the revision the changes stand on."""
        dot = self.glyphs.dot
        rest = f" {self.host.session.store.user} {dot} {self.host.place} {dot} r{self._draft.base.number} "
        return line(Span(self._state.role.upper(), Tone.STRONG), Span(rest))

    def summary_lines(self) -> tuple[Line, Line]:
        """What it breaks, whom it concerns, and when; or what became of saving it."""
        impact = self._impact()
        first = affected_words(self._state.organization, self._members)
        second = line(" It takes effect at each member's next sign-in to Docker Desktop.")
        if impact is not None:
            tone = Tone.BLOCKED if impact.counts.newly_blocked else Tone.PLAIN
            first, second = line(Span(f" {damage_words(impact)}", tone)), sign_in_words(self._members)
        if self._saving:
            return first, line(Span(f" Saving{self.glyphs.ellipsis}", Tone.STAGED))
        if self._refused:
            # What broke off on its way may have arrived; the error says what is known.
            words = " Nothing was saved; everything is still staged."
            if self.host.is_live:
                words = " Everything is still staged; what became of it stands below."
            return first, line(Span(words, Tone.STAGED))
        return first, second

    def body(self) -> ComposeResult:
        """The table, and the note below it."""
        yield Table(id="review")
        yield self.rule()
        with Horizontal(id="note-row"):
            yield TextBlock(line(Span("   Note", Tone.MUTED)), id="note-label")
            yield Field(id="note", placeholder="why, for the history")
        name = self._state.organization.name
        with Horizontal(id="name-row"):
            yield TextBlock(line(Span("   Name", Tone.STAGED)), id="name-label")
            yield Field(id="name", placeholder=f"type {name} to save this for real people")

    def on_mount(self) -> None:
        """Show what is staged, then read whom it concerns."""
        self._show()
        self._read()

    def on_screen_resume(self) -> None:
        """Leave if the saving ended while another screen stood above this one."""
        self._leave_when_done()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it saves there is only the way back."""
        if not super().check_action(action, parameters):
            return False
        return action == "back" or not self._saving

    def action_save(self) -> None:
        """Save what is staged with the note."""
        if self._saving or self._outcome is not None or not self._is_confirmed():
            return
        self._saving, self._refused = True, False
        self._enable(typing=False)
        self.clear_error()
        self._show_state()
        self._save(self.query_one("#note", Field).value.strip())

    def action_back(self) -> None:
        """Back; what is staged stays staged."""
        if self._saving:
            self.app.notify("Left while it was saving. Look at the revision that is shown.", markup=False)
        self.dismiss(None if self._draft is self._opened_with else self._draft)

    def action_other(self) -> None:
        """From the note to the name, where one is asked for, to the list and back."""
        stops = [self.query_one("#note"), self.query_one("#name"), self.query_one("#review")]
        stops = [stop for stop in stops if stop.id != "name" or self.has_class("-grave")]
        here = next((place for place, stop in enumerate(stops) if stop.has_focus), -1)
        stops[(here + 1) % len(stops)].focus()

    def action_walk(self, step: int) -> None:
        """The next row of the list, while one types."""
        self.query_one("#review", Table).action_move(step)

    def action_leaf(self, step: int) -> None:
        """A screenful of rows, while one types."""
        self.query_one("#review", Table).action_page(step)

    @work(group="review")
    async def _read(self) -> None:
        name, session = self._state.organization.name, self.host.session
        try:
            self._members = await session.store.members(name)
            self._watched = await session.memory.watch_list(name)
        except IamError as error:
            self.show_error(error)
        self._show()

    @work(group="save", description="save")
    async def _save(self, note: str) -> None:
        name = self._state.organization.name
        try:
            saved = await self.host.session.store.save(name, self._draft, note=note, origin=Origin.CONSOLE)
        except Conflict as conflict:
            self._stop(conflict)
            self._compare(conflict.newest)
        except IamError as error:
            self._stop(error)
        else:
            self._end(saved)

    def _end(self, saved: Revision) -> None:
        already = saved.number == self._draft.base.number
        words = (
            f"Nothing to save: revision {saved.number} is the same."
            if already
            else saved_words(saved.number, self._sending())
        )
        self.app.notify(words, markup=False)
        self._outcome = Draft.of(saved)
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        # Dismissing takes away whatever screen is on top.
        if self._outcome is not None and self.is_active:
            self.dismiss(self._outcome)

    def _stop(self, error: IamError) -> None:
        self._saving, self._refused = False, True
        self._enable(typing=True)
        self.query_one("#note", Field).focus()
        self._show_state()
        self.show_error(error)

    def _compare(self, newest: Revision) -> None:
        from iam_tui.ui.review.conflict_screen import ConflictScreen  # noqa: PLC0415 - hardly ever needed

        if self._draft.rebase(newest).is_clean:
            self.app.notify(f"Revision {newest.number} has your changes already.", markup=False)
            self._outcome = Draft.of(newest)
            self._leave_when_done()
            return
        self.app.push_screen(ConflictScreen(self._state, self._draft, newest), self._go_on_with)

    def _go_on_with(self, draft: Draft | None) -> None:
        if draft is None:
            return
        self._draft, self._refused = draft, False
        self._state = self._state._replace(revision=draft.base)
        self.clear_error()
        if draft.is_clean:
            self._outcome = draft
        else:
            self._show()

    def _show(self) -> None:
        today, glyphs = self.host.clock().date(), self.glyphs
        organization, catalog = self._state.organization, self.host.catalog
        rows = review_rows(
            organization, self._draft, catalog, self._watched, today, glyphs, impact=self._impact()
        )
        if self.host.is_live:
            sending, host = self._sending(), self.host.session.profile.host
            rows += sending_rows(sending, organization.name, host, glyphs)
            given = answers(organization, self._draft, catalog)
            self.set_class(sending.needs_confirmation(given, self._impact()), "-grave")
        self.query_one("#review", Table).show(rows)
        self._show_state()

    def _sending(self) -> Sending:
        return Sending(self._draft, self.host.session.store.capabilities)

    def _is_confirmed(self) -> bool:
        """Whether the organization's name was typed, where that is asked for; else it is asked for again."""
        field, name = self.query_one("#name", Field), self._state.organization.name
        typed = field.value.strip()
        if not self.has_class("-grave") or typed == name:
            return True
        field.focus()
        self.hint(
            f"{typed} is not {name}." if typed else f"Type {name} to save: real people's pulls may stop."
        )
        return False

    def _enable(self, *, typing: bool) -> None:
        for name in ("#note", "#name"):
            self.query_one(name, Field).disabled = not typing

    def _impact(self) -> Impact | None:
        """What the draft does to the images in use, where any are known."""
        if self._in_use is None or not self._in_use.sources:
            return None
        return Impact(self._in_use.groups, self._draft.base.policy, self._draft.policy)

    def _show_state(self) -> None:
        self.show_frame()
        self.refresh_bindings()
