"""A new local file: its first organization and the owner."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.core.organization import Organization, Plan
from iam_tui.stores.protocol import FirstOrganization, OpenProfile, Profile
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock


class NewLocalFileScreen(BaseScreen[OpenProfile | None]):
    """Asks for the first organization of a local file and creates both; the result is the open profile."""

    AUTO_FOCUS = "#organization"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "create",
            "next, then create",
            id="new_local_file.create",
            priority=True,
            tooltip="Next field, then create the file with this organization",
        ),
        Binding("f2", "plan", "other plan", id="new_local_file.plan", tooltip="Choose another plan"),
        Binding("escape", "back", "back", id="new_local_file.back", tooltip="Back; nothing is created"),
    ]
    DEFAULT_CSS = """
    NewLocalFileScreen {
        .field { height: 1; margin-top: 1; }
        .field TextBlock { width: 16; }
        .field Input { width: 1fr; max-width: 48; }
        #plan { height: 1; margin-top: 1; }
        #plan-note { height: 2; margin: 1 0 0 17; }
    }
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile
        self._plan = Plan.BUSINESS

    def crumbs(self) -> tuple[str, ...]:
        """One level below the profiles."""
        return ("Profiles", self._profile.name, "First organization")

    def summary_lines(self) -> tuple[Line, Line]:
        """What will be created, and where."""
        return line(" This file is empty. Name the first organization and its owner."), line(
            Span(f" {self._profile.where}", Tone.MUTED)
        )

    def body(self) -> ComposeResult:
        """Two fields and the plan."""
        with Horizontal(classes="field"):
            yield TextBlock(line("   Organization"))
            yield Field(id="organization", placeholder="its namespace on Docker Hub, such as acme-corp")
        with Horizontal(classes="field"):
            yield TextBlock(line("   Owner (you)"))
            yield Field(self._profile.user or "", id="owner", placeholder="your Docker ID, such as maya")
        yield TextBlock(id="plan")
        yield TextBlock(id="plan-note", wrapped=True)

    def on_mount(self) -> None:
        """Show the plan."""
        super().on_mount()
        self._show_plan()

    def action_plan(self) -> None:
        """To the next plan."""
        plans = list(Plan)
        self._plan = plans[(plans.index(self._plan) + 1) % len(plans)]
        self._show_plan()

    def action_create(self) -> None:
        """To the field that is empty; if none is, create the file."""
        fields = [self.query_one(f"#{name}", Input) for name in ("organization", "owner")]
        empty = next((field for field in fields if not field.value.strip()), None)
        if empty is None:
            organization, owner = (field.value.strip() for field in fields)
            self._create(FirstOrganization(organization, owner, self._plan))
        elif empty.has_focus:
            self.hint(f"Type {'the organization' if empty.id == 'organization' else 'your name'} first.")
        else:
            empty.focus()

    def action_back(self) -> None:
        """Back to the profiles."""
        self.dismiss()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.clear_error()
        self.show_frame()

    @work(group="create", exclusive=True)
    async def _create(self, first: FirstOrganization) -> None:
        self.hint("Creating it" + self.glyphs.ellipsis, Tone.MUTED)
        opened = await self.await_or_show(self.host.opener.create(self._profile, first))
        self.show_frame()
        if opened is not None:
            self.dismiss(opened)

    def _show_plan(self) -> None:
        spans = [Span("   Plan          ")]
        for plan in Plan:
            chosen = plan is self._plan
            sign = self.glyphs.on if chosen else self.glyphs.off
            spans.append(Span(f"{sign} {plan.title()}   ", Tone.STRONG if chosen else Tone.MUTED))
        self.query_one("#plan", TextBlock).show(tuple(spans))
        has_it = Organization("", self._plan).has_image_access
        note = "Includes Image Access Management." if has_it else "Does not include Image Access Management."
        self.query_one("#plan-note", TextBlock).show(line(Span(note, Tone.MUTED)))
