"""What reaches the terminal: without colour, with few colours, and in ASCII."""

import re
from functools import partial
from pathlib import Path

import pytest

from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.glyphs import ASCII, UNICODE, Glyphs
from iam_tui.ui.shared.verdict_words import sign, verdict_span
from tests.screen_walk import OWNER, demo_terminal, fitting, walk

SEQUENCES = re.compile(rb"\x1b\[[0-9;:<>=?$]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_=>]")
STYLES = re.compile(rb"\x1b\[([0-9;:]*)m")


def colours(written: bytes) -> set[bytes]:
    """The SGR codes in it that choose a colour."""
    codes = {code for style in STYLES.findall(written) for code in re.split(rb"[;:]", style)}
    return {code for code in codes if re.fullmatch(rb"[349][0-8]|10[0-7]", code)}


def test_in_a_small_window_no_color_means_none_and_everything_can_still_be_told(tmp_path: Path) -> None:
    size = (60, 16)
    with demo_terminal(tmp_path / "demo.db", size=size, NO_COLOR="1") as terminal:
        for stop in walk(terminal, [fitting(stop, size) for stop in OWNER]):
            if stop.name == "image access":
                cursor = terminal.line_of("Image Access Management   ")
                terminal.wait_until(partial(terminal.reversed, cursor), "the cursor in reverse video")
                assert not terminal.reversed(cursor + 3)
            if stop.name == "staged":
                assert "Δ" in terminal.row(terminal.line_of("Image Access Management   "))
        assert colours(bytes(terminal.written)) == set()


@pytest.mark.parametrize("term", ["xterm-16color", "xterm-256color"])
def test_terminals_of_few_colours_are_served(tmp_path: Path, term: str) -> None:
    with demo_terminal(tmp_path / "demo.db", TERM=term, COLORTERM="") as terminal:
        for _ in walk(terminal, OWNER[:1]):
            assert colours(bytes(terminal.written))
            assert not re.search(rb"[34]8;2;", terminal.written)


def test_in_ascii_nothing_else_is_drawn_in_a_large_window(tmp_path: Path) -> None:
    size = (120, 40)
    with demo_terminal(tmp_path / "demo.db", "--ascii", "--slow", size=size) as terminal:
        for _ in walk(terminal, [fitting(stop, size) for stop in OWNER]):
            pass
        assert foreign(bytes(terminal.written)) == []


def test_a_terminal_that_takes_nothing_but_ascii_gets_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    with demo_terminal(file, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0") as terminal:
        for _ in walk(terminal, OWNER[:1]):
            assert foreign(bytes(terminal.written)) == []


def foreign(written: bytes) -> list[str]:
    """The characters drawn that are not ASCII."""
    drawn = SEQUENCES.sub(b"", written).decode()
    return sorted({sign for sign in drawn if not sign.isascii()})


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_verdict_has_a_word_of_its_own_and_no_sign_says_two_things(glyphs: Glyphs) -> None:
    words = {verdict: verdict_span(verdict).text for verdict in Verdict}
    assert len(set(words.values())) == len(words)
    assert all(words.values())
    assert sign(Verdict.ALLOWED, glyphs) != sign(Verdict.BLOCKED, glyphs) != sign(Verdict.CANNOT_TELL, glyphs)
    assert len({glyphs.on, glyphs.off, glyphs.staged, glyphs.locked, glyphs.warning}) == 5
