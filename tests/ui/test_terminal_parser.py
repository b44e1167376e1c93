"""What the terminal sends: keys in all their forms, and answers and noise, which are no keys."""

import random

import pytest
from textual import events, messages
from textual.message import Message

from iam_tui.ui.shared.terminal_parser import TerminalParser


def told(sent: str | bytes, *, waits: bool = True) -> list[Message]:
    """The events of what was sent; with `waits`, also those that come when nothing follows."""
    parser = TerminalParser(0.0)
    text = sent.decode("utf-8", "surrogateescape") if isinstance(sent, bytes) else sent
    found = list(parser.feed(text))
    return [*found, *parser.tick()] if waits else found


def keys(sent: str | bytes) -> list[str]:
    """The names of the keys, and the texts of the pastes."""
    found = told(sent)
    pastes = [f"pasted {one.text}" for one in found if isinstance(one, events.Paste)]
    return [one.key for one in found if isinstance(one, events.Key)] + pastes


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("maya\tx\r", ["m", "a", "y", "a", "tab", "x", "enter"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b:", ["escape", "colon"]),
        ("\x1bx", ["alt+x"]),
        ("\x1b[A\x1bOB\x1b[1;5C", ["up", "down", "ctrl+right"]),
        ("\x1bOP\x1b[[A\x1b[15~", ["f1", "f1", "f5"]),
        ("\x1b[Z\x1b[3~\x1b[5~", ["shift+tab", "delete", "pageup"]),
        ("\x1b[27u\x1b[99;5u\x1b[57358u", ["escape", "ctrl+c", "caps_lock"]),
    ],
)
def test_textual_still_names_the_keys_that_terminals_send(sent: str, wanted: list[str]) -> None:
    """Fails if a new version of Textual changes the private parts that the parser uses."""
    assert keys(sent) == wanted


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b[?62;c",
        "\x1b[?62;4;22c",
        "\x1b[>1;10;0c",
        "\x1bP>|XTerm(370)\x1b\\",
        "\x1bP!|00000000\x1b\\",
        "\x1b]10;rgb:dcdc/e3e3/ecec\x1b\\",
        "\x1b]11;rgb:1010/1515/1c1c\x07",
        "\x1b]52;c;YTpx\x07",
        "\x1b]52;c;YTpx\x1b\\",
        "\x1b[?997;1n",
        "\x1b[0n",
        "\x1b[12;40R",
        "\x1b[?12;40R",
        "\x1b[?1;2$y",
        "\x1b[?2027;0$y",
        "\x1b[?1u",
        "\x1b[8;24;80t",
        "\x1b[48;0;0;0;0t",
        "\x1b[48;99999999;99999999;1;1t",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b[99~",
        "\x1b[1114112u",
        "\x1b[55296u",
        "\x1b[97;1:3u",
        "\x1b[1;1:3A",
        "\x1b[97;1;55296u",
        "\x1b[" + "1;" * 500 + "q",
    ],
)
def test_an_answer_is_never_a_key(answer: str) -> None:
    assert told(answer) == []
    assert keys(f"a{answer}b") == ["a", "b"]


@pytest.mark.parametrize("answer", ["\x1b[?62;c", "\x1bP>|XTerm(370)\x1b\\", "\x1b]11;rgb:10/15/1c\x07"])
def test_a_part_of_an_answer_is_no_key_either(answer: str) -> None:
    for length in range(3, len(answer)):
        assert keys(answer[:length]) == []
        # Escape as the last character could be the key.
        if answer[length - 1] != "\x1b":
            assert keys(f"{answer[:length]}\r") == ["enter"]


def test_an_escape_sequence_that_a_slow_link_cut_is_not_escape() -> None:
    parser = TerminalParser(3600)
    came = [event for part in ("\x1b", "[", "1;", "5C") for event in (*parser.feed(part), *parser.tick())]
    assert [event.key for event in came if isinstance(event, events.Key)] == ["ctrl+right"]


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("\x1b[97;1:1u\x1b[97;1:2u\x1b[97;1:3u", "aa"),
        ("\x1b[97:65;2:1u\x1b[97;2u", "AA"),
        ("\x1b[97;65:1u\x1b[32u", "a "),
    ],
)
def test_kittys_event_types_press_repeat_and_release(sent: str, typed: str) -> None:
    assert "".join(one.character or "?" for one in told(sent) if isinstance(one, events.Key)) == typed


def test_a_byte_of_latin_1_is_typed_as_a_visible_escape() -> None:
    (key, follows) = told(b"\xe9a")
    assert isinstance(key, events.Key)
    assert isinstance(follows, events.Key)
    assert (key.key, key.character, follows.key) == ("not_utf8", "\\xe9", "a")


def test_a_paste_is_data_up_to_its_end() -> None:
    assert keys("\x1b[200~a\x1b[A\x1bq\r\x00b\x1b[201~") == ["pasted a\x1b[A\x1bq\rb"]
    assert keys(b"\x1b[200~caf\xe9\x1b[201~") == ["pasted caf\\xe9"]


def test_a_paste_that_never_ends_is_pasted_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iam_tui.ui.shared.terminal_parser.PASTE_SECONDS", 0.0)
    assert keys("\x1b[200~nginx") == ["pasted nginx"]


def test_what_textual_asks_the_terminal_is_still_reported_to_it() -> None:
    (supports,) = told("\x1b[?2026;2$y")
    assert isinstance(supports, messages.TerminalSupportsSynchronizedOutput)
    assert [type(one) for one in told("\x1b[I\x1b[O")] == [events.AppFocus, events.AppBlur]
    (resize,) = told("\x1b[48;24;80;480;800t")
    assert isinstance(resize, events.Resize)
    assert resize.size == (80, 24)
    (down, up) = told("\x1b[<0;3;4M\x1b[<0;3;4m")
    assert isinstance(down, events.MouseDown)
    assert isinstance(up, events.MouseUp)
    assert (down.x, down.y) == (2, 3)


@pytest.mark.parametrize("seed", range(20))
def test_noise_raises_nothing_and_keys_work_after_it(seed: int) -> None:
    chance = random.Random(seed)
    pieces = [
        b"\x1b",
        b"\x1b[",
        b"\x1bO",
        b"\x1b]",
        b"\x1bP",
        b"\x1b[<",
        b"\x1b[M",
        b";",
        b":",
        b"~",
        b"u",
        b"t",
        b"M",
    ]
    noise = b"".join(
        chance.choice([chance.choice(pieces), str(chance.randrange(2_000_000)).encode(), chance.randbytes(2)])
        for _ in range(2_000)
    )
    parser = TerminalParser(0.0)
    for event in parser.feed(noise.decode("utf-8", "surrogateescape")):
        assert not isinstance(event, events.Key) or (event.character or "").encode() is not None
    # What was left open is closed by a paste's end or by silence.
    for _ in parser.feed("\x1b[201~\x1b\\"):
        pass
    for _ in parser.tick():
        pass
    assert "enter" in [event.key for event in parser.feed("\x18\r\r") if isinstance(event, events.Key)]
