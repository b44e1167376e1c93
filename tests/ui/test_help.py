"""The help: exactly the keys that work on the screen below, found by typing and pressed from there."""

from iam_tui.core.decision_rules import RULES
from iam_tui.core.policy import Setting
from iam_tui.ui.help.sections import sections
from iam_tui.ui.shared.active_keys import active_keys, key_words
from iam_tui.ui.shared.glyphs import ASCII
from iam_tui.ui.shared.widgets.key_bar import KeyBar
from tests.ui.driver import WIDE, OpenConsole


async def test_the_help_lists_exactly_the_keys_that_are_active(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        active = {
            key_words(one.binding.key): one.binding.tooltip or one.binding.description
            for one in c.app.screen.active_bindings.values()
            if one.enabled and not one.binding.system
        }
        await c.press("?")
        listed: dict[str, str] = {}
        for row in c.table("#found").rows:
            if row.key.startswith("key:"):
                keys, what = (cell.text for cell in row.cells)
                listed |= dict.fromkeys(keys.split(", "), what)
        assert listed == active
        assert all(listed.values())


async def test_every_hint_of_the_key_bar_is_in_the_help(console: OpenConsole) -> None:
    async with console("acme-corp", size=(200, 24)) as c:
        bar = c.app.screen.query_one(KeyBar)
        left, right = bar.fitting(200)
        shown = {key for live in active_keys(c.app.screen) for key in live.shown.split(", ")}
        assert {hint.key for hint in (*left, *right)} <= shown


async def test_typing_finds_a_key_and_enter_presses_it_below(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.move_to("#access", Setting.COMMUNITY)
        await c.press("f1", *"other position")
        assert c.rows("#found")[:2] == ["On this screen", "space Stage the other position of the switch"]
        await c.press("enter")
        assert c.screen == "AccessScreen"
        assert c.draft().policy.community is True


async def test_readers_are_told_of_no_editing_key(console: OpenConsole) -> None:
    async with console("acme-corp", user="sam") as c:
        await c.press("?")
        told = " ".join(c.rows("#found"))
        assert "Write a request to the owners" in told
        assert "Stage the other position" not in told


async def test_words_and_marks_are_found_too_but_not_pressed(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("?", *"cannot")
        assert "? CANNOT TELL Something that decides it is not known." in c.rows("#found")
        assert "enter do it" not in c.keys
        await c.press("enter")
        assert c.screen == "HelpScreen"
        await c.press("escape")
        assert c.screen == "HelpScreen"
        await c.press("escape")
        assert c.screen == "AccessScreen"


async def test_where_there_is_room_the_reference_stands_beside_the_keys(console: OpenConsole) -> None:
    async with console("acme-corp", size=WIDE) as c:
        await c.press("?")
        assert "How a pull is decided" in c.text("#reference")
        assert "demo.db" in c.text("#reference").replace("\n", "").replace(" ", "")
        assert "How a pull is decided" not in c.rows("#found")
        await c.resize(80, 24)
        assert "How a pull is decided" in c.rows("#found")


def test_a_pull_is_explained_by_the_questions_that_decide_it() -> None:
    deciding = next(part for part in sections(None, (), ASCII) if part.title == "How a pull is decided")
    asked = [label.text for label, _ in deciding.entries]
    assert asked[1:] == [f"{number} {question}" for number, (question, _) in enumerate(RULES, 1)]
    assert len(asked) == 8


def test_the_help_is_ascii_where_the_console_is() -> None:
    told = [f"{label.text}{text}" for part in sections(None, (), ASCII) for label, text in part.entries]
    assert all(text.isascii() for text in told)


async def test_a_search_without_a_match_says_so(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("?", *"zzz")
        assert c.rows("#found") == ["Nothing matches."]
        await c.press("enter")
        assert c.screen == "HelpScreen"
