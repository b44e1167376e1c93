"""Keys typed ahead, all at once: each reaches the field and the screen that it was meant for, in order."""

import asyncio
from time import monotonic

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import Static

from iam_tui.stores.local import LocalStore
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.typed_ahead import is_idle
from tests.ui.driver import NARROW, TINY, WIDE, OpenConsole, key_event


class Held(Static):
    """Handles a message for as long as the test wants."""

    class Work(Message):
        """Something to handle."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()

    @on(Work)
    async def work(self) -> None:
        """Wait for the test."""
        self.begun.set()
        await self.goes_on.wait()


class HeldApp(App[None]):
    """A widget that can be held."""

    def compose(self) -> ComposeResult:
        """The widget."""
        yield Held()


async def test_textual_still_tells_whether_a_message_is_waiting_or_being_handled() -> None:
    """What `is_idle` takes from Textual's private parts: fails if a new version changes them."""
    async with HeldApp().run_test() as pilot:
        await pilot.pause()
        held = pilot.app.query_one(Held)
        assert is_idle(held)
        held.post_message(Held.Work())
        assert not is_idle(held)
        await held.begun.wait()
        assert held.message_queue_size == 0
        assert not is_idle(held)
        held.goes_on.set()
        await pilot.pause()
        assert is_idle(held)


async def test_nginx_tab_because_tab_90d_fills_the_three_fields(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.type_ahead("a", *"nginx", "tab", *"because", "tab", *"+90d")
        assert c.screen == "EntryScreen"
        fields = [c.value(f"#{name}") for name in ("repository", "reason", "review-by")]
        assert fields == ["nginx", "because", "+90d"]
        await c.type_ahead("enter", "j", "j", "space")
        assert c.screen == "AccessScreen"
        assert "2 staged" in c.second


async def test_a_paste_stays_in_its_place_among_the_keys(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("a")
        await c.type_ahead(*"ng", busy=True)
        c.app.post_message(events.Paste("inx"))
        await c.type_ahead("tab", *"why")
        assert (c.value("#repository"), c.value("#reason")) == ("nginx", "why")


async def test_enter_jjj_space_i_on_the_picker_toggles_and_shows_the_impact(console: OpenConsole) -> None:
    async with console() as c:
        await c.type_ahead("enter", *"jjj", "space", "i")
        assert c.screens[-2:] == ["AccessScreen", "ImpactScreen"]
        assert len(c.draft().changes) == 1


async def test_what_is_typed_before_the_first_frame_waits_for_the_picker(console: OpenConsole) -> None:
    async with console(busy=True) as c:
        await c.type_ahead("j", "enter", "t", *"nginx")
        assert c.screen == "PullScreen"
        assert "acme-labs" in c.top
        assert c.value("#image") == "nginx"


async def test_a_key_for_what_is_still_being_read_waits_for_it(
    console: OpenConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on, read = asyncio.Event(), asyncio.Event(), LocalStore.organization_state

    async def slow(store: LocalStore, organization: str) -> OrganizationState:
        begun.set()
        await goes_on.wait()
        return await read(store, organization)

    async with console() as c:
        monkeypatch.setattr(LocalStore, "organization_state", slow)
        for key in ("enter", "down", "down", "space"):
            c.app.post_message(key_event(key))
        await begun.wait()
        assert c.screen == "AccessScreen"
        goes_on.set()
        await c.settle()
        assert "1 staged" in c.second


async def test_escape_and_quitting_do_not_wait_for_a_load_that_hangs(
    console: OpenConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_store: LocalStore, _organization: str) -> OrganizationState:
        await asyncio.Event().wait()
        raise AssertionError

    async with console() as c:
        monkeypatch.setattr(LocalStore, "organization_state", never)
        await c.press("enter", busy=True)
        assert c.screen == "AccessScreen"
        since = monotonic()
        await c.press("escape", busy=True)
        assert c.screen == "OrganizationsScreen"
        await c.press("enter", busy=True)
        await c.press("ctrl+q", busy=True)
        assert monotonic() - since < 5
        assert c.app.return_code == 0


@pytest.mark.parametrize("size", [NARROW, WIDE, TINY])
@pytest.mark.parametrize("way", ["", "i", "im", "?\x1b", ":\x1b"])
async def test_q_then_y_in_one_burst_keeps_what_is_staged_and_quits(
    console: OpenConsole, way: str, size: tuple[int, int]
) -> None:
    async with console("acme-corp") as c:
        await c.press("space")
        await c.resize(*size)
        keys = ["escape" if key == "\x1b" else key for key in way]
        await c.type_ahead(*keys, "q", "y")
        assert c.app.return_code == 0
    async with console("acme-corp") as c:
        assert len(c.draft().changes) == 1


async def test_escape_and_a_letter_at_once_are_two_keys(console: OpenConsole) -> None:
    """A terminal without the Kitty protocol sends them as it sends alt and the letter."""
    async with console("acme-corp") as c:
        await c.press("t")
        c.app.post_message(events.Key("alt+j", "j"))
        c.app.post_message(events.Key("space", " "))
        await c.settle()
        assert c.screen == "AccessScreen"
        assert c.cursor("#access") != c.row_keys("#access")[0]


async def test_alt_and_a_letter_that_moves_by_words_leaves_no_form(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        await c.press("a", *"nginx")
        c.app.post_message(events.Key("alt+b", "b"))
        await c.settle()
        assert c.screen == "EntryScreen"


@pytest.mark.parametrize("size", [NARROW, (10, 3), (1, 1)])
async def test_the_palette_survives_fast_keys(console: OpenConsole, size: tuple[int, int]) -> None:
    async with console("acme-corp") as c:
        await c.resize(*size)
        for burst in (
            (":", "enter", "enter", "escape"),
            (":", *"theme iam-safe", "enter"),
            (":", "escape", ":", "escape", "escape"),
            (":", *"zzz", "enter", "down", "enter", "escape"),
            ("ctrl+p", "ctrl+p", "down", "up", "pagedown", "escape"),
        ):
            await c.type_ahead(*burst)
            await c.type_ahead(*["escape"] * 3, "enter")
            assert c.app.return_code is None
        assert c.app.theme == "iam-safe"


async def test_the_palette_in_the_smallest_windows(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        for size in ((1, 1), (10, 3), (3, 10), (200, 1), (80, 24)):
            await c.type_ahead(":", *"th")
            await c.resize(*size)
            await c.type_ahead("down", "down", "escape")
            assert c.app.return_code is None, size
        assert c.screen == "AccessScreen"


async def test_clicks_and_double_clicks_on_a_row_of_the_help_press_its_key_once(console: OpenConsole) -> None:
    async with console("acme-corp") as c:
        for _ in range(2):
            await c.type_ahead("f1")
            table = c.table("#found")
            x, y = table.region.x + 5, table.region.y + 3
            for _ in range(4):
                for kind in (events.MouseDown, events.MouseUp):
                    c.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
            await c.settle()
            assert c.app.return_code is None
            await c.type_ahead(*["escape"] * 3)
            assert c.screen in {"AccessScreen", "OrganizationsScreen"}
