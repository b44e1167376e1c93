"""Image names that Docker accepts, and what they mean."""

import itertools

import pytest

from iam_tui.core.reference import ImageReference, InvalidReference

HEX = "0123456789abcdef" * 4
SHA256 = f"sha256:{HEX}"
SHA384 = f"sha384:{HEX}{HEX[:32]}"
SHA512 = f"sha512:{HEX}{HEX}"

NAMES = [
    # what is written, registry, repository, familiar
    ("nginx", "docker.io", "library/nginx", "nginx"),
    ("grafana/grafana", "docker.io", "grafana/grafana", "grafana/grafana"),
    ("library/nginx", "docker.io", "library/nginx", "nginx"),
    ("docker.io/nginx", "docker.io", "library/nginx", "nginx"),
    ("docker.io/library/nginx", "docker.io", "library/nginx", "nginx"),
    ("index.docker.io/nginx", "docker.io", "library/nginx", "nginx"),
    ("registry-1.docker.io/nginx", "docker.io", "library/nginx", "nginx"),
    ("registry-1.docker.io/library/nginx", "docker.io", "library/nginx", "nginx"),
    ("registry.hub.docker.com/a/b", "docker.io", "a/b", "a/b"),
    ("library/a/b", "docker.io", "library/a/b", "library/a/b"),
    ("a/b/c/d", "docker.io", "a/b/c/d", "a/b/c/d"),
    ("foo.bar", "docker.io", "library/foo.bar", "foo.bar"),
    ("foo_bar/x", "docker.io", "foo_bar/x", "foo_bar/x"),
    ("a__b--c/d.e-f_g", "docker.io", "a__b--c/d.e-f_g", "a__b--c/d.e-f_g"),
    ("docker.io", "docker.io", "library/docker.io", "docker.io"),
    ("localhost", "docker.io", "library/localhost", "localhost"),
    ("localhost/x", "localhost", "x", "localhost/x"),
    ("localhost:5000/x/y", "localhost:5000", "x/y", "localhost:5000/x/y"),
    ("ghcr.io/nginx", "ghcr.io", "nginx", "ghcr.io/nginx"),
    ("ghcr.io/library/nginx", "ghcr.io", "library/nginx", "ghcr.io/library/nginx"),
    ("docker.io:443/nginx", "docker.io:443", "nginx", "docker.io:443/nginx"),
    ("DOCKER.IO/x", "DOCKER.IO", "x", "DOCKER.IO/x"),
    ("Foo/bar", "Foo", "bar", "Foo/bar"),
    ("a--b.c/x", "a--b.c", "x", "a--b.c/x"),
    ("192.168.0.1:80/x", "192.168.0.1:80", "x", "192.168.0.1:80/x"),
    ("test:5000/repo", "test:5000", "repo", "test:5000/repo"),
    ("x:123456789/y", "x:123456789", "y", "x:123456789/y"),
    ("[::1]/x", "[::1]", "x", "[::1]/x"),
    ("[2001:DB8::1]:5000/x/y", "[2001:DB8::1]:5000", "x/y", "[2001:DB8::1]:5000/x/y"),
    ("docker.io/localhost/x", "docker.io", "localhost/x", "docker.io/localhost/x"),
    ("docker.io/foo.bar/x", "docker.io", "foo.bar/x", "docker.io/foo.bar/x"),
    (f"docker.io/{HEX}", "docker.io", f"library/{HEX}", HEX),
    (HEX[1:], "docker.io", f"library/{HEX[1:]}", HEX[1:]),
    (f"{HEX}0", "docker.io", f"library/{HEX}0", f"{HEX}0"),
    ("a" * 247, "docker.io", f"library/{'a' * 247}", "a" * 247),
    (f"ghcr.io/{'a' * 255}", "ghcr.io", "a" * 255, f"ghcr.io/{'a' * 255}"),
]
VERSIONS = [
    # what is written, tag, digest
    ("", "latest", None),
    (":1.25", "1.25", None),
    (":5000", "5000", None),
    (":_under.score-D", "_under.score-D", None),
    (f":{'x' * 128}", "x" * 128, None),
    (f"@{SHA256}", None, SHA256),
    (f"@{SHA384}", None, SHA384),
    (f"@{SHA512}", None, SHA512),
    (f":1.25@{SHA256}", "1.25", SHA256),
]


@pytest.mark.parametrize(("name", "version"), list(itertools.product(NAMES, VERSIONS)))
def test_every_name_with_every_version(
    name: tuple[str, str, str, str], version: tuple[str, str | None, str | None]
) -> None:
    written, registry, repository, familiar = name
    written_version, tag, digest = version
    reference = ImageReference.parse(written + written_version)
    assert reference == ImageReference(registry, repository, tag, digest)
    shown = written_version or ":latest"
    assert reference.canonical == f"{registry}/{repository}{shown}"
    assert reference.familiar == familiar + shown
    assert reference.on_hub is (registry == "docker.io")


def test_a_bare_name_with_a_port_like_tag_is_on_docker_hub() -> None:
    assert ImageReference.parse("192.168.0.1:80") == ("docker.io", "library/192.168.0.1", "80", None)


def test_the_namespace_is_the_first_part_of_the_repository() -> None:
    assert ImageReference.parse("nginx").namespace == "library"
    assert ImageReference.parse("grafana/grafana:10").namespace == "grafana"
    assert ImageReference.parse("a/b/c").namespace == "a"


@pytest.mark.parametrize("space", [" ", "\n", "\t", "\r", "\u00a0", "\u2028"])
def test_the_text_is_taken_as_it_is_written(space: str) -> None:
    for text in (f"nginx{space}", f"{space}nginx", f"nginx:1{space}", f"nginx@{SHA256}{space}"):
        with pytest.raises(InvalidReference, match="white space"):
            ImageReference.parse(text)
