"""Organizations that do not answer in the order of their names, as on Docker Hub."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Policy, Revision
from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from tests.clock import FixedClock
from tests.ui.driver import OpenConsole


async def test_late_ones_stand_where_they_belong(
    console: OpenConsole, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are in order while others are missing, and the cursor stays on its organization."""
    revision = Revision(1, Policy(), "maya", clock())
    answered = asyncio.Event()

    async def organizations(_store: LocalStore) -> AsyncIterator[Sequence[OrganizationState]]:
        for names in (["delta"], ["alpha", "echo"], ["bravo"]):
            if names == ["bravo"]:
                await answered.wait()
            yield [OrganizationState(Organization(name), Role.OWNER, revision) for name in names]

    monkeypatch.setattr(LocalStore, "organizations", organizations)
    async with console(busy=True) as c:
        await c.until(lambda: c.row_keys("#organizations") == ["alpha", "delta", "echo"])
        await c.press("G", busy=True)
        answered.set()
        await c.settle()
        assert c.row_keys("#organizations") == ["alpha", "bravo", "delta", "echo"]
        assert c.cursor("#organizations") == "echo"
