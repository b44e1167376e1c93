"""What the error for a text that is not an image name says."""

import itertools

import pytest

from iam_tui.core.errors import InvalidInput
from iam_tui.core.reference import ImageReference, InvalidReference, parse_repository

HEX = "0123456789abcdef" * 4

INVALID = [
    # text, the part that is wrong, words of the reason
    ("", "name", "it is empty"),
    (HEX, "name", "64 hexadecimal digits"),
    ("https://ghcr.io/a/b", "name", "leave out https://"),
    ("two words", "name", "white space"),
    ("bitnami/Redis", "repository", "upper case is not allowed"),
    ("Foo:bar", "repository", "upper case is not allowed"),
    ("foo_bar.com/x", "host", "'_' is not allowed in the host"),
    ("Foo_/x", "host", "'_' is not allowed in the host"),
    ("fé.com/x", "host", "'é' is not allowed in the host"),
    ("*.com/x", "host", "'*' is not allowed in the host"),
    (".com/x", "host", "empty part"),
    ("a..b/x", "host", "empty part"),
    ("-a.b/x", "host", "hyphen"),
    ("a-.b/x", "host", "hyphen"),
    ("host:/x", "host", "port is missing"),
    ("host:80a/x", "host", "port is not a number"),
    ("host:٨/x", "host", "port is not a number"),
    ("2001:db8::1/x", "host", "IPv6 address goes in brackets"),
    ("[::1/x", "host", "closing bracket"),
    ("[fe80::1%eth0]/x", "host", "hexadecimal digits and colons"),
    ("[::ffff:1.2.3.4]/x", "host", "hexadecimal digits and colons"),
    ("[::1]x/y", "host", "only a port may follow"),
    ("[::1]:/y", "host", "port is missing"),
    ("docker.io/", "repository", "missing after the host"),
    (":latest", "repository", "the repository is missing"),
    ("a//b", "repository", "one slash too many"),
    ("/a", "repository", "one slash too many"),
    ("a/", "repository", "one slash too many"),
    ("a___b", "repository", "'___' is not allowed"),
    ("a..b", "repository", "'..' is not allowed"),
    ("a._b", "repository", "'._' is not allowed"),
    ("a-.b", "repository", "'-.' is not allowed"),
    ("-a", "repository", "starts or ends with"),
    ("a_/b", "repository", "starts or ends with"),
    ("grafana/*", "repository", "'*' is not allowed"),
    ("a/é", "repository", "'é' is not allowed"),
    ("a" * 248, "repository", "with library/ in front is longer than 255"),
    ("docker.io/" + "a" * 250, "repository", "with library/ in front is longer than 255"),
    ("a/" * 127 + "aa", "repository", "longer than 255"),
    ("ghcr.io/" + "a" * 256, "repository", "longer than 255"),
    ("nginx:", "tag", "missing"),
    ("nginx:.1", "tag", "starts with a dot"),
    ("nginx:-1", "tag", "starts with a dot or hyphen"),
    ("nginx:1:2", "tag", "':' is not allowed in the tag"),
    ("nginx:é", "tag", "'é' is not allowed in the tag"),
    ("nginx:" + "x" * 129, "tag", "longer than 128"),
    ("nginx@", "digest", "does not start with one of sha256, sha384, sha512"),
    ("nginx@md5:" + "a" * 32, "digest", "does not start with one of"),
    ("nginx@SHA256:" + HEX, "digest", "does not start with one of"),
    ("nginx@sha256:" + HEX.upper(), "digest", "something other than 0-9 and a-f"),
    ("nginx@sha256:" + HEX[1:], "digest", "has 64 digits, this one 63"),
    ("nginx@sha512:" + HEX, "digest", "has 128 digits, this one 64"),
    (f"nginx@sha256:{HEX}:1", "digest", "something other than 0-9 and a-f"),
    (f"nginx@sha256:{HEX}@sha256:{HEX}", "digest", "something other than 0-9 and a-f"),
]


@pytest.mark.parametrize(("text", "part", "reason"), INVALID)
def test_the_error_names_the_part_that_is_wrong_and_why(text: str, part: str, reason: str) -> None:
    with pytest.raises(InvalidReference) as raised:
        ImageReference.parse(text)
    assert raised.value.part == part
    assert raised.value.detail.startswith("not an image name: ")
    assert reason in raised.value.detail


PARTS = {
    "host": ("ghcr.io/", "foo_bar.com/"),
    "repository": ("a/b", "a/B"),
    "tag": (":1", ":%"),
    "digest": (f"@sha256:{HEX}", "@sha256:abc"),
}


@pytest.mark.parametrize("wrong", list(itertools.product([False, True], repeat=4)))
def test_the_first_of_several_wrong_parts_is_named(wrong: tuple[bool, ...]) -> None:
    text = "".join(
        bad if is_wrong else good for (good, bad), is_wrong in zip(PARTS.values(), wrong, strict=True)
    )
    if not any(wrong):
        assert ImageReference.parse(text).canonical == text
        return
    with pytest.raises(InvalidReference) as raised:
        ImageReference.parse(text)
    assert raised.value.part == list(PARTS)[wrong.index(True)]


def test_the_error_shows_controls_as_escapes_and_only_the_start_of_a_long_text() -> None:
    with pytest.raises(InvalidReference) as raised:
        ImageReference.parse("\x1b[31m\u202e[bold]" + "x" * 100_000)
    assert r"(\x1b[31m\u202e[bold]xxx" in raised.value.detail
    assert raised.value.detail.endswith("x…)")
    assert len(raised.value.detail) < 200
    assert raised.value.detail.isprintable()


@pytest.mark.parametrize(
    "unit", ["a-", "a/", "a.", "a_", "a:", "a@", "A/", "a", "_", "[:", "a__", "a.b/", "é", "\n"]
)
@pytest.mark.parametrize("before", ["", "nginx:", "ghcr.io/", "nginx@sha256:"])
def test_hostile_text_of_a_quarter_megabyte_is_refused_in_one_pass(before: str, unit: str) -> None:
    with pytest.raises(InvalidReference):
        ImageReference.parse(before + unit * (250_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("nginx", "library/nginx"),
        ("library/nginx", "library/nginx"),
        ("grafana/grafana", "grafana/grafana"),
        ("docker.io/x/y", "x/y"),
        ("registry-1.docker.io/nginx", "library/nginx"),
        ("index.docker.io/x/y", "x/y"),
    ],
)
def test_an_allowlist_takes_repositories_of_docker_hub(text: str, repository: str) -> None:
    assert parse_repository(text) == repository


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nginx:latest", "leave out the tag"),
        ("x/y:1", "leave out the tag"),
        (f"x/y@sha256:{HEX}", "leave out the digest"),
        (f"x/y:1@sha256:{HEX}", "leave out the digest"),
        ("ghcr.io/x/y", "ghcr.io is another registry"),
        ("localhost:5000/x", "localhost:5000 is another registry"),
        ("grafana/*", "wildcards are not supported"),
        ("*", "wildcards are not supported"),
        ("Grafana:x", "upper case is not allowed"),
        (" nginx", "white space"),
        ("", "it is empty"),
    ],
)
def test_an_allowlist_takes_nothing_else(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match="not ") as raised:
        parse_repository(text)
    assert reason in raised.value.detail
