"""The picker with more organizations than are read at once: every row, the filter, and the cursor."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.organization import Plan
from iam_tui.core.policy import Origin
from iam_tui.stores.local import open_file
from iam_tui.stores.local.admin import create_organization
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import ConsoleDriver

if TYPE_CHECKING:
    from sqlite_utils.db import Database

COUNT = 700


def name_of(number: int) -> str:
    return f"org{number:03d}"


@pytest.fixture
async def crowded(tmp_path: Path, clock: FixedClock) -> IamApp:
    """A console over many organizations of one owner."""
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


async def test_every_organization_can_be_reached(crowded: IamApp) -> None:
    async with ConsoleDriver.run(crowded) as c:
        assert c.first.strip() == "700 organizations, you can edit 700."
        await c.press("G")
        assert c.cursor("#organizations") == name_of(COUNT - 1)
        assert name_of(COUNT - 1) in c.drawn


async def test_the_filter_keeps_the_cursor_on_its_organization_or_goes_to_the_next(crowded: IamApp) -> None:
    async with ConsoleDriver.run(crowded) as c:
        await c.move_to("#organizations", name_of(456))
        await c.press("/", "5")
        matching = sum("5" in name_of(number) for number in range(COUNT))
        assert f"{matching} matches." in c.first
        assert (c.cursor("#organizations"), len(c.rows("#organizations"))) == (name_of(456), matching)
        await c.press("7")
        assert c.cursor("#organizations") == name_of(457)
        await c.press("escape")
        assert (c.cursor("#organizations"), len(c.rows("#organizations"))) == (name_of(457), COUNT)


async def test_reading_again_and_coming_back_leave_the_cursor_where_it_is(crowded: IamApp) -> None:
    async with ConsoleDriver.run(crowded) as c:
        await c.move_to("#organizations", name_of(650))
        await c.press("r")
        assert c.cursor("#organizations") == name_of(650)
        await c.press("enter", "escape")
        assert (c.cursor("#organizations"), len(c.rows("#organizations"))) == (name_of(650), COUNT)
