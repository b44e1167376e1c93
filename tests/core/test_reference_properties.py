"""The whole grammar: compared with its rules one by one, and parsed again from its own output."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iam_tui.core.reference import HUB_HOSTS, ImageReference, InvalidReference

HEX = "0123456789abcdef" * 4
PIECES = [
    *(
        "a",
        "b1",
        "foo",
        "Foo",
        "localhost",
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "com",
        "0",
    ),
    *(".", "..", "_", "__", "___", "-", "--", "/", "//", ":", "@", "[", "]", "[::1]", "::", ":80", "5000"),
    *(
        "sha256:" + HEX,
        "sha512:" + HEX * 2,
        "sha384:" + HEX + HEX[:32],
        "sha256:" + HEX[1:],
        "md5:" + HEX,
        HEX,
    ),
    *("x" * 127, "x" * 128, "library", "library/", ".com/", "a/b", "é", "٣", " ", "\n", "%", "$"),
]
almost_references = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


def by_the_rules(text: str) -> ImageReference | None:
    """The grammar's rules in their order, written without regard to speed."""
    if re.fullmatch("[0-9a-f]{64}", text):
        return None
    first, slash, rest = text.partition("/")
    is_host = slash and (first == "localhost" or re.search("[.:]", first) or first != first.lower())
    host, name = (first, rest) if is_host else ("docker.io", text)
    label = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    if not re.fullmatch(rf"({label}(\.{label})*|\[[0-9a-fA-F:]+\])(:[0-9]+)?", host):
        return None
    name, at, digest = name.partition("@")
    path, colon, tag = name.partition(":")
    host = "docker.io" if host in HUB_HOSTS else host
    if host == "docker.io" and "/" not in path:
        path = f"library/{path}"
    parts_fit = all(re.fullmatch(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*", part) for part in path.split("/"))
    if not parts_fit or len(path) > 255:
        return None
    if colon and not re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", tag):
        return None
    if at and not re.fullmatch("sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}", digest):
        return None
    return ImageReference(host, path, tag if colon else None if at else "latest", digest if at else None)


def parse(text: str) -> ImageReference | None:
    try:
        return ImageReference.parse(text)
    except InvalidReference:
        return None


@settings(max_examples=1_000, deadline=None)
@given(almost_references)
@example("foo_bar.com/x")
@example("nginx\n")
def test_the_pattern_is_the_rules(text: str) -> None:
    assert parse(text) == by_the_rules(text)


@given(st.text())
def test_any_text_is_a_reference_or_refused_with_a_reason(text: str) -> None:
    assert parse(text) == by_the_rules(text)


label = st.text("abz09", min_size=1, max_size=8)
separator = st.sampled_from([".", "_", "__", "-", "----"])
part = st.tuples(label, separator, label).map("".join) | label
host = st.sampled_from(
    ["", "docker.io/", "ghcr.io/", "localhost/", "localhost:5000/", "[::1]:80/", "Foo/", *HUB_HOSTS]
)
tag = st.text("aZ0_.-", max_size=20).map(":v{}".format) | st.just("")
digest = st.sampled_from(["", f"@sha256:{HEX}", f"@sha512:{HEX}{HEX}"])
references = st.builds(
    lambda host, parts, tag, digest: (
        f"{host.rstrip('/')}/{parts}{tag}{digest}" if host else f"{parts}{tag}{digest}"
    ),
    host,
    st.lists(part, min_size=1, max_size=4).map("/".join),
    tag,
    digest,
)


@settings(max_examples=400, deadline=None)
@given(references)
@example("docker.io/localhost/x")
@example("docker.io/foo.bar/x")
@example(f"docker.io/{HEX}")
def test_canonical_and_familiar_mean_the_same_image(text: str) -> None:
    reference = parse(text)
    if reference is None:
        assert by_the_rules(text) is None
        return
    assert ImageReference.parse(reference.canonical) == reference
    assert ImageReference.parse(reference.familiar) == reference
    assert len(reference.familiar) <= len(reference.canonical)
    assert (reference.tag is None) <= (reference.digest is not None)


FAULTY = {
    "host": st.sampled_from(["a_b.c/x", "-a.b/x", "a:b/x", "::1/x", "[:/x"]),
    "repository": st.sampled_from(["a//b", "a/B", "a..b", "ghcr.io/", "-"]),
}


@pytest.mark.parametrize("part_name", FAULTY)
@given(data=st.data(), tag=tag, digest=digest)
def test_the_wrong_part_is_named_whatever_follows_it(
    part_name: str, data: st.DataObject, tag: str, digest: str
) -> None:
    with pytest.raises(InvalidReference) as raised:
        ImageReference.parse(data.draw(FAULTY[part_name]) + tag + digest)
    assert raised.value.part == part_name
