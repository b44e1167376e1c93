"""Why a text is not an image reference: the part that is wrong, and the reason in plain words.

The grammar's rules are checked one by one, in the order of Docker Engine's own parser
(https://github.com/distribution/reference). Only texts that the pattern in `core.reference` refuses get here.
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


class InvalidPart(NamedTuple):
    """What is wrong with a text: `part` is `name`, `host`, `repository`, `tag` or `digest`."""

    part: str
    reason: str


_LONG_WITH_LIBRARY = InvalidPart(
    "repository", f"the repository with library/ in front is longer than {LONGEST_PATH} characters"
)


def find_invalid_part(text: str) -> InvalidPart:
    """The first part of `text` that is invalid. The text must not be an image reference."""
    host, rest = _split_host(text)
    path, tag, digest = _split_version(rest)
    return (
        _check_name(text)
        or (_check_host(host) if host is not None else None)
        or _check_path(path, after_host=host is not None)
        or (_check_tag(tag) if tag is not None else None)
        or (_check_digest(digest) if digest is not None else None)
        or _LONG_WITH_LIBRARY
    )


def _split_host(text: str) -> tuple[str | None, str]:
    """The host, None if there is none, and the rest.

    The first part is a host if it contains a dot, a colon or a capital letter, or is `localhost`.
    """
    first, slash, rest = text.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        return first, rest
    return None, text


def _split_version(rest: str) -> tuple[str, str | None, str | None]:
    name, at, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    return path, tag if colon else None, digest if at else None


def _check_name(text: str) -> InvalidPart | None:
    if not text:
        return InvalidPart("name", "it is empty")
    if re.fullmatch(IMAGE_ID, text):
        return InvalidPart("name", "64 hexadecimal digits are an image ID, not a name")
    scheme = _SCHEME.match(text)
    if scheme:
        return InvalidPart("name", f"leave out {scheme[0]}")
    if any(character.isspace() for character in text):
        return InvalidPart("name", "it contains white space")
    return None


def _check_host(host: str) -> InvalidPart | None:
    if host.startswith("["):
        return _check_ipv6(host)
    name, colon, port = host.partition(":")
    if ":" in port:
        return InvalidPart("host", "the host has more than one colon; an IPv6 address goes in brackets")
    wrong = _NOT_IN_HOST.search(name)
    if wrong:
        return InvalidPart("host", f"{_quote(wrong)} is not allowed in the host")
    for label in name.split("."):
        if not label:
            return InvalidPart("host", "the host has an empty part")
        if label.startswith("-") or label.endswith("-"):
            return InvalidPart("host", "a part of the host starts or ends with a hyphen")
    return _check_port(port) if colon else None


def _check_ipv6(host: str) -> InvalidPart | None:
    address, bracket, after = host[1:].partition("]")
    if not bracket:
        return InvalidPart("host", "the host has no closing bracket")
    if not re.fullmatch(r"[0-9A-Fa-f:]+", address):
        return InvalidPart(
            "host", "only hexadecimal digits and colons are allowed in the brackets of the host"
        )
    if after and not after.startswith(":"):
        return InvalidPart("host", "only a port may follow the host's closing bracket")
    return _check_port(after[1:]) if after else None


def _check_port(port: str) -> InvalidPart | None:
    if re.fullmatch(r"[0-9]+", port):
        return None
    return InvalidPart("host", "the host's port is not a number" if port else "the host's port is missing")


def _check_path(path: str, *, after_host: bool) -> InvalidPart | None:
    if not path:
        where = " after the host" if after_host else ""
        return InvalidPart("repository", f"the repository is missing{where}")
    if path != path.lower():
        return InvalidPart("repository", "upper case is not allowed in the repository")
    if len(path) > LONGEST_PATH:
        return InvalidPart("repository", f"the repository is longer than {LONGEST_PATH} characters")
    for part in path.split("/"):
        if not part:
            return InvalidPart("repository", "the repository has an empty part: one slash too many")
        wrong = _NOT_IN_PATH.search(part)
        if wrong:
            return InvalidPart("repository", f"{_quote(wrong)} is not allowed in the repository")
        if part[0] in "._-" or part[-1] in "._-":
            return InvalidPart(
                "repository", "a part of the repository starts or ends with a dot, hyphen or underscore"
            )
        double = _TWO_SEPARATORS.search(part)
        if double:
            return InvalidPart("repository", f"{_quote(double)} is not allowed in the repository")
    return None


def _check_tag(tag: str) -> InvalidPart | None:
    if not tag:
        return InvalidPart("tag", "the tag after the colon is missing")
    wrong = _NOT_IN_TAG.search(tag)
    if wrong:
        return InvalidPart("tag", f"{_quote(wrong)} is not allowed in the tag")
    if tag[0] in ".-":
        return InvalidPart("tag", "the tag starts with a dot or hyphen")
    if len(tag) > LONGEST_TAG:
        return InvalidPart("tag", f"the tag is longer than {LONGEST_TAG} characters")
    return None


def _check_digest(digest: str) -> InvalidPart | None:
    algorithm, _, value = digest.partition(":")
    length = DIGEST_LENGTHS.get(algorithm)
    if length is None:
        known = ", ".join(DIGEST_LENGTHS)
        return InvalidPart("digest", f"the digest does not start with one of {known} and a colon")
    if _NOT_HEX.search(value):
        return InvalidPart("digest", "the digest contains something other than 0-9 and a-f")
    if len(value) != length:
        return InvalidPart("digest", f"a {algorithm} digest has {length} digits, this one {len(value)}")
    return None


def _quote(found: re.Match[str]) -> str:
    return f"'{escape_controls(found[0])}'"
