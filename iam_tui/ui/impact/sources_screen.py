"""The sources of the impact: bring in a pull report, scan a folder, forget one."""

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
from iam_tui.core.errors import IamError
from iam_tui.core.impact_words import counted
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
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table
from iam_tui.ui.shared.workspace_screen import WorkspaceScreen

PROMPTS = {SourceKind.REPORT: "   Report file", SourceKind.SCAN: "   Folder"}
PLACEHOLDERS = {
    SourceKind.REPORT: "the CSV that Docker Hub mails: hub.docker.com, Usage, Pulls",
    SourceKind.SCAN: "a folder with Dockerfiles, Compose files, manifests, workflows",
}
NOTHING_YET = ImportProgress("")
PROGRESS_SECONDS = 0.5


class SourcesScreen(WorkspaceScreen[None]):
    """What the inventory of one organization was read from, kept in the local file."""

    AUTO_FOCUS = "#sources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p", "report", "pull report", id="sources.report", tooltip="Bring in Docker Hub's pull report"
        ),
        Binding("f", "folder", "scan folder", id="sources.folder", tooltip="Scan a folder of projects"),
        Binding("d", "forget", "forget", id="sources.forget", tooltip="Forget the source, once it is sure"),
        Binding("y", "agree", "forget it", id="sources.agree", tooltip="Yes: forget the source"),
        Binding("escape", "back", "back", id="sources.back", tooltip="Stop, leave the field, or go back"),
    ]
    DEFAULT_CSS = """
    SourcesScreen {
        #path-row { height: 1; display: none; }
        &.-asking #path-row { display: block; }
        #path-label { width: 17; }
        #about { height: 4; }
    }
    """

    def __init__(self, workspace: PolicyWorkspace) -> None:
        super().__init__(workspace)
        self._sources: Sequence[Source] = ()
        self._asked = SourceKind.REPORT
        self._stop: Event | None = None
        self._progress = NOTHING_YET
        self._is_keeping = False
        self._doomed: Source | None = None

    def _may_have(self, kind: SourceKind) -> bool:
        """Whether this person may bring in such a source, and forget it."""
        return self.workspace.may_see_pullers or kind is not SourceKind.REPORT

    def crumbs(self) -> tuple[str, ...]:
        """One level below the impact."""
        return (self.workspace.name, "Impact", "Sources")

    def summary_lines(self) -> tuple[Line, Line]:
        """What the sources are for; and what is being read, asked or kept."""
        first = line(" What members really use. More sources give a more complete impact.")
        if self._doomed is not None:
            asked = f" Forget {self._doomed.name} and its {counted(self._doomed.rows, 'row', 'rows')}?"
            return first, line(Span(asked, Tone.STAGED), Span("  y forgets, esc keeps", Tone.MUTED))
        if self._is_keeping:
            return first, line(Span(f" Keeping it{self.glyphs.ellipsis}", Tone.STAGED))
        if self._stop is not None:
            return first, progress_line(self._progress, self.glyphs)
        return first, line(Span(" Kept in the local file only; addresses are never kept.", Tone.MUTED))

    def body(self) -> ComposeResult:
        """The sources, what is known of one, and the path of the next."""
        yield Heading(COLUMNS)
        yield Table(id="sources")
        yield TextBlock(id="about", wrapped=True)
        with Horizontal(id="path-row"):
            yield TextBlock(id="path-label")
            yield Field(id="path")

    def on_mount(self) -> None:
        """Show what is kept."""
        self.show_frame()
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is read there is only stopping it; reports are for owners."""
        if not super().check_action(action, parameters):
            return False
        idle = self._stop is None and self._doomed is None and not self.workspace.session.read_only
        chosen = self._chosen()
        possible = {
            "report": idle and self._may_have(SourceKind.REPORT),
            "folder": idle,
            "forget": idle and chosen is not None and self._may_have(chosen.kind),
            "agree": self._doomed is not None,
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
        """Ask whether the source under the cursor is to be forgotten."""
        self._doomed = self._chosen()
        self._show_state()

    def action_agree(self) -> None:
        """Forget the source that was asked about."""
        if self._doomed is not None:
            self._forget(self._doomed)
            self._spare()

    def action_back(self) -> None:
        """Stop reading, keep the source that was asked about, leave the field, or go back."""
        if self._stop is not None:
            self._stop.set()
        elif self._doomed is not None:
            self._spare()
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
        self._spare()
        self._show_about()

    @on(Field.Submitted, "#path")
    def _submitted(self, event: Field.Submitted) -> None:
        if event.value.strip() and self._stop is None:
            self._take(event.value.strip())

    @work(group="sources")
    async def _read(self, cursor: int | None = None) -> None:
        session = self.workspace.session
        sources = await self.await_or_show(read_sources(session.memory, self.workspace.state))
        if sources is not None:
            self._sources = sources
        self._show(cursor)

    @work(group="sources")
    async def _forget(self, source: Source) -> None:
        memory = self.workspace.session.memory
        await self.await_or_show(memory.remove_source(self.workspace.name, source.kind, source.name))
        self._read()

    @work(group="intake", description="intake")
    async def _take(self, path: str) -> None:
        stop = self._stop = Event()
        self._progress = NOTHING_YET
        intake = SourceImport(self._asked, path, self.host.clock(), self._told, stop)
        self.clear_error()
        self._show_state()
        ticks = self.set_interval(PROGRESS_SECONDS, self.show_frame)
        try:
            taken = await asyncio.to_thread(intake.read)
            # Asked for at the very end, stopping comes after the last look at it.
            if not stop.is_set():
                await self._keep(taken)
        except Stopped:
            stop.set()
        except IamError as error:
            self.show_error(error)
        finally:
            # A thread cannot be cancelled, only asked.
            is_stopped = stop.is_set()
            stop.set()
            self._stop = None
            ticks.stop()
        if is_stopped:
            self.app.notify("Stopped. Nothing was kept.", markup=False)
        self._show_state()

    async def _keep(self, taken: ImportedSource) -> None:
        """Keep what was read; that cannot be stopped half-way."""
        self._is_keeping = True
        self._show_state()
        try:
            await self.workspace.session.memory.keep_source(self.workspace.name, *taken)
        finally:
            self._is_keeping = False
        self._stop_asking()
        self._read(cursor=0)

    def _told(self, progress: ImportProgress) -> None:
        """From the reading thread, which tells more often than a slow line should draw."""
        self._progress = progress

    def _spare(self) -> None:
        """No source is to be forgotten."""
        self._doomed = None
        self._show_state()

    def _ask(self, kind: SourceKind) -> None:
        self._asked = kind
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
