"""Why a text is no image reference: the part that is wrong and the reason, in plain words.

It goes through the rules one by one, in the engine's order (references 1), and is asked only about texts
that the pattern in `reference` has refused already.
"""

import re
from typing import NamedTuple

from iam_tui.core.escape_controls import escape_controls

LONGEST_PATH = 255
LONGEST_TAG = 128
DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
IMAGE_ID = r"[0-9a-f]{64}"

_NOT_IN_HOST = re.compile(r"[^A-Za-z0-9.-]")
_NOT_IN_PATH = re.compile(r"[^a-z0-9._-]")
_NOT_IN_TAG = re.compile(r"[^A-Za-z0-9_.-]")
_NOT_HEX = re.compile(r"[^0-9a-f]")
_TWO_SEPARATORS = re.compile(r"\.[._-]|_[.-]|-[._]|___")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+]{0,15}://")


class Fault(NamedTuple):
    """What is wrong with a text: `part` is name, host, repository, tag or digest."""

    part: str
    reason: str


_SHORT_NAME_FAULT = Fault(
    "repository", f"the repository with library/ in front is longer than {LONGEST_PATH} characters"
)


def find_fault(text: str) -> Fault:
    """The first thing that keeps `text` from being an image reference."""
    host, rest = split_host(text)
    path, tag, digest = _split_version(rest)
    return (
        _name_fault(text)
        or (_host_fault(host) if host is not None else None)
        or _path_fault(path, after_host=host is not None)
        or (_tag_fault(tag) if tag is not None else None)
        or (_digest_fault(digest) if digest is not None else None)
        or _SHORT_NAME_FAULT
    )


def split_host(text: str) -> tuple[str | None, str]:
    """The host, None for Docker Hub's own short names, and the rest.

    The first part is a host if it has a dot, a colon or a capital in it, or is `localhost`.
    """
    first, slash, rest = text.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        return first, rest
    return None, text


def _split_version(rest: str) -> tuple[str, str | None, str | None]:
    name, at, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    return path, tag if colon else None, digest if at else None


def _name_fault(text: str) -> Fault | None:
    if not text:
        return Fault("name", "it is empty")
    if re.fullmatch(IMAGE_ID, text):
        return Fault("name", "64 hexadecimal digits are an image's id, not its name")
    scheme = _SCHEME.match(text)
    if scheme:
        return Fault("name", f"leave out {scheme[0]}")
    if any(character.isspace() for character in text):
        return Fault("name", "there is white space in it")
    return None


def _host_fault(host: str) -> Fault | None:
    if host.startswith("["):
        return _ipv6_fault(host)
    name, colon, port = host.partition(":")
    if ":" in port:
        return Fault("host", "the host has more than one colon; an IPv6 address goes in brackets")
    wrong = _NOT_IN_HOST.search(name)
    if wrong:
        return Fault("host", f"{_quote(wrong)} is not allowed in the host")
    for label in name.split("."):
        if not label:
            return Fault("host", "the host has an empty part")
        if label.startswith("-") or label.endswith("-"):
            return Fault("host", "a part of the host starts or ends with a hyphen")
    return _port_fault(port) if colon else None


def _ipv6_fault(host: str) -> Fault | None:
    address, bracket, after = host[1:].partition("]")
    if not bracket:
        return Fault("host", "the host has no closing bracket")
    if not re.fullmatch(r"[0-9A-Fa-f:]+", address):
        return Fault("host", "the host's brackets hold something else than hexadecimal digits and colons")
    if after and not after.startswith(":"):
        return Fault("host", "only a port may follow the host's closing bracket")
    return _port_fault(after[1:]) if after else None


def _port_fault(port: str) -> Fault | None:
    if re.fullmatch(r"[0-9]+", port):
        return None
    return Fault("host", "the host's port is not a number" if port else "the host's port is missing")


def _path_fault(path: str, *, after_host: bool) -> Fault | None:
    if not path:
        where = " after the host" if after_host else ""
        return Fault("repository", f"the repository is missing{where}")
    if path != path.lower():
        return Fault("repository", "upper case is not allowed in the repository")
    if len(path) > LONGEST_PATH:
        return Fault("repository", f"the repository is longer than {LONGEST_PATH} characters")
    for part in path.split("/"):
        if not part:
            return Fault("repository", "the repository has an empty part: a slash too many")
        wrong = _NOT_IN_PATH.search(part)
        if wrong:
            return Fault("repository", f"{_quote(wrong)} is not allowed in the repository")
        if part[0] in "._-" or part[-1] in "._-":
            return Fault(
                "repository", "a part of the repository starts or ends with a dot, hyphen or underscore"
            )
        double = _TWO_SEPARATORS.search(part)
        if double:
            return Fault("repository", f"{_quote(double)} is not allowed in the repository")
    return None


def _tag_fault(tag: str) -> Fault | None:
    if not tag:
        return Fault("tag", "the tag after the colon is missing")
    wrong = _NOT_IN_TAG.search(tag)
    if wrong:
        return Fault("tag", f"{_quote(wrong)} is not allowed in the tag")
    if tag[0] in ".-":
        return Fault("tag", "the tag starts with a dot or hyphen")
    if len(tag) > LONGEST_TAG:
        return Fault("tag", f"the tag is longer than {LONGEST_TAG} characters")
    return None


def _digest_fault(digest: str) -> Fault | None:
    algorithm, _, value = digest.partition(":")
    length = DIGEST_LENGTHS.get(algorithm)
    if length is None:
        known = ", ".join(DIGEST_LENGTHS)
        return Fault("digest", f"the digest does not start with one of {known} and a colon")
    if _NOT_HEX.search(value):
        return Fault("digest", "the digest has something else than 0-9 and a-f in it")
    if len(value) != length:
        return Fault("digest", f"a {algorithm} digest has {length} digits, this one {len(value)}")
    return None


def _quote(found: re.Match[str]) -> str:
    return f"'{escape_controls(found[0])}'"
