"""One port for several processes: each has its share, and nobody else comes to it."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.edges import listeners, port_sharing

CONNECTIONS = 200


@pytest.fixture
def shared():
    """Share a port of localhost; all is closed afterwards."""
    with ExitStack() as opened:

        def share(count):
            first = listeners.listen("localhost", 0)
            shares = port_sharing.share_port(first, count)
            for share in shares:
                for listener in share:
                    opened.enter_context(listener.socket)
                    listener.socket.settimeout(0)
            return shares

        yield share


def accept_all(share):
    """Return how many connections wait at a share."""
    count = 0
    for listener in share:
        while True:
            try:
                listener.socket.accept()[0].close()
            except BlockingIOError:
                break
            count += 1
    return count


def connect_often(share):
    """Make connections to the address of a share."""
    for _ in range(CONNECTIONS):
        socket.create_connection(share[0].socket.getsockname()[:2]).close()


def test_every_process_gets_a_share_of_the_connections(shared):
    """None is lost, and it cannot be that one of three gets none of two hundred."""
    shares = shared(3)
    connect_often(shares[0])
    counts = [accept_all(share) for share in shares]
    assert sum(counts) == CONNECTIONS
    assert min(counts) > 0


def test_where_the_system_does_not_balance_all_have_the_same(shared, monkeypatch):
    """Whoever is free takes the next one; each can close what it has."""
    monkeypatch.setattr(port_sharing, "BALANCES", False)
    shares = shared(3)
    for listener in shares[0]:
        listener.socket.close()
    connect_often(shares[1])
    assert accept_all(shares[2]) == CONNECTIONS


@pytest.mark.parametrize("count", [1, 3])
def test_a_port_that_is_shared_is_taken(shared, count):
    """Another server is refused, though it would share it: half of the clients would be its own."""
    port = shared(count)[0][0].socket.getsockname()[1]
    with pytest.raises(EmulatorError, match="in use"):
        listeners.listen("127.0.0.1", port)


def test_all_families_of_localhost_are_shared(shared):
    """Each share has as many sockets as there are addresses, all on one port."""
    shares = shared(2)
    families = [[each.socket.family for each in share] for share in shares]
    ports = {each.socket.getsockname()[1] for share in shares for each in share}
    assert families[0] == families[1]
    assert len(ports) == 1
