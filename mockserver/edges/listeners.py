"""Sockets that listen on one port of an address, with TLS or without, and the URL of each."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from ssl import SSLContext
from typing import NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import is_localhost, parse_host, render_authority

BACKLOG = 2048
_LOOPBACKS = ("127.0.0.1", "::1")
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_TAKEN = {errno.EADDRINUSE, errno.EACCES}
"""Somebody has the port, or it is not for everybody."""

_SHARING = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""A port can be had again at once after a server has ended; Windows, where the second name would
let two servers have one port at a time, has the first."""

_ATTEMPTS = 20


class Listener(NamedTuple):
    """A socket that listens, and what its clients speak TLS with; None: they speak plain HTTP."""

    socket: socket.socket
    tls: SSLContext | None = None


def listen(host: str, port: int, tls: SSLContext | None = None) -> list[Listener]:
    """Bind listening sockets, all on one port; port 0 takes any free one.

    A name of this machine such as `localhost` is bound in both families where both exist, since a
    client may take it for either address.

    Raises:
        EmulatorError: the address cannot be bound.
    """
    host = parse_host(host)
    addresses = _LOOPBACKS if is_localhost(host) else (host,)
    try:
        sockets = _bind_all(addresses, port) if port else _bind_any_port(addresses)
    except OSError as error:
        is_taken = error.errno in _TAKEN
        raise EmulatorError(
            f"cannot listen on port {port} of {host}: {error.strerror}",
            hint="--port 0 takes any free port" if is_taken else "--host takes an address",
        ) from None
    return [Listener(sock, tls) for sock in sockets]


@contextmanager
def listening(host: str, port: int) -> Iterator[list[Listener]]:
    """Listen while the context lasts, whoever comes to serve there.

    Raises:
        EmulatorError: the address cannot be bound.
    """
    listeners = listen(host, port)
    try:
        yield listeners
    finally:
        for each in listeners:
            each.socket.close()


def _bind_any_port(addresses: Sequence[str]) -> list[socket.socket]:
    """Bind to a port that is free on every address: what one has free, another may not."""
    for _ in range(_ATTEMPTS):
        try:
            return _bind_all(addresses, 0)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    return _bind_all(addresses, 0)


def _bind_all(addresses: Sequence[str], port: int) -> list[socket.socket]:
    """Bind to one port of every address that there is, at least one."""
    sockets: list[socket.socket] = []
    with ExitStack() as opened:
        for address in addresses:
            port = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(opened.enter_context(_bind(address, port)))
            except OSError as error:
                is_last = address == addresses[-1]
                if error.errno not in _NO_SUCH_ADDRESS or (is_last and not sockets):
                    raise
        opened.pop_all()
    return sockets


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SHARING, 1)
        sock.bind((address, port))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def render_url(listener: Listener) -> str:
    """Return a root URL at which a client on this machine reaches a listener."""
    sock, tls = listener
    host, port = sock.getsockname()[:2]
    if is_on_all_addresses(sock):
        host = _LOOPBACKS[0] if _takes_ipv4(sock) else _LOOPBACKS[1]
    scheme = "https" if tls else "http"
    return f"{scheme}://{render_authority(host, port)}"


def is_on_all_addresses(sock: socket.socket) -> bool:
    """Tell whether a socket listens on 0.0.0.0 or ::, at which no client can ask."""
    host: str = sock.getsockname()[0]
    return ip_address(host).is_unspecified


def _takes_ipv4(sock: socket.socket) -> bool:
    """Tell whether IPv4 reaches a socket; on many systems it does where that is bound to ::."""
    if sock.family == socket.AF_INET:
        return True
    return not sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
