"""Asking for access: a form, and the request to the owners that it writes."""

from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.application.pull_scenario import PullScenario, read_scenario
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.pasted import find_image
from iam_tui.ui.pull.request_text import Wish, request
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.policy_words import owners_words, truth
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.verdict_words import verdict_span
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen


class RequestScreen(WorkspaceScreen[None]):
    """A form of three fields above the request that it writes. Nothing is sent; you copy the request."""

    AUTO_FOCUS = "#purpose"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "copy", "copy", id="request.copy", tooltip="Copy the request; so does enter"),
        Binding(
            "f2",
            "plain",
            "as plain text",
            id="request.plain",
            tooltip="Show it alone, for the mouse",
        ),
        Binding("down", "app.focus_next", "next", id="request.next", show=False, tooltip="Next field"),
        Binding(
            "up",
            "app.focus_previous",
            "previous",
            id="request.previous",
            show=False,
            tooltip="Previous field",
        ),
        Binding("pageup", "scroll(-1)", "Up", id="request.up", show=False, tooltip="Scroll up"),
        Binding("pagedown", "scroll(1)", "Down", id="request.down", show=False, tooltip="Scroll down"),
        Binding("escape", "back", "back", id="request.back", tooltip="Back"),
    ]
    DEFAULT_CSS = """
    RequestScreen {
        .field { height: 1; }
        .field TextBlock { width: 13; }
        #verdict { height: 1; }
        #request { height: 1fr; padding: 0 1; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace, image: str = "") -> None:
        super().__init__(workspace)
        self._asked_for = image
        self.scenario = PullScenario.own_pull(workspace.state, workspace.session.user)
        """The asking person's own pull, under what is saved."""

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        return (self.workspace.name, "Ask for access")

    def status(self) -> Line:
        """User and place."""
        return line(f"{self.workspace.session.user} {self.glyphs.dot} {self.host.place} ")

    def summary_lines(self) -> tuple[Line, Line]:
        """What the policy allows now, and who can change it."""
        workspace = self.workspace
        who = line(f" Only owners can change this: {owners_words(workspace.owners)}.")
        return truth(workspace.state), who

    def body(self) -> ComposeResult:
        """The fields, the current verdict, and the request."""
        yield from _field("Image", "image", "bitnami/redis", self._asked_for)
        yield from _field("What for", "purpose", "a sentence for the owners")
        yield from _field("Until", "until", "a date, or: for good")
        yield TextBlock(id="verdict")
        yield self.rule()
        yield TextBlock(id="request", wrapped=True)

    def on_mount(self) -> None:
        """Write the request from what is known, then read the user's sign-in."""
        if not self._asked_for:
            self.query_one("#image", Input).focus()
        self.show_request()
        self._read()

    @property
    def markdown(self) -> str:
        """The request, as Markdown."""
        wish, image = self._wish, self._wish.image
        decision = self.scenario.decide(image, self.workspace.session.catalog) if image else None
        return request(wish, decision, self.scenario, self.workspace.owners, self.host.clock())

    @property
    def _wish(self) -> Wish:
        image, purpose, until = (
            self.query_one(f"#{name}", Input).value.strip() for name in ("image", "purpose", "until")
        )
        return Wish(find_image(image) or image, purpose, until)

    def show_request(self) -> None:
        """Draw the request from the fields."""
        self.query_one("#verdict", TextBlock).show(self._verdict())
        text = [line(Span(one, Tone.MUTED)) for one in self.markdown.split("\n")]
        self.query_one("#request", TextBlock).show(*text)

    def _verdict(self) -> Line:
        image = self._wish.image
        if not image:
            return line(Span(" Which image is it?", Tone.MUTED))
        decision = self.scenario.decide(image, self.workspace.session.catalog)
        return line(Span("              "), verdict_span(decision.verdict), f"  {decision.reason}")

    @on(Input.Changed)
    def _filled_in(self) -> None:
        self.show_request()

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap the request again."""
        self.show_request()

    @on(Input.Submitted)
    def action_copy(self) -> None:
        """Copy the request as Markdown."""
        self.host.copy(self.markdown)

    def action_plain(self) -> None:
        """Show the request alone, for terminals that do not let programs copy."""
        self.host.open_plain_text(self.markdown.split("\n"))

    def action_scroll(self, step: int) -> None:
        """Scroll the request by a page."""
        shown = self.query_one("#request", TextBlock)
        shown.scroll_relative(y=step * max(shown.size.height - 1, 1), animate=False, force=True)

    def action_back(self) -> None:
        """Back; nothing is kept."""
        self.dismiss()

    def show_workspace(self) -> None:
        """Draw everything; the owners may be known by now, and another revision saved."""
        if self.scenario.state is not self.workspace.state:
            self.scenario = self.scenario.with_state(self.workspace.state)
        self.show_frame()
        self.show_request()

    @work(group=READING)
    async def _read(self) -> None:
        scenario = await self.await_or_show(self._read_scenario())
        if scenario is None:
            return
        self.scenario = scenario
        field = self.query_one("#image", Input)
        if not field.value and self._asked_for:
            field.value = self._asked_for
            self.query_one("#purpose", Input).focus()
        self.show_workspace()

    async def _read_scenario(self) -> PullScenario:
        session = self.workspace.session
        if not self._asked_for:
            self._asked_for = next(iter(await session.memory.recent_pulls()), "")
        if not self.workspace.owners:
            await self.workspace.read_owners()
        return await read_scenario(session.store, self.workspace.state)


def _field(label: str, name: str, placeholder: str, value: str = "") -> ComposeResult:
    with Horizontal(classes="field"):
        yield TextBlock(line(Span(f" {label}", Tone.MUTED)))
        yield Field(value, id=name, placeholder=placeholder)
