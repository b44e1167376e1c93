"""The first screen: the demo at hand, files to open and to make, and who one is there."""

import sqlite3
from pathlib import Path

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.local import LocalAdmin, open_file
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import hints, on_top, rest, rows, said

DEMO = Profile("demo", StoreKind.DEMO)


def console(clock: FixedClock, *profiles: Profile, enter: Profile | None = None) -> IamApp:
    """A console that may open these profiles and the demo, and begins with one of them if that is said."""
    return IamApp(StoreOpener([*profiles, DEMO], clock), clock=clock, options=ConsoleOptions(profile=enter))


def local(path: Path, user: str | None = None, name: str = "local") -> Profile:
    """The profile of a file."""
    return Profile(name, StoreKind.LOCAL, path, user)


def begun_on(app: IamApp) -> str:
    """The first cell of the row under the cursor."""
    table = app.screen.query_one("#profiles", Table)
    return table.rows[table.index].cells[0].text


async def test_on_an_empty_machine_enter_shows_the_demo(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "data" / "iam.db"
    app = console(clock, local(path))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await rest(pilot)
        assert "which Docker Hub images an organization's members may pull" in said(app, "#first")
        assert "Press enter for the demo" in said(app, "#second")
        assert rows(app, "#profiles")[1:] == [
            f"local {path} you choose will be created",
            "+ open or create another file",
        ]
        assert "hub" not in " ".join(rows(app, "#profiles")).lower()
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"
        assert "maya · DEMO" in said(app, "#top")
        assert not path.exists()


async def test_a_file_and_its_first_organization_are_made_by_keys_alone(
    tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "iam.db"
    app = console(clock, local(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("j", "enter")
        await rest(pilot)
        assert on_top(app) == "NewLocalFileScreen"
        await pilot.press(*"acme-corp", "enter", *"olivia", "f2", "enter")
        await rest(pilot)
        assert rows(app, "#organizations")[0].startswith("acme-corp OWNER no Business")
        assert "olivia · LOCAL" in said(app, "#top")
    again = console(clock, local(path))
    async with again.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert begun_on(again) == "local"
        assert "asks who you are; it has 1 person" in said(again, "#second")


async def test_what_was_typed_stays_when_the_store_refuses_it(tmp_path: Path, clock: FixedClock) -> None:
    app = console(clock, local(tmp_path / "iam.db", "olivia"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("j", "enter")
        await rest(pilot)
        await pilot.press("enter")
        assert "Type the organization first" in said(app, "#second")
        await pilot.press(*"Acme!", "enter")
        await rest(pilot)
        assert "Acme!" in said(app, "#problem")
        await pilot.press("backspace")
        assert not app.screen.has_class("-failed")
        await pilot.press("ctrl+u", *"acme", "enter")
        await rest(pilot)
        assert rows(app, "#organizations")[0].startswith("acme OWNER ○ off")


async def test_one_says_who_one_is_in_a_file(demo_file: Path, clock: FixedClock) -> None:
    app = console(clock, local(demo_file))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "IdentityPicker"
        assert len(rows(app, "#found")) > 20
        await pilot.press(*"ma")
        assert rows(app, "#found") == ["amara", "marek", "maya", "tomas"]
        await pilot.press("down", "down", "enter")
        await rest(pilot)
        assert "maya · LOCAL" in said(app, "#top")


async def test_a_profile_that_names_its_user_does_not_ask(demo_file: Path, clock: FixedClock) -> None:
    app = console(clock, local(demo_file, "ken", "work"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "opens it as ken" in said(app, "#second")
        await pilot.press("enter")
        await rest(pilot)
        assert "ken · LOCAL" in said(app, "#top")


async def test_the_demo_can_be_opened_as_someone_else(clock: FixedClock) -> None:
    app = console(clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("a")
        await rest(pilot)
        await pilot.press(*"noor", "enter")
        await rest(pilot)
        assert "noor · DEMO" in said(app, "#top")


async def test_a_profile_from_the_command_line_asks_what_it_does_not_say(
    demo_file: Path, clock: FixedClock
) -> None:
    profile = local(demo_file)
    app = console(clock, profile, enter=profile)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert on_top(app) == "IdentityPicker"
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "ProfilesScreen"
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press(*"erik", "enter")
        await rest(pilot)
        assert "erik · LOCAL" in said(app, "#top")


async def test_another_profile_takes_the_place_of_the_one_that_is_open(
    demo_file: Path, clock: FixedClock
) -> None:
    app = console(clock, local(demo_file, "ken"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        first = app.session.store
        await pilot.press("p")
        await rest(pilot)
        assert begun_on(app) == "local"
        assert "open now" in rows(app, "#profiles")[1]
        assert "escape back" in hints(app)
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"
        assert app.session.store is first
        await pilot.press("p", "k", "enter")
        await rest(pilot)
        assert "maya · DEMO" in said(app, "#top")
        assert app.session.store is not first


async def test_another_file_is_opened_by_its_path(tmp_path: Path, clock: FixedClock) -> None:
    file = open_file(tmp_path / "there.db", clock)
    await LocalAdmin(file).create_organization("acme", "olivia")
    await file.close()
    app = console(clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("n", "enter", *str(tmp_path), "enter")
        await rest(pilot)
        assert "is not a file" in said(app, "#problem")
        await pilot.press(*"/there.db", "enter")
        await rest(pilot)
        assert rows(app, "#found") == ["olivia"]
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press("p")
        await rest(pilot)
        assert rows(app, "#profiles")[1].endswith("there.db you choose open now")


async def test_a_file_that_will_not_open_says_why_and_keeps_its_row(
    tmp_path: Path, clock: FixedClock
) -> None:
    bad, busy = tmp_path / "bad.db", tmp_path / "busy.db"
    bad.write_bytes(b"no store at all, just text")
    other = sqlite3.connect(busy)
    other.execute("BEGIN EXCLUSIVE")
    app = console(clock, local(bad, name="bad"), local(busy, name="busy"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert [row.rsplit(" ! ")[-1] for row in rows(app, "#profiles")[1:3]] == ["not a store", "in use"]
        assert begun_on(app) == "bad"
        assert "damaged or no store" in said(app, "#problem")
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "ProfilesScreen"
        await pilot.press("j")
        assert "Close the other program" in said(app, "#problem")
        await pilot.press("k", "k")
        assert not app.screen.has_class("-failed")
        other.close()
        await pilot.press("r")
        await rest(pilot)
        assert rows(app, "#profiles")[2].endswith("will be created")


async def test_paths_and_names_are_shown_as_they_are(tmp_path: Path, clock: FixedClock) -> None:
    app = console(clock, local(tmp_path / "[red]x[/red].db", "[/bold]", "[b]\x1b[31m"))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await rest(pilot)
        await pilot.press("j")
        await pilot.pause()
        shown = app.export_screenshot()
        assert "[red]x[/red]" in shown
        assert "[/bold]" in shown
        assert "\x1b" not in shown
