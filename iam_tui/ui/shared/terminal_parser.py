"""What the terminal sends, told apart: keys, pastes, clicks, and answers, which are never keys.

Textual's own parser types an answer that comes late, or a sequence that a slow connection cut, as the keys it
consists of, and fails on the event types of the Kitty protocol. This one reads by the grammar of
https://ecma-international.org/publications-and-standards/standards/ecma-48/ and drops what is neither key nor
click. It takes the names of keys and the reading of clicks from Textual's parser (8.2.8);
`tests/ui/test_terminal_parser.py` fails if they change.
"""

import re
import sys
from collections.abc import Callable, Generator, Iterable
from typing import Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1
from textual._xterm_parser import FOCUSIN, FOCUSOUT, IS_ITERM, XTermParser, _re_mouse_event
from textual.keys import Keys
from textual.message import Message

CUT_SECONDS: Final = 1.0
"""How long the rest of a sequence may take once it is known to be one."""
PASTE_SECONDS: Final = 10.0
"""How long a paste may pause before it counts as ended."""
LONGEST_SEQUENCE: Final = 64
"""Characters of a key, a click or a report; a longer one is noise."""
LARGEST_WINDOW: Final = (2000, 1000)
"""Columns and rows; a report of a larger window is noise."""
NOT_UTF8: Final = "not_utf8"
"""The name of the key that a byte which is not UTF-8 counts as."""

_ESC: Final = "\x1b"
_ANSWERS: Final = "]PX^_"
"""What begins an answer of any length after escape: OSC, DCS, SOS, PM, APC."""
_PASTE: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"
_KITTY: Final = re.compile(
    r"\x1b\[(\d{0,7})(?::(\d{0,7}))?[\d:]*(?:;(\d{0,4})(?::(\d*))?)?(?:;([\d:]*))?([u~A-HPQSZ])"
)
_RELEASED: Final = "3"
_SHIFT: Final = 1
_LOCKS: Final = 64 | 128
_OTHER_KEYS: Final = 27
"""The number that stands for any character in xterm's `modifyOtherKeys`."""
_MODE: Final = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
_WINDOW: Final = re.compile(r"\x1b\[48;(\d+)[\d:]*;(\d+)[\d:]*;(\d+)[\d:]*;(\d+)[\d:]*t")
_CURSOR: Final = re.compile(r"\x1b\[\d+;\d+R")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PRIVATE: Final = re.compile(r"\x1b\[[?>=]")

Awaiting = Generator[Read1 | Peek1, str, str]


