"""Keys typed ahead: each reaches the screen and the field that the keys before it lead to.

A slow connection, a paste and a password manager send many keys at once. Textual hands each of them to the
widget that has the focus at that moment, while the effect of the keys before it, a change of focus or of the
screen, still waits in the message queues. Here a key waits until nothing waits any more, and until the screen
has read what it shows.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from textual import events
from textual._queue import Queue
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from iam_tui.ui.shared.base_screen import LEADING, BaseScreen

if TYPE_CHECKING:
    from textual.app import App

SETTLING_SECONDS: Final = 10.0
"""The longest wait for the effects of the keys before."""
WAY_OUT_SECONDS: Final = 0.3
"""The longest wait of a key of `WAYS_OUT` for work."""
WORK_SECONDS: Final = 2.0
"""The longest wait of other keys for work."""
IMPOSSIBLE_SECONDS: Final = 10.0
"""The longest wait of a key that nothing would answer now."""
WAYS_OUT: Final = frozenset({"escape", "ctrl+c", "ctrl+q", "f1"})
_BY_WORDS: Final = frozenset("bdf")

Typed = events.Key | events.Paste | events.MouseDown | events.MouseUp


class TypedAhead:
    """What was typed, pasted and clicked and is not handed to a widget yet, in the order in which it came."""

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._waiting: deque[Typed] = deque()
        self._released: Typed | None = None
        self._task: asyncio.Task[None] | None = None
        self._waits_since: WeakKeyDictionary[Worker[object], float] = WeakKeyDictionary()

    @property
    def is_empty(self) -> bool:
        """Whether everything was handed on."""
        return self._task is None

    def lets_pass(self, event: Typed) -> bool:
        """Whether the event may be handed on now; if not, it is kept, and the app gets it once more later.

        Nothing is handed on any more once the app ends.
        """
        if self._app.return_code is not None:
            return False
        if event is self._released:
            self._released = None
            return not self._is_split(event)
        if self._task is None and self._may_pass(event, settled=self._is_settled(within_app=True)):
            return not self._is_split(event)
        self._waiting.append(event)
        self._start()
        return False

    def _is_split(self, event: Typed) -> bool:
        """Whether the key was two, which come later.

        Escape and a letter that come at once look like alt and the letter. They are alt where the key map has
        such a key, and in a field for the letters that move by words in a shell.
        """
        if not isinstance(event, events.Key) or not event.key.startswith("alt+") or not event.character:
            return False
        in_field = isinstance(self._app.focused, Input)
        if event.key in self._app.screen.active_bindings or (in_field and event.character in _BY_WORDS):
            return False
        self._waiting.extendleft((events.Key(event.character, event.character), events.Key("escape", None)))
        self._start()
        return True

    def put_first(self, key: str) -> None:
        """Press a key in the name of what was just done, before everything that is typed ahead."""
        self._waiting.appendleft(events.Key(key, None))
        self._start()

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._hand_on(), name="typed ahead")

    async def _hand_on(self) -> None:
        try:
            while self._waiting and await self._wait():
                self._released = self._waiting.popleft()
                self._app.post_message(self._released)
        finally:
            self._task = None

    async def _wait(self) -> bool:
        """Until the first event may be handed on; False once the app ends, and nothing is handed on."""
        since, turns = monotonic(), 0
        while self._app.is_running and self._app.return_code is None:
            in_time = monotonic() - since < SETTLING_SECONDS
            if self._may_pass(self._waiting[0], settled=self._is_settled() or not in_time):
                return True
            turns += 1
            # A handler takes a few turns of the event loop, work takes longer.
            await asyncio.sleep(0 if turns < 50 else 0.005)
        return False

    def _may_pass(self, event: Typed, *, settled: bool) -> bool:
        if not settled:
            return False
        # A click is meant for what is seen.
        return isinstance(event, events.MouseEvent) or not any(
            self._waits_for(worker, event) for worker in self._work()
        )

    def _work(self) -> Iterator[Worker[object]]:
        """What the screen on top is doing, as far as keys wait for it."""
        top = self._app.screen
        for worker in self._app.workers:
            is_its_own = worker.node is top and not worker.is_finished
            if is_its_own and (not isinstance(top, BaseScreen) or top.keys_wait_for(worker)):
                yield worker

    def _waits_for(self, worker: Worker[object], event: events.Key | events.Paste) -> bool:
        if worker.group not in LEADING and self._is_text(event):
            return False
        now = monotonic()
        waited = now - self._waits_since.setdefault(worker, now)
        if _is_way_out(event):
            return waited < WAY_OUT_SECONDS
        if waited < WORK_SECONDS:
            return True
        return (
            waited < IMPOSSIBLE_SECONDS
            and not any(map(_is_way_out, self._waiting))
            and not self._is_possible(event)
        )

    def _is_text(self, event: events.Key | events.Paste) -> bool:
        """Whether it goes into the field that has the focus."""
        typed = isinstance(event, events.Paste) or event.is_printable or event.key == "backspace"
        return typed and isinstance(self._app.focused, Input)

    def _is_possible(self, event: events.Key | events.Paste) -> bool:
        if self._is_text(event):
            return True
        active = self._app.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return active is not None and active.enabled

    def _is_settled(self, *, within_app: bool = False) -> bool:
        """Whether no message waits or is handled; `within_app`, except for the one that the app handles."""
        app, stack = self._app, self._app.screen_stack
        if not stack or not (app.message_queue_size == 0 if within_app else is_idle(app)):
            return False
        return all(map(is_idle, stack[-1].walk_children(Widget, with_self=True)))


def is_idle(pump: MessagePump) -> bool:
    """Whether a widget is mounted, handles no message, and has none waiting.

    Textual (8.2.8) does not say whether a message is being handled. If none is, its loop waits for the event
    that its queue sets for the next one. `tests/ui/test_typed_ahead.py` fails if that changes.
    """
    queue: Queue[Message | None] = pump._message_queue
    return queue.empty() and bool(queue.ready_event._waiters)


def _is_way_out(event: Typed) -> bool:
    return isinstance(event, events.Key) and event.key in WAYS_OUT
