"""Two consoles on one file: one saves, the other compares and chooses."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Revision, Setting
from iam_tui.stores.local import LocalStore, open_file
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.review.conflict_screen import ConflictScreen
from iam_tui.ui.review.screen import ReviewScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import MakeConsole, paste, rows, said, settled

KenSaves = Callable[[], Awaitable[Revision]]
ACME = ConsoleOptions(organization="acme-corp")
OFFICIAL_OFF = ("j", "j", "j", "j", "space", "w")
PUBLISHER_OFF = ("j", "j", "j", "space", "w")


@pytest.fixture
def ken_saves(demo_file: Path, clock: FixedClock) -> KenSaves:
    """Ken switches the official images off, from somewhere else."""

    async def save() -> Revision:
        file = open_file(demo_file, clock)
        store = LocalStore(file, "ken")
        draft = Draft.of((await store.organization_state("acme-corp")).revision)
        draft = draft.stage(draft.policy.with_setting(Setting.OFFICIAL, on=False))
        saved = await store.save("acme-corp", draft, note="freeze", origin=Origin.CLI)
        await file.close()
        return saved

    return save


def on_top(app: IamApp) -> type[object]:
    """What kind of screen is on top."""
    return type(app.screen)


async def test_one_of_two_consoles_wins_and_the_other_compares(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*PUBLISHER_OFF, *"mine")
        await settled(pilot)
        ken = make_console("ken", ACME)
        async with ken.run_test(size=(80, 24)) as other:
            await settled(other)
            await other.press(*OFFICIAL_OFF)
            await settled(other)
            await paste(other, "[i]freeze[/i]")
            await other.press("enter")
            await settled(other)
            assert "r8" in said(ken, "#top")
        await pilot.press("enter")
        await settled(pilot)
        assert on_top(app) is ConflictScreen
        assert "ken saved revision 8 on 12 Mar" in said(app, "#first")
        assert "you opened revision 7" in said(app, "#first")
        assert said(app, "#note") == "[i]freeze[/i]"
        assert rows(app, "#conflict") == [
            "Setting You opened Saved now Yours Keep",
            "Docker Verified Publisher Images ● on ● on ○ off yours",
            "Docker Official Images ● on ○ off ● on theirs",
        ]
        kept = await app.session.memory.draft("acme-corp")
        assert kept is not None
        assert kept.base.number == 7
        await pilot.press("enter")
        await settled(pilot)
        assert on_top(app) is ReviewScreen
        assert "r8" in said(app, "#top")
        assert "Docker Official Images" not in str(rows(app, "#review")[:3])
        await pilot.press("enter")
        await settled(pilot)
        assert on_top(app) is AccessScreen
        revision = (await app.session.store.organization_state("acme-corp")).revision
        assert (revision.number, revision.author, revision.note) == (9, "maya", "mine")
        assert not revision.policy.official
        assert not revision.policy.verified_publisher
        assert await app.session.memory.draft("acme-corp") is None


async def test_space_keeps_the_other_one(make_console: MakeConsole, ken_saves: KenSaves) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*PUBLISHER_OFF)
        await settled(pilot)
        await ken_saves()
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("space", "down", "space")
        assert [row.split()[-1] for row in rows(app, "#conflict")[1:]] == ["theirs", "yours"]
        await pilot.press("enter")
        await settled(pilot)
        assert rows(app, "#review")[1] == "Docker Official Images ○ off ● on"


async def test_escape_leaves_the_draft_as_it_was(make_console: MakeConsole, ken_saves: KenSaves) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        before = state.workspace.draft
        await pilot.press(*PUBLISHER_OFF)
        await settled(pilot)
        await ken_saves()
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("escape")
        assert on_top(app) is ReviewScreen
        assert "Changed meanwhile" in said(app, "#problem")
        await pilot.press("escape")
        await settled(pilot)
        assert on_top(app) is ConflictScreen
        await pilot.press("escape")
        await settled(pilot)
        assert on_top(app) is AccessScreen
        assert state.workspace.draft.base == before.base
        assert "1 staged" in said(app, "#second")


async def test_a_draft_kept_over_an_older_revision_opens_as_a_conflict_once(
    make_console: MakeConsole, ken_saves: KenSaves
) -> None:
    first = make_console(options=ACME)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "j", "j", "space")
        await settled(pilot)
    await ken_saves()
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert on_top(second) is ConflictScreen
        assert "Docker Verified Publisher Images ● on ● on ○ off yours" in rows(second, "#conflict")
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(second.screen, AccessScreen)
        assert second.screen.workspace.draft.base.number == 7
        await pilot.press("r")
        await settled(pilot)
        assert on_top(second) is ConflictScreen
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(second.screen, AccessScreen)
        assert second.screen.workspace.draft.base.number == 8
        assert not second.screen.workspace.draft.policy.verified_publisher
        assert not second.screen.workspace.draft.policy.official
        kept = await second.session.memory.draft("acme-corp")
        assert kept == second.screen.workspace.draft


async def test_a_draft_that_somebody_else_saved_as_well_is_over(
    make_console: MakeConsole, ken_saves: KenSaves
) -> None:
    first = make_console(options=ACME)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "j", "j", "j", "space")
        await settled(pilot)
    await ken_saves()
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        assert on_top(second) is AccessScreen
        assert screen.workspace.draft.is_clean
        assert await second.session.memory.draft("acme-corp") is None


async def test_entries_are_compared_with_their_reasons_and_a_click_chooses(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        state.query_one("#access", Table).move_to("allow:axllent/mailpit")
        await pilot.press("enter", *" too", "enter", "w")
        await settled(pilot)
        ken = make_console("ken", ACME)
        async with ken.run_test(size=(80, 24)) as other:
            screen = await settled(other)
            screen.query_one("#access", Table).move_to("allow:axllent/mailpit")
            await other.press("d", "w", "enter")
            await settled(other)
        await pilot.press("enter")
        await settled(pilot)
        assert rows(app, "#conflict")[1:] == [
            "axllent/mailpit listed removed edited yours",
            "  yours: Catches mail in staging too; review by 26 Apr",
        ]
        await pilot.click(app.screen.query_one("#conflict", Table), offset=(75, 1))
        await pilot.pause()
        assert rows(app, "#conflict")[1].endswith("theirs")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, AccessScreen)
        assert app.screen.workspace.draft.is_clean
        assert app.screen.workspace.draft.policy.setting(Setting.ENABLED)
