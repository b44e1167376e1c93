"""Signing in to Docker Hub from the console: typed, found, refused, waited for, cancelled."""

import pytest

from iam_tui.ui.help.plain_screen import plain_text
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.secret import SecretField
from iam_tui.ui.sign_in.screen import SignInScreen
from tests.conftest import FixedClock
from tests.stores.hub.acts import silence, status
from tests.stores.hub.fake_hub import SECRET, FakeHub
from tests.ui.conftest import hints, on_top, paste, rest, rows, said
from tests.ui.hub.conftest import MakeHubConsole, type_in, until

SIGN_IN = "POST /v2/auth/token"


async def test_a_typed_token_is_masked_and_what_it_may_do_is_tried_and_shown(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(None)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await rest(pilot)
        assert on_top(app) == "SignInScreen"
        assert f"is sent only to 127.0.0.1:{hub.port}" in said(app, "#notes")
        assert f"IAM_TUI_API={hub.url}" in said(app, "#notes")
        await pilot.press(*"olivia", "enter")
        await paste(pilot, f"  {SECRET}\n")
        assert said(app, "#length").strip() == f"{len(SECRET)} characters"
        shown = app.export_screenshot() + "\n".join(plain_text(app.screen)) + repr(app.screen.focused)
        assert SECRET not in shown
        assert "•" * len(SECRET) in shown
        await pilot.press("enter")
        await rest(pilot)
        told = said(app, "#notes")
        assert "✓ sign in as olivia" in told
        assert "✓ list organizations: 2" in told
        assert "✓ read their settings: 2 of 2" in told
        assert "? change settings: you own acme, team; not tried" in told
        assert "✗ community images and the allowlist: not in Docker's API" in told
        assert not [one for one in hub.seen if one.method == "PUT"]
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"
        assert rows(app, "#organizations")[0].startswith("acme OWNER ○ off")


async def test_a_member_sees_that_nothing_can_be_changed(make_console: MakeHubConsole) -> None:
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "max")
        await rest(pilot)
        assert "✗ change settings: you own none of them" in said(app, "#notes")


async def test_what_was_found_signs_in_without_a_question(make_console: MakeHubConsole) -> None:
    app = make_console("olivia")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert on_top(app) == "OrganizationsScreen"
        assert len(rows(app, "#organizations")) == 2


async def test_what_was_found_and_is_refused_is_said_and_another_can_be_typed(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.secrets["olivia"] = "dckr_pat_another"
    app = make_console("olivia")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert on_top(app) == "SignInScreen"
        assert "does not accept this user name and token for olivia" in said(app, "#problem")
        assert SECRET not in app.export_screenshot()
        assert app.screen.query_one("#username", Field).value == "olivia"
        await paste(pilot, "dckr_pat_another")
        await pilot.press("enter")
        await rest(pilot)
        assert "sign in as olivia" in said(app, "#notes")


async def test_an_organizations_token_is_explained_and_never_sent(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "acme", "dckr_oat_Secret")
        await rest(pilot)
        assert "an organization's access token" in said(app, "#notes")
        assert "an owner's personal access token" in said(app, "#notes")
        assert "Not tried" in said(app, "#second")
        assert hub.seen == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [(403, "Not permitted"), (500, "failed at signing in"), (404, "finds nothing"), (418, "Unusable answer")],
)
async def test_every_refusal_stays_on_the_screen(
    make_console: MakeHubConsole, hub: FakeHub, number: int, expected: str
) -> None:
    hub.always[SIGN_IN] = hub.always["POST /v2/users/login"] = status(number, "[b]no[/b]")
    app = make_console(None)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await type_in(pilot, "olivia")
        await rest(pilot)
        assert expected in said(app, "#problem")
        assert app.screen.query_one("#token", SecretField).value == SECRET
        assert app.screen.query_one("#token", SecretField).has_focus


