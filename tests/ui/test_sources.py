"""The sources of the impact: reports and folders brought in, stopped, refused, forgotten."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from iam_tui.application.source_import import ImportedSource, ImportProgress, SourceImport
from iam_tui.core.usage import Inventory, Pulls
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import Source, SourceKind
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import TINY, WIDE, ConsoleDriver, OpenConsole

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
        "services:\n  cache:\n    image: bitnami/redis:7.2\n  agent:\n    image: ${AGENT:?}\n",
        encoding="utf-8",
    )
    return root


async def bring_in(c: ConsoleDriver, key: str, path: Path | str, *, busy: bool = False) -> None:
    """Press the key, paste the path, and press enter."""
    await c.press(key)
    await c.paste(str(path))
    await c.press("enter", busy=busy)


async def test_a_report_is_brought_in_and_is_there_at_the_next_start(
    console: OpenConsole, report: Path
) -> None:
    async with console("acme-labs") as c:
        await c.press("i", "m")
        assert c.rows("#sources")[0] == "+ bring in Docker Hub's pull report"
        await bring_in(c, "p", report)
        assert c.rows("#sources")[0] == f"{report} pull report 2 1 Mar to 9 Mar 14:15"
        assert "2 of 3 rows kept; 1 without a usable repository (line 4)." in c.text("#about")
        await c.press("escape")
        assert c.second == " From march.csv (1 Mar to 9 Mar)"
        await c.press("5")
        before = c.rows("#impact")
        assert "nginx official allowed allowed 1 11 d" in before
        assert "grafana/grafana verified allowed allowed 1 1 3 d" in before
    async with console("acme-labs") as c:
        await c.press("i", "5")
        assert c.rows("#impact") == before
        inventory = await c.session.memory.inventory("acme-labs")
    assert not any("203.0.113" in str(one) for one in inventory.pulls)


async def test_a_report_of_version_1_0_0_that_is_not_counted_says_so(
    console: OpenConsole, report: Path, clock: FixedClock
) -> None:
    async with console("acme-labs") as c:
        old = Source(SourceKind.REPORT, "old.csv", clock(), 9, "9 rows kept.", clock(), clock())
        pulls = Inventory(pulls=(Pulls("library/nginx", "lea", "", 9, clock()),))
        await c.session.memory.keep_source("acme-labs", old, pulls)
        day = f"{clock():%Y/%m/%d}"
        newer = write_report(report, f"{day}/09,sam,library/nginx,generated,203.0.113.7,public,1,,0,4")
        await c.press("i", "m")
        await bring_in(c, "p", newer)
        await c.press("j")
        assert "old.csv pull report 9 not counted" in c.rows("#sources")[1]
        assert "Not counted: kept without the day of each pull" in c.text("#about")
        assert [one.pulls for one in (await c.session.memory.inventory("acme-labs")).pulls] == [4]


async def test_a_report_brought_in_again_under_another_name_counts_once(
    console: OpenConsole, report: Path, tmp_path: Path
) -> None:
    copied = Path(shutil.copy(report, tmp_path / "copy.csv"))
    async with console("acme-labs") as c:
        await c.press("i", "m")
        await bring_in(c, "p", report)
        once = (await c.session.memory.inventory("acme-labs")).pulls
        await bring_in(c, "p", copied)
        assert len(await c.session.memory.sources("acme-labs")) == 2
        assert sorted((await c.session.memory.inventory("acme-labs")).pulls) == sorted(once)


async def test_a_folder_is_scanned_into_files_and_lines(console: OpenConsole, project: Path) -> None:
    async with console("acme-labs", size=WIDE) as c:
        await c.press("i", "m")
        await bring_in(c, "f", project)
        assert c.rows("#sources")[0] == f"{project} scan 4 14:15"
        assert c.text("#about").endswith(" 4 places in 2 files; 1 unresolved.")
        await c.press("escape", "5", "enter")
        assert "compose.yaml:3" in c.text("#details")
        await c.press("escape", "7")
        assert any(row.startswith("compose.yaml:5 ${AGENT:?}") for row in c.rows("#impact"))


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Reading waits each time it reports how far it is, until the event is set."""
    go_on, read = Event(), SourceImport.read

    def read_and_wait(reading: SourceImport) -> ImportedSource:
        def progress(done: ImportProgress) -> None:
            reading.progress(done)
            go_on.wait(20)

        return read(reading._replace(progress=progress))

    monkeypatch.setattr(SourceImport, "read", read_and_wait)
    monkeypatch.setattr("iam_tui.ui.impact.sources_screen.PROGRESS_SECONDS", 0.01)
    try:
        yield go_on
    finally:
        go_on.set()


@pytest.mark.parametrize(("key", "shown"), [("p", " MB"), ("f", " file")])
async def test_reading_shows_how_far_it_is_and_escape_stops_it(
    console: OpenConsole,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    shown: str,
) -> None:
    row = "2026/03/01/09,lea,library/nginx,generated,203.0.113.7,public,1.27,,0,4"
    path = project if key == "f" else write_report(tmp_path / "big.csv", *(row,) * 40_000)
    async with console("acme-labs") as c:
        await c.press("i", "m")
        with held(monkeypatch) as go_on:
            await bring_in(c, key, path, busy=True)
            await c.until(lambda: shown in c.second)
            assert "Reading… " in c.second
            assert ("━" in c.second) is (key == "p")
            assert not {"p pull report", "f scan folder", "d forget"} & set(c.keys)
            await c.press("enter", "escape", busy=True)
            go_on.set()
            await c.settle()
        assert c.toasts == ["Stopped. Nothing was kept."]
        assert await c.session.memory.sources("acme-labs") == []
        assert c.value("#path") == str(path)
        assert c.screen == "SourcesScreen"
        assert "Reading" not in c.second


