"""Pasting into the test of a pull: one image, many, and far too many."""

import pytest
from textual.widgets import Input

from iam_tui.core.verdict import Verdict
from iam_tui.ui.pull.batch_screen import PullsScreen
from iam_tui.ui.pull.screen import PullScreen
from tests.ui.conftest import MakeConsole, paste, rows, said, settled
from tests.ui.open_pull_screen import ACME, open_pull_screen

DENIED = (
    'Error response from daemon: Head "https://registry-1.docker.io/v2/mysql/mysql-server/manifests/8.0": '
    "denied: image access restricted: mysql/mysql-server blocked for organization acme-corp\n"
)
DOCKERFILE = """\
FROM node:22 AS build
RUN npm ci
FROM mysql/mysql-server:8.0
COPY --from=localstack/localstack:3 /x /x
COPY --from=build /app /app
FROM ghcr.io/acme/base
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (DENIED, "mysql/mysql-server:8.0"),
        ("$ docker pull --quiet bitnami/redis:7.2", "bitnami/redis:7.2"),
        ("FROM --platform=linux/amd64 node:22 AS build", "node:22"),
        ("https://hub.docker.com/r/bitnami/redis/tags", "bitnami/redis"),
    ],
)
async def test_the_image_is_found_in_a_pasted_line(make_console: MakeConsole, text: str, found: str) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await open_pull_screen(pilot)
        await paste(pilot, text)
        assert screen.query_one("#image", Input).value == found
        assert f"Found in what was pasted: {found}" in said(app, "#second")
        assert found in said(app, "#verdict")


async def test_a_paste_replaces_an_image_and_goes_on_with_a_command(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot, "nginx:1.27")
        await paste(pilot, "redis:7")
        field = screen.query_one("#image", Input)
        assert field.value == "redis:7"
        field.value = ""
        await pilot.press(*"docker", "space", *"pull", "space")
        await paste(pilot, "nginx")
        assert field.value == "docker pull nginx"
        assert "The image in it: nginx" in said(app, "#second")
        assert "docker.io/library/nginx:latest" in said(app, "#verdict")


async def test_several_lines_give_a_list_that_opens_and_comes_back(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        field_screen = await open_pull_screen(pilot, "nginx")
        await paste(pilot, DOCKERFILE)
        assert isinstance(app.screen, PullsScreen)
        assert rows(app, "#pulls") == [
            "✓ node:22 Docker Official Images allowed",
            "✗ mysql/mysql-server:8.0 Community images BLOCKED",
            "✓ localstack/localstack:3 Community images allowed",
            "○ ghcr.io/acme/base not on Docker Hub not covered",
        ]
        assert "4 pasted: 2 allowed, 1 BLOCKED, 1 not covered" in said(app, "#count")
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, PullScreen)
        assert "BLOCKED   docker.io/mysql/mysql-server:8.0" in said(app, "#verdict")
        await pilot.press("escape")
        assert isinstance(app.screen, PullsScreen)
        await pilot.press("escape")
        assert app.screen is field_screen
        assert field_screen.query_one("#image", Input).value == "nginx"


async def test_the_list_follows_who_pulls_and_what_was_staged_from_it(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot)
        await paste(pilot, DOCKERFILE)
        await pilot.press("f2", "f2")
        assert "As you, owner" in said(app, "#first")
        assert "3 allowed" in said(app, "#count")
        await pilot.press("f2", "f2", "f2", "down", "enter")
        await settled(pilot)
        await pilot.press("f5", "escape")
        await pilot.pause()
        assert "✗" not in " ".join(rows(app, "#pulls"))
        assert "✓ mysql/mysql-server:8.0 Community images allowed Δ" in rows(app, "#pulls")
        await pilot.press("ctrl+y")
        assert app.clipboard.split("\n")[1] == f"{'ALLOWED':<12}  mysql/mysql-server:8.0"
        await pilot.press("ctrl+q")
        screen = await settled(pilot)
        assert screen.workspace.draft.policy.lists("mysql/mysql-server")
        assert app.is_running


async def test_a_paste_never_presses_keys(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_pull_screen(pilot)
        await paste(pilot, "q\nx\nd")
        assert isinstance(app.screen, PullsScreen)
        await paste(pilot, "q\nq\nc\n")
        assert isinstance(app.screen, PullsScreen)
        assert app.is_running
        assert len(rows(app, "#pulls")) == 3


async def test_a_paste_of_a_megabyte_is_cut_and_says_so(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_pull_screen(pilot)
        await paste(pilot, "x " * 500_000)
        assert len(screen.query_one("#image", Input).value) <= 1_000
        assert "Read only the first 100,000 of 1,000,000 characters" in said(app, "#second")
        assert Verdict.INVALID.words in said(app, "#verdict")
        await paste(pilot, "nginx:1.27\n" * 100_000)
        assert "1,000 pasted: 1,000 allowed" in said(app, "#count")
        assert "Read only the first 100,000 of 1,100,000 characters" in said(app, "#count")


async def test_what_is_pasted_is_shown_as_it_is(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_pull_screen(pilot)
        await paste(pilot, "[/red]\x1b[31m\u202e[bold]x[/]")
        assert "INVALID" in said(app, "#verdict")
        await paste(pilot, "[/red]\n\x1b]0;title\x07\nnginx")
        assert isinstance(app.screen, PullsScreen)
        await pilot.press("c")
        assert "\x1b" not in app.clipboard
        assert "[/red]" in app.clipboard
