"""The impact: what a switch would block, where and by whom it is used, and what to do about it."""

from pathlib import Path

import pytest

from iam_tui.core.organization import Role
from iam_tui.core.policy import Setting
from iam_tui.stores.local import LocalAdmin, open_file
from iam_tui.ui.app import IamApp
from iam_tui.ui.impact.screen import REASON
from iam_tui.ui.shared.options import ConsoleOptions
from tests.clock import FixedClock
from tests.ui.driver import NARROW, TINY, WIDE, ConsoleDriver, OpenConsole

TO_PUBLISHERS = ("down", "down", "down")
TO_IMPACT = (*TO_PUBLISHERS, "space", "i")


def flip_cells(c: ConsoleDriver) -> dict[str, str]:
    """What the row of each switch says about flipping it."""
    rows = c.table("#access").rows
    return {row.key: row.cells[4].text for row in rows if row.key in set(Setting)}


async def test_one_key_on_a_switch_changes_sentence_counts_and_watch_list_in_the_same_frame(
    console: OpenConsole,
) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.press(*TO_PUBLISHERS)
        assert flip_cells(c)["verified_publisher"] == "blocks 8"
        assert "Toggling it blocks 8 images in use by 9 people" in c.text("#about")
        assert "  docker/dockerfile  9 people, 3 CI tokens" in c.text("#about")
        # In the turn of the key itself: nothing else runs before what is asserted.
        await c.app.run_action("screen.flip")
        assert "Would block 8 images in use by 9 people, 3 CI tokens; 1 may stop." in c.second
        assert flip_cells(c) == {
            "enabled": "allows 10",
            "community": "allows 1",
            "verified_publisher": "allows 8",
            "official": "blocks 6",
            "allowlist_enabled": "blocks 3",
        }
        assert "✗ grafana/grafana:11.2.0 BLOCKED Δ" in c.rows("#watch")
        assert "Toggling it allows 8 images in use by 9 people" in c.text("#about")
        await c.press("space")
        assert c.second == " Nothing staged."
        assert flip_cells(c)["verified_publisher"] == "blocks 8"


async def test_the_list_tells_who_breaks_and_where(console: OpenConsole) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.press(*TO_IMPACT)
        assert "Impact of 1 staged change" in c.top
        assert c.first == " Would block 8 images in use by 9 people, 3 CI tokens; 1 may stop."
        assert c.second == " From acme-corp/services (scanned 14:15), pulls.csv (10 Feb to 12 Mar)"
        assert c.text("#groups") == (
            " ›1 stops 8  2 may stop 1  3 starts 0  4 may start 0  5 same 12  6 not covered 1  7 unresolved 1"
        )
        assert c.rows("#impact")[:2] == [
            "docker/dockerfile verified allowed BLOCKED 9 3 today",
            "bitnami/redis verified allowed BLOCKED 6 1 today",
        ]
        await c.press("down")
        details = c.text("#details")
        assert "Docker Verified Publisher Images are switched off" in details
        assert "people  amara, felix, ines, noor, sam, tomas" in details
        assert "ci-checkout" in details
        assert "checkout/compose.yaml:4" in details
        assert "services.cache.image  bitnami/redis:7.2" in details


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("2", "portainer/portainer-ce unknown CANNOT TELL BLOCKED 3 21 d"),
        ("3", "No blocked image in use is certain to be allowed."),
        ("4", "No blocked image in use may be allowed."),
        ("5", "nginx official allowed allowed 12 1 today"),
        ("6", "ghcr.io/acme-corp/edge elsewhere not covered not covered"),
        ("7", "platform/compose.yaml:9 acme-corp/agent:${AGENT_VERSION:?} services.agent.image"),
    ],
)
async def test_every_group_has_its_key(console: OpenConsole, key: str, row: str) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, key)
        assert row in c.rows("#impact")
        assert f"›{key} " in c.text("#groups")


async def test_a_row_opens_with_everything_known_of_it(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, "7", "enter")
        assert "AGENT_VERSION is not set in these files" in c.text("#details")
        await c.press("escape", "1", "enter")
        assert "people  amara, diego, felix, hana, ines, leo, noor" not in c.text("#details")
        assert "checkout/Dockerfile:1" in c.text("#details")


