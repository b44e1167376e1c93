"""The sources of the impact: bring in a pull report, scan a folder, or forget a source."""

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.application.images_in_use import read_sources
from iam_tui.application.source_import import ImportedSource, ImportProgress, SourceImport, Stopped
from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.core.counted import counted
from iam_tui.core.errors import IamError
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.impact.sources_rows import (
    ADD_REPORT,
    ADD_SCAN,
    COLUMNS,
    about_adding,
    progress_line,
    source_lines,
    source_rows,
)
from iam_tui.ui.shared.base_screen import READING
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

PROMPTS = {SourceKind.REPORT: "   Report file", SourceKind.SCAN: "   Folder"}
PLACEHOLDERS = {
    SourceKind.REPORT: "the CSV that Docker Hub mails: hub.docker.com, Usage, Pulls",
    SourceKind.SCAN: "a folder of one or more projects",
}
NOTHING_YET = ImportProgress("")
PROGRESS_SECONDS = 0.5


class SourcesScreen(WorkspaceScreen[None]):
    """The sources of one organization's inventory, which are kept in the local file."""

    AUTO_FOCUS = "#sources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p", "report", "pull report", id="sources.report", tooltip="Bring in Docker Hub's pull report"
        ),
        Binding("f", "folder", "scan folder", id="sources.folder", tooltip="Scan a folder of projects"),
        Binding("d", "forget", "forget", id="sources.forget", tooltip="Forget the source; asks first"),
        Binding("y", "agree", "forget it", id="sources.agree", tooltip="Yes, forget the source"),
        Binding("escape", "back", "back", id="sources.back", tooltip="Stop, leave the field, or go back"),
    ]
    DEFAULT_CSS = """
    SourcesScreen {
        #path-row { height: 1; display: none; }
        &.-asking #path-row { display: block; }
        #path-label { width: 17; }
        #about { height: 35%; min-height: 4; max-height: 6; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self._sources: Sequence[Source] = ()
        self._kind = SourceKind.REPORT
        """The kind of source whose path is asked for."""
        self._stop: Event | None = None
        self._progress = NOTHING_YET
        self._is_keeping = False
        self._to_forget: Source | None = None

    def _may_have(self, kind: SourceKind) -> bool:
        """Whether this person may bring in and forget sources of this kind."""
        return self.workspace.may_see_pullers or not kind.names_pullers

    def crumbs(self) -> tuple[str, ...]:
        """One level below the impact."""
        return (self.workspace.name, "Impact", "Sources")

    def summary_lines(self) -> tuple[Line, Line]:
        """What sources are for; then the question, the progress, or where they are kept."""
        first = line(" The images that members use. More sources give a more complete impact.")
        if self._to_forget is not None:
            rows = counted(self._to_forget.rows, "row", "rows")
            question = f" Forget {self._to_forget.name} and its {rows}?"
            return first, line(Span(question, Tone.STAGED), Span("  y forgets, esc keeps", Tone.MUTED))
        if self._is_keeping:
            return first, line(Span(f" Storing it{self.glyphs.ellipsis}", Tone.STAGED))
        if self._stop is not None:
            return first, progress_line(self._progress, self.glyphs)
        return first, line(Span(" Kept in the local file only; IP addresses are dropped.", Tone.MUTED))

    def body(self) -> ComposeResult:
        """The sources, details of one, and the field for the path of the next."""
        yield Heading(COLUMNS)
        yield Table(id="sources")
        yield TextBlock(id="about", wrapped=True)
        with Horizontal(id="path-row"):
            yield TextBlock(id="path-label")
            yield Field(id="path")

    def on_mount(self) -> None:
        """Show the kept sources."""
        self.show_frame()
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is read it can only be stopped; reports are for owners."""
        if not super().check_action(action, parameters):
            return False
        idle = self._stop is None and self._to_forget is None and not self.workspace.session.read_only
        chosen = self._chosen()
        possible = {
            "report": idle and self._may_have(SourceKind.REPORT),
            "folder": idle,
            "forget": idle and chosen is not None and self._may_have(chosen.kind),
            "agree": self._to_forget is not None,
            "back": not self._is_keeping,
        }
        return possible.get(action, True)

    def action_report(self) -> None:
        """Ask for the file of a pull report."""
        self._ask(SourceKind.REPORT)

    def action_folder(self) -> None:
        """Ask for the folder to scan."""
        self._ask(SourceKind.SCAN)

    def action_forget(self) -> None:
        """Ask whether to forget the source under the cursor."""
        self._to_forget = self._chosen()
        self._show_state()

    def action_agree(self) -> None:
        """Forget the source in question."""
        if self._to_forget is not None:
            self._forget(self._to_forget)
            self._stop_forgetting()

    def action_back(self) -> None:
        """Stop reading, keep the source in question, leave the field, or go back."""
        if self._stop is not None:
            self._stop.set()
        elif self._to_forget is not None:
            self._stop_forgetting()
        elif self.has_class("-asking"):
            self._stop_asking()
        else:
            self.dismiss()

    @on(Table.Chosen, "#sources")
    def _opened(self, event: Table.Chosen) -> None:
        if event.key == ADD_REPORT and self.check_action("report", ()):
            self.action_report()
        elif event.key == ADD_SCAN and self.check_action("folder", ()):
            self.action_folder()

    @on(Table.Moved, "#sources")
    def _moved(self) -> None:
        self._stop_forgetting()
        self._show_about()

    @on(Field.Submitted, "#path")
    def _submitted(self, event: Field.Submitted) -> None:
        if event.value.strip() and self._stop is None:
            self._import(event.value.strip())

    @work(group=READING)
    async def _read(self, cursor: int | None = None) -> None:
        session = self.workspace.session
        sources = await self.await_or_show(read_sources(session.memory, self.workspace.state))
        if sources is not None:
            self._sources = sources
        self._show(cursor)

    @work(group=READING)
    async def _forget(self, source: Source) -> None:
        memory = self.workspace.session.memory
        await self.await_or_show(memory.remove_source(self.workspace.name, source.kind, source.name))
        self._read()

    @work(group="import", description="import")
    async def _import(self, path: str) -> None:
        stop = self._stop = Event()
        self._progress = NOTHING_YET
        source_import = SourceImport(self._kind, path, self.host.clock(), self._on_progress, stop)
        self.clear_error()
        self._show_state()
        ticks = self.set_interval(PROGRESS_SECONDS, self.show_frame)
        try:
            imported = await asyncio.to_thread(source_import.read)
            # `esc` may have come after the thread looked for the last time.
            if not stop.is_set():
                await self._keep(imported)
        except Stopped:
            stop.set()
        except IamError as error:
            self.show_error(error)
        finally:
            # A thread cannot be cancelled, only asked to stop.
            is_stopped = stop.is_set()
            stop.set()
            self._stop = None
            ticks.stop()
        if is_stopped:
            self.app.notify("Stopped. Nothing was kept.", markup=False)
        self._show_state()

    async def _keep(self, imported: ImportedSource) -> None:
        """Write the source to the local file; this cannot be stopped half-way."""
        self._is_keeping = True
        self._show_state()
        try:
            await self.workspace.session.memory.keep_source(self.workspace.name, *imported)
        finally:
            self._is_keeping = False
        self._stop_asking()
        self._read(cursor=0)

    def _on_progress(self, progress: ImportProgress) -> None:
        """Remember the progress, which a timer draws: the importing thread calls this too often for that."""
        self._progress = progress

    def _stop_forgetting(self) -> None:
        """Close the question whether to forget a source."""
        self._to_forget = None
        self._show_state()

    def _ask(self, kind: SourceKind) -> None:
        self._kind = kind
        self.query_one("#path-label", TextBlock).show(line(Span(PROMPTS[kind], Tone.MUTED)))
        field = self.query_one("#path", Field)
        field.placeholder = PLACEHOLDERS[kind]
        self.add_class("-asking")
        field.focus()

    def _stop_asking(self) -> None:
        self.query_one("#path", Field).value = ""
        self.remove_class("-asking")
        self.clear_error()
        self.query_one("#sources", Table).focus()

    def _show(self, cursor: int | None) -> None:
        rows = source_rows(
            self._sources,
            self.host.clock(),
            may_add=not self.workspace.session.read_only,
            may_report=self._may_have(SourceKind.REPORT),
        )
        self.query_one("#sources", Table).show(rows, cursor)
        self._show_about()
        self._show_state()

    def _show_about(self) -> None:
        chosen = self._chosen()
        about = source_lines(chosen) if chosen else about_adding(self.query_one("#sources", Table).cursor)
        self.query_one("#about", TextBlock).show(*about)

    def _show_state(self) -> None:
        self.show_frame()
        self.refresh_bindings()

    def _chosen(self) -> Source | None:
        index = self.query_one("#sources", Table).index
        return self._sources[index] if index < len(self._sources) else None
