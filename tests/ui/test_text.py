"""Text on the grid: exactly as many cells as asked for, whatever the characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.text import Span, cut, line, pad, wrap

TEXTS = st.text(st.sampled_from("ab c日本é-/…"), max_size=60)


@given(TEXTS, st.integers(0, 70), st.booleans())
def test_a_cut_text_has_room(text: str, width: int, middle: bool) -> None:
    assert cell_len(cut(text, width, middle=middle)) <= width


@given(TEXTS, st.integers(0, 70), st.booleans())
def test_a_padded_text_fills_its_room(text: str, width: int, right: bool) -> None:
    assert cell_len(pad(cut(text, width), width, right=right)) == width


@given(TEXTS, st.booleans())
def test_a_text_with_room_is_not_touched(text: str, middle: bool) -> None:
    assert cut(text, cell_len(text), middle=middle) == text


@pytest.mark.parametrize(
    ("text", "width", "middle", "shown"),
    [
        ("openapitools/openapi-generator-cli", 20, True, "openapito…erator-cli"),
        ("openapitools/openapi-generator-cli", 20, False, "openapitools/openap…"),
        ("日本語の名前", 7, False, "日本語…"),
        ("abc", 1, False, "a"),
    ],
)
def test_what_is_cut_says_so(text: str, width: int, middle: bool, shown: str) -> None:
    assert cut(text, width, middle=middle) == shown


@given(st.lists(TEXTS, max_size=4), st.integers(4, 40))
def test_wrapped_lines_have_room_and_lose_no_word(texts: list[str], width: int) -> None:
    wrapped = wrap(tuple(Span(escape_controls(text)) for text in texts), width)
    shown = ["".join(span.text for span in spans) for spans in wrapped]
    assert all(cell_len(text) <= width for text in shown)
    assert "".join(shown).replace(" ", "") == "".join(texts).replace(" ", "")


def test_wrapped_lines_keep_the_first_ones_indent() -> None:
    wrapped = wrap(line("  one two three"), 9)
    assert ["".join(span.text for span in spans) for spans in wrapped] == ["  one two", "  three"]