async def test_marked_rows_are_allowed_until_nothing_breaks_then_reviewed_and_saved(
    console: OpenConsole,
) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.press(*TO_IMPACT, "space", "space", "s")
        assert "Sorted by pulls." in c.second
        marked = [row for row in c.rows("#impact") if "Δ" in row]
        assert [row.split()[0] for row in marked] == ["docker/dockerfile", "bitnami/redis"]
        await c.press("a")
        assert "Staged: 2 allowlist entries" in c.second
        assert "Would block 6 images" in c.first
        await c.press(*("space",) * 6, "a")
        assert c.first == " May block 1 image in use by 3 people; 1 reference is unresolved."
        assert c.rows("#impact") == ["portainer/portainer-ce unknown CANNOT TELL BLOCKED 3 21 d"]
        await c.press("w")
        assert c.screen == "ReviewScreen"
        assert c.first == " May block 1 image in use by 3 people; 1 reference is unresolved."
        assert "portainer/portainer-ce 3 people CANNOT TELL BLOCKED" in c.rows("#review")
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert "Nothing staged" in c.second
    async with console("acme-corp") as c:
        policy = (await c.saved("acme-corp")).policy
        assert policy.verified_publisher is False
        entries = {entry.repository: entry.reason for entry in policy.allowlist or ()}
        assert entries["docker/dockerfile"] == entries["hashicorp/terraform"] == REASON
        assert len(entries) == 4 + 8
        await c.press("i")
        assert "›1 stops 2" in c.text("#groups")


async def test_what_may_stop_is_never_told_as_nothing_and_is_allowed_by_itself(
    console: OpenConsole,
) -> None:
    """portainer/portainer-ce is unknown before and BLOCKED after. `A` does not allow it, `a` does."""
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, "A")
        assert c.first == " May block 1 image in use by 3 people; 1 reference is unresolved."
        assert c.second == " Staged: 8 allowlist entries. 1 may still stop; a allows one."
        assert "›2 may stop 1" in c.text("#groups")
        assert c.rows("#impact") == ["portainer/portainer-ce unknown CANNOT TELL BLOCKED 3 21 d"]
        assert not c.draft().policy.lists("portainer/portainer-ce")
        await c.press("a")
        assert c.draft().policy.lists("portainer/portainer-ce")
        assert c.first == " 1 reference is unresolved; none of 22 images in use would stop."
        assert "4 may start 1" in c.text("#groups")
        await c.press("escape")
        assert "none of 22 images in use would stop" in c.second


async def test_the_groups_take_a_second_row_where_one_is_too_short(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT)
        assert c.text("#groups").splitlines() == [
            " ›1 stops 8  2 may stop 1  3 starts 0  4 may start 0  5 same 12  6 not covered 1",
            "  7 unresolved 1",
        ]
        await c.resize(*WIDE)
        assert len(c.text("#groups").splitlines()) == 1


async def test_a_switch_that_may_block_says_so(console: OpenConsole) -> None:
    """With everything that stops on the allowlist, what may stop is left."""
    async with console("acme-corp", size=WIDE) as c:
        await c.press(*TO_IMPACT, "A", "escape", "space")
        assert flip_cells(c)["verified_publisher"] == "may block 1"
        assert "Toggling it may block 1 image in use by 3 people; 1 reference is unresolved." in c.text(
            "#about"
        )
        assert "portainer/portainer-ce  3 people" in c.text("#about")


async def test_the_smallest_set_is_staged_with_one_key(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_PUBLISHERS, "space", "down", "down", "space", "i")
        assert "Would block 11 images" in c.first
        await c.press("A")
        assert c.first == " May block 1 image in use by 3 people; 1 reference is unresolved."
        assert c.second == " Staged: 8 allowlist entries, the allowlist on. 1 may still stop; a allows one."
        assert "A allow all" not in c.keys
        assert c.draft().policy.allowlist_enabled is True


async def test_what_undoes_the_staged_switch_is_said_to(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_PUBLISHERS, "down", "down", "space", "i", "A")
        assert "Nothing is staged any more; the allowlist stays on." in c.second
        assert c.draft().is_clean


async def test_what_is_staged_here_is_there_when_one_quits_from_here(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, "A", "q")
        assert c.screen == "UnsavedChangesScreen"
        assert "Keep 9 staged changes for next time?" in c.first
        await c.press("y")
    async with console("acme-corp") as c:
        assert len(c.draft().changes) == 9


async def test_the_test_of_a_row_comes_back_with_what_it_staged(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, "down", "t", "f5", "escape")
        assert c.screen == "ImpactScreen"
        assert "Would block 7 images" in c.first
        assert c.draft().policy.lists("bitnami/redis")


