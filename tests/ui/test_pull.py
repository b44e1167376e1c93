"""Test a pull: the verdict while one types, and the keys that change who, session and policy."""

from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.lines import TextBlock
from tests.ui.driver import NARROW, TINY, WIDE, OpenConsole


async def test_the_verdict_answers_while_one_types(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("t")
        assert "Type or paste an image." in c.text("#verdict")
        await c.press(*"q/nginx")
        assert "CANNOT TELL   docker.io/q/nginx:latest" in c.text("#verdict")
        await c.press("home", "delete", "delete")
        assert "✓  ALLOWED   docker.io/library/nginx:latest" in c.text("#verdict")
        assert c.cursor_row("#trace") == "7 its category switched on? Official on allowed"
        assert "step:6" in c.row_keys("#trace")


async def test_a_blocked_pull_is_explained(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server:8.0")
        assert "✗  BLOCKED   docker.io/mysql/mysql-server:8.0" in c.text("#verdict")
        trace = " ".join(c.rows("#trace"))
        assert "Remedy An owner can allowlist mysql/mysql-server" in trace
        assert "denied: image access restricted:" in trace
        assert "mysql is a namespace without a badge" in trace


async def test_what_is_no_image_name_says_which_part_is_wrong(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("bitnami/Redis")
        assert "INVALID" in c.text("#verdict")
        assert "not an image name: upper case" in c.text("#verdict")
        assert not {"f5 allow", "f6 watch"} & set(c.keys)


async def test_a_typing_mistake_and_a_retired_name_are_noted(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("ngnix")
        assert "did you mean nginx?" in " ".join(c.rows("#trace"))
        await c.fill("#image", "centos:7")
        assert "Note centos" in " ".join(c.rows("#trace"))


async def test_who_goes_round_the_roles(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server")
        verdicts = {}
        for _ in range(6):
            verdicts[c.first.strip()] = c.text("#verdict").split()[1]
            await c.press("f2")
        assert verdicts == {
            "As a member · signed in now · as saved, r7": "BLOCKED",
            "As a company owner · signed in now · as saved, r7": "CANNOT",
            "As a member · signed out · as saved, r7": "BLOCKED",
            "As you, owner · signed in 12 Mar · as saved, r7": "ALLOWED",
            "As an owner · signed in now · as saved, r7": "ALLOWED",
            "As an editor · signed in now · as saved, r7": "BLOCKED",
        }


async def test_an_old_sign_in_shows_both_answers(console: OpenConsole) -> None:
    async with console("globex", user="rafael") as c:
        await c.open_pull_screen("jenkins/jenkins")
        assert "As you, member · signed in" in c.first
        assert "under r2" in c.first
        stale = "STALE SESSION: BLOCKED under r2 until the next sign-in, then allowed under r3."
        assert stale in c.text("#verdict")
        await c.press("f3")
        assert "signed out" in c.first
        assert "NOT ENFORCED" in c.text("#verdict")
        await c.press("f3")
        assert "signed in now" in c.first
        assert "ALLOWED" in c.text("#verdict")
        assert "STALE" not in c.text("#verdict")


async def test_f5_stages_the_repository_and_f4_goes_between_saved_and_staged(
    console: OpenConsole,
) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.open_pull_screen("mysql/mysql-server")
        assert "f4 policy" not in c.keys
        await c.press("f5")
        assert "ALLOWED" in c.text("#verdict")
        assert "1 staged, nothing saved yet: + mysql/mysql-server" in c.second
        assert "a member BLOCKED allowed" in c.rows("#aside")
        await c.press("f4")
        assert "BLOCKED" in c.text("#verdict")
        assert "f5 disallow" in c.keys
        await c.press("escape")
        assert c.draft().policy.lists("mysql/mysql-server")
        assert any(row.startswith("mysql/mysql-server Δ") for row in c.rows("#access"))


async def test_taking_it_off_again_leaves_nothing_staged(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server")
        await c.press("f5", "f5")
        assert c.draft().is_clean
        assert "Nothing staged" in c.second
        assert "f4 policy" not in c.keys


async def test_only_hub_repositories_of_owners_who_may_edit_can_be_allowed(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("ghcr.io/acme/tool")
        assert "NOT COVERED" in c.text("#verdict")
        assert "f5 allow" not in c.keys
        await c.fill("#image", "redis")
        assert "f5 allow" in c.keys
    async with console("acme-corp", options=ConsoleOptions(read_only=True)) as c:
        await c.open_pull_screen("mysql/mysql-server")
        await c.press("f5")
        assert c.draft().is_clean
        assert "f5 allow" not in c.keys


async def test_quitting_with_what_was_staged_here_asks(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server")
        await c.press("f5", "ctrl+q")
        assert c.app.is_running
        assert c.screen == "UnsavedChangesScreen"
        assert c.draft().policy.lists("mysql/mysql-server")


async def test_ctrl_y_copies_the_explanation(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server:8.0")
        await c.press("ctrl+y")
        copied = c.app.clipboard.split("\n")
        assert copied[0] == "BLOCKED: docker.io/mysql/mysql-server:8.0"
        assert "Pulled by: a member of acme-corp, signed in now, as saved, r7" in copied
        assert "Category: Community images" in copied
        assert copied[-1] == "  7. its category switched on? Community images off -> BLOCKED"


async def test_a_long_name_stays_whole_at_sixty_columns(console: OpenConsole) -> None:
    digest = "sha256:" + "0123456789abcdef" * 4
    async with console("acme-corp", size=(60, 16)) as c:
        await c.open_pull_screen(f"nginx:1.27@{digest}")
        verdict = c.app.screen.query_one("#verdict", TextBlock)
        drawn = [verdict.render_line(y).text.strip() for y in range(verdict.size.height)]
        assert f"docker.io/library/nginx:1.27@{digest}" in "".join(drawn)
        assert drawn[-1].endswith("switched on.")
        await c.press("pagedown")
        assert c.app.screen.query_one("#trace").scroll_offset.y > 0


async def test_the_card_still_gives_the_verdict(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("mysql/mysql-server")
        await c.resize(*TINY)
        assert "BLOCKED   docker.io/mysql/mysql-server:latest" in c.card
        await c.press("f5")
        assert c.draft().is_clean
        await c.resize(*NARROW)
        await c.press("f5")
        assert not c.draft().is_clean
