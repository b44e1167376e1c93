"""The pull test: whether someone may pull an image, and which step of the rules decides it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from iam_tui.application.membership import People, read_people
from iam_tui.application.pull_scenario import PullScenario
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.organization import Member, Role
from iam_tui.core.pasted import find_image
from iam_tui.core.policy import AllowlistEntry
from iam_tui.inventory.lists.image_list import NotAList
from iam_tui.ui.pull.batch_screen import BatchPullScreen
from iam_tui.ui.pull.comparison_rows import (
    WHO,
    comparison_rows,
    everybody,
    recent_rows,
)
from iam_tui.ui.pull.lookup import LookupScreenBase
from iam_tui.ui.pull.paste import LONGEST_IMAGE, continues, read_paste
from iam_tui.ui.pull.words import PullAnswer, answer, explanation, nothing_typed, trace_rows, verdict_lines
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.table_rows import RULE
from iam_tui.ui.shared.text import Line, Span, Tone, line, wrap
from iam_tui.ui.shared.widgets.field import VisibleInput
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table

WIDE = 110
"""From how many columns on there is room for the verdicts of all people."""
ASIDE = 46
"""The width of those verdicts."""


class PullField(VisibleInput):
    """The field for the image. The screen handles what is pasted, which may be more than one image."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()


class Trace(Table, can_focus=False):
    """The steps that led to the verdict, with the mark on the one that decided."""