async def test_the_list_is_copied_with_files_and_lines(
    console: OpenConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(IamApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT, "c", "7", "c")
    images, places = copied
    assert "bitnami/redis  ALLOWED → BLOCKED\n    checkout/compose.yaml:4  services.cache.image" in images
    assert places.startswith(
        "platform/compose.yaml:9  acme-corp/agent:${AGENT_VERSION:?}  AGENT_VERSION is not set"
    )


async def test_a_member_sees_what_todays_policy_blocks_in_their_project(console: OpenConsole) -> None:
    async with console("globex") as c:
        await c.press("i")
        assert "What today's policy blocks" in c.top
        assert c.first == " Today's policy blocks 2 images in use."
        assert c.rows("#impact") == [
            "axllent/mailpit community allowed BLOCKED",
            "bitnami/redis verified allowed BLOCKED",
        ]
        assert not {"a allow", "A allow all", "space mark", "w review"} & set(c.keys)
        await c.press("space", "a", "A")
        assert c.first == " Today's policy blocks 2 images in use."


@pytest.mark.parametrize("is_member", [True, False])
async def test_an_owner_no_more_loses_who_pulls_what_at_the_next_reading(
    console: OpenConsole, demo_file: Path, clock: FixedClock, is_member: bool
) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.press("i", "5")
        assert "pulls.csv" in c.second
        assert any("grafana/grafana" in row and row.endswith("d") for row in c.rows("#impact"))
        file = open_file(demo_file, clock)
        if is_member:
            await LocalAdmin(file, "ken").set_role("acme-corp", "maya", Role.MEMBER)
        else:
            await LocalAdmin(file, "ken").remove_member("acme-corp", "maya")
        await file.close()
        await c.press("m")
        assert not any("pulls.csv" in row for row in c.rows("#sources"))
        await c.press("escape")
        assert "pulls.csv" not in c.second
        assert "people" not in c.text("#details")
        await c.press("escape", "r", "i")
        if is_member:
            assert c.screen == "ImpactScreen"
            assert "pulls.csv" not in c.second
        else:
            assert c.screen == "AccessScreen"
            assert "There is no organization acme-corp with maya in it" in c.problem
            assert "The images in use could not be read." in c.second


@pytest.mark.parametrize(("organization", "report"), [("acme-labs", True), ("northwind", False)])
async def test_the_first_time_it_says_what_to_bring_in(
    console: OpenConsole, organization: str, report: bool
) -> None:
    async with console(organization) as c:
        await c.press("i")
        assert c.first == " Nothing is known yet about the images in use."
        assert "Press m to bring in a source" in c.second
        told = c.rows("#impact")
        assert any("pull report" in row for row in told) is report
        assert "A scan of a folder: which files and lines name which images." in told
        assert "m sources" in c.keys
        await c.press("1", "space", "a", "s", "c", "t", "enter")
        assert c.screen == "ImpactScreen"


async def test_read_only_without_sources_offers_no_key_that_does_nothing(console: OpenConsole) -> None:
    async with console("acme-labs", options=ConsoleOptions(read_only=True)) as c:
        await c.press("i")
        assert c.first == " Nothing is known yet about the images in use."
        assert c.second == " There are no sources."
        assert c.rows("#impact") == ["Opened read-only: sources are brought in without --read-only."]


async def test_sources_that_are_all_old_are_marked(console: OpenConsole, clock: FixedClock) -> None:
    clock.advance(days=45)
    async with console("acme-corp") as c:
        await c.press(*TO_IMPACT)
        assert c.second.startswith(" ! 45 days old. From acme-corp/services (scanned ")


async def test_too_small_a_terminal_gets_the_card_and_no_row_is_touched(console: OpenConsole) -> None:
    async with console("acme-corp", size=TINY) as c:
        await c.resize(*NARROW)
        await c.press(*TO_IMPACT)
        await c.resize(*TINY)
        assert "Would block 8 images in use" in c.card
        await c.press("A", "space", "a")
        assert len(c.draft().changes) == 1


async def test_every_sign_is_ascii_where_that_was_asked_for(console: OpenConsole) -> None:
    async with console("acme-corp", options=ConsoleOptions(ascii=True), size=WIDE) as c:
        await c.press(*TO_IMPACT, "space")
        screen = c.app.export_screenshot()
        assert ">1 stops 8" in c.text("#groups")
        assert any("*" in row for row in c.rows("#impact"))
        assert {character for character in screen if not character.isascii()} <= {"\xa0"}


async def test_the_first_group_with_images_that_change_is_shown(console: OpenConsole) -> None:
    """Community images on: nothing stops, so what starts is listed."""
    async with console("acme-corp") as c:
        await c.move_to("#access", "community")
        await c.press("space", "i")
        assert c.text("#groups").partition("›")[2].startswith("3 starts")
        assert c.row_keys("#impact")