@pytest.mark.parametrize(
    ("key", "name", "content", "told"),
    [
        ("p", "no.csv", None, "No such file or directory"),
        ("p", "names.csv", "date,what\n1,2\n", "The file has no column that names the repository"),
        ("p", "empty.csv", "", "The file is empty"),
        ("p", "none.csv", "date,repository,pull_count\n", "0 of 0 rows kept"),
        (
            "p",
            "bad.csv",
            f"{HEADER}\n2026/03/01/09,lea,nginx,,,,,,0,x\n",
            "0 of 1 rows kept",
        ),
        ("p", "unknown.csv", "date,repository,count\n", "Its columns: date, repository, count"),
        ("p", "", None, "it is not a regular file"),
        ("p", "~nobody-here/a.csv", None, "the home folder does not exist"),
        ("f", "nowhere", None, "No such file or directory"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why_and_keeps_the_path_typed(
    console: OpenConsole, tmp_path: Path, key: str, name: str, content: str | None, told: str
) -> None:
    path = name if name.startswith("~") else str(tmp_path / name)
    if content is not None:
        write(Path(path), content)
    async with console("acme-labs") as c:
        await c.press("i", "m")
        await bring_in(c, key, path)
        assert told in c.problem.replace("\n", " ")
        assert c.value("#path") == path
        assert c.focused == "path"
        assert await c.session.memory.sources("acme-labs") == []


async def test_a_source_is_forgotten_once_that_is_sure(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("i", "m")
        await c.press("j", "d")
        assert "Forget pulls.csv and its 141 rows?  y forgets, esc keeps" in c.second
        await c.press("escape", "y")
        assert len(await c.session.memory.sources("acme-corp")) == 2
        await c.press("d", "y")
        assert [one.name for one in await c.session.memory.sources("acme-corp")] == ["acme-corp/services"]
        assert "pulls.csv" not in " ".join(c.rows("#sources"))
        await c.press("escape")
        assert c.second == " From acme-corp/services (scanned 14:15)"
        await c.press("5")
        assert "nginx official allowed allowed" in c.rows("#impact")


async def test_members_scan_folders_and_bring_in_no_reports(
    console: OpenConsole, project: Path, clock: FixedClock
) -> None:
    async with console("globex") as c:
        await c.press("i", "m")
        assert "p pull report" not in c.keys
        assert c.rows("#sources")[-1] == "+ scan a folder"
        await c.press("p")
        assert not c.is_shown("#path-row")
        await bring_in(c, "f", project)
        assert c.rows("#sources")[0].startswith(str(project))
        report = Source(SourceKind.REPORT, "march.csv", clock(), 1)
        pulls = Inventory(pulls=(Pulls("library/nginx", "lea", "", 1, clock()),))
        with pytest.raises(Forbidden):
            await c.session.memory.keep_source("globex", report, pulls)


async def test_hostile_names_are_shown_as_text(console: OpenConsole, tmp_path: Path) -> None:
    project = tmp_path / "[red]team"
    project.mkdir()
    (project / "Dockerfile").write_text("FROM evil/[bold]x\x1b[2J\nFROM grafana/grafana\n", encoding="utf-8")
    report = write_report(
        tmp_path / "[b]r.csv",
        '2026/03/01/09,"[blink]lea\u202e\x1b]0;x\x07",grafana/grafana,"[i]ci",203.0.113.7,public,,,0,4',
    )
    async with console("acme-labs", size=WIDE) as c:
        await c.press("i", "m")
        await bring_in(c, "f", project)
        await bring_in(c, "p", report)
        assert any("[red]team" in row for row in c.rows("#sources"))
        await c.press("escape", "5", "enter")
        drawn = c.drawn
        assert "[blink]lea\\u202e\\x1b]0;x\\x07" in drawn
        assert "[i]ci" in drawn
        await c.press("escape", "7")
        assert "evil/[bold]x\\x1b[2J" in c.drawn
        assert not any(ord(character) < 32 for character in c.drawn)


async def test_the_cursor_stands_on_what_was_just_read(console: OpenConsole, report: Path) -> None:
    async with console("acme-corp", size=(60, 16)) as c:
        await c.press("i", "m")
        await bring_in(c, "p", report)
        assert c.cursor("#sources") == f"report:{report}"
        await c.resize(*TINY)
        assert "Sources" in c.card


async def test_an_error_is_gone_once_its_field_is_closed(console: OpenConsole, tmp_path: Path) -> None:
    async with console("acme-corp") as c:
        await c.press("i", "m")
        await bring_in(c, "p", tmp_path / "missing.csv")
        assert "cannot be read" in c.problem
        await c.press("escape")
        assert c.problem == ""


async def test_read_only_nothing_is_offered_to_add(console: OpenConsole) -> None:
    async with console("acme-corp", options=ConsoleOptions(read_only=True)) as c:
        await c.press("i", "m")
        assert not any(row.startswith("+") for row in c.rows("#sources"))
    async with console("northwind", options=ConsoleOptions(read_only=True)) as c:
        await c.press("i", "m")
        assert c.rows("#sources") == ["No sources yet."]
