"""Who pulls what, on Docker Hub: shown by the role that Hub gave last, however it came to be known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores.hub.acts import status
from tests.stores.hub.fake_hub import FakeHub
from tests.ui.driver import WIDE, ConsoleDriver, OpenHubConsole

SETTINGS = "GET /v2/orgs/acme/settings"


def demote(hub: FakeHub) -> None:
    """Make olivia a member."""
    hub.people["acme"]["olivia"] = "Member"


def demote_and_refuse(hub: FakeHub) -> None:
    """Make olivia a member, and show members no settings."""
    demote(hub)
    hub.always[SETTINGS] = status(403)


def remove(hub: FakeHub) -> None:
    """Take olivia out of the organization."""
    del hub.people["acme"]["olivia"]


async def bring_in(c: ConsoleDriver, folder: Path) -> None:
    """Bring in a report of one person, and a folder."""
    (folder / "march.csv").write_text(
        "repository,user_name,access_token_name,pulls\nlibrary/nginx,quentin,zeppelin,7351\n"
    )
    (folder / "src").mkdir()
    (folder / "src" / "Dockerfile").write_text("FROM nginx\n")
    await c.press("i", "m")
    for key, name in (("p", "march.csv"), ("f", "src")):
        await c.press(key)
        await c.paste(str(folder / name))
        await c.press("enter")
    await c.press("escape", "5", "escape")


async def told(c: ConsoleDriver) -> str:
    """What the impact, a row of it and the sources say; nothing where there is no impact."""
    await c.press("i")
    if c.screen != "ImpactScreen":
        return ""
    await c.press("5")
    said = [c.drawn]
    await c.press("m")
    said.append(c.drawn)
    await c.press("escape", "escape")
    return "\n".join(said)


@pytest.mark.parametrize(("lose", "reads_on"), [(demote, True), (demote_and_refuse, False), (remove, False)])
async def test_an_owner_no_more_loses_them_at_the_next_reading(
    hub_console: OpenHubConsole,
    hub: FakeHub,
    tmp_path: Path,
    lose: Callable[[FakeHub], None],
    reads_on: bool,
) -> None:
    """In the open console, and offline in the next one."""
    async with hub_console(organization="acme", size=WIDE) as c:
        await bring_in(c, tmp_path)
        said = await told(c)
        assert "quentin" in said
        assert "march.csv" in said
        lose(hub)
        await c.press("r")
        said = await told(c)
        assert bool(said) is reads_on
        assert "quentin" not in said
        assert "march.csv" not in said
    await hub.stop()
    async with hub_console(organization="acme", size=WIDE) as c:
        if c.screen == "AccessScreen":
            said = await told(c)
            assert "src" in said
            assert "quentin" not in said
            assert "march.csv" not in said


async def test_offline_the_last_role_counts(
    hub_console: OpenHubConsole, hub: FakeHub, tmp_path: Path
) -> None:
    async with hub_console(organization="acme", size=WIDE) as c:
        await bring_in(c, tmp_path)
    async with hub_console("max", organization="acme", size=WIDE) as c:
        assert "src" in await told(c)
    await hub.stop()
    async with hub_console(organization="acme", size=WIDE) as c:
        assert "quentin" in await told(c)
    async with hub_console("max", organization="acme", size=WIDE) as c:
        said = await told(c)
        assert "src" in said
        assert "quentin" not in said
        assert "march.csv" not in said
