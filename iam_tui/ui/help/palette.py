"""The command palette: everything that can be done now, by name: keys, organizations, themes."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.active_keys import KeyGroup, active_keys
from iam_tui.ui.shared.host import Host
from iam_tui.ui.shared.text import cut, pad

MOST_ORGANIZATIONS = 20
"""How many organizations the palette shows at most."""
_KEY_WIDTH = 10


class Command(NamedTuple):
    """A command: its key, if it has one, what it does, and the function that does it."""

    key: str
    text: str
    run: Callable[[], object]

    def content(self, offsets: Sequence[int] = ()) -> Content:
        """The command on one line, literally, with the letters at these offsets of its text marked."""
        key, text = pad(cut(self.key, _KEY_WIDTH - 1, ellipsis="~"), _KEY_WIDTH), escape_controls(self.text)
        content = Content(f"{key}{text}").stylize("bold $accent", 0, len(key))
        for offset in offsets:
            content = content.stylize("bold underline", len(key) + offset, len(key) + offset + 1)
        return content


class ConsoleCommands(Provider):
    """The only provider, so that the commands are always in the same order.

    Texts are `Content`: Textual reads strings as markup.
    """

    async def discover(self) -> Hits:
        """Everything but organizations and themes, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.content(), command.run, text=escape_controls(command.text))

    async def search(self, query: str) -> Hits:
        """What matches: letters in their order for commands, a part of the name for organizations."""
        matcher = self.matcher(query)
        for command in [*self._commands(), *self._themes()]:
            text = escape_controls(command.text)
            score, offsets = matcher.fuzzy_search.match(query, text)
            if score > 0:
                yield Hit(score, command.content(offsets), command.run, text=text)
        for command in self._organizations(query):
            yield Hit(1.0, command.content(), command.run, text=escape_controls(command.text))

    def _commands(self) -> Iterable[Command]:
        for key in active_keys(self.screen):
            if (key.visible or key.group is KeyGroup.EVERYWHERE) and key.action != "command_palette":
                shown = min(key.shown.split(", "), key=len)
                yield Command(shown, key.what, partial(self.app.simulate_key, key.press))
        for system in self.app.get_system_commands(self.screen):
            yield Command("", f"{system.title}: {system.help}", system.callback)

    def _themes(self) -> Iterable[Command]:
        for name in sorted(self.app.available_themes):
            yield Command("", f"Theme {name}", partial(setattr, self.app, "theme", name))

    def _organizations(self, query: str) -> Iterable[Command]:
        """The organizations that can be opened in place of the screen, by a part of their names."""
        host = cast("Host", self.app)
        wanted, found = query.casefold(), 0
        for state in host.organizations_from(self.screen):
            if wanted in state.organization.name.casefold():
                yield Command("", f"Go to {state.organization.name}", partial(host.go_to_organization, state))
                found += 1
                if found == MOST_ORGANIZATIONS:
                    return


class Palette(CommandPalette):
    """Textual's palette in the style of the other screens: one line for each command, no icon."""

    DEFAULT_CSS = """
    Palette {
        background: $background 60%;
        & > Vertical { margin: 2 4 0 4; background: $panel; }
        #--input { border: none; height: 3; padding: 1 1 0 1; background: $panel; }
        #--input.--list-visible { border: none; }
        SearchIcon { display: none; }
        CommandInput { border: none; height: 1; padding: 0 1; background: $iam-cursor; }
        #--results { background: $panel; }
        CommandList { border: none; padding: 0 1 1 1; background: $panel; max-height: 16; }
        CommandList > .option-list--option { padding: 0 1; text-style: none; }
        CommandList > .option-list--option-highlighted {
            color: $foreground;
            background: $iam-cursor;
            text-style: none;
        }
        LoadingIndicator { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__(placeholder="a command, an organization, a theme", id="--command-palette")

    def _action_command_list(self, action: str) -> None:
        # Textual (8.2.8) knows the lines of its list only where there is room for one.
        if not action.startswith("page") or self.query_one(CommandList).scrollable_content_region.area:
            super()._action_command_list(action)
