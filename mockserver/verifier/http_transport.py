"""Sends a verifier's requests over sockets, one connection each, and follows nothing."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from socket import gaierror
from ssl import SSLCertVerificationError, SSLContext
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from mockserver.base.errors import EmulatorError
from mockserver.handles.control_client import make_trusting_context
from mockserver.verifier.calls import Reply, SentRequest

_MOST_BYTES = 256 * 1024 * 1024
_LEAST_PATIENCE_S = 20.0
_NO_BODY = {"GET", "HEAD", "OPTIONS"}


class HttpTransport:
    """A transport over TCP, with TLS at https://, through the proxy that the environment names.

    Args:
        ca: A file with authorities to trust beside those of the system.
        time_scale: How many times faster than real the service's clock runs.

    Attributes:
        last_error: Why the last request got no answer.
    """

    def __init__(self, ca: Path | None = None, time_scale: float = 1.0) -> None:
        self.last_error: Exception | None = None
        self._ca = ca
        self._time_scale = time_scale
        self._tls: SSLContext | None = None

    def send(self, request: SentRequest) -> Reply | None:
        """Send a request once; None where no whole answer came."""
        self.last_error = None
        patience_s = max(request.patience_s / self._time_scale, _LEAST_PATIENCE_S)
        try:
            address = urlsplit(request.url)
            connection = self._connect(address, patience_s)
        except ValueError as error:
            self.last_error = error
            return None
        try:
            return _exchange(connection, address, request)
        except (OSError, HTTPException, ValueError) as error:
            self.last_error = error
            return None
        finally:
            connection.close()

    def _connect(self, address: SplitResult, patience_s: float) -> HTTPConnection:
        host, is_secure = address.hostname or "", address.scheme == "https"
        proxy = None if proxy_bypass(host) else getproxies().get(address.scheme)
        through = urlsplit(proxy) if proxy and not _is_loopback(host) else None
        place = through or address
        port = place.port or (443 if place.scheme == "https" else 80)
        if not is_secure:
            return HTTPConnection(place.hostname or "", port, timeout=patience_s)
        if self._tls is None:
            self._tls = make_trusting_context(self._ca)
        connection = HTTPSConnection(
            place.hostname or "", port, timeout=patience_s, context=self._tls
        )
        if through is not None:
            connection.set_tunnel(host, address.port or 443)
        return connection

    def explain(self) -> str:
        """Return in words why the last request got no answer."""
        error = self.last_error
        if isinstance(error, SSLCertVerificationError):
            return f"its certificate is not trusted, {error.verify_message}"
        if isinstance(error, gaierror):
            return f"no such host: {error.strerror}"
        return getattr(error, "strerror", None) or str(error or "no answer")


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _exchange(connection: HTTPConnection, address: SplitResult, request: SentRequest) -> Reply:
    """Send a request over a connection and read all of the answer."""
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    if address.scheme == "http" and connection.host != address.hostname:
        target = request.url
    connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("host", address.netloc.rpartition("@")[2])
    for name, value in request.headers:
        connection.putheader(name, value)
    if request.body or request.method not in _NO_BODY:
        connection.putheader("content-length", str(len(request.body)))
    connection.endheaders(request.body or None)
    response = connection.getresponse()
    content = response.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise EmulatorError(f"{request.url} answers with more than is read", hint="tell its owner")
    headers = tuple((name.lower(), value) for name, value in response.getheaders())
    return Reply(status=response.status, headers=headers, body=content)
