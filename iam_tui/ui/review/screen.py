"""The review: what is staged, what it means for members, and saving it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.counted import counted
from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.impact_words import damage_words
from iam_tui.core.organization import Member
from iam_tui.core.policy import Revision
from iam_tui.stores.errors import Conflict
from iam_tui.ui.review.rows import affected_words, answers, review_rows, sign_in_words
from iam_tui.ui.review.sending_rows import Sending, saved_words, sending_rows
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import damage_tone
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

HOW_TO_CHECK = "alt+m brings in a pull report or scans a folder."


class ReviewScreen(WorkspaceScreen[bool]):
    """Shows the staged changes and saves them. The result is whether the draft is finished."""

    AUTO_FOCUS = "#note"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", id="review.save", priority=True, tooltip="Save what is staged"),
        Binding(
            "tab,shift+tab", "other", "note or list", id="review.other", tooltip="Move between list and note"
        ),
        Binding(
            "down", "walk(1)", "walk", id="review.down", show=False, tooltip="Next row, also while typing"
        ),
        Binding("up", "walk(-1)", "walk", id="review.up", show=False, tooltip="Previous row"),
        Binding(
            "pagedown", "page_rows(1)", "page down", id="review.page_down", show=False, tooltip="A page down"
        ),
        Binding("pageup", "page_rows(-1)", "page up", id="review.page_up", show=False, tooltip="A page up"),
        Binding(
            "alt+m",
            "sources",
            "sources",
            id="review.sources",
            # The key comes with the character m, which a field would take.
            priority=True,
            tooltip="Bring in a report, scan a folder",
        ),
        Binding("escape", "back", "back", id="review.back", tooltip="Back; everything stays staged"),
    ]
    DEFAULT_CSS = """
    ReviewScreen {
        #note-row { height: 1; }
        #note-label { width: 9; }
        #name-row { height: 1; display: none; }
        #name-label { width: 9; }
        &.-confirm #name-row { display: block; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self._members: Sequence[Member] | None = None
        self._saving = False
        self._refused = False
        self._is_done = False

    @property
    def _draft(self) -> Draft:
        return self.workspace.draft

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        changes = counted(len(self._draft.changes), "change", "changes")
        return (self.workspace.name, "Image access", f"Review {changes}")

    def status(self) -> Line:
        """Role, user, place, and the revision that the changes are based on."""
        return self.role_and_place(f" {self.glyphs.dot} r{self._draft.base.number}")

    def summary_lines(self) -> tuple[Line, Line]:
        """What it breaks, for whom, and when; or how the saving went."""
        impact = self.workspace.impact()
        first = affected_words(self.workspace.organization, self._members)
        second = line(" It takes effect at each member's next sign-in to Docker Desktop.")
        if self.workspace.is_unchecked:
            first, second = line(Span(f" {self._warning()}", Tone.STAGED)), first
        elif impact is not None:
            tone = damage_tone(impact.counts)
            first, second = line(Span(f" {damage_words(impact)}", tone)), sign_in_words(self._members)
        if self._saving:
            return first, line(Span(f" Saving{self.glyphs.ellipsis}", Tone.STAGED))
        if self._refused:
            # Only the error knows: a request may have arrived, and a file may have been replaced after it.
            words = " Everything is still staged; the error below says what happened."
            return first, line(Span(words, Tone.STAGED))
        return first, second

    def body(self) -> ComposeResult:
        """The table, with the note below it."""
        yield Table(id="review")
        yield self.rule()
        with Horizontal(id="note-row"):
            yield TextBlock(line(Span("   Note", Tone.MUTED)), id="note-label")
            yield Field(id="note", placeholder="why, for the history")
        name = self.workspace.name
        with Horizontal(id="name-row"):
            yield TextBlock(line(Span("   Name", Tone.STAGED)), id="name-label")
            what = "this for real people" if self.host.is_live else "unchecked"
            yield Field(id="name", placeholder=f"type {name} to save {what}")

    def on_mount(self) -> None:
        """Show what is staged, then read whom it affects."""
        self._show()
        self._read()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Leave if saving finished while another screen was on top."""
        self._leave_when_done()

    def show_workspace(self) -> None:
        """Draw everything again, unless it is being saved or was saved."""
        if not self._saving and not self._is_done:
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While saving, only `back` works."""
        if not super().check_action(action, parameters):
            return False
        return action == "back" or not self._saving

    def action_save(self) -> None:
        """Save the staged changes with the note."""
        if self._saving or self._is_done or not self._is_confirmed():
            return
        self._saving, self._refused = True, False
        self._enable(typing=False)
        self.clear_error()
        self._show_state()
        self._save(self.query_one("#note", Field).value.strip())

    def action_back(self) -> None:
        """Back; everything stays staged."""
        if self._saving:
            self.app.notify(
                "You left while it was saving. The revision number shows if it was saved.",
                markup=False,
            )
        self.dismiss(False)

    def action_other(self) -> None:
        """Move from the note to the name, if it is asked for, to the list, and back."""
        stops = [self.query_one("#note"), self.query_one("#name"), self.query_one("#review")]
        stops = [stop for stop in stops if stop.id != "name" or self.has_class("-confirm")]
        here = next((index for index, stop in enumerate(stops) if stop.has_focus), -1)
        stops[(here + 1) % len(stops)].focus()

    def action_sources(self) -> None:
        """Open the sources; afterwards, review with what they say."""
        self.host.open_sources(self.workspace, self._read_sources)

    def _read_sources(self, _result: None) -> None:
        self._read_images()

    @work(group="review images")
    async def _read_images(self) -> None:
        await self.await_or_show(self.workspace.read_images_in_use())

    def action_walk(self, step: int) -> None:
        """Move to the next row of the list, also while typing."""
        self.query_one("#review", Table).action_move(step)

    def action_page_rows(self, step: int) -> None:
        """Move by a screenful of rows, also while typing."""
        self.query_one("#review", Table).action_page(step)

    @work(group=READING)
    async def _read(self) -> None:
        members = await self.await_or_show(self.workspace.session.store.members(self.workspace.name))
        if members is not None:
            self._members = members
        self.show_workspace()

    @work(group="save", description="save")
    async def _save(self, note: str) -> None:
        sending, base = self._sending(), self._draft.base.number
        try:
            saved = await self.workspace.save(note)
        except Conflict as conflict:
            self._stop(conflict)
            self._compare(conflict.newest)
        except IamError as error:
            self._stop(error)
        else:
            words = saved_words(saved.number, sending)
            if saved.number == base:
                words = f"Nothing to save: revision {saved.number} is the same."
            self.app.notify(words, markup=False)
            self._finish()

    def _finish(self) -> None:
        """Remove the finished draft from the local file, and leave."""
        self._is_done = True
        self.keep(self.workspace.keep_draft)
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        # Dismissing closes the screen on top, which may be another one.
        if self._is_done and self.is_active:
            self.dismiss(True)

    def _stop(self, error: IamError) -> None:
        self._saving, self._refused = False, True
        self._enable(typing=True)
        self.query_one("#note", Field).focus()
        self._show_state()
        self.show_error(error)

    def _compare(self, newest: Revision) -> None:
        rebased = self._draft.rebase(newest)
        if rebased.is_clean:
            self.app.notify(f"Revision {newest.number} already has your changes.", markup=False)
            self.workspace.stage(rebased)
            self._finish()
            return
        self.host.open_conflict(self.workspace, self._go_on)

    def _go_on(self, chosen: bool | None) -> None:
        if not chosen:
            return
        self._refused = False
        self.clear_error()
        if self._draft.is_clean:
            self._finish()
        else:
            self._show()

    def _show(self) -> None:
        workspace, glyphs = self.workspace, self.glyphs
        organization, catalog, impact = workspace.organization, workspace.session.catalog, workspace.impact()
        today = self.host.clock().date()
        warnings = [HOW_TO_CHECK] if self._warning() else []
        if warnings and not workspace.is_unchecked:
            warnings.insert(0, self._warning())
        rows = review_rows(
            organization,
            self._draft,
            catalog,
            workspace.watched,
            today,
            glyphs,
            impact=impact,
            warnings=warnings,
        )
        is_risky = workspace.enables_unchecked
        if self.host.is_live:
            sending, host = self._sending(), workspace.session.profile.host
            rows += sending_rows(sending, organization.name, host, glyphs)
            given = answers(organization, self._draft, catalog)
            is_risky = is_risky or sending.needs_confirmation(given, impact)
        self.set_class(is_risky, "-confirm")
        self.query_one("#review", Table).show(rows)
        self._show_state()

    def _warning(self) -> str:
        """What is not known of the images in use; empty if a recent source names some."""
        words = self.workspace.unchecked_words(self.host.clock())
        return f"{self.glyphs.warning} {words}" if words else ""

    def _sending(self) -> Sending:
        return Sending(self._draft, self.workspace.session.store.capabilities)

    def _is_confirmed(self) -> bool:
        """Whether the organization's name was typed, if it has to be; asks for it otherwise."""
        field, name = self.query_one("#name", Field), self.workspace.name
        typed = field.value.strip()
        if not self.has_class("-confirm") or typed == name:
            return True
        field.focus()
        why = "real people's pulls may stop"
        if self.workspace.enables_unchecked:
            why = "nothing is known of what it uses"
        self.hint(f"{typed} is not {name}." if typed else f"Type {name} to save: {why}.")
        return False

    def _enable(self, *, typing: bool) -> None:
        for name in ("#note", "#name"):
            self.query_one(name, Field).disabled = not typing

    def _show_state(self) -> None:
        self.show_frame()
        self.refresh_bindings()
