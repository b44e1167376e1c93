"""The help: exactly the keys that work on the screen below, found by typing and pressed from there."""

from iam_tui.core.policy import Setting
from iam_tui.core.rules import STEPS
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.help.sections import sections
from iam_tui.ui.shared.active_keys import active_keys, key_words
from iam_tui.ui.shared.glyphs import ASCII
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.key_bar import KeyBar
from iam_tui.ui.shared.widgets.table import Table
from tests.ui.conftest import MakeConsole, hints, on_top, rest, rows, said

ACME = ConsoleOptions(organization="acme-corp")


async def test_the_help_lists_exactly_the_keys_that_are_active(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await rest(pilot)
        active = {
            key_words(one.binding.key): one.binding.tooltip or one.binding.description
            for one in app.screen.active_bindings.values()
            if one.enabled and not one.binding.system
        }
        await pilot.press("question_mark")
        listed: dict[str, str] = {}
        for row in app.screen.query_one("#found", Table).rows:
            if row.key.startswith("key:"):
                keys, what = (cell.text for cell in row.cells)
                listed |= dict.fromkeys(keys.split(", "), what)
        assert listed == active
        assert all(listed.values())


async def test_every_hint_of_the_key_bar_is_in_the_help(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(200, 24)) as pilot:
        await rest(pilot)
        bar = app.screen.query_one(KeyBar)
        left, right = bar.fitting(200)
        shown = {key for live in active_keys(app.screen) for key in live.shown.split(", ")}
        assert {hint.key for hint in (*left, *right)} <= shown


async def test_typing_finds_a_key_and_enter_presses_it_below(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        screen = app.screen
        assert isinstance(screen, AccessScreen)
        screen.query_one("#access", Table).move_to(Setting.COMMUNITY)
        await pilot.press("f1", *"other position")
        assert rows(app, "#found")[:2] == ["On this screen", "space Stage the other position of the switch"]
        await pilot.press("enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert screen.draft.policy.community is True


async def test_readers_are_told_of_no_editing_key(make_console: MakeConsole) -> None:
    app = make_console("sam", options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("question_mark")
        told = " ".join(rows(app, "#found"))
        assert "Write a request to the owners" in told
        assert "Stage the other position" not in told


async def test_words_and_marks_are_found_too_but_not_pressed(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("question_mark", *"cannot")
        assert "? CANNOT TELL Something that decides it is not known." in rows(app, "#found")
        assert "enter do it" not in hints(app)
        await pilot.press("enter")
        assert on_top(app) == "HelpScreen"
        await pilot.press("escape")
        assert on_top(app) == "HelpScreen"
        await pilot.press("escape")
        assert on_top(app) == "AccessScreen"


async def test_where_there_is_room_the_reference_stands_beside_the_keys(make_console: MakeConsole) -> None:
    app = make_console(options=ACME)
    async with app.run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert "How a pull is decided" in said(app, "#reference")
        assert "demo.db" in said(app, "#reference").replace("\n", "").replace(" ", "")
        assert "How a pull is decided" not in rows(app, "#found")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "How a pull is decided" in rows(app, "#found")


def test_a_pull_is_explained_by_the_questions_that_decide_it() -> None:
    deciding = next(part for part in sections(None, (), ASCII) if part.title == "How a pull is decided")
    asked = [label.text for label, _ in deciding.entries]
    assert asked[1:] == [f"{number} {question}" for number, (question, _) in enumerate(STEPS, 1)]
    assert len(asked) == 8


def test_the_help_is_ascii_where_the_console_is() -> None:
    told = [f"{label.text}{text}" for part in sections(None, (), ASCII) for label, text in part.entries]
    assert all(text.isascii() for text in told)
