"""Hostile text on every screen: it is shown as it is written, and moves nothing."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from iam_tui.stores.local.row_mapping import digest_of
from tests.screen_walk import Stop, demo_terminal, walk
from tests.terminal import Terminal, environment

HARM = (
    "[bold]x[/]",
    "[/foo]",
    "[@click=app.quit]q[/]",
    "\x1b[31mred\x1b]0;pwned\x07",
    "\u202egnp.exe\u2066",
    "漢字テスト全角かな",
    "e\u0301\u0301\u0301\u0301\u0301 z\u0301",
    "a\u200b\u200d\ufeff\u00adb",
    "one\ntwo\r\tthree",
    "n" * 300,
)
FORBIDDEN = ("\x1b[31mred", "\x1b]0;", "\u202e", "\u2066", "\u200b", "\ufeff", "\u0301" * 4)
"""What must never reach a terminal, whatever the file contains."""
Name = Callable[[str, int], str]


def hostile(start: str, number: int) -> str:
    """A name made of harm; its start keeps it where the tame one sorts."""
    return f"{start}{number}{HARM[number % len(HARM)]}"


def tame(start: str, number: int) -> str:
    """A name like any other."""
    return f"{start}{number}-name"


def renamed(file: Path, name: Name) -> Path:
    """The demo's file with other names everywhere, also where the store would refuse them.

    Someone else may have written the file with any tool, so the names do not go through the store.
    """
    with closing(sqlite3.connect(file)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            database.execute(f"DROP TRIGGER {trigger}")
        people = database.execute("SELECT DISTINCT user FROM members WHERE user != 'maya' ORDER BY user")
        for number, (user,) in enumerate(people.fetchall()):
            database.execute("UPDATE members SET user = ? WHERE user = ?", (name("m", number), user))
            database.execute("UPDATE revisions SET author = ? WHERE author = ?", (name("m", number), user))
        for number, (organization, revision) in enumerate(
            database.execute("SELECT organization, number FROM revisions").fetchall()
        ):
            database.execute(
                "UPDATE revisions SET note = ? WHERE organization = ? AND number = ?",
                (name("note", number), organization, revision),
            )
        for digest, entries in database.execute("SELECT digest, entries FROM allowlists").fetchall():
            listed = json.loads(entries)
            for number, entry in enumerate(listed):
                entry[0], entry[1] = name("r", number + 3), name("why", number)
            # Revisions refer to an allowlist by its digest, so it becomes another one.
            text = json.dumps(listed)
            database.execute("INSERT OR IGNORE INTO allowlists VALUES (?, ?)", (digest_of(text), text))
            database.execute(
                "UPDATE revisions SET allowlist = ? WHERE allowlist = ?", (digest_of(text), digest)
            )
        rename_sources(database, name)
        watched = json.dumps([name("w", number) for number in range(len(HARM))]).encode()
        database.execute("UPDATE watch_lists SET images = ?", (watched,))
        for number in range(len(HARM)):
            add_organization(database, name("org", number))
        database.commit()
    return file


def rename_sources(database: sqlite3.Connection, name: Name) -> None:
    """Rename images in use, their files and people, and the sources they come from."""
    for number, (source,) in enumerate(database.execute("SELECT id FROM sources ORDER BY id").fetchall()):
        told = (name("s", number).encode(), name("summary", number).encode(), source)
        database.execute("UPDATE sources SET name = ?, summary = ? WHERE id = ?", told)
    parts = database.execute("SELECT source, number, holds, rows FROM source_rows").fetchall()
    for source, part, holds, rows in parts:
        told_rows = json.loads(rows)
        repositories = sorted({row[0] if holds == "pulls" else row[4][1] for row in told_rows if row[4]})
        for number, row in enumerate(told_rows):
            if holds == "pulls":
                row[0] = name("i", repositories.index(row[0]) + 10)
                row[1] = name("p", number % 20)
                row[2] = row[2] and name("t", number % 4)
            elif row[4]:
                row[0], row[2] = name("f", number), name("k", number)
                row[3] = row[4][1] = name("i", repositories.index(row[4][1]) + 10)
        database.execute(
            "UPDATE source_rows SET rows = ? WHERE source = ? AND number = ?",
            (json.dumps(told_rows), source, part),
        )


def add_organization(database: sqlite3.Connection, name: str) -> None:
    """An organization of maya's with this name."""
    database.execute("INSERT INTO organizations VALUES (?, 'business', 0, ?, NULL)", (name, name))
    database.execute("INSERT INTO members VALUES (?, 'maya', 'owner', 'unrecorded', NULL, NULL)", (name,))
    database.execute(
        "INSERT INTO revisions SELECT ?, number, enabled, official, verified_publisher, community,"
        " allowlist_enabled, allowlist, author, saved_at, note, origin, base FROM revisions"
        " WHERE organization = 'acme-labs'",
        (name,),
    )


