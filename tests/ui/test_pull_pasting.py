"""Pasting into the test of a pull: one image, many, and far too many."""

import pytest

from iam_tui.core.verdict import Verdict
from tests.ui.driver import OpenConsole

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
async def test_the_image_is_found_in_a_pasted_line(console: OpenConsole, text: str, found: str) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste(text)
        assert c.value("#image") == found
        assert f"Found in the pasted text: {found}" in c.second
        assert found in c.text("#verdict")


async def test_a_paste_replaces_an_image_and_goes_on_with_a_command(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("nginx:1.27")
        await c.paste("redis:7")
        assert c.value("#image") == "redis:7"
        await c.fill("#image", "")
        await c.press(*"docker", "space", *"pull", "space")
        await c.paste("nginx")
        assert c.value("#image") == "docker pull nginx"
        assert "The image in it: nginx" in c.second
        assert "docker.io/library/nginx:latest" in c.text("#verdict")


async def test_several_lines_give_a_list_that_opens_and_comes_back(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen("nginx")
        screen = c.app.screen
        await c.paste(DOCKERFILE)
        assert c.screen == "BatchPullScreen"
        assert c.rows("#pulls") == [
            "✓ node:22 Docker Official Images allowed",
            "✗ mysql/mysql-server:8.0 Community images BLOCKED",
            "✓ localstack/localstack:3 Community images allowed",
            "○ ghcr.io/acme/base not on Docker Hub not covered",
        ]
        assert "4 pasted: 2 allowed, 1 BLOCKED, 1 not covered" in c.text("#count")
        await c.press("down", "enter")
        assert c.screen == "PullScreen"
        assert "BLOCKED   docker.io/mysql/mysql-server:8.0" in c.text("#verdict")
        await c.press("escape")
        assert c.screen == "BatchPullScreen"
        await c.press("escape")
        assert c.app.screen is screen
        assert c.value("#image") == "nginx"


async def test_the_list_follows_who_pulls_and_what_was_staged_from_it(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste(DOCKERFILE)
        await c.press("f2", "f2", "f2")
        assert "As you, owner" in c.first
        assert "3 allowed" in c.text("#count")
        await c.press("f2", "f2", "f2", "down", "enter")
        await c.press("f5", "escape")
        assert "✗" not in " ".join(c.rows("#pulls"))
        assert "✓ mysql/mysql-server:8.0 Community images allowed Δ" in c.rows("#pulls")
        await c.press("ctrl+y")
        assert c.app.clipboard.split("\n")[1] == f"{'ALLOWED':<12}  mysql/mysql-server:8.0"
        await c.press("ctrl+q")
        assert c.screen == "UnsavedChangesScreen"
        assert c.draft().policy.lists("mysql/mysql-server")
        assert c.app.is_running


TABLE = """\
CONTAINER ID   IMAGE                      COMMAND   NAMES
e960727b0ffb   node:22                    "node"    web
e960727b0ffc   mysql/mysql-server:8.0     "mysqld"  db
e960727b0ffd   d2f69c7c0b14               "/bin/sh" x
"""


async def test_a_pasted_table_gives_its_images_and_counts_its_ids(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste(TABLE)
        assert c.rows("#pulls") == [
            "✓ node:22 Docker Official Images allowed",
            "✗ mysql/mysql-server:8.0 Community images BLOCKED",
        ]
        assert "Left out: 1 of 3 rows name no certain image." in c.text("#count")


async def test_what_is_no_list_is_said_to_be_none_until_something_else_is_there(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste("NAME    READY   STATUS\nweb-0   1/1     Running\n")
        assert c.screen == "PullScreen"
        assert "not a list of images in a known form" in c.problem
        assert "docker compose config" in c.problem
        await c.press("x")
        assert c.problem == ""
        await c.paste("NAME    READY   STATUS\nweb-0   1/1     Running\n")
        await c.paste("redis:7")
        assert c.problem == ""
        assert c.value("#image") == "redis:7"


async def test_both_wordings_of_docker_are_shown_and_one_without_a_name_is_explained(
    console: OpenConsole,
) -> None:
    async with console("acme-corp", size=(120, 40)) as c:
        await c.open_pull_screen()
        await c.paste(
            "Error response from daemon: error from registry: image access restricted: mysql/mysql-server "
            "blocked for organization acme-corp\n"
        )
        assert c.value("#image") == "mysql/mysql-server"
        shown = " ".join(c.rows("#trace"))
        assert (
            'Docker prints Error response from daemon: Head "https://registry-1.docker.io/v2/mysql' in shown
        )
        assert (
            "or, containerd Error response from daemon: error from registry: image access restricted:"
            in shown
        )
        await c.paste("Error response from daemon: image access denied: community images not allowed")
        assert "INVALID" in c.text("#verdict")
        assert "the text does not name the image" in " ".join(c.rows("#trace"))
        await c.paste(
            "$ make\nRequesting bearer token: invalid status code from registry 403 (Forbidden)\nDone."
        )
        assert "A registry refused to hand out a token (403)" in c.second


async def test_a_paste_never_presses_keys(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste("q\nx\nd")
        assert c.screen == "PullScreen"
        await c.paste("redis\nnginx\nq")
        assert c.screen == "BatchPullScreen"
        await c.paste("q\nq\nc\n")
        assert c.screen == "BatchPullScreen"
        assert c.app.is_running
        assert len(c.rows("#pulls")) == 2


async def test_a_paste_of_a_megabyte_is_cut_and_says_so(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste("x " * 500_000)
        assert len(c.value("#image")) <= 1_000
        assert "Read only the first 100,000 of 1,000,000 characters" in c.second
        assert Verdict.INVALID.words in c.text("#verdict")
        await c.paste("nginx:1.27\n" * 100_000)
        assert "1,000 pasted: 1,000 allowed" in c.text("#count")
        assert "Read only the first 100,000 of 1,100,000 characters" in c.text("#count")


async def test_what_is_pasted_is_shown_as_it_is(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.open_pull_screen()
        await c.paste("[/red]\x1b[31m\u202e[bold]x[/]")
        assert "INVALID" in c.text("#verdict")
        await c.paste("[/red]\n\x1b]0;title\x07\nnginx")
        assert c.screen == "BatchPullScreen"
        await c.press("c")
        assert "\x1b" not in c.app.clipboard
        assert "[/red]" in c.app.clipboard
