"""Listening on one port of an address, in every family that there is."""

from __future__ import annotations

import errno
import socket
from contextlib import closing

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.edges import listeners
from mockserver.edges.listeners import Listener


@pytest.mark.parametrize(("is_ipv6_alone", "url"), [(0, "http://127.0.0.1:"), (1, "http://[::1]:")])
def test_a_server_on_ipv6_alone_is_asked_at_ipv6(is_ipv6_alone, url):
    """Whether :: takes IPv4 too, the socket knows."""

    class Socket:
        family = socket.AF_INET6

        def getsockname(self) -> tuple[str, int, int, int]:
            return "::", 8765, 0, 0

        def getsockopt(self, level: int, option: int) -> int:
            assert (level, option) == (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            return is_ipv6_alone

    assert listeners.render_url(Listener(Socket())) == f"{url}8765"


def test_a_port_that_one_family_has_taken_is_in_use():
    """Serving half of localhost would send half of the clients to another program."""
    for taken, _ in listeners.listen("localhost", 0)[:2]:
        address = taken.getsockname()
        with closing(taken), pytest.raises(EmulatorError, match="in use"):
            listeners.listen("localhost", address[1])


def test_a_port_that_only_one_family_has_free_is_passed_over(monkeypatch):
    """Port 0 is asked for again until a port is free on both addresses."""
    bind, refusals = listeners._bind, []

    def bind_late(address: str, port: int) -> socket.socket:
        if address == "::1" and len(refusals) < 3:
            refusals.append(port)
            raise OSError(errno.EADDRINUSE, "taken")
        return bind(address, port)

    monkeypatch.setattr(listeners, "_bind", bind_late)
    sockets = [listener.socket for listener in listeners.listen("localhost", 0)]
    assert len(refusals) == 3
    assert len({sock.getsockname()[1] for sock in sockets}) == 1
    for sock in sockets:
        sock.close()


@pytest.mark.parametrize("missing", ["127.0.0.1", "::1"])
def test_localhost_is_the_family_that_there_is(monkeypatch, missing):
    """A machine with one family alone is served there; with none it is said in one line."""

    def bind(address: str, port: int) -> socket.socket:
        if address in absent:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return socket.create_server(("127.0.0.1", port))

    absent = {missing}
    monkeypatch.setattr(listeners, "_bind", bind)
    [listener] = listeners.listen("localhost", 0)
    listener.socket.close()
    absent |= {"127.0.0.1", "::1"}
    with pytest.raises(EmulatorError, match="Cannot assign"):
        listeners.listen("localhost", 0)
