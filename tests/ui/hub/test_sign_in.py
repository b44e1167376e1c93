"""Signing in to Docker Hub from the console: typed, found, refused, waited for, cancelled."""

import pytest

from iam_tui.ui.help.plain_screen import plain_text
from tests.clock import FixedClock
from tests.stores.hub.acts import silence, status
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.driver import OpenHubConsole

SIGN_IN = "POST /v2/auth/token"


async def test_a_typed_token_is_masked_and_what_it_may_do_is_tried_and_shown(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(None) as c:
        assert c.screen == "SignInScreen"
        assert f"is sent only to 127.0.0.1:{hub.port}" in c.text("#notes")
        assert f"IAM_TUI_API={hub.url}" in c.text("#notes")
        await c.press(*"olivia", "enter")
        await c.paste(f"  {SECRET}\n")
        assert c.text("#length").strip() == f"{len(SECRET)} characters"
        shown = c.app.export_screenshot() + "\n".join(plain_text(c.app.screen)) + repr(c.app.screen.focused)
        assert SECRET not in shown
        assert "•" * len(SECRET) in shown
        await c.press("enter")
        told = c.text("#notes")
        assert "✓ sign in as olivia" in told
        assert "✓ list organizations: 2" in told
        assert "✓ read their settings: 2 of 2" in told
        assert "? change settings: you own acme, team; not tested" in told
        assert "✗ community images and the allowlist: not in Docker's API" in told
        assert not [one for one in hub.seen if one.method == "PUT"]
        await c.press("enter")
        assert c.screen == "OrganizationsScreen"
        assert c.rows("#organizations")[0].startswith("acme OWNER ○ off")


async def test_a_member_sees_that_nothing_can_be_changed(hub_console: OpenHubConsole) -> None:
    async with hub_console(None) as c:
        await c.sign_in("max", SECRET)
        assert "✗ change settings: you own none of them" in c.text("#notes")


async def test_what_was_found_signs_in_without_a_question(hub_console: OpenHubConsole) -> None:
    async with hub_console("olivia") as c:
        assert c.screen == "OrganizationsScreen"
        assert len(c.rows("#organizations")) == 2


async def test_what_was_found_and_is_refused_is_said_and_another_can_be_typed(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.secrets["olivia"] = "dckr_pat_another"
    async with hub_console("olivia") as c:
        assert c.screen == "SignInScreen"
        assert "did not accept the personal access token of olivia" in c.problem
        assert SECRET not in c.app.export_screenshot()
        assert c.value("#username") == "olivia"
        await c.paste("dckr_pat_another")
        await c.press("enter")
        assert "sign in as olivia" in c.text("#notes")


async def test_an_organizations_token_is_explained_and_never_sent(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    async with hub_console(None) as c:
        await c.sign_in("acme", "dckr_oat_Secret")
        assert "an organization's access token" in c.text("#notes")
        assert "an owner's personal access token" in c.text("#notes")
        assert "Not tried" in c.second
        assert hub.seen == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (403, "Not permitted"),
        (500, "failed when signing in"),
        (404, "found nothing"),
        (418, "Unusable response"),
    ],
)
async def test_every_refusal_stays_on_the_screen(
    hub_console: OpenHubConsole, hub: FakeHub, number: int, expected: str
) -> None:
    hub.always[SIGN_IN] = hub.always["POST /v2/users/login"] = status(number, "[b]no[/b]")
    async with hub_console(None) as c:
        await c.sign_in("olivia", SECRET)
        assert expected in c.problem
        assert c.value("#token") == SECRET
        assert c.focused == "token"


async def test_a_second_factor_is_asked_for(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    hub.second_factor["olivia"] = "123456"
    hub.secrets["olivia"] = "hunter2"
    async with hub_console(None) as c:
        await c.sign_in("olivia", "hunter2", busy=True)
        await c.until(lambda: c.screen == "SecondFactorScreen")
        await c.press("enter", busy=True)
        assert "Type the code first" in c.second
        await c.press("escape")
        assert "No code was given" in c.problem
        await c.press("enter", busy=True)
        await c.until(lambda: c.screen == "SecondFactorScreen")
        await c.press(*"123456", busy=True)
        await c.press("enter")
        assert "sign in as olivia" in c.text("#notes")


async def test_a_wait_that_is_asked_for_counts_down(
    hub_console: OpenHubConsole, hub: FakeHub, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.ui.sign_in.prompts.WAIT_SECONDS", 0.01)
    hub.always[SIGN_IN] = status(429, Retry_After="400")
    async with hub_console(None) as c:
        await c.sign_in("olivia", SECRET)
        assert "Rate limit reached" in c.problem
        assert "400 s left" in c.second
        clock.advance(seconds=150)
        await c.until(lambda: "250 s left" in c.second)
        clock.advance(seconds=250)
        await c.until(lambda: "left" not in c.second)
        del hub.always[SIGN_IN]
        await c.press("enter")
        assert "sign in as olivia" in c.text("#notes")


async def test_a_short_wait_is_told_and_esc_ends_it(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    hub.always[SIGN_IN] = status(429, Retry_After="20")
    async with hub_console(None) as c:
        await c.sign_in("olivia", SECRET, busy=True)
        await c.until(lambda: "asks to wait. 20 s left" in c.second)
        await c.press("escape")
        assert "Cancelled" in c.second


async def test_while_a_call_hangs_keys_are_answered_and_esc_cancels(
    hub_console: OpenHubConsole, hub: FakeHub
) -> None:
    hub.always[SIGN_IN] = silence
    async with hub_console(None) as c:
        await c.sign_in("olivia", SECRET, busy=True)
        await c.until(lambda: bool(hub.calls(SIGN_IN)))
        assert "Signing in as olivia (typed)" in c.second
        assert not any(hint.startswith("enter") for hint in c.keys)
        await c.press("f1", busy=True)
        assert c.screen == "HelpScreen"
        await c.press("escape", "shift+tab", "x", busy=True)
        assert c.value("#username") == "oliviax"
        await c.press("escape")
        assert "Cancelled" in c.second
        assert c.screen == "SignInScreen"
        del hub.always[SIGN_IN]
        await c.press("backspace", "enter")
        assert "sign in as olivia" in c.text("#notes")
        await c.press("escape")
        assert c.screen == "ProfilesScreen"


async def test_nobody_home_is_said_with_what_to_do(hub_console: OpenHubConsole, hub: FakeHub) -> None:
    await hub.stop()
    async with hub_console("olivia") as c:
        assert "cannot be reached" in c.problem
        assert "Nothing was sent" in c.problem
        await c.press("escape")
        assert c.screen == "ProfilesScreen"
        assert f"enter signs in to 127.0.0.1:{hub.port}" in c.second
        assert "sign in" in c.rows("#profiles")[0]


async def test_profiles_let_one_sign_in_as_someone_else(hub_console: OpenHubConsole) -> None:
    async with hub_console("olivia") as c:
        await c.press("p")
        assert "open now" in c.rows("#profiles")[0]
        await c.press("a")
        await c.sign_in("max", SECRET)
        await c.press("enter")
        assert "max · LIVE" in c.top


async def test_in_ascii_the_mask_is_ascii(hub_console: OpenHubConsole) -> None:
    async with hub_console(None, ascii_only=True) as c:
        await c.press("tab")
        await c.paste(SECRET)
        shown = c.app.export_screenshot()
        assert "*" * len(SECRET) in shown
        assert "•" not in shown
        await c.press("home", "shift+end", "ctrl+c", "ctrl+x")
        assert c.app.clipboard == ""
        assert c.value("#token") == ""
