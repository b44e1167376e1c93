"""Organizations that answer in another order than that of their names, as Docker Hub's do."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy, Revision
from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.widgets.table import Table
from tests.conftest import FixedClock
from tests.ui.conftest import MakeConsole


async def test_late_ones_stand_where_they_belong(
    make_console: MakeConsole, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While others are still missing, and the cursor stays on its organization."""
    revision = Revision(1, Policy(), "maya", clock())
    first, second, last, answered = (asyncio.Event() for _ in range(4))

    async def organizations(_store: LocalStore) -> AsyncIterator[Sequence[OrganizationState]]:
        for names, told in ((["delta"], first), (["alpha", "echo"], second), (["bravo"], last)):
            yield [OrganizationState(Organization(name), Role.OWNER, revision) for name in names]
            told.set()
            if told is second:
                await answered.wait()

    monkeypatch.setattr(LocalStore, "organizations", organizations)
    app = make_console()
    async with app.run_test(size=(80, 24)) as pilot:
        await asyncio.wait_for(second.wait(), 30)
        await pilot.pause()
        table = app.screen.query_one("#organizations", Table)
        assert [row.key for row in table.rows] == ["alpha", "delta", "echo"]
        table.move_to("echo")
        answered.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [row.key for row in table.rows] == ["alpha", "bravo", "delta", "echo"]
        assert table.cursor == "echo"
