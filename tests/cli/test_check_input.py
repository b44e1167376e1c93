"""The input of `check`, and that no input spoils its output."""

import io
import json
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.cli.output import print_json_list
from tests.cli.conftest import Cli

EVIL = "[red]x[/red] \x1b[31m\u202egnp\u2066\u200b"


def inputs(cli: Cli, db: str, *images: str, stdin: bytes = b"") -> list[str]:
    outcome = cli("--db", db, "--as", "max", "check", "--json", *images, stdin=stdin)
    return [row["input"] for row in json.loads(outcome.out)]


def test_images_stay_as_written_in_order_with_duplicates(cli: Cli, db: str) -> None:
    images = ["nginx", "index.docker.io/library/nginx", "", " nginx", "nginx"]
    assert inputs(cli, db, *images) == images


@pytest.mark.parametrize(
    ("given_images", "stdin", "expected"),
    [
        (["-"], b"nginx\nredis\n", ["nginx", "redis"]),
        (["-"], b"nginx\r\n\r\n   \n\nredis", ["nginx", "redis"]),
        (["-"], b"  nginx \n", ["  nginx "]),
        (["-"], b"", []),
        (["a", "-", "z"], b"m\n", ["a", "m", "z"]),
        (["-", "-"], b"m\n", ["m"]),
        (["-"], b"docker pull nginx\n", ["docker pull nginx"]),
        (["-"], "nginx\u2028x\x0by\n".encode(), ["nginx\u2028x\x0by"]),
    ],
)
def test_standard_input_has_one_image_a_line(
    cli: Cli, db: str, given_images: list[str], stdin: bytes, expected: list[str]
) -> None:
    assert inputs(cli, db, *given_images, stdin=stdin) == expected


def test_no_lines_are_fine(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "max", "check", "-").code == 0


def test_a_closed_standard_input_is_an_empty_one(cli: Cli, db: str) -> None:
    assert cli("--db", db, "--as", "max", "check", "--json", "-", stdin=None).out == "[]\n"


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("more", [(), ("nginx",) * 4])
def test_bytes_that_are_not_text_are_an_invalid_image(
    cli: Cli, db: str, form: tuple[str, ...], more: tuple[str, ...]
) -> None:
    outcome = cli("--db", db, "--as", "max", "check", *form, "-", *more, stdin=b"ngi\xffnx\x00\n")
    assert outcome.code == 2
    assert outcome.out.isascii()
    assert "\x00" not in outcome.out
    assert "\\udcff" in outcome.out
    if form:
        assert json.loads(outcome.out)[0]["input"] == "ngi\\udcffnx\x00"


@pytest.mark.parametrize("more", [(), ("nginx",) * 4])
def test_hostile_text_is_printed_as_typed_with_its_controls_visible(
    cli: Cli, db: str, more: tuple[str, ...]
) -> None:
    outcome = cli("--db", db, "--as", "max", "check", EVIL, *more)
    assert "[red]x[/red] \\x1b[31m\\u202egnp\\u2066\\u200b" in outcome.out
    assert outcome.out.replace("\n", "").isprintable()


@given(st.lists(st.text(st.characters(categories=None))))
def test_json_is_ascii_without_controls_and_gives_back_every_text(texts: list[str]) -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        print_json_list({"input": text} for text in texts)
    printed = out.getvalue()
    assert printed.isascii()
    assert printed.replace("\n", "").isprintable()
    read = [row["input"] for row in json.loads(printed)]
    for text, back in zip(texts, read, strict=True):
        surrogates = [one for one in text if "\ud800" <= one <= "\udfff"]
        assert back == text if not surrogates else "\\ud" in back
        back.encode()
