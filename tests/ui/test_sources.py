"""The sources of the impact: reports and folders brought in, stopped, refused, forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot

from iam_tui.application.source_import import ImportProgress
from iam_tui.core.usage import Inventory, Pulls
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.impact.sources_screen import SourcesScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import MakeConsole, hints, on_top, paste, rest, rows, said, settled

ACME = ConsoleOptions(organization="acme-corp")
LABS = ConsoleOptions(organization="acme-labs")
GLOBEX = ConsoleOptions(organization="globex")
HEADER = (
    "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls"
)


def write(path: Path, content: str) -> None:
    """A file of this text."""
    path.write_text(content, encoding="utf-8")


def write_report(path: Path, *lines: str) -> Path:
    """A pull report with these rows below its header."""
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of two people who pull two repositories."""
    return write_report(
        tmp_path / "march.csv",
        "2026/03/01/09,lea,library/nginx,generated,203.0.113.7,public,1.27,,0,4",
        "2026/03/09/10,sam,grafana/grafana,ci-build,203.0.113.9,public,,,1,2",
        "2026/03/09/11,sam,,generated,203.0.113.9,public,,,0,1",
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small tree of a project."""
    root = tmp_path / "checkout"
    (root / "web").mkdir(parents=True)
    (root / "web" / "Dockerfile").write_text(
        "FROM node:22 AS build\nFROM grafana/grafana:11\n", encoding="utf-8"
    )
    (root / "compose.yaml").write_text(
        "services:\n  cache:\n    image: bitnami/redis:7.2\n  agent:\n    image: acme/agent:${TAG:?}\n",
        encoding="utf-8",
    )
    return root


async def to_sources(pilot: Pilot[None]) -> SourcesScreen:
    """The sources, by the keys that lead there."""
    await settled(pilot)
    await pilot.press("i")
    await settled(pilot)
    await pilot.press("m")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SourcesScreen)
    return screen


async def bring_in(pilot: Pilot[None], key: str, path: Path | str) -> None:
    """Press the key, paste the path, and wait for what becomes of it."""
    await pilot.press(key)
    await paste(pilot, str(path))
    await pilot.press("enter")
    await rest(pilot)


async def test_a_report_is_brought_in_and_is_there_at_the_next_start(
    make_console: MakeConsole, report: Path
) -> None:
    first = make_console(options=LABS)
    async with first.run_test(size=(80, 24)) as pilot:
        await to_sources(pilot)
        assert rows(first, "#sources")[0] == "+ bring in Docker Hub's pull report"
        await bring_in(pilot, "p", report)
        assert rows(first, "#sources")[0] == f"{report} pull report 2 1 Mar to 9 Mar 14:15"
        assert "2 of 3 rows kept; 1 without a usable repository (line 4)." in said(first, "#about")
        await pilot.press("escape")
        await rest(pilot)
        assert said(first, "#second") == " From march.csv (1 Mar to 9 Mar)"
        await pilot.press("3")
        before = rows(first, "#impact")
        assert "nginx official allowed allowed 1 11 d" in before
        assert "grafana/grafana verified allowed allowed 1 1 3 d" in before
    second = make_console(options=LABS)
    async with second.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("i", "3")
        await settled(pilot)
        assert rows(second, "#impact") == before
        inventory = await second.session.memory.inventory("acme-labs")
    assert not any("203.0.113" in str(one) for one in inventory.pulls)


async def test_a_folder_is_scanned_into_files_and_lines(make_console: MakeConsole, project: Path) -> None:
    app = make_console(options=LABS)
    async with app.run_test(size=(120, 40)) as pilot:
        await to_sources(pilot)
        await bring_in(pilot, "f", project)
        assert rows(app, "#sources")[0] == f"{project} scan 4 14:15"
        assert said(app, "#about").endswith(" 4 places in 2 files; 1 unresolved.")
        await pilot.press("escape")
        await rest(pilot)
        await pilot.press("3")
        await pilot.press("enter")
        await settled(pilot)
        assert "compose.yaml:3" in said(app, "#details")
        await pilot.press("escape", "5")
        assert any(row.startswith("compose.yaml:5 acme/agent:${TAG:?}") for row in rows(app, "#impact"))


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The reading thread waits after the first thing it tells, until the event is set."""
    go_on, told = Event(), SourcesScreen._told

    def wait(screen: SourcesScreen, progress: ImportProgress) -> None:
        told(screen, progress)
        go_on.wait(20)

    monkeypatch.setattr(SourcesScreen, "_told", wait)
    try:
        yield go_on
    finally:
        go_on.set()


@pytest.mark.parametrize(("key", "shown"), [("p", " MB"), ("f", " file")])
async def test_reading_shows_how_far_it_is_and_escape_stops_it(
    make_console: MakeConsole,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    shown: str,
) -> None:
    row = "2026/03/01/09,lea,library/nginx,generated,203.0.113.7,public,1.27,,0,4"
    path = project if key == "f" else write_report(tmp_path / "big.csv", *(row,) * 40_000)
    app = make_console(options=LABS)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await to_sources(pilot)
        with held(monkeypatch) as go_on:
            await pilot.press(key)
            await paste(pilot, str(path))
            await pilot.press("enter")
            while screen._progress.words == "":
                await pilot.pause()
            screen.show_frame()
            assert "Reading… " in said(app, "#second")
            assert shown in said(app, "#second")
            assert ("━" in said(app, "#second")) is (key == "p")
            assert not {"p pull report", "f scan folder", "d forget"} & set(hints(app))
            await pilot.press("enter", "escape")
            go_on.set()
            await rest(pilot)
        assert [notification.message for notification in app._notifications] == ["Stopped. Nothing was kept."]
        assert await app.session.memory.sources("acme-labs") == []
        assert app.screen.query_one("#path", Field).value == str(path)
        assert on_top(app) == "SourcesScreen"
        assert "Reading" not in said(app, "#second")


@pytest.mark.parametrize(
    ("key", "name", "content", "told"),
    [
        ("p", "no.csv", None, "No such file or directory"),
        ("p", "names.csv", "date,what\n1,2\n", "The file has no column `repository`"),
        ("p", "empty.csv", "", "The file is empty"),
        ("p", "", None, "it is no file"),
        ("p", "~nobody-here/a.csv", None, "nobody has that home folder"),
        ("f", "nowhere", None, "No such file or directory"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why_and_keeps_the_path_typed(
    make_console: MakeConsole, tmp_path: Path, key: str, name: str, content: str | None, told: str
) -> None:
    path = name if name.startswith("~") else str(tmp_path / name)
    if content is not None:
        write(Path(path), content)
    app = make_console(options=LABS)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sources(pilot)
        await bring_in(pilot, key, path)
        assert told in said(app, "#problem").replace("\n", " ")
        assert app.screen.query_one("#path", Field).value == path
        assert app.screen.query_one("#path", Field).has_focus
        assert await app.session.memory.sources("acme-labs") == []


async def test_a_source_is_forgotten_once_that_is_sure(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sources(pilot)
        await pilot.press("j", "d")
        assert "Forget pulls.csv and its 141 rows?  y forgets, esc keeps" in said(app, "#second")
        await pilot.press("escape", "y")
        await settled(pilot)
        assert len(await app.session.memory.sources("acme-corp")) == 2
        await pilot.press("d", "y")
        await rest(pilot)
        assert [one.name for one in await app.session.memory.sources("acme-corp")] == ["acme-corp/services"]
        assert "pulls.csv" not in " ".join(rows(app, "#sources"))
        await pilot.press("escape")
        await rest(pilot)
        assert said(app, "#second") == " From acme-corp/services (scanned 14:15)"
        await pilot.press("3")
        assert "nginx official allowed allowed" in rows(app, "#impact")


async def test_members_scan_folders_and_bring_in_no_reports(
    make_console: MakeConsole, project: Path, clock: FixedClock
) -> None:
    app = make_console(options=GLOBEX)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sources(pilot)
        assert "p pull report" not in hints(app)
        assert rows(app, "#sources")[-1] == "+ scan a folder"
        await pilot.press("p")
        assert not app.screen.has_class("-asking")
        await bring_in(pilot, "f", project)
        assert rows(app, "#sources")[0].startswith(str(project))
        report = Source(SourceKind.REPORT, "march.csv", clock(), 1)
        pulls = Inventory(pulls=(Pulls("library/nginx", "lea", "", 1, clock()),))
        with pytest.raises(Forbidden):
            await app.session.memory.keep_source("globex", report, pulls)


async def test_hostile_names_are_shown_as_text(make_console: MakeConsole, tmp_path: Path) -> None:
    project = tmp_path / "[red]team"
    project.mkdir()
    (project / "Dockerfile").write_text("FROM evil/[bold]x\x1b[2J\nFROM grafana/grafana\n", encoding="utf-8")
    report = write_report(
        tmp_path / "[b]r.csv",
        '2026/03/01/09,"[blink]lea\u202e\x1b]0;x\x07",grafana/grafana,"[i]ci",203.0.113.7,public,,,0,4',
    )
    app = make_console(options=LABS)
    async with app.run_test(size=(120, 40)) as pilot:
        await to_sources(pilot)
        await bring_in(pilot, "f", project)
        await bring_in(pilot, "p", report)
        assert any("[red]team" in row for row in rows(app, "#sources"))
        await pilot.press("escape")
        await rest(pilot)
        await pilot.press("3", "enter")
        await settled(pilot)
        drawn = drawn_text(app)
        assert "[blink]lea\\u202e\\x1b]0;x\\x07" in drawn
        assert "[i]ci" in drawn
        await pilot.press("escape", "5")
        await settled(pilot)
        assert "evil/[bold]x\\x1b[2J" in drawn_text(app)
        assert not any(ord(character) < 32 for character in drawn_text(app))


def drawn_text(app: IamApp) -> str:
    """All that stands on the screen, row after row."""
    return "".join(strip.text for strip in app.screen._compositor.render_strips() if strip.text.strip())


async def test_the_cursor_stands_on_what_was_just_read(make_console: MakeConsole, report: Path) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(60, 16)) as pilot:
        await to_sources(pilot)
        await bring_in(pilot, "p", report)
        assert app.screen.query_one("#sources", Table).cursor == f"report:{report}"
        await pilot.resize_terminal(44, 12)
        await pilot.pause()
        assert "Sources" in said(app, "#card")
