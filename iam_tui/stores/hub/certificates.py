"""Whose certificates are trusted: those that the environment names, else the operating system's."""

import os
import re
import shlex
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import certifi

from iam_tui.stores.errors import NetworkSetup

FILE_VARIABLE: Final = "SSL_CERT_FILE"
FOLDER_VARIABLE: Final = "SSL_CERT_DIR"
_PEM: Final = b"-----BEGIN"
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
_SYSTEM_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where Linux distributions keep their certificates, if Python's OpenSSL was built to look elsewhere."""
_LARGEST: Final = 50_000_000


def trusted_certificates(platform: str = sys.platform) -> ssl.SSLContext:
    """What verifies the other side of a connection; reading it takes longer than a key press may.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the operating system's certificates, as with OpenSSL. Raises
    `NetworkSetup` if they name nothing usable.
    """
    file, folders = os.environ.get(FILE_VARIABLE, ""), os.environ.get(FOLDER_VARIABLE, "")
    if not file and not folders:
        return _system_certificates(platform)
    # Not `create_default_context`, which also opens the file in SSLKEYLOGFILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if file:
        _load_file(context, file)
    if folders:
        _check_folders(folders)
        context.load_verify_locations(capath=folders)
    return context


def named_by() -> str:
    """The variables that name the trusted certificates; empty for the operating system's."""
    return " and ".join(name for name in (FILE_VARIABLE, FOLDER_VARIABLE) if os.environ.get(name))


def _system_certificates(platform: str) -> ssl.SSLContext:
    if platform in ("darwin", "win32"):
        import truststore  # noqa: PLC0415 (the system verifies, which other platforms cannot)

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Not truststore here: it reads the whole store again for each connection, which takes 50 ms.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_default_verify_paths()
    folder = ssl.get_default_verify_paths().capath
    if context.cert_store_stats()["x509_ca"] or (folder and any(_hashed(Path(folder)))):
        return context
    file = next((one for one in _SYSTEM_FILES if Path(one).is_file()), None)
    if file is None:
        # No store at all, as in many containers: the certificates that come with httpx.
        context.load_verify_locations(cafile=certifi.where())
        return context
    _load_file(context, file, "The system's certificate store")
    return context


def _load_file(context: ssl.SSLContext, file: str, source: str = FILE_VARIABLE) -> None:
    path = Path(file)
    named = f"{source} names {file}"
    advice = f"Point {FILE_VARIABLE} at a file with certificates in PEM form, or unset it."
    try:
        if not path.is_file():
            what = "which is not a file" if path.exists() else "which does not exist"
            raise NetworkSetup(f"{named}, {what}.", advice=advice)
        with path.open("rb") as opened:
            content = opened.read(_LARGEST)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or error
        raise NetworkSetup(f"{named}, which cannot be read: {words}.", advice=advice) from error
    if not content.strip():
        raise NetworkSetup(f"{named}, which is empty.", advice=advice)
    if _PEM not in content and _is_der(content):
        raise NetworkSetup(
            f"{named}, which is a certificate in DER form; PEM is needed.", advice=_conversion(path)
        )
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ValueError) as error:
        raise NetworkSetup(f"{named}, which has no usable certificate in PEM form.", advice=advice) from error


def _check_folders(folders: str) -> None:
    """Raise `NetworkSetup` unless at least one of the folders has a certificate that OpenSSL can find."""
    paths = [Path(one) for one in folders.split(os.pathsep) if one]
    found: list[Path] = []
    named = f"{FOLDER_VARIABLE} names {folders}"
    advice = f"Point {FOLDER_VARIABLE} at a folder of certificates in PEM form, or unset it."
    try:
        if not any(path.is_dir() for path in paths):
            exists = any(path.exists() for path in paths)
            what = "which is not a folder" if exists else "which does not exist"
            raise NetworkSetup(f"{named}, {what}.", advice=advice)
        for path in paths:
            for certificate in _hashed(path):
                found.append(certificate)
                if _PEM in certificate.read_bytes():
                    return
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or error
        raise NetworkSetup(f"{named}, which cannot be read: {words}.", advice=advice) from error
    if found:
        raise NetworkSetup(f"{named}, whose certificates are not in PEM form.", advice=_conversion(found[0]))
    raise NetworkSetup(
        f"{named}, which has no certificates under the names that OpenSSL looks for.",
        advice=f"Put certificates in PEM form there and run `openssl rehash {shlex.quote(str(paths[0]))}`.",
    )


def _hashed(folder: Path) -> Iterator[Path]:
    """The certificates of a folder that OpenSSL finds: files named by the hash of their subject."""
    if folder.is_dir():
        yield from (one for one in folder.iterdir() if _HASHED.fullmatch(one.name) and one.is_file())


def _is_der(content: bytes) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=content)
    except (OSError, ValueError):
        return False
    return True


def _conversion(path: Path) -> str:
    pem = path.with_name(f"{path.name}.pem")
    return f"Convert it: openssl x509 -inform der -in {shlex.quote(str(path))} -out {shlex.quote(str(pem))}"
