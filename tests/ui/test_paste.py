"""What is read of a paste, and what is said when that is not all of it."""

import pytest

from iam_tui.core.reference import ImageReference
from iam_tui.ui.pull.paste import LONGEST_IMAGE, LONGEST_PASTE, MOST_IMAGES, continues, read_paste


def test_a_paste_within_the_limits_says_nothing() -> None:
    assert read_paste("nginx\nredis:7\n") == (["nginx", "redis:7"], "")


def test_the_last_line_of_a_paste_that_is_too_long_is_left_out_whole() -> None:
    text = "mysql/mysql-server:8.0\n" * 60_000
    paste = read_paste(text)
    assert set(paste.images) == {"mysql/mysql-server:8.0"}
    assert f"the first {LONGEST_PASTE:,} of {len(text):,} characters" in paste.notes
    assert len(paste.images) <= MOST_IMAGES


def test_too_many_images_are_counted() -> None:
    paste = read_paste("\n".join(f"a/b{number}" for number in range(MOST_IMAGES + 5)))
    assert len(paste.images) == MOST_IMAGES
    assert paste.notes == "Read only the first 1,000 of 1,005 images."


def test_a_long_line_without_an_image_is_cut_and_said() -> None:
    paste = read_paste("? " * 30_000)
    assert [len(image) for image in paste.images] == [LONGEST_IMAGE]
    assert "a line without an image" in paste.notes


@pytest.mark.parametrize(
    ("typed", "pasted", "goes_on"),
    [
        ("docker pull ", "nginx", True),
        ("bitnami/", "redis:7.2", True),
        ("nginx:", "1.27", True),
        ("nginx@", "sha256:" + "a" * 64, True),
        ("", "nginx", False),
        ("nginx:1.27", "redis", False),
        ("docker pull ", "nginx\nredis", False),
    ],
)
def test_a_paste_goes_on_with_what_waits_for_more(typed: str, pasted: str, *, goes_on: bool) -> None:
    assert continues(typed, pasted) is goes_on


def test_the_longest_reference_fits_the_field() -> None:
    name = "registry.example.com:5000/" + "/".join(["a" * 60] * 4) + ":" + "t" * 128 + "@sha256:" + "0" * 64
    assert ImageReference.parse(name).canonical == name
    assert read_paste(name) == ([name], "")
