"""The images in what is pasted: lists as `scan -` reads them, and lines from anywhere."""

import pytest

from iam_tui.application.pasted_images import read_pasted_images
from iam_tui.inventory.lists.image_list import NotAList

RESTRICTED = "image access restricted: bitnami/redis blocked for organization acme"


@pytest.mark.parametrize(
    ("text", "images", "note"),
    [
        ("      2 nginx:1.27\n     14 acme/web\n", ["nginx:1.27", "acme/web"], ""),
        ("REPOSITORY   TAG    IMAGE ID\nnginx        1.27   0123456789ab\n", ["nginx:1.27"], ""),
        (
            "CONTAINER ID   IMAGE          NAMES\n0123456789ab   nginx:1        a\n"
            "0123456789ac   d2f69c7c0b14   b\n",
            ["nginx:1"],
            "Left out: 1 of 2 rows name no certain image.",
        ),
        ("d2f69c7c0b14\ne960727b0ffb\n", [], "Left out: 2 of 2 rows name no certain image."),
        ('[{"Repository":"nginx","Tag":"1"}]', ["nginx:1"], ""),
        ("nginx:1 redis:7 a/b", ["nginx:1", "redis:7", "a/b"], ""),
        (
            "services:\n  web:\n    image: nginx:1\n  app:\n    image: acme/app\n    build:\n"
            "      dockerfile_inline: FROM a/b\n",
            ["nginx:1", "a/b"],
            "Left out: 1 built here.",
        ),
        ("web:\n  image: redis:7\n", ["redis:7"], ""),
        (f"$ docker pull bitnami/redis:1\nError: {RESTRICTED}\nWhat now?\n", ["bitnami/redis:1"], ""),
        ("please allow\nbitnami/redis\nthanks\n", ["please allow", "bitnami/redis"], ""),
        ("services:\n  web:\n    image: nginx:${T:-1}\n", ["nginx:1"], ""),
        ("what is this", ["what is this"], ""),
        ("d2f69c7c0b14", ["d2f69c7c0b14"], ""),
        ("services:\n  web:\n    image: nginx:1\n    user: \udcff\n", ["nginx:1"], ""),
        ("", [], ""),
    ],
)
def test_the_images_in_a_paste(text: str, images: list[str], note: str) -> None:
    assert read_pasted_images(text) == (images, note)


def test_a_refusal_without_a_name_is_said_to_be_one() -> None:
    found = read_pasted_images(
        "$ make\nRequesting bearer token: invalid status code from registry 403 (Forbidden)\ndone"
    )
    assert found.images == []
    assert "does not name it" in found.note


@pytest.mark.parametrize(
    "text",
    [
        "NAME   READY\nweb    1/1\n",
        "hello\nto you\n",
        "- a: b\n- c: d\n",
        "apiVersion: v1\nkind: [Pod\nspec: \udcff\n",
    ],
)
def test_several_lines_without_an_image_are_no_list(text: str) -> None:
    with pytest.raises(NotAList):
        read_pasted_images(text)
