"""The form for allowlist entries: what it understands, what it stages, what it says."""

from datetime import date

import pytest

from iam_tui.core.policy import AllowlistEntry
from iam_tui.ui.access.entry_form import names_in, wanted
from iam_tui.ui.access.entry_screen import EntryScreen
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, paste, rows, said, settled

ACME = ConsoleOptions(organization="acme-corp")
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


def test_a_tag_and_a_digest_are_left_out_and_named() -> None:
    digest = f"@sha256:{'0' * 64}"
    assert [one.left_out for one in wanted(f"nginx:1.27 grafana/grafana{digest} redis")] == [
        ":1.27",
        digest,
        "",
    ]


async def test_a_pasted_error_line_a_reason_and_a_day_make_an_entry(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        await pilot.press("a")
        await paste(pilot, ERROR)
        await pilot.pause()
        assert app.screen.query_one("#repository", Field).value == "mlrun/mlrun:unstable"
        assert ":unstable is left out" in said(app, "#repository-said")
        assert "✓ mlrun/mlrun unknown CANNOT TELL" in rows(app, "#wanted")
        await pilot.press("tab")
        await paste(pilot, "[b]ML[/b]")
        await pilot.press("tab", *"+90d")
        assert said(app, "#review-said") == "10 Jun, in 90 days"
        await pilot.press("enter")
        await settled(pilot)
        assert state.draft.policy.entry("mlrun/mlrun") == AllowlistEntry(
            "mlrun/mlrun", "[b]ML[/b]", date(2026, 6, 10)
        )
        assert "mlrun/mlrun Δ [b]ML[/b] staged: new" in rows(app, "#access")


async def test_several_pasted_lines_make_several_entries_in_one_step(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        await pilot.press("a")
        await paste(pilot, "FROM bitnami/redis:7 AS cache\nFROM mlrun/mlrun\n")
        await pilot.press("enter")
        await settled(pilot)
        assert len(state.draft.changes) == 2
        await pilot.press("u")
        assert state.draft.is_clean


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("ghcr.io/acme/app", "ghcr.io is another registry"),
        ("bitnami/*", "wildcards are not possible"),
        ("nginx Foo", "Not an image name"),
    ],
)
async def test_what_is_no_repository_is_said_and_not_staged(
    make_console: MakeConsole, typed: str, reason: str
) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        await pilot.press("a")
        await paste(pilot, typed)
        assert reason in said(app, "#repository-said")
        await pilot.press("tab", "enter")
        assert isinstance(app.screen, EntryScreen)
        assert app.screen.query_one("#repository", Field).has_focus
        assert app.screen.query_one("#repository", Field).value == typed
        assert state.draft.is_clean


async def test_an_empty_form_and_no_such_day_are_not_staged(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        await pilot.press("a", "enter")
        assert "Name a repository first" in said(app, "#second")
        await paste(pilot, "mlrun/mlrun")
        await pilot.press("tab", "tab", *"31 feb", "tab", "enter")
        assert said(app, "#review-said") == "There is no such day."
        assert app.screen.query_one("#review-by", Field).has_focus
        assert state.draft.is_clean
        await pilot.press("escape")
        assert app.screen is state


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nginx", "Members may pull it without an entry: Docker Official Images are switched on."),
        ("acme-corp/api", "Members may pull it without an entry: It is an image of acme-corp itself"),
        ("axllent/mailpit", "Already listed; fields left empty below stay as they are."),
        ("mlrun/mlrun", "Allowed for every member, whatever the switches say."),
    ],
)
async def test_it_says_whether_the_entry_is_needed(make_console: MakeConsole, typed: str, words: str) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await paste(pilot, typed)
        assert said(app, "#repository-said").startswith(words)


async def test_it_judges_by_what_is_staged(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "j", "j", "space", "a")
        await paste(pilot, "grafana/grafana")
        assert "✓ grafana/grafana Verified BLOCKED" in rows(app, "#wanted")


async def test_naming_an_entry_again_changes_only_what_was_typed(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        before = state.draft.policy.entry("axllent/mailpit")
        assert before is not None
        await pilot.press("a", *"axllent/mailpit", "tab", *"new", "enter")
        await settled(pilot)
        assert state.draft.policy.entry("axllent/mailpit") == before._replace(reason="new")


async def test_an_entry_is_edited_in_the_form_with_its_repository_fixed(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        state.query_one("#access", Table).move_to("allow:testcontainers/ryuk")
        await pilot.press("enter")
        await pilot.pause()
        assert not app.screen.query("#repository")
        assert app.screen.query_one("#reason", Field).has_focus
        assert app.screen.query_one("#review-by", Field).value == "2026-03-03"
        assert "3 Mar is in the past" in said(app, "#review-said")
        await pilot.press("end", *", yes", "tab", "ctrl+u", *"31 jan", "enter")
        await settled(pilot)
        entry = state.draft.policy.entry("testcontainers/ryuk")
        assert entry is not None
        assert entry.reason == "Cleans up after Testcontainers runs, yes"
        assert entry.review_by == date(2027, 1, 31)
        assert entry.added_by == "maya"


async def test_an_entry_that_was_opened_and_left_alone_stages_nothing(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        state.query_one("#access", Table).move_to("allow:axllent/mailpit")
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert isinstance(app.screen, AccessScreen)
        assert state.draft.is_clean


async def test_what_would_act_on_the_terminal_is_visible_and_survives_editing(
    make_console: MakeConsole,
) -> None:
    hostile = "[b]a[/b]\x1b[31m\u202eb"
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        state = await settled(pilot)
        entry = AllowlistEntry("mlrun/mlrun", hostile)
        state.stage(state.draft.stage(state.draft.policy.allow([entry])))
        state.query_one("#access", Table).move_to("allow:mlrun/mlrun")
        await pilot.press("enter")
        await pilot.pause()
        field = app.screen.query_one("#reason", Field)
        assert field.value == r"[b]a[/b]\x1b[31m\u202eb"
        await pilot.press("tab", *"+1d", "enter")
        await settled(pilot)
        staged = state.draft.policy.entry("mlrun/mlrun")
        assert staged == entry._replace(review_by=date(2026, 3, 13))
        await pilot.press("w")
        await settled(pilot)
        await paste(pilot, f"{hostile}\n\tc")
        assert app.screen.query_one("#note", Field).value == r"[b]a[/b]\x1b[31m\u202eb c"
