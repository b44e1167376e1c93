"""The impact: what a switch breaks as it flips, who and what stands behind it, and the ways out."""

import pytest

from iam_tui.core.policy import Setting
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.access.unsaved_changes import LeaveScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.impact.screen import REASON, ImpactScreen
from iam_tui.ui.review.screen import ReviewScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, hints, rest, rows, said, settled

ACME = ConsoleOptions(organization="acme-corp")
GLOBEX = ConsoleOptions(organization="globex")
LABS = ConsoleOptions(organization="acme-labs")
TO_PUBLISHERS = ("down", "down", "down")
TO_IMPACT = (*TO_PUBLISHERS, "space", "i")


def flip_cells(app: IamApp) -> dict[str, str]:
    """What the row of each switch says of flipping it."""
    table = app.screen.query_one("#access", Table)
    return {row.key: row.cells[4].text for row in table.rows if row.key in set(Setting)}


async def test_one_key_on_a_switch_changes_sentence_counts_and_watch_list_in_the_same_frame(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*TO_PUBLISHERS)
        assert flip_cells(app)["verified_publisher"] == "blocks 8"
        assert "Flipping it blocks 8 images in use by 9 people" in said(app, "#about")
        assert "  docker/dockerfile  9 people, 3 CI tokens" in said(app, "#about")
        # The key's own turn, with nothing between it and what is asserted.
        screen.action_flip()
        assert "Would block 8 images in use by 9 people, 3 CI tokens; 1 unsure." in said(app, "#second")
        assert flip_cells(app) == {
            "enabled": "allows 10",
            "community": "allows 1",
            "verified_publisher": "allows 8",
            "official": "blocks 6",
            "allowlist_enabled": "blocks 3",
        }
        assert "✗ grafana/grafana:11.2.0 BLOCKED Δ" in rows(app, "#watch")
        assert "Flipping it allows 8 images in use by 9 people" in said(app, "#about")
        await pilot.press("space")
        assert said(app, "#second") == " Nothing staged."
        assert flip_cells(app)["verified_publisher"] == "blocks 8"


async def test_the_list_tells_who_breaks_and_where(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        assert "Impact of 1 staged change" in said(app, "#top")
        assert said(app, "#first") == " Would block 8 images in use by 9 people, 3 CI tokens; 1 unsure."
        assert (
            said(app, "#second") == " From acme-corp/services (scanned 14:15), pulls.csv (10 Feb to 12 Mar)"
        )
        assert "›1 blocked 8  2 allowed 0  3 same 13  4 cannot tell 1  5 unresolved 1" in said(
            app, "#filters"
        )
        assert rows(app, "#impact")[:2] == [
            "docker/dockerfile verified allowed BLOCKED 9 3 today",
            "bitnami/redis verified allowed BLOCKED 6 1 today",
        ]
        await pilot.press("down")
        details = said(app, "#details")
        assert "Docker Verified Publisher Images are switched off" in details
        assert "people  amara, felix, ines, noor, sam, tomas" in details
        assert "ci-checkout" in details
        assert "checkout/compose.yaml:4" in details
        assert "services.cache.image  bitnami/redis:7.2" in details


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("2", "This allows no image in use that was blocked before."),
        ("3", "ghcr.io/acme-corp/edge elsewhere not covered not covered"),
        ("4", "portainer/portainer-ce unknown CANNOT TELL BLOCKED 3 21 d"),
        ("5", "platform/compose.yaml:9 acme-corp/agent:${AGENT_VERSION:?} services.agent.image"),
    ],
)
async def test_every_filter_shows_its_part(make_console: MakeConsole, key: str, row: str) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press(key)
        assert row in rows(app, "#impact")
        assert f"›{key} " in said(app, "#filters")


async def test_a_row_opens_with_everything_known_of_it(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT, "5", "enter")
        await settled(pilot)
        assert "AGENT_VERSION is set nowhere in these files" in said(app, "#details")
        await pilot.press("escape", "1", "enter")
        await settled(pilot)
        assert "people  amara, diego, felix, hana, ines, leo, noor" not in said(app, "#details")
        assert "checkout/Dockerfile:1" in said(app, "#details")


