"""Which addresses requests may go to: the origin of an API, and the names that may be part of a path."""

import ipaddress
import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from iam_tui.core.errors import InvalidInput
from iam_tui.core.escape_controls import escape_controls

_PORTS: Final = {"https": 443, "http": 80}
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")


class ApiOrigin(NamedTuple):
    """The scheme, host (lower case) and port that requests go to. A token for one goes to no other."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> "ApiOrigin":
        """The origin of an API's base URL; `InvalidInput` unless it is https, or http on this machine."""
        parts = split_url(url)
        if parts is None or not parts.hostname or parts.scheme not in _PORTS:
            raise InvalidInput(f"{escape_controls(url)} is not a valid URL; an example is {DOCKER_HUB}.")
        if parts.username is not None or parts.password is not None:
            raise InvalidInput(
                "The URL contains a user name or password.", advice="Sign in with them instead."
            )
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise InvalidInput(
                f"{escape_controls(url)} has a path or query.", advice="Leave out everything after the host."
            )
        origin = cls._of(parts)
        if origin.scheme == "http" and not origin.is_loopback:
            raise InvalidInput(
                f"{origin} is not encrypted, so others on the network could read your token.",
                advice="Use https; http works for this machine only.",
            )
        return origin

    @classmethod
    def of(cls, url: str) -> "ApiOrigin | None":
        """The origin of any absolute URL; None if it has none."""
        parts = split_url(url)
        return cls._of(parts) if parts is not None and parts.hostname and parts.scheme in _PORTS else None

    @classmethod
    def _of(cls, parts: SplitResult) -> "ApiOrigin":
        host = (parts.hostname or "").lower()
        return cls(parts.scheme, host, parts.port or _PORTS[parts.scheme])

    @property
    def is_loopback(self) -> bool:
        """Whether requests stay on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return escape_controls(f"{self.scheme}://{host}{port}")


DOCKER_HUB: Final = ApiOrigin("https", "hub.docker.com", 443)


def is_slug(name: str) -> bool:
    """Whether the name of an organization or a person can be part of a path as it is.

    Other names could lead to another path: to a client `a/../b` is `b`.
    """
    return _SLUG.fullmatch(name) is not None


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL; None for URLs that programs read differently."""
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts
