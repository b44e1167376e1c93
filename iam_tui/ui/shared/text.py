"""Text on a character grid: spans with a tone, and how they are cut, padded and wrapped to cells."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size


class Tone(StrEnum):
    """What a piece of text means. The theme gives it a colour; the words must say it without one."""

    PLAIN = "plain"
    MUTED = "muted"
    STRONG = "strong"
    TITLE = "title"
    ALLOWED = "allowed"
    BLOCKED = "blocked"
    STAGED = "staged"
    ACCENT = "accent"
    LIVE = "live"


TONE_CLASSES = frozenset(f"tone--{tone}" for tone in Tone)
"""The component classes a widget needs to draw every tone."""


class Span(NamedTuple):
    """A piece of text in one tone. It is data: the widget that draws it makes controls visible."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line of spans; plain text may be given as it is."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def cut(text: str, width: int, *, ellipsis: str = "…", middle: bool = False) -> str:
    """The text in at most `width` cells; an ellipsis replaces the rest, at the end or in the middle."""
    if (len(text) <= width and text.isascii()) or cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room <= 0:
        return set_cell_size(text, max(width, 0)).rstrip()
    if not middle:
        return set_cell_size(text, room).rstrip() + ellipsis
    head = room // 2
    return set_cell_size(text, head).rstrip() + ellipsis + _last_cells(text, room - head)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text with blanks to exactly `width` cells; it must not be longer."""
    blanks = " " * (width - (len(text) if text.isascii() else cell_len(text)))
    return blanks + text if right else text + blanks


def wrap(spans: Line, width: int) -> list[Line]:
    """The line broken at blanks to at most `width` cells; further lines are indented like the first."""
    words = list(_words(spans))
    indent = min(_indent(spans), width // 2)
    room = max(width - indent, 1)
    lines: list[list[Span]] = [[]]
    used = 0
    for text, tone in words:
        shown = cell_len(text.rstrip())
        if used and used + shown > width and text.strip():
            lines.append([Span(" " * indent)] if indent else [])
            used = indent
        for piece in _pieces(text, room) if shown > room or cell_len(text) > width else (text,):
            if used > indent and used + cell_len(piece.rstrip()) > width:
                lines.append([Span(" " * indent)] if indent else [])
                used = indent
            lines[-1].append(Span(piece, tone))
            used += cell_len(piece)
    return [_without_end(spans) for spans in lines]


def _without_end(spans: list[Span]) -> Line:
    if spans:
        spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].tone)
    return tuple(spans)


def _words(spans: Line) -> Iterable[Span]:
    for text, tone in spans:
        start = 0
        while start < len(text):
            stop = start
            while stop < len(text) and text[stop] != " ":
                stop += 1
            while stop < len(text) and text[stop] == " ":
                stop += 1
            yield Span(text[start:stop], tone)
            start = stop


def _indent(spans: Line) -> int:
    text = "".join(span.text for span in spans)
    return len(text) - len(text.lstrip(" "))


def _pieces(text: str, width: int) -> Iterable[str]:
    piece = ""
    for character in text:
        if cell_len(piece) + cell_len(character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def _last_cells(text: str, width: int) -> str:
    tail = ""
    for character in reversed(text):
        if cell_len(character + tail) > width:
            break
        tail = character + tail
    return tail
