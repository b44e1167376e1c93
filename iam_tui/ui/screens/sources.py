"""The sources of the impact: bring in a pull report, scan a folder, forget one."""

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from iam_tui.core.errors import IamError
from iam_tui.core.organization import Role
from iam_tui.stores.protocol import Access, Source, SourceKind
from iam_tui.ui.intake import Intake, Stopped
from iam_tui.ui.screens.frame import Frame
from iam_tui.ui.sources_view import ADD_REPORT, ADD_SCAN, COLUMNS, TITLES, source_lines, source_rows
from iam_tui.ui.text import Line, Span, Tone, line
from iam_tui.ui.widgets.field import Field
from iam_tui.ui.widgets.lines import Lines
from iam_tui.ui.widgets.table import Heading, Table

PROMPTS = {SourceKind.REPORT: "   Report file", SourceKind.SCAN: "   Folder"}
PLACEHOLDERS = {
    SourceKind.REPORT: "the CSV that Docker Hub mails: hub.docker.com, Usage, Pulls",
    SourceKind.SCAN: "a folder with Dockerfiles, Compose files, manifests, workflows",
}


PROGRESS_SECONDS = 0.5


class SourcesScreen(Frame[None]):
    """What the inventory of one organization was read from, kept in the local file."""

    AUTO_FOCUS = "#sources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p", "report", "pull report", id="sources.report", tooltip="Bring in Docker Hub's pull report"
        ),
        Binding("f", "folder", "scan folder", id="sources.folder", tooltip="Scan a folder of projects"),
        Binding("d", "forget", "forget", id="sources.forget", tooltip="Forget the source and all from it"),
        Binding(
            "escape", "back", "back", id="sources.back", tooltip="Stop reading, leave the field, or go back"
        ),
    ]
    DEFAULT_CSS = """
    SourcesScreen {
        #path-row { height: 1; display: none; }
        &.-asking #path-row { display: block; }
        #path-label { width: 17; }
        #about { height: 4; }
    }
    """

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._sources: Sequence[Source] = ()
        self._asked = SourceKind.REPORT
        self._stop: Event | None = None
        self._progress = ""

    def crumbs(self) -> tuple[str, ...]:
        """One level below the impact."""
        return (self._access.organization.name, "Impact", "Sources")

    def sentences(self) -> tuple[Line, Line]:
        """What the sources are for, and what is being read."""
        first = line(" What members really use: the more is known, the more an impact can tell.")
        if self._stop is not None:
            told = f" Reading {self._progress}{self.glyphs.ellipsis} esc stops."
            return first, line(Span(told, Tone.STAGED))
        return first, line(Span(" Kept in the local file only; addresses are never kept.", Tone.MUTED))

    def body(self) -> ComposeResult:
        """The sources, what is known of one, and the path of the next."""
        yield Heading(TITLES, COLUMNS)
        yield Table(id="sources")
        yield Lines(id="about", wrapped=True)
        with Horizontal(id="path-row"):
            yield Lines(id="path-label")
            yield Field(id="path")

    def on_mount(self) -> None:
        """Show what is kept."""
        self.show_frame()
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is read there is only stopping it; reports are for owners."""
        if not super().check_action(action, parameters):
            return False
        reading = self._stop is not None
        possible = {
            "report": not reading and self._access.role is Role.OWNER,
            "folder": not reading,
            "forget": not reading and self._chosen() is not None,
        }
        return possible.get(action, True)

    def action_report(self) -> None:
        """Ask for the file of a pull report."""
        self._ask(SourceKind.REPORT)

    def action_folder(self) -> None:
        """Ask for the folder to scan."""
        self._ask(SourceKind.SCAN)

    def action_forget(self) -> None:
        """Forget the source under the cursor."""
        chosen = self._chosen()
        if chosen is not None:
            self._forget(chosen)

    def action_back(self) -> None:
        """Stop reading, leave the field, or go back."""
        if self._stop is not None:
            self._stop.set()
        elif self.has_class("-asking"):
            self._stop_asking()
        else:
            self.dismiss()

    @on(Table.Chosen, "#sources")
    def _opened(self, event: Table.Chosen) -> None:
        if event.key == ADD_REPORT:
            self.action_report()
        elif event.key == ADD_SCAN:
            self.action_folder()

    @on(Table.Moved, "#sources")
    def _moved(self) -> None:
        self._show_about()
        self.refresh_bindings()

    @on(Field.Submitted, "#path")
    def _submitted(self, event: Field.Submitted) -> None:
        if event.value.strip() and self._stop is None:
            self._take(event.value.strip())

    @work(group="sources")
    async def _read(self) -> None:
        name = self._access.organization.name
        sources = await self.attempt(self.console.desk.memory.sources(name))
        if sources is not None:
            self._sources = sources
        self._show()

    @work(group="sources")
    async def _forget(self, source: Source) -> None:
        name, memory = self._access.organization.name, self.console.desk.memory
        await self.attempt(memory.remove_source(name, source.kind, source.name))
        self._read()

    @work(group="intake", description="intake")
    async def _take(self, path: str) -> None:
        stop = self._stop = Event()
        intake = Intake(self._asked, path, self.console.clock(), self._told, stop)
        self.recover()
        self._show_state()
        ticks = self.set_interval(PROGRESS_SECONDS, self.show_frame)
        try:
            source, inventory = await asyncio.to_thread(intake.read)
            await self.console.desk.memory.keep_source(self._access.organization.name, source, inventory)
        except Stopped:
            self.app.notify("Stopped. Nothing was kept.", markup=False)
        except IamError as error:
            self.fail(error)
        else:
            self._stop_asking()
        finally:
            # A thread cannot be cancelled, only asked.
            stop.set()
            self._stop = None
            ticks.stop()
        self._read()

    def _told(self, words: str) -> None:
        """From the reading thread, which tells more often than a slow line should draw."""
        self._progress = words

    def _ask(self, kind: SourceKind) -> None:
        self._asked = kind
        self.query_one("#path-label", Lines).show(line(Span(PROMPTS[kind], Tone.MUTED)))
        field = self.query_one("#path", Field)
        field.placeholder = PLACEHOLDERS[kind]
        self.add_class("-asking")
        field.focus()

    def _stop_asking(self) -> None:
        self.query_one("#path", Field).value = ""
        self.remove_class("-asking")
        self.query_one("#sources", Table).focus()

    def _show(self) -> None:
        owner = self._access.role is Role.OWNER
        rows = source_rows(self._sources, self.console.clock(), may_report=owner)
        self.query_one("#sources", Table).show(rows)
        self._show_about()
        self._show_state()

    def _show_about(self) -> None:
        chosen = self._chosen()
        self.query_one("#about", Lines).show(*(source_lines(chosen) if chosen else ()))

    def _show_state(self) -> None:
        self.show_frame()
        self.refresh_bindings()

    def _chosen(self) -> Source | None:
        index = self.query_one("#sources", Table).index
        return self._sources[index] if index < len(self._sources) else None
