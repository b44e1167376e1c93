"""The user's own keys: they work and show everywhere, and every mistake in them is named."""

from collections.abc import Mapping

import pytest

from iam_tui.core.policy import Setting
from iam_tui.ui.app import IamApp
from iam_tui.ui.help.keymap import RENAMED, binding_scopes, remapped
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.key_bar import KeyBar
from tests.ui.driver import OpenConsole


def options(keymap: Mapping[str, str]) -> ConsoleOptions:
    """A start with this key map."""
    return ConsoleOptions(keymap=keymap)


async def test_a_remapped_key_works_and_shows_in_key_bar_and_help(console: OpenConsole) -> None:
    async with console("acme-corp", options=options({"access.flip": "z", "app.help": "f9,h"})) as c:
        await c.move_to("#access", Setting.COMMUNITY)
        await c.press("space")
        assert c.draft().is_clean
        await c.press("z")
        assert c.draft().policy.community is True
        left, right = c.app.screen.query_one(KeyBar).fitting(80)
        assert {"z toggle", "h help"} <= {f"{hint.key} {hint.label}" for hint in (*left, *right)}
        await c.press("f9")
        assert "z Stage the other position of the switch" in c.rows("#found")
        assert "f9, h The keys that work here" in c.rows("#found")


async def test_a_letter_given_to_an_action_is_not_offered_where_it_types(console: OpenConsole) -> None:
    async with console("acme-corp", options=options({"app.help": "h"})) as c:
        await c.press("h", "h")
        left, right = c.app.screen.query_one(KeyBar).fitting(80)
        assert "help" not in {hint.label for hint in (*left, *right)}


async def test_leaving_is_always_possible(console: OpenConsole) -> None:
    async with console("acme-corp", options=options({"app.quit": "f10", "access.test": "ctrl+q"})) as c:
        assert "f10 quit" in c.keys
        assert "q quit" not in c.keys
        assert c.app.screen.query_one(KeyBar).fitting(80)[1][-1].key == "f10"
        await c.press("ctrl+q")
        assert c.app.return_code == 0


async def test_what_is_amiss_is_said_at_the_start_and_in_the_help(console: OpenConsole) -> None:
    async with console(
        "acme-corp", options=options({"acces.flip": "[z]", "access.test": "w", "app.help": "ctlr+h"})
    ) as c:
        toasts = " ".join(str(toast.render()) for toast in c.app.screen.query("Toast"))
        assert all(name in toasts for name in ("acces.flip", "access.review", "ctlr+h"))
        await c.press("f1", *"both")
        told = "access.review and access.test both use the key w; only one of them works."
        assert c.rows("#found")[-1] == f"! {told}"


@pytest.mark.parametrize(
    ("keymap", "told"),
    [
        ({"acces.flip": "z"}, "acces.flip is not a binding; did you mean access.flip?"),
        ({"nothing.like.it": "z"}, "nothing.like.it is not a binding."),
        ({"access.flip": ""}, "access.flip: '' is not a key"),
        ({"access.flip": "ctlr+z"}, "access.flip: 'ctlr+z' is not a key"),
        ({"access.flip": "ctrl+q"}, "access.flip: ctrl+q is reserved for app.quit."),
        ({"access.flip": "t"}, "access.flip and access.test both use the key t; only one of them works."),
        ({"access.flip": "q"}, "access.flip and app.quit both use the key q; only one of them works."),
        ({"access.flip": "j"}, "access.flip and table.down both use the key j; only one of them works."),
        ({"trial.who": "f9"}, "trial.who is now called scenario.who; use that name"),
        ({"access.test": "z", "access.flip": "z"}, "access.flip and access.test both use the key z"),
    ],
)
def test_every_mistake_is_named(keymap: dict[str, str], told: str) -> None:
    problems = remapped(keymap, IamApp).problems
    assert len(problems) == 1
    assert problems[0].startswith(told)


@pytest.mark.parametrize(
    "keymap",
    [
        {},
        {"access.flip": "t", "access.test": "space"},
        {"access.flip": "ctrl+t,f5,alt+z,!,+"},
        {"organizations.refresh": "w"},
        {"app.help": "f1", "table.down": "down,ctrl+n"},
    ],
)
def test_keys_that_can_be_had_are_not_complained_about(keymap: dict[str, str]) -> None:
    got = remapped(keymap, IamApp)
    assert got.problems == ()
    assert got.keymap.keys() == keymap.keys()


def test_an_old_id_works_and_the_new_one_wins_where_both_are_given() -> None:
    assert remapped({"leave.drop": "f9"}, IamApp).keymap == {"unsaved_changes.discard": "f9"}
    both = remapped({"trial.who": "f9", "scenario.who": "f10"}, IamApp)
    assert both.keymap == {"scenario.who": "f10"}
    assert len(both.problems) == 1


def test_every_old_id_has_an_id_of_today_and_leaves_its_group_name_unused() -> None:
    today = {binding for scope in binding_scopes(IamApp) for binding in scope}
    assert set(RENAMED.values()) <= today
    groups = {name.partition(".")[0] for name in RENAMED}
    assert groups.isdisjoint(name.partition(".")[0] for name in today)