class TerminalParser(XTermParser):
    r"""Turns characters into events; an escape alone is the key after `escape_seconds`.

    Bytes that are not UTF-8 come as lone surrogates (`surrogateescape`). In a field they are typed as a
    visible escape such as `\xe9`, elsewhere they do nothing.
    """

    def __init__(self, escape_seconds: float) -> None:
        self._escape_seconds = escape_seconds
        self._back: list[str] = []
        self.awaits_seconds: float | None = None
        """How long the rest of what has begun may take; None if nothing has begun."""
        super().__init__()

    def parse(self, token_callback: Callable[[Message], None]) -> Generator[Read1 | Peek1, str, None]:
        """Read characters for ever, and hand on the events."""
        self._emit = token_callback
        try:
            while True:
                character = yield from self._next()
                if character == _ESC:
                    yield from self._escape()
                else:
                    self._type(character)
        except ParseEOF:
            return

    def _next(self, seconds: float | None = None) -> Awaiting:
        """The next character; `ParseTimeout` if it does not come in time."""
        if self._back:
            return self._back.pop()
        self.awaits_seconds = seconds
        try:
            return (yield self.read1(seconds))
        finally:
            self.awaits_seconds = None

    def _escape(self) -> Generator[Read1 | Peek1, str, None]:
        """What begins with escape: the key itself, alt and a character, a sequence, an answer or a paste."""
        try:
            second = yield from self._next(self._escape_seconds)
        except ParseTimeout:
            self._emit(events.Key("escape", _ESC))
            return
        if second == _ESC:
            self._emit(events.Key("escape", _ESC))
            self._back.append(_ESC)
            return
        cut = max(CUT_SECONDS, self._escape_seconds)
        begun = _ESC + second
        try:
            if second in _ANSWERS:
                yield from self._answer(cut)
            elif second in "[O":
                begun = yield from self._sequence(begun, cut)
                if begun == _PASTE:
                    yield from self._paste()
                elif begun:
                    self._act(begun)
            elif known := self._keys(begun):
                self._press(known)
            elif second.isalnum():
                self._press(self._sequence_to_key_events(second, alt=True))
            else:
                self._emit(events.Key("escape", _ESC))
                self._back.append(second)
        except ParseTimeout:
            # Nothing came after the two: they are alt and the character.
            self._press(self._sequence_to_key_events(second, alt=True))

    def _sequence(self, begun: str, cut: float) -> Awaiting:
        """The whole sequence; empty if it is noise, or if its rest does not come."""
        try:
            while True:
                character = yield from self._next(cut)
                if not " " <= character <= "~":
                    # Not a part of any sequence, so this one is broken off.
                    self._back.append(character)
                    return ""
                begun += character
                if begun == "\x1b[M":
                    for _ in range(3):
                        begun += yield from self._next(cut)
                if character >= "@" and begun not in ("\x1bO", "\x1b[["):
                    return begun if len(begun) <= LONGEST_SEQUENCE else ""
        except ParseTimeout:
            if len(begun) > 2:
                return ""
            raise

    def _answer(self, cut: float) -> Generator[Read1 | Peek1, str, None]:
        """Drop an answer up to its end, or up to a control character, which is none of its own."""
        is_empty = True
        try:
            while True:
                character = yield from self._next(cut)
                is_empty = False
                if character in "\x07\x9c":
                    return
                if character == _ESC:
                    after = yield from self._next(cut)
                    if after != "\\":
                        self._back += (after, _ESC)
                    return
                if not character.isprintable():
                    self._back.append(character)
                    return
        except ParseTimeout:
            if is_empty:
                raise

    def _paste(self) -> Generator[Read1 | Peek1, str, None]:
        """Everything up to the end of the paste is its text, escapes too."""
        text: list[str] = []
        while not (text and text[-1] == "~" and "".join(text[-len(_PASTE_END) :]) == _PASTE_END):
            try:
                text.append((yield from self._next(PASTE_SECONDS)))
            except ParseTimeout:
                break
        else:
            del text[-len(_PASTE_END) :]
        pasted = "".join(map(_visible_byte, text)).replace("\x00", "")
        self._emit(events.Paste(pasted))

    def _type(self, character: str) -> None:
        if "\udc80" <= character <= "\udcff":
            self._emit(events.Key(NOT_UTF8, _visible_byte(character)))
        else:
            self._press(self._sequence_to_key_events(character))

    def _press(self, keys: Iterable[events.Key]) -> None:
        for key in keys:
            if key.key != Keys.Ignore:
                self._emit(key)

    def _act(self, sequence: str) -> None:
        """Hand on what a whole sequence means; answers, and sequences that nobody knows, mean nothing."""
        if sequence in (FOCUSIN, FOCUSOUT):
            self._emit(events.AppFocus() if sequence == FOCUSIN else events.AppBlur())
        elif mouse := _re_mouse_event.match(sequence):
            if (event := self.parse_mouse_code(mouse[0])) is not None:
                self._emit(event)
        elif mode := _MODE.fullmatch(sequence):
            self._report_mode(mode[1], int(mode[2]))
        elif window := _WINDOW.fullmatch(sequence):
            self._resize(*map(int, window.groups()))
        elif not _CURSOR.fullmatch(sequence) and not _PRIVATE.match(sequence):
            self._press(self._keys(sequence))

    def _keys(self, sequence: str) -> list[events.Key]:
        """The keys of a sequence; of the Kitty protocol's, without the parts that Textual does not read."""
        if kitty := _KITTY.fullmatch(sequence):
            code, shifted, modifiers, action, text, end = kitty.groups(default="")
            number = int(code or 1)
            if action == _RELEASED or not _is_known(sequence, number, end):
                return []
            if end == "u" and not text and (typed := _typed(number, shifted, int(modifiers or 1) - 1)):
                sequence = typed
            elif ":" in sequence:
                sequence = f"\x1b[{code};{modifiers or 1}{f';{text}' if text else ''}{end}"
        try:
            keys = list(self._sequence_to_key_events(sequence))
        except (ValueError, OverflowError):
            # No character has that number.
            return []
        return [] if any(_SURROGATE.search(key.character or "") for key in keys) else keys

    def _report_mode(self, mode: str, setting: int) -> None:
        """What Textual wants to know of the terminal, as its own parser reports it."""
        if mode == "2026" and setting > 0:
            self._emit(messages.TerminalSupportsSynchronizedOutput())
        elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
            self._emit(messages.InBandWindowResize.from_setting_parameter(setting))

    def _resize(self, height: int, width: int, pixel_height: int, pixel_width: int) -> None:
        """The window's size, from terminals that report it together with its size in pixels."""
        if not (0 < width <= LARGEST_WINDOW[0] and 0 < height <= LARGEST_WINDOW[1]):
            return
        event = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
        if pixel_width and pixel_height:
            self.mouse_pixels = True
            self.terminal_size, self.terminal_pixel_size = event.size, event.pixel_size
        self._emit(event)


def _is_known(sequence: str, code: int, end: str) -> bool:
    """Whether it is a key at all: Textual takes a number that is no function key for a letter."""
    is_letter = end == "u" or code == _OTHER_KEYS
    return is_letter or sequence in ANSI_SEQUENCES_KEYS or f"{code}{end}" in FUNCTIONAL_KEYS


def _typed(code: int, shifted: str, modifiers: int) -> str:
    """The character that the key types; empty for a function key, and with ctrl, alt and the like."""
    if code > sys.maxunicode or int(shifted or 0) > sys.maxunicode or not chr(code).isprintable():
        return ""
    if modifiers & ~(_SHIFT | _LOCKS) or f"{code}u" in FUNCTIONAL_KEYS:
        return ""
    if not modifiers & _SHIFT:
        return chr(code)
    return chr(int(shifted)) if shifted else chr(code).upper()


def _visible_byte(character: str) -> str:
    """A byte that is not UTF-8 as an escape; other characters as they are."""
    return f"\\x{ord(character) - 0xDC00:02x}" if "\udc80" <= character <= "\udcff" else character
