"""The picker over more organizations than are read at once: every row, the filter, and the cursor's place."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.organization import Plan
from iam_tui.core.policy import Origin
from iam_tui.stores.local import open_file
from iam_tui.stores.local.admin import create_organization
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.organizations.screen import OrganizationsScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import said

if TYPE_CHECKING:
    from sqlite_utils.db import Database

COUNT = 700


def name_of(number: int) -> str:
    return f"org{number:03d}"


@pytest.fixture
async def crowded(tmp_path: Path, clock: FixedClock) -> IamApp:
    """A console over organizations that one owner has."""
    path = tmp_path / "many.db"

    def job(database: "Database") -> None:
        for number in range(COUNT):
            create_organization(
                database, name_of(number), "maya", plan=Plan.BUSINESS, sign_in_enforced=False,
                full_name="", origin=Origin.CLI, now=clock.now,
            )  # fmt: skip

    file = open_file(path, clock)
    await file.write(job)
    await file.close()
    profile = Profile("local", StoreKind.LOCAL, path, "maya")
    return IamApp(StoreOpener([profile], clock), clock=clock, options=ConsoleOptions(profile=profile))


async def settled(pilot: Pilot[None]) -> Table:
    """The picker's table, once everything is read."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(pilot.app.screen, OrganizationsScreen)
    return pilot.app.screen.query_one("#organizations", Table)


async def test_every_organization_can_be_reached(crowded: IamApp) -> None:
    async with crowded.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        assert said(crowded, "#first").strip() == "700 organizations, you can edit 700."
        await pilot.press("G")
        assert table.cursor == name_of(COUNT - 1)
        assert name_of(COUNT - 1) in "".join(table.render_line(y).text for y in range(table.size.height))


async def test_the_filter_keeps_the_cursor_on_its_organization_or_goes_to_the_next(crowded: IamApp) -> None:
    async with crowded.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        table.move_to(name_of(456))
        await pilot.press("slash", "5")
        await pilot.pause()
        matching = sum("5" in name_of(number) for number in range(COUNT))
        assert f"{matching} match." in said(crowded, "#first")
        assert (table.cursor, len(table.rows)) == (name_of(456), matching)
        await pilot.press("7")
        await pilot.pause()
        assert table.cursor == name_of(457)
        await pilot.press("escape")
        await pilot.pause()
        assert (table.cursor, len(table.rows)) == (name_of(457), COUNT)


async def test_reading_again_and_coming_back_leave_the_cursor_where_it_is(crowded: IamApp) -> None:
    async with crowded.run_test(size=(80, 24)) as pilot:
        table = await settled(pilot)
        table.move_to(name_of(650))
        await pilot.press("r")
        await settled(pilot)
        assert table.cursor == name_of(650)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.press("escape")
        await settled(pilot)
        assert (table.cursor, len(table.rows)) == (name_of(650), COUNT)
