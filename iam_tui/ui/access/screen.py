"""Image access: the switches and the allowlist of one organization, and what is staged over them."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from iam_tui.core.organization import Puller, Role
from iam_tui.core.policy import AllowlistEntry, Setting
from iam_tui.ui.access.by_hand_words import BY_HAND, by_hand_lines, next_position
from iam_tui.ui.access.flip_words import flip_lines
from iam_tui.ui.access.keys import KEYS
from iam_tui.ui.access.rows import (
    ADD_ROW,
    ORGANIZATION_ROW,
    SWITCH_CELL,
    about_lines,
    access_rows,
    entry_of,
)
from iam_tui.ui.access.staging import StagingScreen
from iam_tui.ui.access.watch_rows import watch_rows
from iam_tui.ui.shared.policy_words import last_known_words, owners_words, truth
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table

EDITING = frozenset({"flip", "allow", "remove", "undo", "redo", "discard", "review"})


class AccessScreen(StagingScreen):
    """One organization's policy. Owners stage changes here; everybody else reads."""

    AUTO_FOCUS = "#access"
    LEADS_TO_ORGANIZATIONS = True
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    DEFAULT_CSS = """
    AccessScreen {
        #access { width: 1fr; }
        #aside { width: 47; height: 1fr; border-left: solid $iam-rule; padding: 0 0 0 1; }
        #about { height: 11; max-height: 55%; }
        #watch-title { height: 1; }
        #watch { height: 1fr; }
    }
    """

    def crumbs(self) -> tuple[str, ...]:
        """The organization, then this page, as in Docker's console."""
        return (self.state.organization.name, "Image access")

    def status(self) -> Line:
        """Role, name, whose data, and which revision."""
        role = self.state.role
        words = role.upper() if role is Role.OWNER else role
        if not self.editable:
            words = f"READ-ONLY {role}"
        dot, number = self.glyphs.dot, self.state.revision.number
        rest = f" {self.host.session.store.user} {dot} {self.host.place} {dot} r{number} "
        return line(Span(words, Tone.STRONG), Span(rest))

    def summary_lines(self) -> tuple[Line, Line]:
        """What is true now, and what is staged, or for readers who could change it."""
        if self.is_old:
            return truth(self.state), last_known_words(self.state, self.host.clock(), self.glyphs)
        if self.editable:
            return truth(self.state), self.staged()
        if self.state.role is Role.OWNER:
            return truth(self.state), line(Span(" Opened read-only.", Tone.MUTED))
        return truth(self.state), line(f" Only owners can change this: {owners_words(self.owners)}.")

    def body(self) -> ComposeResult:
        """The table, and from 110 columns on what the row means and the watch list."""
        with Horizontal():
            yield Table(id="access")
            with Vertical(id="aside", classes="wide-only"):
                yield TextBlock(id="about", wrapped=True)
                yield TextBlock(line(Span("Watch list, live while you toggle", Tone.MUTED)), id="watch-title")
                yield Table(id="watch")

    def on_mount(self) -> None:
        """Show what the picker knew, then read the rest."""
        self.show_all()
        self.read()

    def show_all(self) -> None:
        """Draw everything from revision and draft."""
        super().show_all()
        now, glyphs = self.host.clock(), self.glyphs
        rows = access_rows(
            self.draft, self.state, self.changes, now, glyphs, editable=self.editable, flips=self.flips
        )
        self.query_one("#access", Table).show(rows)
        self._show_about()
        self._show_watched()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Editing keys are absent for readers, and others where there is nothing for them to do."""
        if not super().check_action(action, parameters):
            return False
        if action in EDITING and not (self.editable and self.is_ready):
            return False
        watch = self.query_one("#watch", Table)
        possible = {
            "remove": not watch.has_focus and self._entry_under_cursor() is not None,
            "unwatch": watch.has_focus and watch.cursor is not None,
            "undo": bool(self.draft.past),
            "redo": bool(self.draft.future),
            "discard": not self.draft.is_clean,
            "review": not self.draft.is_clean,
            "request": self.state.role is not Role.OWNER,
        }
        return possible.get(action, True)

    def action_flip(self) -> None:
        """Stage the other position of the switch under the cursor."""
        key = self.query_one("#access", Table).cursor
        if key == ADD_ROW:
            self.action_allow()
        elif key == ORGANIZATION_ROW:
            self.hint("Organization images are always allowed; Docker offers no switch for them.")
        elif key in set(Setting):
            self._toggle(Setting(key))
        elif key is not None:
            self.hint("enter edits this entry, d removes it.")

    def on_key(self, event: events.Key) -> None:
        """Whoever may not edit and tries the key of editing is told why once."""
        if event.key == "space" and not self.editable and not self.is_card:
            event.stop()
            if self.is_old:
                self.hint("What cannot be read now cannot be changed. r tries again.")
                return
            role = (
                "You opened this read-only"
                if self.state.role is Role.OWNER
                else f"Read-only: you are {self.state.role}"
            )
            self.hint(f"{role}. Owners: {owners_words(self.owners)}.")

    def _toggle(self, setting: Setting) -> None:
        value = self.draft.policy.setting(setting)
        if setting is Setting.ENABLED and not value and not self.state.organization.has_image_access:
            plan = self.state.organization.plan.title()
            self.hint(f"Image Access Management needs a Docker Business plan; this one is {plan}.")
            return
        following = next_position(value, self.draft.base.policy.setting(setting))
        self.stage(self.draft.stage(self.draft.policy.with_setting(setting, on=following)))

    def action_allow(self) -> None:
        """Ask for repositories to allow, then stage them."""
        self._ask_for_entry(None)

    def _ask_for_entry(self, entry: AllowlistEntry | None) -> None:
        from iam_tui.ui.access.entry_screen import EntryScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(EntryScreen(self.state, entry, self.draft.policy), self._allow)

    def _allow(self, entries: Sequence[AllowlistEntry] | None) -> None:
        if entries:
            self.stage(self.draft.stage(self.draft.policy.allow(entries)))

    @on(Table.Chosen, "#access")
    def _chosen(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        entry = self._entry_under_cursor()
        if event.column == SWITCH_CELL and event.key in set(Setting) and self.editable:
            self.action_flip()
        elif entry is not None and self.editable:
            self._ask_for_entry(entry)
        elif event.key == ADD_ROW:
            self.action_allow()
        else:
            self._show_details()

    def _show_details(self) -> None:
        self.host.open_details(self.crumbs(), self._about(most=10))

    def action_impact(self) -> None:
        """Which images in use what is staged would stop, or what today's policy does."""
        from iam_tui.ui.impact.screen import ImpactScreen  # noqa: PLC0415 - not needed for the first frame

        if self.images_in_use is None:
            self.hint("Still reading which images are in use.")
            return
        stage = self.stage if self.editable else None
        screen = ImpactScreen(self.state, self.draft, self.images_in_use, self.owners, stage)
        self.app.push_screen(screen, self.came_back)

    def action_test(self) -> None:
        """Try pulls against what is saved and what is staged."""
        self.test_pull("")

    def test_pull(self, text: str) -> None:
        """Open the test with this text in it; it may come back with more staged."""
        from iam_tui.ui.pull.screen import PullScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(PullScreen(self.state, self.draft, text), self.came_back)

    @on(Table.Chosen, "#watch")
    def _watched_chosen(self, event: Table.Chosen) -> None:
        self.test_pull(event.key)

    def action_review(self) -> None:
        """Look at what is staged, then save it."""
        from iam_tui.ui.review.screen import ReviewScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(ReviewScreen(self.state, self.draft, self.images_in_use), self.came_back)

    def action_request(self) -> None:
        """Write a request for access to the owners."""
        from iam_tui.ui.pull.request_screen import RequestScreen  # noqa: PLC0415 - not needed for the first frame

        self.app.push_screen(RequestScreen(self.state, self.owners))

    def action_remove(self) -> None:
        """Stage the removal of the entry under the cursor."""
        entry = self._entry_under_cursor()
        if entry is not None:
            self.stage(self.draft.stage(self.draft.policy.disallow(entry.repository)))

    def action_unwatch(self) -> None:
        """Take the image under the cursor off the watch list."""
        image = self.query_one("#watch", Table).cursor
        self.watched = [watched for watched in self.watched if watched != image]
        self._show_watched()
        self.refresh_bindings()
        self.keep_watched()

    def action_undo(self) -> None:
        """Take back the last staged step."""
        self.stage(self.draft.undo())

    def action_redo(self) -> None:
        """Stage again what was taken back."""
        self.stage(self.draft.redo())

    def action_discard(self) -> None:
        """Drop everything staged; undo brings it back."""
        self.stage(self.draft.discard())
        self.hint("Dropped. u brings it back.")

    def action_back(self) -> None:
        """Back to the organizations; what is staged is kept."""
        if not self.draft.is_clean:
            name = self.state.organization.name
            self.app.notify(
                f"What is staged in {name} is kept, and there when you open it again.", markup=False
            )
        self.dismiss()

    def action_refresh(self) -> None:
        """Read the policy again, and ask again if it changed below what is staged."""
        self.compared = 0
        self.read()

    def action_copy(self) -> None:
        """Copy what the screen says, as text."""
        frame = [self.query_one(f"#{name}", TextBlock).plain.strip() for name in ("top", "first", "second")]
        rows = (
            "  ".join(cell.text for cell in row.cells if cell.text)
            for row in self.query_one("#access", Table).rows
        )
        self.host.copy("\n".join([*frame, "", *(row for row in rows if row)]))

    @on(Table.Moved, "#access")
    def _moved(self) -> None:
        self._show_about()
        self.refresh_bindings()

    def _entry_under_cursor(self) -> AllowlistEntry | None:
        return entry_of(self.query_one("#access", Table).cursor or "", self.draft)

    def _show_about(self) -> None:
        self.query_one("#about", TextBlock).show(*self._about(most=3))

    def _about(self, most: int) -> tuple[Line, ...]:
        """What the row means, and what flipping its switch would do, with so many of the worst images."""
        key, now = self.query_one("#access", Table).cursor or "", self.host.clock()
        flip = self.flips.get(Setting(key)) if key in set(Setting) else None
        about = about_lines(key, self.draft, now)
        if key in BY_HAND and self.host.is_live:
            about = (*about, *by_hand_lines(Setting(key), self.state, now))
        if flip is None:
            return about
        # Below the title, so that what stays the same keeps its row and is not sent again.
        return *about[:2], *flip_lines(flip, most), line(""), *about[2:]

    def _show_watched(self) -> None:
        organization, role = self.state.organization, self.state.role
        puller = Puller(Role.MEMBER if role is Role.OWNER else role)
        rows = watch_rows(self.watched, self.host.catalog, organization, puller, self.draft, self.glyphs)
        self.query_one("#watch", Table).show(rows)
