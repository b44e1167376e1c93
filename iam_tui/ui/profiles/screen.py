"""The first screen: which organizations to work on, and as whom."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from iam_tui.core.errors import IamError, InvalidInput
from iam_tui.stores.protocol import OpenProfile, Profile, StoreKind
from iam_tui.ui.profiles.rows import (
    COLUMNS,
    NEW_ROW,
    Found,
    about,
    is_to_be_made,
    profile_key,
    profile_rows,
    prospect,
    welcome,
)
from iam_tui.ui.shared.base_screen import READING, BaseScreen
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.field import Field
from iam_tui.ui.shared.widgets.lines import TextBlock
from iam_tui.ui.shared.widgets.table import Heading, Table


class ProfilesScreen(BaseScreen[None]):
    """Lists the profiles and opens one; `enter` is opened at once, after asking for what it leaves open."""

    AUTO_FOCUS = "#profiles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a", "ask", "as someone else", id="profiles.ask", tooltip="Open it and choose who you are there"
        ),
        Binding("n", "new", "other file", id="profiles.new", tooltip="Open or create another file"),
        Binding("r", "refresh", "refresh", id="profiles.refresh", tooltip="Read the files again"),
        Binding("escape", "back", "back", id="profiles.back", tooltip="Back to the open profile"),
    ]
    DEFAULT_CSS = """
    ProfilesScreen {
        #listed { width: 1fr; }
        #about { width: 48; height: 1fr; border-left: solid $iam-rule; padding: 0 1; }
        #path-row { height: 1; display: none; }
        #path-row.-open { display: block; }
        #path-label { width: 9; }
        #path { width: 1fr; }
    }
    """

    def __init__(self, enter: Profile | None = None) -> None:
        super().__init__()
        self._enter_at_once = enter
        self._profiles: list[Profile] = []
        self._found: dict[Profile, Found] = {}

    def crumbs(self) -> tuple[str, ...]:
        """The outermost level."""
        return ("Profiles",)

    def summary_lines(self) -> tuple[Line, Line]:
        """What this console is for, or the question; and what enter does on the row."""
        profile = self._chosen()
        second = (
            prospect(profile, self._found.get(profile), self.glyphs)
            if profile is not None
            else line(" Any file on this machine: opened if it exists, created if not.")
        )
        return welcome() if self._is_first_start else line(" Whose organizations do you want to see?"), second

    def body(self) -> ComposeResult:
        """The profiles, the field for another file, and from 110 columns on the one under the cursor."""
        with Horizontal():
            with Vertical(id="listed"):
                yield Heading(COLUMNS)
                yield Table(id="profiles")
            yield TextBlock(id="about", wrapped=True, classes="wide-only")
        with Horizontal(id="path-row"):
            yield TextBlock(line(Span("   file", Tone.MUTED)), id="path-label")
            yield Field(id="path", placeholder="a path, such as ~/acme.db")

    def on_mount(self) -> None:
        """Show the profiles, then read the files."""
        super().on_mount()
        self._profiles = self._listed()
        self._show_profiles()
        self._look(first=True)
        if self._enter_at_once is not None:
            self._enter(self._enter_at_once)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Back needs an open profile or an open field."""
        if not super().check_action(action, parameters):
            return False
        if action == "back":
            return self.host.opened is not None or self.query_one("#path-row").has_class("-open")
        if action == "ask":
            profile = self._chosen()
            return profile is not None and not is_to_be_made(profile, self._found.get(profile))
        return True

    def action_ask(self) -> None:
        """Ask who you are, then open the profile under the cursor."""
        profile = self._chosen()
        if profile is not None:
            self._enter(replace(profile, user=None), ask=True)

    def action_new(self) -> None:
        """Type the path of another file."""
        self.query_one("#path-row").add_class("-open")
        self.query_one("#path", Input).focus()
        self.refresh_bindings()

    def action_refresh(self) -> None:
        """Read the files again."""
        self._found.clear()
        self._look()

    def action_back(self) -> None:
        """Out of the field; else to the organizations of the open profile."""
        if self.query_one("#path-row").has_class("-open"):
            self.query_one("#path-row").remove_class("-open")
            self.query_one("#profiles", Table).focus()
            self._say()
        elif self.host.opened is not None:
            self._go_on(self.host.session.profile)

    @on(Table.Moved, "#profiles")
    def _moved(self) -> None:
        self._say()

    @on(Table.Chosen, "#profiles")
    def _row_opened(self, event: Table.Chosen) -> None:
        event.table.move_to(event.index)
        profile = self._chosen()
        if event.key == NEW_ROW:
            self.action_new()
        elif profile is not None:
            self._enter(profile)

    @on(Input.Submitted, "#path")
    def _path_given(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            return
        try:
            path = Path(text).expanduser().absolute()
        except (RuntimeError, ValueError) as error:
            self.show_error(InvalidInput(f"{text}: {error}"))
            return
        known = next((profile for profile in self._profiles if profile.path == path), None)
        self._enter(known or Profile("local", StoreKind.LOCAL, path))

    @property
    def _is_first_start(self) -> bool:
        """Whether there is no store yet except the demo."""
        return self.host.opened is None and all(
            profile.kind is not StoreKind.LOCAL or is_to_be_made(profile, self._found.get(profile, ()))
            for profile in self._profiles
        )

    def _listed(self) -> list[Profile]:
        """The demo, the profiles in their order, and the open file if it is not one of them."""
        known = [*self.host.opener.profiles()]
        opened = self.host.opened
        if opened is not None and profile_key(opened.profile) not in map(profile_key, known):
            known.append(replace(opened.profile, user=None))
        return sorted(known, key=lambda profile: profile.kind is not StoreKind.DEMO)

    def _chosen(self) -> Profile | None:
        if not self.is_mounted:
            return None
        index = self.query_one("#profiles", Table).index
        return self._profiles[index] if index < len(self._profiles) else None

    def _show_profiles(self, cursor: str | None = None) -> None:
        here = None if self.host.opened is None else self.host.session.profile
        rows = profile_rows(self._profiles, self._found, here, self.glyphs)
        self.query_one("#profiles", Table).show(rows, cursor)
        self._say()

    def _say(self) -> None:
        """Explain the row under the cursor, and any problem with it."""
        profile = self._chosen()
        found = None if profile is None else self._found.get(profile)
        if isinstance(found, IamError):
            self.show_error(found)
        else:
            self.clear_error()
        self.query_one("#about", TextBlock).show(*(about(profile) if profile is not None else ()))
        self.show_frame()
        self.refresh_bindings()

    @work(group=READING, exclusive=True)
    async def _look(self, *, first: bool = False) -> None:
        """Read who is in the local files; the demo is created when it is opened."""
        for profile in self._profiles:
            if profile.kind is StoreKind.LOCAL:
                try:
                    self._found[profile] = await self.host.opener.people(profile)
                except IamError as error:
                    self._found[profile] = error
                self._show_profiles()
        if first:
            self._show_profiles(self._best())

    def _best(self) -> str | None:
        """The row to start on: the open profile, else the first one with people in it; None is the demo."""
        if self.host.opened is not None:
            return profile_key(self.host.session.profile)
        there = (profile for profile in self._profiles if self._found.get(profile))
        return next((profile_key(profile) for profile in there), None)

    @work(group="enter", exclusive=True)
    async def _enter(self, profile: Profile, *, ask: bool = False) -> None:
        """Ask for what is missing, then open the profile."""
        from iam_tui.ui.profiles.identity_picker import IdentityPicker  # noqa: PLC0415 - not needed for the first frame
        from iam_tui.ui.profiles.new_local_file import NewLocalFileScreen  # noqa: PLC0415 - not needed for the first frame

        if profile.kind is StoreKind.HUB:
            self.host.open_sign_in(profile, self._created, ask=ask)
            return
        if profile.kind is StoreKind.DEMO and not ask:
            await self._open(profile)
            return
        people = await self.await_or_show(self.host.opener.people(profile))
        if people is None:
            return
        if not people:
            self.app.push_screen(NewLocalFileScreen(profile), self._created)
        elif profile.user is None:
            self.app.push_screen(IdentityPicker(profile, people), partial(self._named, profile))
        else:
            await self._open(profile)

    def _named(self, profile: Profile, user: str | None) -> None:
        if user is not None:
            self._open_as(replace(profile, user=user))

    def _created(self, opened: OpenProfile | None) -> None:
        if opened is not None:
            self._take_over(opened)

    @work(group="enter", exclusive=True)
    async def _open_as(self, profile: Profile) -> None:
        await self._open(profile)

    async def _open(self, profile: Profile) -> None:
        opened = await self.await_or_show(self.host.open_profile(profile))
        if opened is not None:
            self._go_on(opened.profile)

    @work(group="enter", exclusive=True)
    async def _take_over(self, opened: OpenProfile) -> None:
        try:
            await self.host.adopt(opened)
        except IamError as error:
            self.show_error(error)
        else:
            self._go_on(opened.profile)

    def _go_on(self, profile: Profile) -> None:
        self.dismiss()
        self.host.show_organizations(profile)
