"""Test a pull: the verdict while one types, and the keys that change who, session and policy."""

from textual.widgets import Input

from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, hints, rows, said, settled
from tests.ui.open_pull_screen import ACME, GLOBEX, open_pull_screen


def decided(app: IamApp) -> str:
    """The row of the trace with the mark on it."""
    table = app.screen.query_one("#trace", Table)
    return " ".join(cell.text for cell in table.rows[table.index].cells)


async def test_the_verdict_answers_while_one_types(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert "Type or paste an image." in said(app, "#verdict")
        await pilot.press(*"q/nginx")
        assert "CANNOT TELL   docker.io/q/nginx:latest" in said(app, "#verdict")
        await pilot.press("home", "delete", "delete")
        assert "✓  ALLOWED   docker.io/library/nginx:latest" in said(app, "#verdict")
        assert decided(app) == "7 its category switched on? Official on allowed"
        assert "step:6" in [row.key for row in app.screen.query_one("#trace", Table).rows]


async def test_a_blocked_pull_is_explained(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "mysql/mysql-server:8.0")
        assert "✗  BLOCKED   docker.io/mysql/mysql-server:8.0" in said(app, "#verdict")
        trace = " ".join(rows(app, "#trace"))
        assert "Remedy An owner can allowlist mysql/mysql-server" in trace
        assert "denied: image access restricted:" in trace
        assert "mysql is a namespace without a badge" in trace


async def test_what_is_no_image_name_says_which_part_is_wrong(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "bitnami/Redis")
        assert "INVALID" in said(app, "#verdict")
        assert "not an image name: upper case" in said(app, "#verdict")
        assert not {"f5 allow", "f6 watch"} & set(hints(app))


async def test_a_typing_mistake_and_a_retired_name_are_noted(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "ngnix")
        assert "did you mean nginx?" in " ".join(rows(app, "#trace"))
        screen.query_one("#image", Input).value = "centos:7"
        await pilot.pause()
        assert "Note centos" in " ".join(rows(app, "#trace"))


async def test_who_goes_round_the_roles(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "mysql/mysql-server")
        verdicts = {}
        for _ in range(5):
            verdicts[said(app, "#first").strip()] = said(app, "#verdict").split()[1]
            await pilot.press("f2")
        assert verdicts == {
            "As a member · signed in now · as saved, r7": "BLOCKED",
            "As a member · signed out · as saved, r7": "BLOCKED",
            "As you, owner · signed in 12 Mar · as saved, r7": "ALLOWED",
            "As an owner · signed in now · as saved, r7": "ALLOWED",
            "As an editor · signed in now · as saved, r7": "BLOCKED",
        }


async def test_an_old_sign_in_shows_both_answers(make_console: MakeConsole) -> None:
    app = make_console(user="rafael", options=GLOBEX)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "jenkins/jenkins")
        assert "As you, member · signed in" in said(app, "#first")
        assert "under r2" in said(app, "#first")
        stale = "STALE SESSION: BLOCKED under r2 until the next sign-in, then allowed under r3."
        assert stale in said(app, "#verdict")
        await pilot.press("f3")
        assert "signed out" in said(app, "#first")
        assert "NOT ENFORCED" in said(app, "#verdict")
        await pilot.press("f3")
        assert "signed in now" in said(app, "#first")
        assert "ALLOWED" in said(app, "#verdict")
        assert "STALE" not in said(app, "#verdict")


async def test_f5_stages_the_repository_and_f4_goes_between_saved_and_staged(
    make_console: MakeConsole,
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_pull_screen(pilot, "mysql/mysql-server")
        assert "f4 policy" not in hints(app)
        await pilot.press("f5")
        assert "ALLOWED" in said(app, "#verdict")
        assert "1 staged, nothing saved yet: + mysql/mysql-server" in said(app, "#second")
        assert "a member BLOCKED allowed" in rows(app, "#aside")
        await pilot.press("f4")
        assert "BLOCKED" in said(app, "#verdict")
        assert "f5 disallow" in hints(app)
        await pilot.press("escape")
        screen = await settled(pilot)
        assert screen.draft.policy.lists("mysql/mysql-server")
        assert any(row.startswith("mysql/mysql-server Δ") for row in rows(app, "#access"))


async def test_taking_it_off_again_leaves_nothing_staged(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "mysql/mysql-server")
        await pilot.press("f5", "f5")
        assert screen.draft.is_clean
        assert "Nothing staged" in said(app, "#second")
        assert "f4 policy" not in hints(app)


async def test_only_hub_repositories_of_owners_who_may_edit_can_be_allowed(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "ghcr.io/acme/tool")
        assert "NOT COVERED" in said(app, "#verdict")
        assert "f5 allow" not in hints(app)
        screen.query_one("#image", Input).value = "redis"
        await pilot.pause()
        assert "f5 allow" in hints(app)
    app = make_console(options=ConsoleOptions(organization="acme-corp", read_only=True))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "mysql/mysql-server")
        await pilot.press("f5")
        assert screen.draft.is_clean
        assert "f5 allow" not in hints(app)


async def test_quitting_with_what_was_staged_here_asks(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot, "mysql/mysql-server")
        await pilot.press("f5", "ctrl+q")
        screen = await settled(pilot)
        assert app.is_running
        assert app.screen is not screen
        assert screen.draft.policy.lists("mysql/mysql-server")


async def test_ctrl_y_copies_the_explanation(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_pull_screen(pilot, "mysql/mysql-server:8.0")
        await pilot.press("ctrl+y")
        copied = app.clipboard.split("\n")
        assert copied[0] == "BLOCKED: docker.io/mysql/mysql-server:8.0"
        assert "Pulled by: a member of acme-corp, signed in now, as saved, r7" in copied
        assert "Category: Community images" in copied
        assert copied[-1] == "  7. its category switched on? Community images off -> BLOCKED"


async def test_a_long_name_stays_whole_at_sixty_columns(make_console: MakeConsole) -> None:
    digest = "sha256:" + "0123456789abcdef" * 4
    app = make_console(options=ACME)
    async with app.run_test(size=(60, 16)) as pilot:
        await open_pull_screen(pilot, f"nginx:1.27@{digest}")
        verdict = app.screen.query_one("#verdict", TextBlock)
        drawn = [verdict.render_line(y).text.strip() for y in range(verdict.size.height)]
        assert f"docker.io/library/nginx:1.27@{digest}" in "".join(drawn)
        assert drawn[-1].endswith("switched on.")
        await pilot.press("pagedown")
        assert app.screen.query_one("#trace").scroll_offset.y > 0


async def test_the_card_still_gives_the_verdict(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(44, 12)) as pilot:
        screen = await open_pull_screen(pilot, "mysql/mysql-server")
        assert "BLOCKED   docker.io/mysql/mysql-server:latest" in said(app, "#card")
        await pilot.press("f5")
        assert screen.draft.is_clean
        await pilot.resize_terminal(80, 24)
        await pilot.press("f5")
        assert not screen.draft.is_clean