async def test_a_second_factor_is_asked_for(make_console: MakeHubConsole, hub: FakeHub) -> None:
    hub.second_factor["olivia"] = "123456"
    hub.secrets["olivia"] = "hunter2"
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "olivia", "hunter2")
        await until(pilot, lambda: on_top(app) == "SecondFactorScreen")
        await pilot.press("enter")
        assert "Type the code first" in said(app, "#second")
        await pilot.press("escape")
        await rest(pilot)
        assert "No code was given" in said(app, "#problem")
        await pilot.press("enter")
        await until(pilot, lambda: on_top(app) == "SecondFactorScreen")
        await pilot.press(*"123456", "enter")
        await rest(pilot)
        assert "sign in as olivia" in said(app, "#notes")


async def test_a_wait_that_is_asked_for_counts_down(
    make_console: MakeHubConsole, hub: FakeHub, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iam_tui.ui.sign_in.prompts.WAIT_SECONDS", 0.01)
    hub.always[SIGN_IN] = status(429, Retry_After="40")
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "olivia")
        await rest(pilot)
        assert "Asked to wait" in said(app, "#problem")
        assert "40 s left" in said(app, "#second")
        clock.advance(seconds=15)
        await until(pilot, lambda: "25 s left" in said(app, "#second"))
        clock.advance(seconds=25)
        await until(pilot, lambda: "left" not in said(app, "#second"))
        del hub.always[SIGN_IN]
        await pilot.press("enter")
        await rest(pilot)
        assert "sign in as olivia" in said(app, "#notes")


async def test_a_short_wait_is_told_and_esc_ends_it(make_console: MakeHubConsole, hub: FakeHub) -> None:
    hub.always[SIGN_IN] = status(429, Retry_After="20")
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "olivia")
        await until(pilot, lambda: "asks to wait. 20 s left" in said(app, "#second"))
        await pilot.press("escape")
        await rest(pilot)
        assert "Cancelled" in said(app, "#second")


async def test_while_a_call_hangs_keys_are_answered_and_esc_cancels(
    make_console: MakeHubConsole, hub: FakeHub
) -> None:
    hub.always[SIGN_IN] = silence
    app = make_console(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "olivia")
        await until(pilot, lambda: bool(hub.calls(SIGN_IN)))
        assert "Signing in as olivia (typed)" in said(app, "#second")
        assert not any(hint.startswith("enter") for hint in hints(app))
        await pilot.press("f1")
        assert on_top(app) == "HelpScreen"
        await pilot.press("escape")
        await pilot.press("shift+tab", "x")
        assert app.screen.query_one("#username", Field).value == "oliviax"
        await pilot.press("escape")
        await rest(pilot)
        assert "Cancelled" in said(app, "#second")
        assert isinstance(app.screen, SignInScreen)
        del hub.always[SIGN_IN]
        await pilot.press("backspace", "enter")
        await rest(pilot)
        assert "sign in as olivia" in said(app, "#notes")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "ProfilesScreen"


async def test_nobody_home_is_said_with_what_to_do(make_console: MakeHubConsole, hub: FakeHub) -> None:
    await hub.stop()
    app = make_console("olivia")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "cannot be reached" in said(app, "#problem")
        assert "Nothing was sent" in said(app, "#problem")
        await pilot.press("escape")
        await rest(pilot)
        assert on_top(app) == "ProfilesScreen"
        assert f"enter signs in to 127.0.0.1:{hub.port}" in said(app, "#second")
        assert "sign in" in rows(app, "#profiles")[0]


async def test_profiles_let_one_sign_in_as_someone_else(make_console: MakeHubConsole) -> None:
    app = make_console("olivia")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("p")
        await rest(pilot)
        assert "open now" in rows(app, "#profiles")[0]
        await pilot.press("a")
        await type_in(pilot, "max")
        await rest(pilot)
        await pilot.press("enter")
        await rest(pilot)
        assert "max · LIVE" in said(app, "#top")


async def test_in_ascii_the_mask_is_ascii(make_console: MakeHubConsole) -> None:
    app = make_console(None, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("tab")
        await paste(pilot, SECRET)
        shown = app.export_screenshot()
        assert "*" * len(SECRET) in shown
        assert "•" not in shown
        await pilot.press("home", "shift+end", "ctrl+c", "ctrl+x")
        assert app.clipboard == ""
        assert app.screen.query_one("#token", SecretField).value == ""
