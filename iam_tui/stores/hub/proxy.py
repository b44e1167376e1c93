"""Which proxy requests go through: what the environment says, else the system's settings on macOS."""

import ipaddress
import os
import re
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.request import getproxies, getproxies_environment, proxy_bypass

from iam_tui.stores.errors import NetworkSetup
from iam_tui.stores.hub.origin import ApiOrigin, split_url

_ENCODE: Final = "In its user name and password, write @ as %40, : as %3A, / as %2F and # as %23."


class Proxy(NamedTuple):
    """A proxy. `url` may contain a password; `source` is the variable or system setting that names it."""

    url: str
    shown: str
    source: str
    has_credentials: bool

    def __repr__(self) -> str:
        return f"Proxy({self})"

    def __str__(self) -> str:
        """Its address without user name and password, and where it is set."""
        return f"{self.shown} ({self.source})"


def find_proxy(origin: ApiOrigin) -> Proxy | None:
    """The proxy for requests to this origin; None if they go there directly.

    Requests to this machine never go through a proxy, which could read the token. Variables in lower case
    come first, `https_proxy` before `all_proxy`, and `no_proxy` lists exceptions. Raises `NetworkSetup` for a
    proxy that cannot be used.
    """
    if origin.is_loopback:
        return None
    if not getproxies_environment():
        value = getproxies().get(origin.scheme, "")
        return _proxy(value, "the system's settings") if value and not proxy_bypass(origin.host) else None
    found = _variable(f"{origin.scheme}_proxy") or _variable("all_proxy")
    exceptions = _variable("no_proxy")
    if found is None or (exceptions and is_excepted(origin, exceptions[1])):
        return None
    name, value = found
    return _proxy(value, name)


def _variable(name: str) -> tuple[str, str] | None:
    """The name and value of a variable, in lower case or else in upper case, if it is not empty."""
    found = next((one for one in (name, name.upper()) if one in os.environ), None)
    value = os.environ[found].strip() if found else ""
    return (found, value) if found and value else None


def is_excepted(origin: ApiOrigin, exceptions: str) -> bool:
    """Whether a value of `NO_PROXY` names the origin's host.

    It lists, separated by commas or spaces, host names with everything below them, addresses (IPv6 with or
    without brackets), networks such as `10.0.0.0/8`, each with a port or without, or `*` for everything.
    """
    return any(_names(entry.lower(), origin) for entry in re.split(r"[,\s]+", exceptions) if entry)


def _names(entry: str, origin: ApiOrigin) -> bool:
    host = entry.partition("://")[2] or entry
    with suppress(ValueError):
        network = ipaddress.ip_network(host.strip("[]"), strict=False)
        with suppress(ValueError):
            return ipaddress.ip_address(origin.host) in network
        return False
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        if port != str(origin.port):
            return False
        return _names(name, origin)
    domain = host.rstrip("/").removeprefix("*").strip(".")
    return host == "*" or (bool(domain) and f".{origin.host}".endswith(f".{domain}"))


def _proxy(value: str, source: str) -> Proxy:
    url = value if "://" in value else f"http://{value}"
    scheme = url.partition("://")[0].lower()
    if scheme.startswith("socks"):
        raise NetworkSetup(
            f"{source} names a SOCKS proxy ({scheme}://), which iam-tui cannot use.",
            advice="Set HTTPS_PROXY to an HTTP proxy, or list the host in NO_PROXY to connect directly.",
        )
    parts = split_url(url)
    if parts is None or not parts.hostname or "@" in f"{parts.path}{parts.query}{parts.fragment}":
        # The value is not quoted: where its password ends is not certain.
        raise NetworkSetup(
            f"{source} is not a valid proxy URL such as http://proxy.example:3128.", advice=_ENCODE
        )
    if scheme not in ("http", "https"):
        raise NetworkSetup(
            f"{source} names a proxy of an unknown kind ({scheme}://).",
            advice="Proxies begin with http:// or https://.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or (443 if scheme == "https" else 80)
    user = f"{parts.netloc.rpartition('@')[0]}@" if parts.username is not None else ""
    shown = f"{scheme}://{host}:{port}"
    return Proxy(f"{scheme}://{user}{host}:{port}", shown, source, bool(user))
