"""Connecting: how far a proxy is with a request, and the errors of connections that fail."""

import ssl
from collections.abc import Mapping
from typing import Any, Final

import httpx

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import Unavailable
from iam_tui.stores.hub.certificates import named_by
from iam_tui.stores.hub.origin import ApiOrigin
from iam_tui.stores.hub.proxy import Proxy
from iam_tui.stores.hub.response import sentence
from iam_tui.stores.hub.retry import RequestLimits

NOTHING_SENT: Final = "Nothing was sent."
OUTCOME_UNKNOWN: Final = "It is not known whether your changes were saved."
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_AUTHENTICATION_REQUIRED: Final = "407"


class ConnectionFailed(Unavailable):
    """The connection failed. `sent`: the request may have arrived; `is_permanent`: repeating is pointless."""

    def __init__(
        self, detail: str, *, sent: bool, advice: str | None = None, is_permanent: bool = False
    ) -> None:
        super().__init__(detail, meaning=None if sent else NOTHING_SENT, advice=advice)
        self.sent = sent
        self.is_permanent = is_permanent


class Tunnel:
    """How far a proxy is with connecting one request to its origin; until it has, it gets little time."""

    def __init__(self, proxy: Proxy, limits: RequestLimits) -> None:
        self.proxy = proxy
        self.is_requested = False
        self.is_open = False
        self._read = limits.read
        self._timeout: dict[str, float | None] = {
            **httpx.Timeout(limits.read, connect=limits.connect).as_dict(),
            "read": limits.connect,
        }

    @property
    def extensions(self) -> dict[str, Any]:
        """The timeouts of the request, which change once it is sent, and the function that httpx tells."""
        return {"timeout": self._timeout, "trace": self._trace}

    async def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started":
            self.is_requested = True
            if info["request"].method != b"CONNECT":
                self.is_open = True
                self._timeout["read"] = self._read


def connection_error(origin: ApiOrigin, purpose: str, error: httpx.TransportError) -> ConnectionFailed:
    """Why a request got no response; `purpose` is the request's."""
    sent = not isinstance(error, _NOT_SENT)
    if isinstance(error, httpx.ConnectTimeout):
        return ConnectionFailed(f"{origin} does not respond.", sent=False)
    if isinstance(error, httpx.TimeoutException):
        return ConnectionFailed(f"{origin} stopped responding when {purpose}.", sent=sent)
    if _is_certificate_error(error):
        return _certificate_error(str(origin), error)
    if not sent:
        words = escape_controls(str(error)) or "no connection"
        return ConnectionFailed(sentence(f"{origin} cannot be reached: {words}"), sent=False)
    return ConnectionFailed(f"The connection to {origin} was lost when {purpose}.", sent=True)


def proxy_error(tunnel: Tunnel, origin: ApiOrigin, error: httpx.TransportError) -> ConnectionFailed:
    """Why no connection was made through a proxy; nothing was sent to the origin."""
    proxy, words = tunnel.proxy, escape_controls(str(error))
    if _is_certificate_error(error):
        return _certificate_error(str(origin) if tunnel.is_requested else f"the proxy {proxy}", error)
    if isinstance(error, httpx.ProxyError) and words.startswith(_AUTHENTICATION_REQUIRED):
        refuses = "did not accept its user name and password"
        return ConnectionFailed(
            f"The proxy {proxy} {refuses if proxy.has_credentials else 'wants a password'} (status 407).",
            sent=False,
            is_permanent=True,
            advice="Put user name and password into the proxy's URL: http://USER:PASSWORD@HOST:PORT.",
        )
    advice = f"Check the proxy, or list {origin.host} in NO_PROXY to connect directly."
    if isinstance(error, httpx.TimeoutException):
        # Once is enough: waiting again would only delay the message.
        detail = f"The proxy {proxy} does not respond."
        return ConnectionFailed(detail, sent=False, is_permanent=True, advice=advice)
    if isinstance(error, httpx.ProxyError):
        detail = f"The proxy {proxy} refused to connect to {origin}: {words}"
    else:
        what = "cannot be reached" if isinstance(error, httpx.ConnectError) else "failed"
        detail = f"The proxy {proxy} {what}: {words or 'no connection'}"
    return ConnectionFailed(sentence(detail), sent=False, advice=advice)


def _certificate_error(owner: str, error: httpx.TransportError) -> ConnectionFailed:
    named = named_by()
    advice = (
        f"Only the certificates in {named} are trusted. If your network uses a private CA, add it there."
        if named
        else "If your network uses a private CA, add it to the operating system's certificates,"
        " or point SSL_CERT_FILE at a file with it in PEM form."
    )
    detail = f"The certificate of {owner} cannot be verified: {escape_controls(str(error))}"
    return ConnectionFailed(sentence(detail), sent=False, is_permanent=True, advice=advice)


def _is_certificate_error(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
