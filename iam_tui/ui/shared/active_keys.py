"""The keys that work on a screen now, one entry an action: what key bar, help and palette are made from."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widgets import Input

if TYPE_CHECKING:
    from iam_tui.ui.shared.host import Host

_WORDS = {
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    "enter": "enter",
    "backspace": "backspace",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
}
_MOVING = ("app.focus_", "move(", "page(", "edge(", "step(", "page_rows(", "scroll_lines(")
"""How the names of the actions begin that only move on a screen."""


class KeyGroup(StrEnum):
    """Where a key works, or what kind of key it is: the titles in the help."""

    SCREEN = "On this screen"
    EVERYWHERE = "Everywhere"
    MOVING = "Moving"
    TYPING = "While typing"


class ActiveKey(NamedTuple):
    """An action that can be done now: the keys that do it, as Textual names them, and what it does."""

    keys: tuple[str, ...]
    action: str
    what: str
    group: KeyGroup
    visible: bool
    """Whether the key bar shows it."""

    @property
    def press(self) -> str:
        """The key to press for it."""
        return self.keys[0]

    @property
    def shown(self) -> str:
        """Its keys as the screens print them."""
        return ", ".join(key_words(key) for key in self.keys)


def active_keys(screen: Screen[object]) -> list[ActiveKey]:
    """The actions that keys do on the screen now, by group, in the order of their bindings."""
    actions: dict[tuple[int, str], list[ActiveBinding]] = {}
    for active in working(screen):
        if active.binding.description and not active.binding.system:
            actions.setdefault((id(active.node), active.binding.action), []).append(active)
    found = [_live_key(bindings) for bindings in actions.values()]
    return [key for group in KeyGroup for key in found if key.group is group]


def working(screen: Screen[object]) -> Iterable[ActiveBinding]:
    """The bindings that can be used now: enabled, and not typed into the field that has the focus.

    Textual leaves out what a field would type only for the keys of the bindings as declared: a key map may
    give a letter to an action that had none.
    """
    focused = screen.focused
    for active in _in_order(screen):
        key = active.binding.key
        typed = focused is not None and focused.check_consume_key(key, key_to_character(key))
        if active.enabled and not typed:
            yield active


def _in_order(screen: Screen[object]) -> Iterable[ActiveBinding]:
    """The active bindings as they are declared; Textual puts those with other keys behind the rest."""
    active = list(screen.active_bindings.values())
    if not cast("Host", screen.app).options.keymap:
        return active
    nodes = list(dict.fromkeys(one.node for one in active))
    ranks = {node: _ranks(type(node)) for node in nodes}
    return sorted(
        active, key=lambda one: (nodes.index(one.node), ranks[one.node].get(one.binding.id or "", 0))
    )


def _ranks(node: type[DOMNode]) -> dict[str, int]:
    declared = [binding for base in node.__mro__ for binding in base.__dict__.get("BINDINGS", ())]
    return {one.id: rank for rank, one in enumerate(declared) if isinstance(one, Binding) and one.id}


def key_words(key: str) -> str:
    """A key in ASCII, as the screens print it: `space`, `^p`, `shift+tab`, `?`."""
    *modifiers, base = key.split("+")
    base = _WORDS.get(base) or _printed(base)
    if modifiers == ["ctrl"] and len(base) == 1:
        return f"^{base}"
    return "+".join([*modifiers, base])


def _printed(key: str) -> str:
    short = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "delete": "del"}
    character = key_to_character(key)
    return character if character and character.isprintable() and character != " " else short.get(key, key)


def _live_key(bindings: list[ActiveBinding]) -> ActiveKey:
    first = bindings[0].binding
    # Keys with a modifier are the second choice: they are there for fields, where letters type.
    keys = sorted((active.binding.key for active in bindings), key=lambda key: "+" in key)
    return ActiveKey(
        tuple(keys),
        first.action,
        first.tooltip or first.description,
        _group(bindings[0]),
        any(active.binding.show for active in bindings),
    )


def _group(active: ActiveBinding) -> KeyGroup:
    node, binding = active.node, active.binding
    if isinstance(node, Input):
        return KeyGroup.TYPING
    if isinstance(node, App):
        return KeyGroup.EVERYWHERE
    if binding.action.startswith(_MOVING):
        return KeyGroup.MOVING
    return KeyGroup.SCREEN
