"""Sends a verifier's requests over sockets, one connection each, and follows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from socket import SHUT_RDWR, gaierror, socket
from ssl import SSLCertVerificationError, SSLContext
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from mockserver.handles.control_client import make_trusting_context
from mockserver.verifier.calls import Reply, SentRequest

_MOST_BYTES = 64 * 1024 * 1024
"""Of one answer: a film is smaller."""

_MOST_BYTES_IN_ALL = 512 * 1024 * 1024
"""Of all answers, since all are kept until they are judged."""

_LEAST_PATIENCE_S = 20.0
_NO_BODY = {"GET", "HEAD", "OPTIONS"}


class HttpTransport:
    """A transport over TCP, with TLS at https://, through the proxy that the environment names.

    An answer has to be there to its end before the patience of its request is over, whatever comes
    meanwhile, and may not be larger than what a verifier can keep; else none came.

    Args:
        ca: A file with authorities to trust beside those of the system.
        time_scale: How many times faster than real the service's clock runs.
        least_patience_s: How long an answer may take in any case, in real seconds.

    Attributes:
        last_error: Why the last request got no answer.
    """

    def __init__(
        self,
        ca: Path | None = None,
        time_scale: float = 1.0,
        least_patience_s: float = _LEAST_PATIENCE_S,
    ) -> None:
        self.last_error: Exception | None = None
        self._ca = ca
        self._time_scale = time_scale
        self._least_patience_s = least_patience_s
        self._tls: SSLContext | None = None
        self._bytes_left = _MOST_BYTES_IN_ALL

    def send(self, request: SentRequest) -> Reply | None:
        """Send a request once; None where no whole answer came."""
        self.last_error = None
        try:
            reply = self._exchange(request)
        except (OSError, HTTPException, ValueError) as error:
            self.last_error = error
            return None
        self._bytes_left -= len(reply.body)
        return reply

    def explain(self) -> str:
        """Return in words why the last request got no answer."""
        error = self.last_error
        if isinstance(error, SSLCertVerificationError):
            return f"its certificate is not trusted, {error.verify_message}"
        if isinstance(error, gaierror):
            return f"no such host: {error.strerror}"
        return getattr(error, "strerror", None) or str(error or "no answer")

    def _exchange(self, request: SentRequest) -> Reply:
        """Send a request and read all of its answer."""
        patience_s = max(request.patience_s / self._time_scale, self._least_patience_s)
        address = urlsplit(request.url)
        connection = _make_connection(address, patience_s)
        try:
            connection.connect()
            with _ending(connection.sock, patience_s):
                if address.scheme == "https":
                    connection.sock = self._encrypt(connection.sock, address.hostname)
                _send(connection, address, request)
                return _read(connection.getresponse(), min(_MOST_BYTES, self._bytes_left))
        finally:
            connection.close()

    def _encrypt(self, connected: socket, host: str | None) -> socket:
        if self._tls is None:
            self._tls = make_trusting_context(self._ca)
        return self._tls.wrap_socket(connected, server_hostname=host)


def _make_connection(address: SplitResult, timeout_s: float) -> HTTPConnection:
    """Return a connection to where an address is, or through the proxy to it; not yet open."""
    host = address.hostname or ""
    proxy = None if proxy_bypass(host) or _is_loopback(host) else getproxies().get(address.scheme)
    place = urlsplit(proxy) if proxy else address
    connection = HTTPConnection(place.hostname or "", _find_port(place), timeout=timeout_s)
    if proxy and address.scheme == "https":
        connection.set_tunnel(host, _find_port(address))
    return connection


def _find_port(address: SplitResult) -> int:
    return address.port or (443 if address.scheme == "https" else 80)


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


@contextmanager
def _ending(connected: socket, patience_s: float) -> Iterator[None]:
    """End a conversation when patience is over: a timeout is of one read alone.

    It ends a copy: TLS takes the socket itself over, and whoever reads to the end closes it.

    Raises:
        TimeoutError: patience was over before the conversation.
    """
    is_over = Event()
    copy = connected.dup()

    def end() -> None:
        is_over.set()
        with suppress(OSError):
            copy.shutdown(SHUT_RDWR)

    timer = Timer(patience_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        copy.close()
        if is_over.is_set():
            raise TimeoutError(f"it took more than {patience_s:g} s")


def _read(response: HTTPResponse, most_bytes: int) -> Reply:
    """Read all of an answer.

    Raises:
        ValueError: it is too large, or ends before it is whole.
    """
    content = response.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError("the answer is larger than what can be kept")
    if response.length:
        raise ValueError("the answer was cut off")
    headers = tuple((name.lower(), value) for name, value in response.getheaders())
    return Reply(status=response.status, headers=headers, body=content)


def _send(connection: HTTPConnection, address: SplitResult, request: SentRequest) -> None:
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
