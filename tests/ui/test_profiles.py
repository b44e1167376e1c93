"""The first screen: the demo, files to open and to create, and as whom."""

import sqlite3
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.local import LocalAdmin, open_file
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import NARROW, WIDE, ConsoleDriver

DEMO = Profile("demo", StoreKind.DEMO)


def open_console(
    clock: FixedClock, *profiles: Profile, enter: Profile | None = None, size: tuple[int, int] = NARROW
) -> AbstractAsyncContextManager[ConsoleDriver]:
    """A console that offers these profiles and the demo, or opens one of them at once."""
    options = ConsoleOptions(profile=enter)
    return ConsoleDriver.run(
        IamApp(StoreOpener([*profiles, DEMO], clock), clock=clock, options=options), size
    )


def local(path: Path, user: str | None = None, name: str = "local") -> Profile:
    """The profile of a file."""
    return Profile(name, StoreKind.LOCAL, path, user)


def begun_on(c: ConsoleDriver) -> str:
    """The first cell of the row under the cursor."""
    table = c.table("#profiles")
    return table.rows[table.index].cells[0].text


async def test_on_an_empty_machine_enter_shows_the_demo(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "data" / "iam.db"
    async with open_console(clock, local(path)) as c:
        assert "which Docker Hub images an organization's members may pull" in c.first
        assert "Press enter for the demo" in c.second
        assert c.rows("#profiles")[1:] == [
            f"local {path} you choose will be created",
            "+ open or create another file",
        ]
        assert "hub" not in " ".join(c.rows("#profiles")).lower()
        await c.press("enter")
        assert c.screen == "OrganizationsScreen"
        assert "maya · DEMO" in c.top
        assert not path.exists()


async def test_a_file_and_its_first_organization_are_made_by_keys_alone(
    tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "iam.db"
    async with open_console(clock, local(path)) as c:
        await c.press("j", "enter")
        assert c.screen == "NewLocalFileScreen"
        await c.press(*"acme-corp", "enter", *"olivia", "f2", "enter")
        assert c.rows("#organizations")[0].startswith("acme-corp OWNER no Business")
        assert "olivia · LOCAL" in c.top
    async with open_console(clock, local(path)) as c:
        assert begun_on(c) == "local"
        assert "opens it (1 person) and asks who you are" in c.second


async def test_what_was_typed_stays_when_the_store_refuses_it(tmp_path: Path, clock: FixedClock) -> None:
    async with open_console(clock, local(tmp_path / "iam.db", "olivia")) as c:
        await c.press("j", "enter", "enter")
        assert "Type the organization first" in c.second
        await c.press(*"Acme!", "enter")
        assert "Acme!" in c.problem
        await c.press("backspace")
        assert c.problem == ""
        await c.press("ctrl+u", *"acme", "enter")
        assert c.rows("#organizations")[0].startswith("acme OWNER ○ off")


async def test_one_says_who_one_is_in_a_file(demo_file: Path, clock: FixedClock) -> None:
    async with open_console(clock, local(demo_file)) as c:
        await c.press("enter")
        assert c.screen == "IdentityPicker"
        assert len(c.rows("#found")) > 20
        await c.press(*"ma")
        assert c.rows("#found") == ["amara", "marek", "maya", "tomas"]
        await c.press("down", "down", "enter")
        assert "maya · LOCAL" in c.top


async def test_a_profile_that_names_its_user_does_not_ask(demo_file: Path, clock: FixedClock) -> None:
    async with open_console(clock, local(demo_file, "ken", "work")) as c:
        assert "opens it as ken" in c.second
        await c.press("enter")
        assert "ken · LOCAL" in c.top


async def test_the_demo_can_be_opened_as_someone_else(clock: FixedClock) -> None:
    async with open_console(clock) as c:
        await c.press("a", *"noor", "enter")
        assert "noor · DEMO" in c.top


async def test_a_profile_from_the_command_line_asks_what_it_does_not_say(
    demo_file: Path, clock: FixedClock
) -> None:
    profile = local(demo_file)
    async with open_console(clock, profile, enter=profile) as c:
        assert c.screen == "IdentityPicker"
        await c.press("escape")
        assert c.screen == "ProfilesScreen"
        await c.press("enter", *"erik", "enter")
        assert "erik · LOCAL" in c.top


async def test_another_profile_takes_the_place_of_the_one_that_is_open(
    demo_file: Path, clock: FixedClock
) -> None:
    async with open_console(clock, local(demo_file, "ken")) as c:
        await c.press("enter")
        first = c.session.store
        await c.press("p")
        assert begun_on(c) == "local"
        assert "open now" in c.rows("#profiles")[1]
        assert "escape back" in c.keys
        await c.press("escape")
        assert c.screen == "OrganizationsScreen"
        assert c.session.store is first
        await c.press("p", "k", "enter")
        assert "maya · DEMO" in c.top
        assert c.session.store is not first


async def test_another_file_is_opened_by_its_path(tmp_path: Path, clock: FixedClock) -> None:
    file = open_file(tmp_path / "there.db", clock)
    await LocalAdmin(file).create_organization("acme", "olivia")
    await file.close()
    async with open_console(clock) as c:
        await c.press("n", "enter", *str(tmp_path), "enter")
        assert "is not a regular file" in c.problem
        await c.press(*"/there.db", "enter")
        assert c.rows("#found") == ["olivia"]
        await c.press("enter", "p")
        assert c.rows("#profiles")[1].endswith("there.db you choose open now")


async def test_a_file_that_will_not_open_says_why_and_keeps_its_row(
    tmp_path: Path, clock: FixedClock
) -> None:
    bad, busy = tmp_path / "bad.db", tmp_path / "busy.db"
    bad.write_bytes(b"no store at all, just text")
    file = open_file(busy, clock)
    await LocalAdmin(file).create_organization("acme", "olivia")
    await file.close()
    other = sqlite3.connect(busy)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    async with open_console(clock, local(bad, name="bad"), local(busy, name="busy")) as c:
        assert [row.rsplit(" ! ")[-1] for row in c.rows("#profiles")[1:3]] == ["not a store", "in use"]
        assert begun_on(c) == "bad"
        assert "damaged or is not an iam-tui file" in c.problem
        await c.press("enter")
        assert c.screen == "ProfilesScreen"
        await c.press("j")
        assert "Close the other program" in c.problem
        await c.press("k", "k")
        assert c.problem == ""
        other.close()
        await c.press("r")
        assert " ! " not in c.rows("#profiles")[2]


async def test_paths_and_names_are_shown_as_they_are(tmp_path: Path, clock: FixedClock) -> None:
    async with open_console(
        clock, local(tmp_path / "[red]x[/red].db", "[/bold]", "[b]\x1b[31m"), size=WIDE
    ) as c:
        await c.press("j")
        shown = c.app.export_screenshot()
        assert "[red]x[/red]" in shown
        assert "[/bold]" in shown
        assert "\x1b" not in shown
