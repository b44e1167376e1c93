"""How an image is named: Docker's reference grammar, its canonical and its familiar form.

The grammar is the one of `docker pull` and `FROM` (https://github.com/distribution/reference). Docker Engine
knows Docker Hub as `docker.io` and `index.docker.io`. Here, its other host names mean Docker Hub too, because
its policies apply to all of them.
"""

import re
from typing import NamedTuple

from iam_tui.core.errors import InvalidInput
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.reference_errors import (
    DIGEST_LENGTHS,
    IMAGE_ID,
    LONGEST_PATH,
    LONGEST_TAG,
    find_invalid_part,
)

HUB = "docker.io"
HUB_HOSTS = frozenset({HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_SHOWN = 60

_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*+|\[[0-9A-Fa-f:]++\])(?::[0-9]++)?+"
_DOTLESS = r"[a-z0-9]++(?:(?:__?+|-++)[a-z0-9]++)*+"
_PART = r"[a-z0-9]++(?:(?:\.|__?+|-++)[a-z0-9]++)*+"
_TAG = rf"[A-Za-z0-9_][A-Za-z0-9_.-]{{0,{LONGEST_TAG - 1}}}+"
_DIGEST = "|".join(f"{algorithm}:[0-9a-f]{{{length}}}" for algorithm, length in DIGEST_LENGTHS.items())
# Three kinds of name, the most frequent first: on Docker Hub, with a host, and a single part with a dot. A
# first part without a dot, colon or capital letter is a namespace, except `localhost`. The quantifiers are
# possessive, so that hostile text takes one pass for each kind.
_match = re.compile(
    rf"(?!{IMAGE_ID}\Z)"
    rf"(?:(?!localhost/)({_DOTLESS}(?:/{_PART})*+)|({_HOST})/({_PART}(?:/{_PART})*+)|({_PART}))"
    rf"(?::({_TAG}))?+(?:@({_DIGEST}))?+"
).fullmatch
_new = tuple.__new__


class InvalidReference(InvalidInput):
    """The text is not an image name; `part` is what is wrong: name, host, repository, tag or digest."""

    title = "Not an image name"

    def __init__(self, text: str) -> None:
        self.part, reason = find_invalid_part(text)
        super().__init__(f"not an image name: {reason}" + (f" ({_excerpt(text)})" if text else ""))


class ImageReference(NamedTuple):
    """An image by name: `registry/repository` with a tag, a digest or both.

    `tag` is None only if there is a digest, or if a scan knows the repository alone. If there are both, the
    digest decides what is pulled. On Docker Hub, `registry` is always `docker.io` and `repository` has a
    namespace.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ImageReference":
        """The reference in `text`, taken exactly as written; raises `InvalidReference`."""
        match = _match(text)
        if match is None:
            raise InvalidReference(text)
        hub_path, host, path, name, tag, digest = match.groups()
        if tag is None and digest is None:
            tag = "latest"
        if host is None:
            host, path = HUB, hub_path or name
            if "/" not in path:
                path = "library/" + path
        elif host in HUB_HOSTS:
            host = HUB
            if "/" not in path:
                path = "library/" + path
        if len(path) > LONGEST_PATH:
            raise InvalidReference(text)
        return _new(cls, (host, path, tag, digest))

    @classmethod
    def find(cls, text: str) -> "ImageReference | None":
        """The reference in `text`, taken exactly as written; None if there is none."""
        # For most texts this is faster than an error with its reason.
        if _match(text) is None:
            return None
        try:
            return cls.parse(text)
        except InvalidReference:
            return None

    @property
    def on_hub(self) -> bool:
        """Whether it is on Docker Hub, under any of Docker Hub's host names."""
        return self.registry == HUB

    @property
    def namespace(self) -> str:
        """The first part of the repository: `library` for Docker's official images."""
        return self.repository.partition("/")[0]

    @property
    def has_version(self) -> bool:
        """Whether it has a tag or a digest; without them it is a repository."""
        return self.tag is not None or self.digest is not None

    @property
    def canonical(self) -> str:
        """The whole name, `docker.io/library/nginx:latest`, with both tag and digest if there are both."""
        return f"{self.registry}/{self.repository}{self._version}"

    @property
    def familiar(self) -> str:
        """The shortest name for the same image, as Docker prints it: `nginx:latest`."""
        return f"{self._familiar_name}{self._version}"

    @property
    def _version(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{tag}@{self.digest}" if self.digest else tag

    @property
    def _familiar_name(self) -> str:
        if self.registry != HUB:
            return f"{self.registry}/{self.repository}"
        namespace, _, rest = self.repository.partition("/")
        if namespace == "library" and "/" not in rest:
            return rest
        # Without its host, `docker.io/localhost/x` would name another registry.
        return f"{HUB}/{self.repository}" if namespace == "localhost" or "." in namespace else self.repository


def parse_repository(text: str) -> str:
    """The Docker Hub repository that `text` names for an allowlist: `nginx` is `library/nginx`.

    Raises `InvalidInput` for a tag, a digest, another registry or a wildcard: an entry is one repository.
    """
    if "*" in text:
        raise InvalidInput("not a repository: wildcards are not supported, name each repository")
    reference = ImageReference.parse(text)
    if not reference.on_hub:
        raise InvalidInput(f"not on Docker Hub: {_excerpt(reference.registry)} is another registry")
    if reference.digest:
        raise InvalidInput("not a repository: leave out the digest, the allowlist has whole repositories")
    if ":" in text.rpartition("/")[2]:
        raise InvalidInput("not a repository: leave out the tag, the allowlist has whole repositories")
    return reference.repository


def _excerpt(text: str) -> str:
    return escape_controls(text[:_SHOWN]) + ("…" if len(text) > _SHOWN else "")
