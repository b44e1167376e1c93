"""The form for allowlist entries: which repositories, why, and when to review them."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.dates import parse_date
from iam_tui.core.errors import InvalidInput
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.policy import AllowlistEntry
from iam_tui.ui.access.entry_form import (
    COLUMNS,
    SUGGESTED,
    Wanted,
    entries_of,
    names_in,
    repository_words,
    review_words,
    wanted,
    wanted_rows,
)
from iam_tui.ui.shared.dates import day
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen


class EntryScreen(WorkspaceScreen[None]):
    """Adds allowlist entries or edits one; `enter` stages them."""

    AUTO_FOCUS = "Field"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "stage", "stage", id="entry.stage", priority=True, tooltip="Stage the entries"),
        Binding("tab", "next_field", "next field", id="entry.next", tooltip="Move to the next field"),
        Binding("escape", "back", "back", id="entry.back", tooltip="Back; nothing is staged"),
    ]
    DEFAULT_CSS = """
    EntryScreen {
        .row { height: 1; }
        .label { width: 14; }
        .explanation { height: 2; padding: 0 1 0 15; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace, entry: AllowlistEntry | None) -> None:
        super().__init__(workspace)
        self._entry = entry
        self._policy = workspace.draft.policy

    def crumbs(self) -> tuple[str, ...]:
        """One level below Image access."""
        what = "Allow a repository" if self._entry is None else "Edit an entry"
        return (self.workspace.name, "Image access", what)

    def status(self) -> Line:
        """Role, user and place."""
        return self.role_and_place()

    def summary_lines(self) -> tuple[Line, Line]:
        """What the allowlist does, and whether it is switched on."""
        first = line(" Every member may pull an allowlisted repository, whatever the switches.")
        if self._policy.allowlist_enabled is not False:
            return first, line(Span(" What you stage is not saved yet.", Tone.MUTED))
        return first, line(Span(" The allowlist is off; its entries take effect once it is on.", Tone.STAGED))

    def body(self) -> ComposeResult:
        """Three fields with an explanation of each value, and the list of repositories."""
        entry, today = self._entry, self.host.clock().date()
        review_by = entry.review_by.isoformat() if entry is not None and entry.review_by else ""
        suggested = parse_date(SUGGESTED, today)
        yield TextBlock(classes="row")
        with Horizontal(classes="row"):
            yield _label("Repository")
            if entry is None:
                yield Field(id="repository", placeholder="grafana/grafana", pasted=names_in)
            else:
                yield TextBlock(line(Span(f" {entry.repository}", Tone.STRONG)), classes="row")
        yield TextBlock(id="repository-explanation", classes="explanation", wrapped=True)
        with Horizontal(classes="row"):
            yield _label("Reason")
            yield Field(entry.reason if entry else "", id="reason", placeholder="what it is needed for")
        yield TextBlock(
            line(Span("Shown beside the entry.", Tone.MUTED)), classes="explanation", wrapped=True
        )
        with Horizontal(classes="row"):
            yield _label("Review by")
            words = f"{SUGGESTED} is {day(suggested, today)}" if suggested else SUGGESTED
            yield Field(review_by, id="review-by", placeholder=words)
        yield TextBlock(id="review-explanation", classes="explanation", wrapped=True)
        if entry is None:
            yield Heading(COLUMNS)
            yield Table(id="wanted")

    def on_mount(self) -> None:
        """Explain the values that the fields start with."""
        self.show_frame()
        self._show()

    def action_next_field(self) -> None:
        """Move to the next field."""
        self.focus_next(Field)

    def action_stage(self) -> None:
        """Stage the entries; if a field is invalid, move to it instead."""
        found = self._wanted()
        if not found:
            self.hint("Name a repository first.")
        if not found or any(one.repository is None for one in found):
            self.query_one("#repository", Field).focus()
            return
        try:
            review_by = parse_date(self._typed("review-by"), self.host.clock().date())
        except InvalidInput:
            self.query_one("#review-by", Field).focus()
            return
        reason = self._typed("reason")
        if self._entry is not None:
            if reason == escape_controls(self._entry.reason).strip():
                reason = self._entry.reason
            self._stage([self._entry._replace(reason=reason, review_by=review_by)])
        else:
            self._stage(entries_of(found, self._policy, reason, review_by))

    def _stage(self, entries: Sequence[AllowlistEntry]) -> None:
        self.stage(self.workspace.draft.stage(self.workspace.draft.policy.allow(entries)))
        self.dismiss()

    def action_back(self) -> None:
        """Back; nothing is staged."""
        self.dismiss()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._show()

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def _wanted(self) -> tuple[Wanted, ...]:
        if self._entry is not None:
            return (Wanted(self._entry.repository, self._entry.repository),)
        return wanted(self._typed("repository"))

    def _show(self) -> None:
        workspace, glyphs = self.workspace, self.glyphs
        organization, catalog = workspace.organization, workspace.session.catalog
        found = self._wanted()
        self.query_one("#repository-explanation", TextBlock).show(
            repository_words(found, organization, self._policy, catalog)
        )
        self.query_one("#review-explanation", TextBlock).show(
            review_words(self._typed("review-by"), self.host.clock().date())
        )
        if self._entry is None:
            rows = list(wanted_rows(found, organization, self._policy, catalog, glyphs))
            self.query_one("#wanted", Table).show(rows)


def _label(text: str) -> TextBlock:
    return TextBlock(line(Span(f"   {text}", Tone.MUTED)), classes="label")
