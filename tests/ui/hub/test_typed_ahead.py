"""What is typed all at once at the sign-in: no secret in the field that shows what is typed."""

import pytest

from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.driver import OpenHubConsole


@pytest.mark.parametrize("next_field", ["tab", "enter"])
async def test_maya_tab_secret_enter_signs_in_and_shows_no_secret(
    hub_console: OpenHubConsole, hub: FakeHub, next_field: str
) -> None:
    hub.secrets["olivia"] = SECRET
    async with hub_console(None) as c:
        await c.type_ahead(*"olivia", next_field, *SECRET)
        assert c.value("#username") == "olivia"
        assert c.value("#token") == SECRET
        assert SECRET not in c.app.export_screenshot()
        await c.type_ahead("enter", "enter", "enter", "space")
        assert c.screen == "AccessScreen"


async def test_a_sign_in_typed_before_the_screen_is_there(hub_console: OpenHubConsole) -> None:
    async with hub_console(None, busy=True) as c:
        await c.type_ahead(*"olivia", "tab", *SECRET, "enter")
        assert c.value("#username") == "olivia"
        assert "sign in as olivia" in c.text("#notes")
