"""What every screen shares: a breadcrumb, two summary lines, a body, a place for errors, and the keys."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Rule
from textual.worker import Worker, WorkType

from iam_tui.core.errors import IamError
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.host import Host
from iam_tui.ui.shared.text import Line, Span, Tone, line, wrap
from iam_tui.ui.shared.widgets.drawing import LOOKS
from iam_tui.ui.shared.widgets.key_bar import KeyBar
from iam_tui.ui.shared.widgets.lines import Split, TextBlock

Result = TypeVar("Result")
Answer = TypeVar("Answer")

READING: Final = "read"
"""The group of work that reads what a screen shows. Keys typed ahead wait for a screen's first such work."""
LEADING: Final = frozenset({"again", "create", "enter", "import", "leave", "save", "sign-in"})
"""The groups of work that opens or closes a screen when it is done. Keys typed ahead wait for it."""


class BaseScreen(Screen[Result], inherit_bindings=False):
    """A screen of the console. Below 60x16 it is a single card with the breadcrumb and what is staged."""

    _error_lines: tuple[Line, ...] = ()

    ALWAYS_POSSIBLE: ClassVar[frozenset[str]] = frozenset({"quit", "help", "back", "copy", "suspend_process"})
    """The actions that also work on the card."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "next", id="screen.next", show=False, tooltip="Focus the next part"),
        Binding(
            "shift+tab",
            "app.focus_previous",
            "previous",
            id="screen.previous",
            show=False,
            tooltip="Focus the previous part",
        ),
    ]
    LEADS_TO_ORGANIZATIONS: ClassVar[bool] = False
    """Whether another organization may be opened in place of this screen: nothing is lost by leaving it."""
    COMPONENT_CLASSES: ClassVar[set[str]] = set(LOOKS)
    _last_focused: Widget | None = None
    _first_reading: Worker[Any] | None = None
    DEFAULT_CSS = """
    BaseScreen {
        layout: vertical;
        #frame { height: 1fr; }
        #body { height: 1fr; }
        #problem { height: 2; display: none; }
        &.-failed #problem { display: block; }
        #card { height: 1fr; display: none; padding: 0 1; }
        &.-tiny #frame { display: none; }
        &.-flat #frame { display: none; }
        &.-tiny #card { display: block; }
        &.-flat #card { display: block; }
        .wide-only { display: none; }
        &.-wide .wide-only { display: block; }
    }
    """

    @property
    def host(self) -> Host:
        """The application that this screen is shown in."""
        return cast("Host", self.app)

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return self.host.glyphs

    @property
    def is_card(self) -> bool:
        """Whether there is only room for the card."""
        return self.has_class("-tiny") or self.has_class("-flat")

    @property
    def has_unsaved_changes(self) -> bool:
        """Whether quitting now would need a decision about staged changes."""
        return False

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask what to do with unsaved changes, then leave or stay; asked only where there are some."""
        leave()

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        with Vertical(id="frame"):
            yield TextBlock(id="top")
            yield TextBlock(id="first")
            yield TextBlock(id="second")
            yield self.rule()
            with Vertical(id="body"):
                yield from self.body()
            yield TextBlock(id="problem", wrapped=True)
            yield self.rule()
        yield TextBlock(id="card", wrapped=True)
        yield KeyBar()

    def rule(self) -> Rule:
        """A line across the screen."""
        return Rule(line_style="ascii" if self.app.has_class("-ascii") else "solid")

    def body(self) -> ComposeResult:
        """The widgets between the two rules."""
        yield from ()

    def crumbs(self) -> tuple[str, ...]:
        """The breadcrumb, from the outside in."""
        return ()

    def status(self) -> Line:
        """Who you are and whose data it is, at the right of the first row."""
        return ()

    def summary_lines(self) -> tuple[Line, Line]:
        """Two lines: what is true now, and what is staged."""
        return (), ()

    def card(self) -> tuple[Line, ...]:
        """What the card says, below its first line."""
        return self.summary_lines()

    def show_frame(self) -> None:
        """Draw the rows above the body, and the card, from what the screen now knows."""
        first, second = self.summary_lines()
        self.query_one("#top", TextBlock).show(self._top())
        self.query_one("#first", TextBlock).show(first)
        self.query_one("#second", TextBlock).show(second)
        size = "x".join(str(cells) for cells in self.app.size)
        size = f"The window is {size}; at least 60x16 is needed. Nothing is lost; make it larger."
        top, card = self._top(), self.card()
        if self.host.is_live:
            card = (line(Span(f" {self.host.place}", Tone.LIVE)), *card)
        self.query_one("#card", TextBlock).show(top.left, *card, line(Span(f" {size}", Tone.MUTED)))

    def hint(self, text: str, tone: Tone = Tone.STAGED) -> None:
        """Show a hint in place of the second summary line, until the screen draws itself again."""
        self.query_one("#second", TextBlock).show(line(Span(f" {text}", tone)))

    def show_error(self, error: IamError) -> None:
        """Show an error above the keys; it stays until `clear_error`."""
        self._error_lines = error_lines(error, self.glyphs)
        self._show_error_lines()
        self.add_class("-failed")

    def _show_error_lines(self) -> None:
        """In as many rows as it needs, up to five."""
        block = self.query_one("#problem", TextBlock)
        rows = sum(len(wrap(shown, self.app.size.width)) for shown in self._error_lines)
        block.styles.height = min(rows, 5)
        block.show(*self._error_lines)

    def clear_error(self) -> None:
        """Take the error away."""
        self.remove_class("-failed")

    async def await_or_show(self, work: Awaitable[Answer]) -> Answer | None:
        """The answer of the work, or None once its error is on the screen."""
        try:
            answer = await work
        except IamError as error:
            self.show_error(error)
            return None
        self.clear_error()
        return answer

    def run_worker(
        self,
        work: WorkType[Answer],
        *args: Any,  # noqa: ANN401 - handed on as it came
        **options: Any,  # noqa: ANN401 - handed on as it came
    ) -> Worker[Answer]:
        """As in every widget, for asynchronous work; it ends when it would draw on a screen that was closed.

        Textual cancels a screen's workers only once its widgets are gone; one may still run in between.
        """
        begin = cast("Callable[[], Awaitable[Answer]]", work)

        async def while_open() -> Answer:
            try:
                return await begin()
            except NoMatches:
                if self in self.app.screen_stack:
                    raise
                raise asyncio.CancelledError from None

        worker: Worker[Answer] = super().run_worker(while_open, *args, **options)
        if worker.group == READING and self._first_reading is None:
            self._first_reading = worker
        return worker

    def keys_wait_for(self, worker: Worker[Any]) -> bool:
        """Whether keys typed ahead are meant for what there is once this work of the screen is done.

        What is read again is there already.
        """
        return worker.group in LEADING or worker is self._first_reading

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing before the screen is mounted; on the card only leaving, copying and help."""
        if not self.is_mounted:
            return False
        return action in self.ALWAYS_POSSIBLE if self.is_card else True

    def on_mount(self) -> None:
        """Draw the frame for the first time."""
        self.show_frame()

    def on_resize(self, _event: events.Resize) -> None:
        """The card shows the window's size; what it hid gets the focus back."""
        self.show_frame()
        self._show_error_lines()
        self.call_after_refresh(self._focus_again)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember what gets the focus back after the card."""
        if not self.is_card:
            self._last_focused = event.widget

    def _focus_again(self) -> None:
        self.refresh_bindings()
        if self.focused is None and not self.is_card and self._last_focused is not None:
            self._last_focused.focus()

    def _top(self) -> Split:
        """The first row; on live data it is a bar that says so, on every screen."""
        left, right = self._trail(), self.status()
        if not self.host.is_live:
            return Split(left, right)
        place = self.host.place
        if not any(place in span.text for span in right):
            right = (Span(f" {place} "), *right)
        return Split(_toned(left, Tone.LIVE), _toned((Span(" "), *right), Tone.LIVE))

    def _trail(self) -> Line:
        spans = [Span(" iam", Tone.MUTED)]
        *outer, last = self.crumbs() or ("",)
        spans += [Span(f" {self.glyphs.crumb} {crumb}", Tone.MUTED) for crumb in outer]
        return (*spans, Span(f" {self.glyphs.crumb} ", Tone.MUTED), Span(last, Tone.TITLE))


def error_lines(error: IamError, glyphs: Glyphs) -> tuple[Line, ...]:
    """The error in two lines: what happened; what that means for the work, and what to do."""
    return (
        line(Span(f" {glyphs.warning} {error.title}. ", Tone.BLOCKED), error.detail),
        line(Span(f"   {error.meaning} {error.advice}".rstrip(), Tone.MUTED)),
    )


def _toned(spans: Line, tone: Tone) -> Line:
    return tuple(Span(span.text, tone) for span in spans)
