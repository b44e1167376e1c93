"""The form for allowlist entries: what it understands, what it stages, what it says."""

from datetime import date

import pytest

from iam_tui.core.policy import AllowlistEntry
from iam_tui.ui.access.entry_form import names_in, wanted
from tests.ui.driver import OpenConsole

ERROR = (
    'Error response from daemon: Head "https://registry-1.docker.io/v2/mlrun/mlrun/manifests/unstable": '
    "denied: image access restricted: mlrun/mlrun blocked for organization acme-corp"
)


@pytest.mark.parametrize(
    ("typed", "repositories"),
    [
        ("nginx", ["library/nginx"]),
        ("grafana/grafana bitnami/redis", ["grafana/grafana", "bitnami/redis"]),
        ("grafana/grafana, bitnami/redis;nginx", ["grafana/grafana", "bitnami/redis", "library/nginx"]),
        ("grafana/grafana\nbitnami/redis\n", ["grafana/grafana", "bitnami/redis"]),
        ("nginx docker.io/library/nginx:1.27", ["library/nginx"]),
        ("docker pull bitnami/redis:7", ["bitnami/redis"]),
        ("https://hub.docker.com/r/grafana/grafana", ["grafana/grafana"]),
        (ERROR, ["mlrun/mlrun"]),
        ("ghcr.io/acme/app", [None]),
        ("bitnami/*", [None]),
        ("", []),
    ],
)
def test_names_are_found_in_what_is_typed_or_pasted(typed: str, repositories: list[str | None]) -> None:
    assert [one.repository for one in wanted(typed)] == repositories
    assert [one.repository for one in wanted(names_in(typed))] == repositories


def test_a_pasted_list_puts_the_names_of_its_images_into_the_field() -> None:
    assert names_in("REPOSITORY   TAG    IMAGE ID\nnginx        1.27   0123456789ab\n") == "nginx:1.27"
    assert names_in("NAME    READY   STATUS\nweb-0   1/1     Running\n").startswith("NAME READY STATUS")


def test_a_tag_and_a_digest_are_left_out_and_named() -> None:
    digest = f"@sha256:{'0' * 64}"
    assert [one.left_out for one in wanted(f"nginx:1.27 grafana/grafana{digest} redis")] == [
        ":1.27",
        digest,
        "",
    ]


async def test_a_pasted_error_line_a_reason_and_a_day_make_an_entry(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("a")
        await c.paste(ERROR)
        assert c.value("#repository") == "mlrun/mlrun:unstable"
        assert ":unstable is left out" in c.text("#repository-explanation")
        assert "✓ mlrun/mlrun unknown CANNOT TELL" in c.rows("#wanted")
        await c.press("tab")
        await c.paste("[b]ML[/b]")
        await c.press("tab", *"+90d")
        assert c.text("#review-explanation") == "10 Jun, in 90 days"
        await c.press("enter")
        assert c.draft().policy.entry("mlrun/mlrun") == AllowlistEntry(
            "mlrun/mlrun", "[b]ML[/b]", date(2026, 6, 10)
        )
        assert "mlrun/mlrun Δ [b]ML[/b] staged: new" in c.rows("#access")


async def test_several_pasted_lines_make_several_entries_in_one_step(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("a")
        await c.paste("FROM bitnami/redis:7 AS cache\nFROM mlrun/mlrun\n")
        await c.press("enter")
        assert len(c.draft().changes) == 2
        await c.press("u")
        assert c.draft().is_clean


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("ghcr.io/acme/app", "ghcr.io is another registry"),
        ("bitnami/*", "wildcards are not supported"),
        ("nginx Foo", "Not an image name"),
    ],
)
async def test_what_is_no_repository_is_said_and_not_staged(
    console: OpenConsole, typed: str, reason: str
) -> None:
    async with console("acme-corp") as c:
        await c.press("a")
        await c.paste(typed)
        assert reason in c.text("#repository-explanation")
        await c.press("tab", "enter")
        assert c.screen == "EntryScreen"
        assert c.focused == "repository"
        assert c.value("#repository") == typed
        assert c.draft().is_clean


async def test_an_empty_form_and_no_such_day_are_not_staged(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        screen = c.app.screen
        await c.press("a", "enter")
        assert "Name a repository first" in c.second
        await c.paste("mlrun/mlrun")
        await c.press("tab", "tab", *"31 feb", "tab", "enter")
        assert c.text("#review-explanation") == "There is no such date."
        assert c.focused == "review-by"
        assert c.draft().is_clean
        await c.press("escape")
        assert c.app.screen is screen


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nginx", "Members may pull it without an entry: Docker Official Images are switched on."),
        ("acme-corp/api", "Members may pull it without an entry: It is one of acme-corp's own images"),
        ("axllent/mailpit", "Already listed; fields left empty below stay as they are."),
        ("mlrun/mlrun", "Allowed for every member, whatever the switches say."),
    ],
)
async def test_it_says_whether_the_entry_is_needed(console: OpenConsole, typed: str, words: str) -> None:
    async with console("acme-corp") as c:
        await c.press("a")
        await c.paste(typed)
        assert c.text("#repository-explanation").startswith(words)


async def test_it_judges_by_what_is_staged(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("j", "j", "j", "space", "a")
        await c.paste("grafana/grafana")
        assert "✓ grafana/grafana Verified BLOCKED" in c.rows("#wanted")


async def test_naming_an_entry_again_changes_only_what_was_typed(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        before = c.draft().policy.entry("axllent/mailpit")
        assert before is not None
        await c.press("a", *"axllent/mailpit", "tab", *"new", "enter")
        assert c.draft().policy.entry("axllent/mailpit") == before._replace(reason="new")


async def test_an_entry_is_edited_in_the_form_with_its_repository_fixed(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", "allow:testcontainers/ryuk")
        await c.press("enter")
        assert not c.app.screen.query("#repository")
        assert c.focused == "reason"
        assert c.value("#review-by") == "2026-03-03"
        assert "3 Mar is in the past" in c.text("#review-explanation")
        await c.press("end", *", yes", "tab", "ctrl+u", *"31 jan", "enter")
        entry = c.draft().policy.entry("testcontainers/ryuk")
        assert entry is not None
        assert entry.reason == "Cleans up after Testcontainers runs, yes"
        assert entry.review_by == date(2027, 1, 31)
        assert entry.added_by == "maya"


async def test_an_entry_that_was_opened_and_left_alone_stages_nothing(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", "allow:axllent/mailpit")
        await c.press("enter", "enter")
        assert c.screen == "AccessScreen"
        assert c.draft().is_clean


async def test_what_would_act_on_the_terminal_is_visible_and_survives_editing(
    console: OpenConsole,
) -> None:
    hostile = "[b]a[/b]\x1b[31m\u202eb"
    async with console("acme-corp") as c:
        entry = AllowlistEntry("mlrun/mlrun", hostile)
        await c.session.memory.keep_draft("acme-corp", c.draft().stage(c.draft().policy.allow([entry])))
    async with console("acme-corp") as c:
        await c.move_to("#access", "allow:mlrun/mlrun")
        await c.press("enter")
        assert c.value("#reason") == r"[b]a[/b]\x1b[31m\u202eb"
        await c.press("tab", *"+1d", "enter")
        staged = c.draft().policy.entry("mlrun/mlrun")
        assert staged == entry._replace(review_by=date(2026, 3, 13))
        await c.press("w")
        await c.paste(f"{hostile}\n\tc")
        assert c.value("#note") == r"[b]a[/b]\x1b[31m\u202eb c"
