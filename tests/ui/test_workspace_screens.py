"""Screens over one workspace: while it is still being read, while it changes, while its file is in use."""

import asyncio
from pathlib import Path

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.errors import Unavailable
from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.access.rows import SWITCH_CELL
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.impact.screen import ImpactScreen
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.driver import ConsoleDriver, OpenConsole, locked


class Gate:
    """Holds back what is read of an organization while it is closed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._opened = asyncio.Event()
        self._opened.set()
        read = LocalStore.organization_state

        async def organization_state(store: LocalStore, organization: str) -> OrganizationState:
            await self._opened.wait()
            return await read(store, organization)

        monkeypatch.setattr(LocalStore, "organization_state", organization_state)

    def close(self) -> None:
        """Nothing is read from now on."""
        self._opened.clear()

    def open(self) -> None:
        """What waited is read now."""
        self._opened.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


async def open_pull_screen_at_once(c: ConsoleDriver, image: str) -> None:
    """Open the test of a pull while Image access is still reading."""
    await c.until(lambda: c.screen == "AccessScreen")
    await c.press("t", *image, busy=True)
    await c.until(lambda: c.text("#verdict") != "" and c.value("#image") == image)


async def switch_off_elsewhere(c: ConsoleDriver) -> int:
    """Save another revision as another program would; its number."""
    newest = (await c.session.store.revisions("acme-corp"))[0]
    draft = Draft.of(newest).stage(newest.policy.with_setting(Setting.ENABLED, on=False))
    saved = await c.session.store.save("acme-corp", draft, note="", origin=Origin.CLI)
    return saved.number


async def test_an_image_is_watched_once_the_watch_list_was_read(console: OpenConsole, gate: Gate) -> None:
    async with console("acme-corp") as c:
        before = list(await c.session.memory.watch_list("acme-corp"))
        assert before
    gate.close()
    async with console("acme-corp", busy=True) as c:
        await open_pull_screen_at_once(c, "redis:7")
        await c.press("f6", busy=True)
        assert list(await c.session.memory.watch_list("acme-corp")) == before
        gate.open()
        await c.settle()
        await c.press("f6")
        assert list(await c.session.memory.watch_list("acme-corp")) == [*before, "redis:7"]


async def test_staging_in_a_test_of_a_pull_waits_for_the_kept_draft(console: OpenConsole, gate: Gate) -> None:
    async with console("acme-corp") as c:
        await c.press("space", "q", "y")
    gate.close()
    async with console("acme-corp", busy=True) as c:
        await open_pull_screen_at_once(c, "foo/bar")
        await c.press("f5", busy=True)
        gate.open()
        await c.settle()
        await c.press("f5")
        kept = await c.kept_draft("acme-corp")
        assert kept is not None
        assert len(kept.changes) == 2


async def test_the_mouse_stages_nothing_before_the_kept_draft_was_read(
    console: OpenConsole, gate: Gate
) -> None:
    async with console("acme-corp") as c:
        await c.press("space", "q", "y")
    gate.close()
    async with console("acme-corp", busy=True) as c:
        await c.until(lambda: c.screen == "AccessScreen")
        table = c.table("#access")
        row = c.row_keys("#access").index(Setting.COMMUNITY)
        table.post_message(Table.Chosen(table, Setting.COMMUNITY, row, SWITCH_CELL))
        await c.settle(busy=True)
        gate.open()
        await c.settle()
        kept = await c.kept_draft("acme-corp")
        assert kept is not None
        assert [getattr(change, "setting", None) for change in kept.changes] == [Setting.ENABLED]


async def test_a_pull_is_judged_by_the_revision_that_was_read_meanwhile(
    console: OpenConsole, gate: Gate
) -> None:
    async with console("acme-corp") as c:
        gate.close()
        await c.press("r", "t", *"foo/bar", busy=True)
        await c.until(lambda: "CANNOT TELL" in c.text("#verdict"))
        number = await switch_off_elsewhere(c)
        gate.open()
        await c.settle()
        assert f"r{number}" in c.top
        assert f"as saved, r{number}" in c.first
        assert "CANNOT TELL" not in c.text("#verdict")


async def test_an_error_of_writing_is_taken_away_once_it_was_written(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.05)
    async with console("acme-corp") as c:
        with locked(demo_file):
            await c.press("space")
            assert "The file is in use" in c.problem
        await c.press("j", "j", "space")
        assert c.problem == ""


async def test_what_could_not_be_written_stays_staged_when_it_is_read_again(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.05)
    async with console("acme-corp") as c:
        await c.press("space")
        with locked(demo_file):
            await c.press("j", "j", "space")
        await c.press("r")
        assert len(c.draft().changes) == 2


async def test_an_error_that_comes_while_a_screen_opens_does_not_end_the_console(
    console: OpenConsole,
) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        assert isinstance(screen, AccessScreen)

        async def write() -> None:
            c.app.open_plain_text(["text"])
            raise Unavailable("The file is in use.")

        screen.keep(write)
        await c.settle()
        assert c.screen == "PlainScreen"
        assert "The file is in use." in c.toasts[-1]


async def test_what_changes_while_a_screen_opens_is_on_it(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        assert isinstance(screen, AccessScreen)
        c.app.push_screen(ImpactScreen(screen.workspace))
        screen.workspace.set_switch(Setting.COMMUNITY, on=True)
        await c.settle()
        shown = c.first, c.rows("#impact")
        await c.press("escape", "i")
        assert (c.first, c.rows("#impact")) == shown


async def test_what_could_not_be_dropped_is_asked_about_again(
    console: OpenConsole, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.stores.local.open_database.BUSY_SECONDS", 0.05)
    async with console("acme-corp") as c:
        await c.press("space")
        with locked(demo_file):
            await c.press("q", "n")
        await c.press("q")
        assert c.screen == "UnsavedChangesScreen"
        await c.press("n")
    async with console("acme-corp") as c:
        assert c.draft().is_clean


async def test_a_profile_whose_badges_cannot_be_read_is_not_open(
    console: OpenConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[LocalStore] = []
    close = LocalStore.close

    async def no_badges(_: LocalStore) -> None:
        raise Unavailable("The file is in use.")

    async def closing(store: LocalStore) -> None:
        closed.append(store)
        await close(store)

    monkeypatch.setattr(LocalStore, "close", closing)
    with monkeypatch.context() as failing:
        failing.setattr(LocalStore, "badges", no_badges)
        async with console() as c:
            assert "The file is in use." in c.problem
            assert c.app.opened is None
            assert len(closed) == 1
            failing.undo()
            await c.press("r")
            assert c.problem == ""
            assert c.app.opened is not None