READY = "help.*quit$"
TABLES = (
    Stop("image access", (), r"Repository allowlist[\s\S]*\+ allow a repository", READY),
    Stop("staged", ("space",), r"1 staged\. ", "space toggle"),
    Stop("review", ("w",), "Overdue for review", "enter save"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("impact", ("i",), "1 stops", "m sources"),
    Stop("impact of the rest", ("4",), "› i", "m sources"),
    Stop("image in use", ("enter",), "(?s)Details.*after ", "esc back"),
    Stop("impact of the rest", ("escape",), "Impact of 1[\\s\\S]*› i", "m sources"),
    Stop("sources", ("m",), "Kept in the local file only", "p pull report"),
    Stop("impact of the rest", ("escape",), "Impact of 1[\\s\\S]*› i", "m sources"),
    Stop("staged", ("escape",), r"1 staged\. ", "space toggle"),
    Stop("undone", ("u",), "Nothing staged", "space toggle"),
    Stop("pull", ("t",), "Type or paste", "f8 person"),
    Stop("person", ("f8",), "15 people", "as this person"),
    Stop("pull", ("escape",), "Type or paste", "f8 person"),
    Stop("image access", ("escape",), "Repository allowlist", "space toggle"),
    Stop("organizations", ("escape",), "15 organizations", "/ filter"),
)
"""Screens with tables, whose columns must not move."""
WORDS = re.compile(
    r"allowed|BLOCKED|CANNOT TELL|INVALID|owner|OWNER|editor|member|signed in \d+|no sign-in"
    r"|● on|○ off|no date|overdue|│|Switch|Members|Review by|Now|After|staged|People|Rows|Read$"
    r"|scan(?=  )|pull report(?=  )|today"
)


def columns(terminal: Terminal) -> list[tuple[str, list[int]]]:
    """Row by row, the rule on it and the positions of the words of the fixed columns."""
    places = []
    for y in range(len(terminal.rows)):
        cells = terminal.cells(y)
        starts = [x for x, cell in enumerate(cells) for _ in cell]
        row = "".join(cells)
        places.append((rule_of(row), sorted(starts[match.start()] for match in WORDS.finditer(row))))
    return places


def rule_of(row: str) -> str:
    """The row, if it is a rule."""
    return row if row.startswith("──") else ""


class Seen(NamedTuple):
    """One screen: the positions of words, the key bar, and the whole text."""

    layout: list[tuple[str, list[int]]]
    keys: str
    text: str


def seen(file: Path, size: tuple[int, int], stops: Sequence[Stop]) -> dict[str, Seen]:
    """These screens over this file."""
    screens = {}
    with demo_terminal(file, size=size) as terminal:
        for stop in walk(terminal, stops):
            terminal.settle(0.12)
            screens[stop.name] = Seen(columns(terminal), terminal.row(-1), terminal.text)
        written = terminal.written.decode()
    assert not [harm for harm in FORBIDDEN if harm in written]
    return screens


# Where there is room, details stand beside the tables of the first stops.
@pytest.mark.parametrize(("size", "stops"), [((80, 24), TABLES), ((120, 40), TABLES[:6])])
def test_no_name_moves_anything(
    demo_file: Path, tmp_path: Path, size: tuple[int, int], stops: Sequence[Stop]
) -> None:
    content = demo_file.read_bytes()
    screens = {}
    for name in (tame, hostile):
        file = tmp_path / name.__name__ / "demo.db"
        file.parent.mkdir()
        file.write_bytes(content)
        screens[name] = seen(renamed(file, name), size, stops)
    for stop, shown in screens[hostile].items():
        calm = screens[tame][stop]
        assert shown.layout == calm.layout, f"{stop}\n{shown.text}\n{calm.text}"
        assert shown.keys == calm.keys
    names = "\n".join(shown.text for shown in screens[hostile].values())
    for harm in (
        r"\u202egnp.exe\u2066",
        r"\x1b[31mred\x1b]0;pwned\x07",
        r"one\ntwo\r\tthree",
        *HARM[:3],
        HARM[5],
    ):
        assert harm[:5] in names


def frame_of(terminal: Terminal) -> tuple[list[int], str]:
    """The rows of the two rules of the frame, and the key bar."""
    rules = [y for y, row in enumerate(terminal.rows) if row.startswith("──")]
    return [rules[0], rules[-1]], terminal.row(-1)


def test_forms_and_long_texts_keep_their_frame(demo_file: Path) -> None:
    with demo_terminal(renamed(demo_file, hostile), size=(120, 40)) as terminal:
        for _ in walk(terminal, TABLES[:1]):
            terminal.wait_for("w9n")
        terminal.press("end", "k")
        for _ in range(4):
            terminal.press("enter")
            terminal.wait_for("What you stage is not saved yet")
            terminal.wait_for("enter stage")
            assert frame_of(terminal)[0] == [3, 38]
            terminal.press("escape")
            terminal.wait_for("Nothing staged")
            terminal.wait_for("a allow")
            terminal.press("k")
        terminal.press("tab", "home")
        for number in range(len(HARM)):
            terminal.press("enter")
            terminal.wait_for("nothing is downloaded")
            terminal.wait_for(f"w{number}")
            terminal.wait_for("f2 who")
            assert frame_of(terminal)[0] == [3, 38]
            terminal.press("escape")
            terminal.wait_for("a allow")
            terminal.press("j")
        written = terminal.written.decode()
    assert not [harm for harm in FORBIDDEN if harm in written]


def test_toasts_show_what_was_written(demo_file: Path) -> None:
    keymap = json.dumps(dict.fromkeys(HARM[2:4], "z"))
    with demo_terminal(demo_file, size=(120, 40), IAM_TUI_KEYMAP=keymap) as terminal:
        terminal.wait_for("Key map")
        terminal.wait_for(r"\[@click=app.quit\]q\[/\]")
        terminal.wait_for(r"\\x1b\[31mred")
        written = terminal.written.decode()
    assert not [harm for harm in FORBIDDEN if harm in written]


def test_the_command_line_prints_it_visibly(demo_file: Path) -> None:
    file = renamed(demo_file, hostile)
    base = [sys.executable, "-m", "iam_tui", "--db", str(file), "--as", "maya"]
    for verb in (["orgs"], ["show", "acme-corp"], ["check", "--org", "acme-corp", *HARM], ["show", HARM[3]]):
        done = subprocess.run(
            [*base, *verb], env=environment(file.parent), capture_output=True, text=True, check=False
        )
        told = done.stdout + done.stderr
        assert "[@click=app.quit]q[/]" in told or verb == ["show", HARM[3]]
        assert r"\x1b[31mred" in told
        assert not [harm for harm in FORBIDDEN if harm in told], verb
