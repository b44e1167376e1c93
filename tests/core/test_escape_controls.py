"""Text from outside cannot control the terminal: such characters are shown as escapes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.escape_controls import escape_controls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "docker.io/library/nginx:latest",
        "[bold]Acme[/bold] [/foo] [$x] [link=file:///x]",
        r"C:\temp\x1b",
        "Ünïcödé, Ελληνικά, Русский, עברית, العربية",
        "日本語 한국어 中文",
        "😀 🐳 ❤️ 1️⃣",
        "cafe\u0301, Vie\u0323\u0302t, ก็ดี",
        "non\u00a0breaking, ideographic\u3000space",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert escape_controls(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("one\ntwo\r\n\tthree", r"one\ntwo\r\n\tthree"),
        ("nul\x00 del\x7f", r"nul\x00 del\x7f"),
        ("csi\x9b31m nel\x85", r"csi\x9b31m nel\x85"),
        ("abc\u202edcb", r"abc\u202edcb"),
        ("\u200e\u200f\u061c\u2066\u2069", r"\u200e\u200f\u061c\u2066\u2069"),
        ("zero\u200bwidth\u200d\u2060\ufeff", r"zero\u200bwidth\u200d\u2060\ufeff"),
        ("soft\u00adhyphen", r"soft\xadhyphen"),
        ("line\u2028para\u2029", r"line\u2028para\u2029"),
        ("half\ud83d", r"half\ud83d"),
        ("private\ue000", r"private\ue000"),
        ("unassigned\U0003ffff", r"unassigned\U0003ffff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("blank\u3164letter\u115f", r"blank\u3164letter\u115f"),
        ("joiner\u034f", r"joiner\u034f"),
    ],
)
def test_what_controls_or_hides_is_an_escape(text: str, shown: str) -> None:
    assert escape_controls(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u0301a", r"\u0301a"),
        (" \u0301a", r" \u0301a"),
        ("\n\u0301", r"\n\u0301"),
        ("\ufe0f", r"\ufe0f"),
        ("a\u0301\u0302\u0303\u0304\u0305b\u0301", "a\u0301\u0302\u0303\\u0304\\u0305b\u0301"),
    ],
)
def test_marks_need_a_base_and_do_not_pile_up(text: str, shown: str) -> None:
    assert escape_controls(text) == shown


@given(st.text(st.characters()))
def test_no_control_gets_through_and_escaping_once_is_enough(text: str) -> None:
    shown = escape_controls(text)
    assert not {unicodedata.category(character) for character in shown} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }
    assert escape_controls(shown) == shown


@given(st.characters(), st.text(st.characters(max_codepoint=126, min_codepoint=32)))
def test_only_the_wrong_character_is_replaced(character: str, around: str) -> None:
    shown = escape_controls(f"{around}{character}{around}")
    assert shown.startswith(around)
    assert shown.endswith(around)
    replaced = shown[len(around) : len(shown) - len(around)]
    assert replaced == character or replaced.startswith("\\")
