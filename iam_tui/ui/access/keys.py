"""The keys of the Image access screen, the most useful first: the key bar leaves out from the end."""

from typing import Final

from textual.binding import Binding, BindingType

KEYS: Final[list[BindingType]] = [
    Binding("space", "flip", "toggle", id="access.flip", tooltip="Stage the other position of the switch"),
    Binding("a", "allow", "allow", id="access.allow", tooltip="Stage a repository for the allowlist"),
    Binding("d", "remove", "remove", id="access.remove", tooltip="Stage the entry's removal"),
    Binding("d", "unwatch", "unwatch", id="access.unwatch", tooltip="Take it off the watch list"),
    Binding("i", "impact", "impact", id="access.impact", tooltip="Which images in use it stops, and whom"),
    Binding("w", "review", "review", id="access.review", tooltip="Look at what is staged, then save it"),
    Binding("t", "test", "test a pull", id="access.test", tooltip="Try pulls against this policy"),
    Binding("e", "request", "ask for access", id="access.request", tooltip="Write a request to the owners"),
    Binding("u", "undo", "undo", id="access.undo", tooltip="Take back the last staged step"),
    Binding("U", "redo", "redo", id="access.redo", tooltip="Stage again what was taken back"),
    Binding(
        "x",
        "discard",
        "drop all",
        id="access.discard",
        tooltip="Drop everything staged; undo brings it back",
    ),
    Binding("o,escape", "back", "organizations", id="access.back", tooltip="Back to the organizations"),
    Binding("r", "refresh", "refresh", id="access.refresh", tooltip="Read the policy again"),
    Binding("c", "copy", "copy", id="access.copy", tooltip="Copy what this screen says"),
]