async def test_marked_rows_are_allowed_until_nothing_breaks_then_reviewed_and_saved(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press("space", "space")
        await pilot.press("s")
        assert "Sorted by pulls." in said(app, "#second")
        marked = [row for row in rows(app, "#impact") if "Δ" in row]
        assert [row.split()[0] for row in marked] == ["docker/dockerfile", "bitnami/redis"]
        await pilot.press("a")
        assert "Staged: 2 allowlist entries" in said(app, "#second")
        assert "Would block 6 images" in said(app, "#first")
        await pilot.press(*("space",) * 6, "a")
        assert said(app, "#first") == " Would block nothing of 22 images in use; 1 unsure."
        assert rows(app, "#impact") == ["This blocks no image in use."]
        await pilot.press("w")
        await rest(pilot)
        assert isinstance(app.screen, ReviewScreen)
        assert said(app, "#first") == " Would block nothing of 22 images in use; 1 unsure."
        await pilot.press("enter")
        await rest(pilot)
        assert isinstance(app.screen, AccessScreen)
        assert "Nothing staged" in said(app, "#second")
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        policy = (await second.session.store.organization_state("acme-corp")).revision.policy
        assert policy.verified_publisher is False
        entries = {entry.repository: entry.reason for entry in policy.allowlist or ()}
        assert entries["docker/dockerfile"] == entries["hashicorp/terraform"] == REASON
        assert len(entries) == 4 + 8
        await pilot.press("i")
        await settled(pilot)
        assert "›1 blocked 2" in said(second, "#filters")


async def test_the_smallest_set_is_staged_with_one_key(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*TO_PUBLISHERS, "space", "down", "down", "space", "i")
        await settled(pilot)
        assert "Would block 11 images" in said(app, "#first")
        await pilot.press("A")
        assert said(app, "#first") == " Would block nothing of 22 images in use; 1 unsure."
        assert "Staged: 8 allowlist entries, the allowlist on. w reviews." in said(app, "#second")
        assert "A allow all" not in hints(app)
        assert screen.draft.policy.allowlist_enabled is True


async def test_what_undoes_the_staged_switch_is_said_to(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*TO_PUBLISHERS, "down", "down", "space", "i")
        await settled(pilot)
        await pilot.press("A")
        assert "Nothing is staged any more; the allowlist stays on." in said(app, "#second")
        assert screen.draft.is_clean


async def test_what_is_staged_here_is_there_when_one_quits_from_here(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press("A", "q")
        await rest(pilot)
        assert isinstance(app.screen, LeaveScreen)
        assert "Keep 9 staged changes for next time?" in said(app, "#first")
        await pilot.press("y")
        await rest(pilot)
    second = make_console(options=ACME)
    async with second.run_test(size=(80, 24)) as pilot:
        assert len((await settled(pilot)).draft.changes) == 9


async def test_the_test_of_a_row_comes_back_with_what_it_staged(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press("down", "t")
        await settled(pilot)
        await pilot.press("f5", "escape")
        await settled(pilot)
        assert isinstance(app.screen, ImpactScreen)
        assert "Would block 7 images" in said(app, "#first")
        assert screen.draft.policy.lists("bitnami/redis")


async def test_the_list_is_copied_with_files_and_lines(
    make_console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(IamApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press("c", "5", "c")
    images, places = copied
    assert "bitnami/redis  ALLOWED → BLOCKED\n    checkout/compose.yaml:4  services.cache.image" in images
    assert places.startswith(
        "platform/compose.yaml:9  acme-corp/agent:${AGENT_VERSION:?}  AGENT_VERSION is set"
    )


async def test_a_member_sees_what_todays_policy_blocks_in_their_project(make_console: MakeConsole) -> None:
    app = make_console(options=GLOBEX)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("i")
        await settled(pilot)
        assert "What today's policy blocks" in said(app, "#top")
        assert said(app, "#first") == " Blocks 2 images in use."
        assert rows(app, "#impact") == [
            "axllent/mailpit community allowed BLOCKED",
            "bitnami/redis verified allowed BLOCKED",
        ]
        assert not {"a allow", "A allow all", "space mark", "w review"} & set(hints(app))
        await pilot.press("space", "a", "A")
        assert said(app, "#first") == " Blocks 2 images in use."


@pytest.mark.parametrize(
    ("options", "report"), [(LABS, True), (ConsoleOptions(organization="northwind"), False)]
)
async def test_the_first_time_it_says_what_to_bring_in(
    make_console: MakeConsole, options: ConsoleOptions, report: bool
) -> None:
    app = make_console(options=options)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("i")
        await settled(pilot)
        assert said(app, "#first") == " Nothing is known yet of what is used."
        assert "Press m to bring in a source" in said(app, "#second")
        told = rows(app, "#impact")
        assert any("pull report" in row for row in told) is report
        assert "A scan of a folder: which files and lines name which images." in told
        assert "m sources" in hints(app)
        await pilot.press("1", "space", "a", "s", "c", "t", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ImpactScreen)


async def test_too_small_a_terminal_gets_the_card_and_no_row_is_touched(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(44, 12)) as pilot:
        screen = await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.resize_terminal(44, 12)
        await pilot.pause()
        assert "Would block 8 images in use" in said(app, "#card")
        await pilot.press("A", "space", "a")
        assert len(screen.draft.changes) == 1


async def test_every_sign_is_ascii_where_that_was_asked_for(make_console: MakeConsole) -> None:
    app = make_console(options=ConsoleOptions(organization="acme-corp", ascii=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press(*TO_IMPACT)
        await settled(pilot)
        await pilot.press("space")
        screen = app.export_screenshot()
        assert ">1 blocked 8" in said(app, "#filters")
        assert any("*" in row for row in rows(app, "#impact"))
        assert {character for character in screen if not character.isascii()} <= {"\xa0"}
