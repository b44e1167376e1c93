"""Commands that are offered for pasting: a shell reads back every word as it was."""

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iam_tui.cli.shell import command_line

WORDS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1)


@given(WORDS)
@example(["a b", "it's", "$(x)", "`x`", "\\", "a\\'b", "", "*", "~", "!x", "-"])
@example(["\x1b[31m", "caf\u00e9a", "\u202e\nx", "\udce9a", "'\x07\\"])
@settings(max_examples=40)
def test_bash_reads_every_word_back(words: list[str]) -> None:
    line = command_line(words)
    assert line.isascii()
    assert line.isprintable()
    ended = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, env={"LC_ALL": "C"}
    )
    read = ended.stdout.decode(errors="surrogateescape").split("\0")[:-1]
    assert read == words


@pytest.mark.parametrize(
    ("word", "shown"), [("acme", "acme"), ("a b", "'a b'"), ("\x1b", r"$'\x1b'"), ("é", r"$'\xc3\xa9'")]
)
def test_only_what_needs_it_is_quoted(word: str, shown: str) -> None:
    assert command_line([word]) == shown
