"""Plain lists on standard input: names, tables and JSON lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.lists.image_list import MOST_BYTES, read_list
from tests.inventory.readings import check_soundness, shown

DIGEST = "sha256:" + "0" * 64


def rows(text: str | bytes) -> list[str]:
    """What the list says, each row without what is the same in all."""
    usages = list(read_list(io.BytesIO(text if isinstance(text, bytes) else text.encode())))
    check_soundness(usages)
    return [row.removeprefix("-:").replace(" stdin ", " ") for row in shown(usages)]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("one image a line", "nginx\nredis:7\n", ["1 nginx:latest", "2 redis:7"]),
        ("the last line may lack its end", "nginx", ["1 nginx:latest"]),
        ("ends of lines that Windows writes", "nginx\r\n", ["1 nginx:latest"]),
        (
            "words of a JSON path",
            "nginx:1 redis\tquay.io/a/b",
            ["1 nginx:1", "1 redis:latest", "1 quay.io/a/b:latest"],
        ),
        ("blank lines and comments are none", "\n  \n# redis\nnginx\n", ["4 nginx:latest"]),
        ("twice is two rows", "nginx\nnginx\n", ["1 nginx:latest", "2 nginx:latest"]),
        ("what is no image", "Foo:x\n", ["1 unresolved Foo:x"]),
        (
            "docker image ls",
            "REPOSITORY   TAG       IMAGE ID       CREATED        SIZE\n"
            "nginx        1.27      0123456789ab   2 weeks ago    192MB\n"
            "acme/web     <none>    0123456789ab   2 weeks ago    1GB\n"
            "<none>       <none>    0123456789ab   2 weeks ago    1GB\n",
            ["2 nginx:1.27", "3 acme/web:latest doubtful", "4 unresolved <none>"],
        ),
        (
            "docker image ls --digests",
            "REPOSITORY   TAG       DIGEST" + " " * 69 + "IMAGE ID\n"
            f"nginx        1.27      {DIGEST}    0123456789ab\n"
            f"redis        <none>    {DIGEST}    0123456789ab\n",
            [f"2 nginx:1.27@{DIGEST}", f"3 redis@{DIGEST}"],
        ),
        (
            "docker image ls of version 29",
            "IMAGE          ID             DISK USAGE   CONTENT SIZE   EXTRA\n"
            "nginx:1.27     0123456789ab        192MB         72MB    U\n"
            "├─ linux/amd64 0123456789ab        192MB         72MB\n",
            ["2 nginx:1.27"],
        ),
        (
            "docker ps",
            "CONTAINER ID   IMAGE        COMMAND                  STATUS\n"
            '0123456789ab   nginx:1.27   "/docker-entrypoint.…"   Up 2 hours\n',
            ["2 nginx:1.27"],
        ),
        (
            "kubectl get deployments -o wide",
            "NAME   READY   CONTAINERS   IMAGES               SELECTOR\n"
            "web    1/1     a,b          nginx:1.27,redis:7   app=web\n",
            ["2 nginx:1.27", "2 redis:7"],
        ),
        (
            "a table ends with a blank line",
            "IMAGE     TAG\nnginx     1.27\n\nredis busybox\n",
            ["2 nginx:1.27", "4 redis:latest", "4 busybox:latest"],
        ),
        (
            "docker image ls --format json",
            '{"Repository":"nginx","Tag":"1.27","Digest":"<none>","ID":"0"}\n'
            '{"Repository":"acme/web","Tag":"<none>","ID":"0"}\n',
            ["1 nginx:1.27", "2 acme/web:latest doubtful"],
        ),
        ("docker ps --format json", '{"Image":"nginx:1.27","Names":"web"}\n', ["1 nginx:1.27"]),
        ("JSON of something else", '{"Name":"x"}\n', ['1 unresolved {"Name":"x"}']),
        ("JSON that is cut", '{"Repository":"nginx"\n', ['1 unresolved {"Repository":"nginx"']),
        ("no list at all", "", []),
    ],
)
def test_forms(rule: str, text: str, expected: list[str]) -> None:
    assert rows(text) == expected, rule


def test_a_line_too_long_is_a_row_and_the_next_is_read() -> None:
    assert rows(b"a" * (3 * MOST_BYTES) + b"\nnginx\n") == ["1 unresolved ", "2 nginx:latest"]


def test_bytes_that_are_no_text_are_unresolved() -> None:
    assert rows(b"\xff\xfe\0\nnginx\n")[-1] == "2 nginx:latest"


def test_json_nested_without_end_is_a_row() -> None:
    assert len(rows('{"Image":' + "[" * 100_000)) == 1


@given(st.binary() | st.text().map(lambda text: text.encode(errors="surrogatepass")))
def test_nothing_makes_it_fail(text: bytes) -> None:
    rows(text)
