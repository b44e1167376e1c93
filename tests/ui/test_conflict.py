"""Two consoles on one file: one saves, the other compares and chooses."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Revision, Setting
from iam_tui.stores.local import LocalStore, open_file
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import OpenConsole

KenSaves = Callable[[], Awaitable[Revision]]
ACME = ConsoleOptions(organization="acme-corp")
OFFICIAL_OFF = ("j", "j", "j", "j", "space", "w")
PUBLISHER_OFF = ("j", "j", "j", "space", "w")


@pytest.fixture
def ken_saves(demo_file: Path, clock: FixedClock) -> KenSaves:
    """Ken switches the official images off, from another machine."""

    async def save() -> Revision:
        file = open_file(demo_file, clock)
        store = LocalStore(file, "ken")
        draft = Draft.of((await store.organization_state("acme-corp")).revision)
        draft = draft.stage(draft.policy.with_setting(Setting.OFFICIAL, on=False))
        saved = await store.save("acme-corp", draft, note="freeze", origin=Origin.CLI)
        await file.close()
        return saved

    return save


async def test_one_of_two_consoles_wins_and_the_other_compares(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*PUBLISHER_OFF, *"mine")
        async with console("acme-corp", user="ken") as ken:
            await ken.press(*OFFICIAL_OFF)
            await ken.paste("[i]freeze[/i]")
            await ken.press("enter")
            assert "r8" in ken.top
        await c.press("enter")
        assert c.screen == "ConflictScreen"
        assert "ken saved revision 8 on 12 Mar" in c.first
        assert "you opened revision 7" in c.first
        assert c.text("#note") == "[i]freeze[/i]"
        assert c.rows("#conflict") == [
            "Setting You opened Saved now Yours Keep",
            "Docker Verified Publisher Images ● on ● on ○ off yours",
            "Docker Official Images ● on ○ off ● on theirs",
        ]
        kept = await c.kept_draft("acme-corp")
        assert kept is not None
        assert kept.base.number == 7
        await c.press("enter")
        assert c.screen == "ReviewScreen"
        assert "r8" in c.top
        assert "Docker Official Images" not in str(c.rows("#review")[:3])
        await c.press("enter")
        assert c.screen == "AccessScreen"
        revision = await c.saved("acme-corp")
        assert (revision.number, revision.author, revision.note) == (9, "maya", "mine")
        assert not revision.policy.official
        assert not revision.policy.verified_publisher
        assert await c.kept_draft("acme-corp") is None


async def test_space_keeps_the_other_one(console: OpenConsole, ken_saves: KenSaves) -> None:
    async with console("acme-corp") as c:
        await c.press(*PUBLISHER_OFF)
        await ken_saves()
        await c.press("enter", "space", "down", "space")
        assert [row.split()[-1] for row in c.rows("#conflict")[1:]] == ["theirs", "yours"]
        await c.press("enter")
        assert c.rows("#review")[1] == "Docker Official Images ○ off ● on"


async def test_escape_leaves_the_draft_as_it_was(console: OpenConsole, ken_saves: KenSaves) -> None:
    async with console("acme-corp") as c:
        before = c.draft()
        await c.press(*PUBLISHER_OFF)
        await ken_saves()
        await c.press("enter", "escape")
        assert c.screen == "ReviewScreen"
        assert "Changed meanwhile" in c.problem
        await c.press("escape")
        assert c.screen == "ConflictScreen"
        await c.press("escape")
        assert c.screen == "AccessScreen"
        assert c.draft().base == before.base
        assert "1 staged" in c.second


async def test_a_draft_kept_over_an_older_revision_opens_as_a_conflict_once(
    console: OpenConsole, ken_saves: KenSaves
) -> None:
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space")
    await ken_saves()
    async with console("acme-corp") as c:
        assert c.screen == "ConflictScreen"
        assert "Docker Verified Publisher Images ● on ● on ○ off yours" in c.rows("#conflict")
        await c.press("escape")
        assert c.screen == "AccessScreen"
        assert c.draft().base.number == 7
        await c.press("r")
        assert c.screen == "ConflictScreen"
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert c.draft().base.number == 8
        assert not c.draft().policy.verified_publisher
        assert not c.draft().policy.official
        kept = await c.kept_draft("acme-corp")
        assert kept == c.draft()


async def test_a_draft_that_somebody_else_saved_as_well_is_over(
    console: OpenConsole, ken_saves: KenSaves
) -> None:
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "j", "space")
    await ken_saves()
    async with console("acme-corp") as c:
        assert c.screen == "AccessScreen"
        assert c.draft().is_clean
        assert await c.kept_draft("acme-corp") is None


async def test_entries_are_compared_with_their_reasons_and_a_click_chooses(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", "allow:axllent/mailpit")
        await c.press("enter", *" too", "enter", "w")
        async with console("acme-corp", user="ken") as ken:
            await ken.move_to("#access", "allow:axllent/mailpit")
            await ken.press("d", "w", "enter")
        await c.press("enter")
        assert c.rows("#conflict")[1:] == [
            "axllent/mailpit listed removed edited yours",
            "  yours: Catches mail in staging too; review by 26 Apr",
        ]
        await c.click("#conflict", 75, 1)
        assert c.rows("#conflict")[1].endswith("theirs")
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert c.draft().is_clean
        assert c.draft().policy.setting(Setting.ENABLED)