class PullScreen(LookupScreenBase):
    """Judges what is typed immediately, from local data."""

    AUTO_FOCUS = "#image"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "allow", "allow", id="pull.allow", tooltip="Stage the repository for the allowlist"),
        Binding("f5", "disallow", "disallow", id="pull.disallow", tooltip="Stage its removal"),
        Binding("f6", "watch", "watch", id="pull.watch", tooltip="Add it to the watch list"),
        Binding("f6", "unwatch", "unwatch", id="pull.unwatch", tooltip="Remove it from the watch list"),
        Binding("f7", "request", "ask", id="pull.request", tooltip="Write a request to the owners"),
        Binding("f8", "person", "person", id="pull.person", tooltip="Choose a person of the organization"),
        Binding("ctrl+y", "copy", "copy", id="pull.copy", tooltip="Copy the explanation as text"),
        Binding("escape", "back", "back", id="pull.back", tooltip="Back"),
        Binding(
            "up,ctrl+r", "recent(1)", "recent", id="pull.older", tooltip="The image tested before", show=False
        ),
        Binding("down", "recent(-1)", "Newer", id="pull.newer", tooltip="The image tested after", show=False),
        Binding("pageup", "scroll(-1)", "Up", id="pull.up", tooltip="Scroll up", show=False),
        Binding("pagedown", "scroll(1)", "Down", id="pull.down", tooltip="Scroll down", show=False),
        Binding("q,ctrl+q", "quit", "quit", id="pull.quit", tooltip="Quit; asks if changes are staged"),
    ]
    DEFAULT_CSS = f"""
    PullScreen {{
        #test {{ width: 1fr; }}
        #pull-row {{ height: 1; }}
        #pull-label {{ width: 13; }}
        #image {{ width: 1fr; }}
        #pull-hint {{ width: 24; }}
        &.-small #pull-hint {{ display: none; }}
        #verdict {{ height: 3; margin-top: 1; }}
        #trace {{ height: 1fr; }}
        #aside {{ width: {ASIDE}; height: 1fr; border-left: solid $iam-rule; }}
    }}
    """

    def __init__(self, workspace: PolicyWorkspace, text: str, scenario: PullScenario | None = None) -> None:
        super().__init__(workspace, scenario)
        self._text = text
        self._answer: PullAnswer | None = None
        self._members: Sequence[Member] = ()
        self._people: Mapping[str, Member] = {}
        self._recent: Sequence[str] = ()
        self._recent_at = -1
        self._paste_refused = False

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        return (self.workspace.name, "Test a pull")

    def summary_lines(self) -> tuple[Line, Line]:
        """The scenario, and what is staged, or which image was found in the text."""
        first, staged = super().summary_lines()
        given = self._answer
        if given is None or given.image == self._typed:
            return first, staged
        return first, line(Span(" The image in it: ", Tone.MUTED), Span(given.image, Tone.ACCENT))

    def card(self) -> tuple[Line, ...]:
        """On the card, the verdict too."""
        given = self._answer
        return (*self.summary_lines(), *(verdict_lines(given, self.scenario, self.glyphs) if given else ()))

    def body(self) -> ComposeResult:
        """The field, the verdict and its trace and, from 110 columns on, the verdicts of all people."""
        with Horizontal():
            with Vertical(id="test"):
                with Horizontal(id="pull-row"):
                    yield TextBlock(line(Span(" docker pull", Tone.MUTED)), id="pull-label")
                    yield PullField(self._text, id="image", select_on_focus=False, max_length=LONGEST_IMAGE)
                    yield TextBlock(line(Span(" nothing is downloaded", Tone.MUTED)), id="pull-hint")
                yield TextBlock(id="verdict", wrapped=True)
                yield Trace(id="trace")
            yield Table(id="aside", classes="wide-only")

    def on_mount(self) -> None:
        """Judge the text it was opened with, then read the people."""
        self.show_all()
        self._read()

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap everything again."""
        self.show_all()

    def show_all(self) -> None:
        """Draw everything from the text and the scenario."""
        typed, catalog = self._typed, self.workspace.session.catalog
        image = (find_image(typed) or typed) if typed else ""
        self._answer = answer(image, self.scenario, catalog) if image else None
        self._people = everybody(self.scenario, self._members)
        self._show_answer()
        self._show_aside()
        super().show_all()

    @property
    def _typed(self) -> str:
        return self.query_one("#image", Input).value.strip()

    def _show_answer(self) -> None:
        width = self.size.width - (ASIDE if self.size.width >= WIDE else 0)
        given = self._answer
        if given is None:
            lines, rows = nothing_typed(self._recent, width, self.glyphs)
        else:
            lines = verdict_lines(given, self.scenario, self.glyphs)
            rows = trace_rows(given, self.scenario, self.workspace.owners, width)
        verdict = self.query_one("#verdict", TextBlock)
        verdict.styles.height = sum(len(wrap(one, width)) for one in lines)
        verdict.show(*lines)
        self.query_one("#trace", Table).show(rows)

    def _show_aside(self) -> None:
        scenario, catalog, glyphs = self.scenario, self.workspace.session.catalog, self.glyphs
        rows = recent_rows(self._recent, scenario, catalog, glyphs)
        if self._answer is not None and self._image:
            everybodys = comparison_rows(self._answer.image, scenario, self._people, catalog, glyphs)
            rows = [*everybodys, RULE, *rows] if rows else everybodys
        aside = self.query_one("#aside", Table)
        people = list(self._people.values())
        is_followed = not aside.has_focus and scenario.who in people
        aside.show(rows, f"{WHO}:{people.index(scenario.who)}" if is_followed else None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide keys that have nothing to do."""
        if not super().check_action(action, parameters):
            return False
        image, repository = self._image, self._listable
        listed = repository is not None and self.workspace.draft.policy.lists(repository)
        possible = {
            "allow": self.workspace.allowlist_editable and repository is not None and not listed,
            "disallow": self.workspace.allowlist_editable and listed,
            "watch": self.workspace.is_read and bool(image) and image not in self.workspace.watched,
            "unwatch": bool(image) and image in self.workspace.watched,
            "request": self.workspace.state.role is not Role.OWNER,
            "person": bool(self._members),
            "copy": self._answer is not None,
        }
        return possible.get(action, True)

    @property
    def _image(self) -> str:
        """The image that is tested; empty if there is none."""
        given = self._answer
        return given.image if given is not None and given.reference is not None else ""

    @property
    def _listable(self) -> str | None:
        """The repository, if it is on Docker Hub: an allowlist has no others."""
        reference = self._answer.reference if self._answer else None
        return reference.repository if reference is not None and reference.on_hub else None

    @on(Input.Changed, "#image")
    def _text_changed(self) -> None:
        self._accept_paste()
        self.show_all()

    @on(Input.Submitted, "#image")
    def _submitted(self) -> None:
        given = self._answer
        if self._image:
            self._recent_at = 0
            self._recent = [self._image, *(one for one in self._recent if one != self._image)]
            self._keep_pull(self._image)
            self.show_all()
            if given is None or given.reference is None or not self.look_up(given.reference):
                self.hint("Added to the recent tests; the up arrow brings it back.")

    def on_paste(self, event: events.Paste) -> None:
        """Find the images in the pasted text: one goes into the field, several open a list."""
        event.stop()
        field = self.query_one("#image", Input)
        if continues(field.value, event.text):
            field.insert_text_at_cursor(event.text.strip())
            return
        try:
            paste = read_paste(event.text)
        except NotAList as error:
            self._paste_refused = True
            self.show_error(error)
            return
        self._accept_paste()
        if len(paste.images) > 1:
            pulls = BatchPullScreen(self.workspace, self.scenario, paste.images, paste.notes)
            self.app.push_screen(pulls)
        elif paste.images:
            self._fill(paste.images[0])
            if paste.notes:
                self.hint(paste.notes)
            elif paste.images[0] != event.text.strip():
                self.hint(f"Found in the pasted text: {paste.images[0]}", Tone.ACCENT)
        elif paste.notes:
            self.hint(paste.notes)

    def _accept_paste(self) -> None:
        """Take away the error about a paste, and no other."""
        if self._paste_refused:
            self._paste_refused = False
            self.clear_error()

    def _fill(self, text: str) -> None:
        field = self.query_one("#image", Input)
        with field.prevent(Input.Changed):
            field.value = text
        field.action_end()
        field.focus()
        self.show_all()

    @on(Table.Chosen, "#aside")
    def _chosen(self, event: Table.Chosen) -> None:
        kind, _, number = event.key.partition(":")
        if kind == WHO:
            self.show_scenario(self.scenario.by(list(self._people.values())[int(number)]))
        else:
            self._fill(self._recent[int(number)])

    def action_recent(self, step: int) -> None:
        """Put the image tested before or after into the field."""
        index = self._recent_at + step
        if 0 <= index < len(self._recent):
            self._recent_at = index
            self._fill(self._recent[index])

    def action_scroll(self, step: int) -> None:
        """Scroll the answer by a page."""
        trace = self.query_one("#trace", Table)
        trace.scroll_relative(y=step * max(trace.size.height - 1, 1), animate=False)

    def action_allow(self) -> None:
        """Stage the repository for the allowlist."""
        if self._listable is not None:
            self.stage(
                self.workspace.draft.stage(
                    self.workspace.draft.policy.allow([AllowlistEntry(self._listable)])
                )
            )
            if not self.workspace.draft.policy.allowlist_enabled:
                self.hint("Staged. The allowlist is off; the entry takes effect once it is switched on.")

    def action_disallow(self) -> None:
        """Stage the removal of the repository from the allowlist."""
        if self._listable is not None:
            self.stage(self.workspace.draft.stage(self.workspace.draft.policy.disallow(self._listable)))

    def action_watch(self) -> None:
        """Add the image to the organization's watch list."""
        self._watch([*self.workspace.watched, self._image], "Added to the watch list, beside the switches.")

    def action_unwatch(self) -> None:
        """Remove the image from the organization's watch list."""
        self._watch(
            [one for one in self.workspace.watched if one != self._image], "Removed from the watch list."
        )

    def _watch(self, images: Sequence[str], message: str) -> None:
        self.workspace.watch(images)
        self.keep(self.workspace.keep_watch_list)
        self.hint(message)

    def action_request(self) -> None:
        """Write a request for this image to the owners."""
        self.host.open_request(self.workspace, self._image)

    def action_person(self) -> None:
        """Choose a person of the organization to pull as."""
        from iam_tui.ui.pull.puller_picker import PullerPicker  # noqa: PLC0415 (few pull tests need it)

        self.app.push_screen(PullerPicker(self.scenario, self._members, self._image), self._picked)

    def _picked(self, person: Member | None) -> None:
        if person is not None:
            self.show_scenario(self.scenario.by_person(person))

    def action_copy(self) -> None:
        """Copy everything about this pull as text."""
        if self._answer is not None:
            self.host.copy(explanation(self._answer, self.scenario, self.workspace.owners, self.host.clock()))

    @work(group=READING)
    async def _read(self) -> None:
        """Read everything that a key may need later, so that no key has to wait for it."""
        known = await self.await_or_show(self._read_all())
        if known is None:
            return
        self._members, revisions = known
        you = next(member for member in self._members if member.user == self.scenario.you.user)
        self.show_scenario(self.scenario.knowing(you, revisions))

    async def _read_all(self) -> People:
        self._recent = await self.workspace.session.memory.recent_pulls()
        return await read_people(self.workspace.session.store, self.workspace.name)

    @work(group="pulls")
    async def _keep_pull(self, image: str) -> None:
        await self.await_or_show(self.workspace.session.memory.keep_pull(image))
