"""The host names that the server answers to, so that a page elsewhere cannot lead a browser to it."""

import ipaddress
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from iam_tui.core.errors import InvalidInput

HOST: Final = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
"""A `Host` header: a name or address, and a port that may be missing."""
_NAME: Final = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]{2,45}")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class ServedHosts:
    """Names and addresses, without ports; `*.example.com` is every name with one more part."""

    def __init__(self, names: Iterable[str]) -> None:
        """The loopback names are always among them. Raises `InvalidInput` for what is not a name."""
        self.names: Final = frozenset(map(_checked, (*_LOOPBACK, *names)))

    def serves(self, host: str) -> bool:
        """Whether the value of a `Host` header names one of them; the port does not matter."""
        found = HOST.fullmatch(host)
        if found is None:
            return False
        name = _plain(found["name"].strip("[]"))
        first, dot, rest = name.partition(".")
        return name in self.names or (bool(first and dot) and f"*.{rest}" in self.names)


def certificate_names(chain: Path) -> list[str]:
    """The names and addresses of a certificate, by its first PEM block, as far as they can be served.

    Raises `InvalidInput` for a file that is not a certificate.
    """
    from cryptography import x509  # noqa: PLC0415 (only a server with a certificate needs it)

    try:
        certificate = x509.load_pem_x509_certificate(chain.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    except (OSError, ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise InvalidInput(f"The certificate cannot be used: {error}.") from error
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return [one for one in (*names.get_values_for_type(x509.DNSName), *addresses) if _NAME.fullmatch(one)]


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name.strip("[]")):
        raise InvalidInput(f"{name!r} is not a host name.", advice="Correct `server_hosts`; leave out ports.")
    return _plain(name.strip("[]"))


def _plain(name: str) -> str:
    """One form for each name or address."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.lower().removesuffix(".")
