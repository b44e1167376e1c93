"""Image access: what owners stage, and what others read."""

import pytest

from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.policy_words import allowed_words
from tests.ui.driver import WIDE, OpenConsole


async def test_an_owner_sees_the_policy_and_where_it_stands(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        assert "acme-corp" in c.top
        assert "OWNER maya" in c.top
        assert c.first.strip() == "Members may pull all but Community images, plus 4 repositories."
        assert any(row.startswith("Docker Official Images ● on allowed") for row in c.rows("#access"))


async def test_a_toggle_is_staged_said_and_taken_back(console: OpenConsole) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.move_to("#access", Setting.VERIFIED_PUBLISHER)
        await c.press("space")
        assert "1 staged. Would block 8 images in use by 9 people, 3 CI tokens; 1 may stop." in c.second
        assert "Docker Verified Publisher Images Δ ○ off BLOCKED allows 8 staged, was on" in c.rows("#access")
        assert "✗ grafana/grafana:11.2.0 BLOCKED Δ" in c.rows("#watch")
        assert "w review" in c.keys
        await c.press("u")
        assert "Nothing staged" in c.second
        assert "✓ grafana/grafana:11.2.0 allowed" in c.rows("#watch")
        assert "U redo" in c.keys
        assert "w review" not in c.keys


async def test_every_switch_answers_the_key_of_its_row(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        before = c.draft().policy
        for setting in Setting:
            await c.move_to("#access", setting)
            await c.press("space")
            assert c.draft().policy.setting(setting) is not before.setting(setting)
        assert len(c.draft().changes) == len(Setting)


async def test_the_organizations_own_images_say_that_docker_has_no_switch(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", "organization")
        await c.press("space")
        assert "always allowed" in c.second
        assert c.draft().is_clean


async def test_an_entry_is_removed_and_comes_back(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        assert "d remove" not in c.keys
        await c.move_to("#access", "allow:testcontainers/ryuk")
        assert "d remove" in c.keys
        await c.press("d")
        assert "Would block 1 image in use by 8 people, 3 CI tokens." in c.second
        assert c.draft().policy.entry("testcontainers/ryuk") is None
        await c.press("x")
        assert c.draft().is_clean


async def test_staged_changes_are_there_at_the_next_start(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("space")
    async with console("acme-corp") as c:
        assert "1 staged" in c.second
        assert not c.draft().policy.enabled
        await c.press("u")
        assert c.draft().is_clean


async def test_a_member_reads_why_and_whom_to_ask_and_has_no_editing_key(console: OpenConsole) -> None:
    async with console("globex") as c:
        screen = c.app.screen
        assert "READ-ONLY member" in c.top
        assert c.first.strip().startswith("You may pull")
        assert "Only owners can change this:" in c.second
        keys = {hint.split()[0] for hint in c.keys}
        assert not keys & {"space", "a", "d", "u", "U", "w", "x"}
        assert "e ask for access" in c.keys
        await c.press("space", "a", "d", "x", "w")
        assert c.draft().is_clean
        assert c.app.screen is screen
        assert "Read-only: your role is member" in c.second


async def test_an_owner_may_open_it_read_only(console: OpenConsole) -> None:
    async with console("acme-corp", options=ConsoleOptions(read_only=True)) as c:
        assert "READ-ONLY owner" in c.top
        await c.press("space")
        assert c.draft().is_clean
        await c.press("escape")
        assert c.first == " 5 organizations, opened read-only."


async def test_a_breadcrumb_that_is_cut_does_not_touch_the_role(console: OpenConsole) -> None:
    async with console("acme-corp", size=(60, 16)) as c:
        await c.press("a")
        assert "Allow…  OWNER maya" in c.drawn


async def test_without_a_business_plan_it_cannot_be_switched_on(console: OpenConsole) -> None:
    async with console("initech") as c:
        assert "No Docker Business plan" in c.first
        await c.press("space")
        assert "needs a Docker Business plan; this one is Team" in c.second
        assert c.draft().is_clean


async def test_too_small_a_window_shows_a_card_and_keeps_what_is_staged(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("space")
        for size in ((44, 12), (10, 3), (1, 1), (44, 12)):
            await c.resize(*size)
        assert "1 staged" in c.card
        assert "The window is 44x12; at least 60x16 is needed." in c.card
        assert "space toggle" not in c.keys
        await c.resize(80, 24)
        await c.press("u")
        assert c.draft().is_clean


async def test_a_click_on_a_switch_flips_it(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.click("#access", 50, 0)
        assert not c.draft().policy.enabled


POLICY = Policy(
    enabled=True,
    community=False,
    verified_publisher=False,
    official=False,
    allowlist_enabled=True,
    allowlist=(AllowlistEntry("a/a"), AllowlistEntry("b/b")),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Organization images, 2 repositories"),
        ({"allowlist_enabled": False}, "Organization images"),
        ({"official": True}, "Organization and Official images, 2 repositories"),
        ({"official": True, "community": True}, "all but Verified Publisher images, plus 2 repositories"),
        ({"official": True, "verified_publisher": True, "community": True}, "images of every category"),
        (
            {"official": True, "verified_publisher": True, "community": None, "allowlist_enabled": None},
            "at least Organization, Verified Publisher and Official images",
        ),
    ],
)
def test_what_members_may_pull_is_said_in_one_row(changes: dict[str, bool | None], words: str) -> None:
    policy = POLICY
    for name, value in changes.items():
        policy = policy.with_setting(Setting(name), on=value)
    assert allowed_words(policy) == words
    assert len(f" Members may pull {words}.") <= 80
