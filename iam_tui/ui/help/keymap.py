"""The user's own keys: which of them can be used, and what is wrong with the others."""

import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import combinations
from typing import Final, NamedTuple

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character

import iam_tui.ui
from iam_tui.core.suggestions import suggest
from iam_tui.ui.shared.active_keys import key_words
from iam_tui.ui.shared.base_screen import BaseScreen
from iam_tui.ui.shared.widgets.table import Table

QUIT = "app.quit"
QUIT_KEY = "ctrl+q"
"""The key that quits, whatever the key map says."""
RENAMED: Final[Mapping[str, str]] = {
    "code.back": "second_factor.back",
    "code.send": "second_factor.send",
    "create.back": "new_local_file.back",
    "create.create": "new_local_file.create",
    "create.plan": "new_local_file.plan",
    "frame.next": "screen.next",
    "frame.previous": "screen.previous",
    "leave.back": "unsaved_changes.back",
    "leave.drop": "unsaved_changes.discard",
    "leave.keep": "unsaved_changes.keep",
    "people.choose": "identity_picker.choose",
    "person.choose": "puller_picker.choose",
    "trial.policy": "scenario.policy",
    "trial.session": "scenario.session",
    "trial.who": "scenario.who",
}
"""Binding ids of version 1.0 and what replaced them. The old ones work until the next release.

No new id uses a group name of an old one.
"""

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "meta", "super", "hyper"})
_NAMED_KEYS = frozenset(key.value for key in Keys)

Scope = Mapping[str, tuple[str, ...]]
"""Bindings that can be active at the same time: their ids and keys."""


class Remapped(NamedTuple):
    """A key map that can be set, as ids and keys, and a sentence for each problem in it."""

    keymap: dict[str, str]
    problems: tuple[str, ...]


def remapped(wanted: Mapping[str, str], console: type[App[None]]) -> Remapped:
    """The part of the wanted key map that can be used: known ids, existing keys; `ctrl+q` always quits."""
    scopes = binding_scopes(console)
    known = {name for scope in scopes for name in scope}
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for given, text in wanted.items():
        name = RENAMED.get(given, given)
        if name != given:
            problems.append(f"{given} is now called {name}; use that name, the old one will stop working.")
            if name in wanted:
                continue
        if name not in known:
            problems.append(_unknown(name, known))
            continue
        keys, refused = _usable(name, text)
        problems += refused
        if keys:
            keymap[name] = ",".join(keys)
    return Remapped(keymap, (*problems, *_clashes(keymap, scopes)))


def binding_scopes(console: type[App[None]]) -> list[Scope]:
    """For every screen: its bindings, those of the application and those of the table."""
    for module in pkgutil.walk_packages(iam_tui.ui.__path__, f"{iam_tui.ui.__name__}."):
        import_module(module.name)
    return [_declared((console, Table, *_family(screen))) for screen in _screens(BaseScreen)]


def _screens(base: type[BaseScreen[object]]) -> list[type[BaseScreen[object]]]:
    below = base.__subclasses__()
    return [*below, *(screen for one in below for screen in _screens(one))]


def _family(screen: type[BaseScreen[object]]) -> list[type[DOMNode]]:
    return [base for base in reversed(screen.__mro__) if issubclass(base, BaseScreen)]


def _declared(classes: Iterable[type[DOMNode]]) -> Scope:
    found: dict[str, tuple[str, ...]] = {}
    for one in classes:
        for binding in Binding.make_bindings(one.__dict__.get("BINDINGS", ())):
            if binding.id is not None:
                found[binding.id] = (*found.get(binding.id, ()), binding.key)
    return found


def _usable(name: str, text: str) -> tuple[list[str], list[str]]:
    """The keys that the text names for this binding, and a sentence for each that it cannot have."""
    keys: list[str] = []
    problems: list[str] = []
    for key in (part.strip() for part in text.split(",")):
        if not _is_key(key):
            problems.append(f"{name}: {key!r} is not a key and is ignored.")
        elif key == QUIT_KEY and name != QUIT:
            problems.append(f"{name}: {QUIT_KEY} is reserved for {QUIT}.")
        else:
            keys.append(_long_name(key))
    if name == QUIT and keys and QUIT_KEY not in keys:
        keys.append(QUIT_KEY)
    return keys, problems


def _is_key(key: str) -> bool:
    if len(key) == 1:
        return key.isprintable()
    *modifiers, base = key.split("+")
    is_named = base in _NAMED_KEYS or key_to_character(base) is not None
    return is_named and set(modifiers) <= _MODIFIERS


def _long_name(key: str) -> str:
    return next(iter(BindingsMap([Binding(key, "")]).key_to_bindings)) if len(key) == 1 else key


def _unknown(name: str, known: Iterable[str]) -> str:
    near = suggest(name, known)
    return f"{name} is not a binding" + (f"; did you mean {' or '.join(near)}?" if near else ".")


def _clashes(keymap: Mapping[str, str], scopes: Sequence[Scope]) -> list[str]:
    """A sentence for each two bindings that the key map gives one key on one screen."""
    found: dict[str, None] = {}
    for scope in scopes:
        now = {name: keymap[name].split(",") if name in keymap else keys for name, keys in scope.items()}
        for one, other in combinations(sorted(scope), 2):
            if one in keymap or other in keymap:
                shared = (set(now[one]) & set(now[other])) - (set(scope[one]) & set(scope[other]))
                for key in sorted(shared):
                    found[f"{one} and {other} both use the key {key_words(key)}; only one of them works."] = (
                        None
                    )
    return list(found)
