"""A connection knows which others were young and open when it was opened."""

import weakref

from mockserver.edges import connection_openings
from mockserver.edges.connection_openings import YOUNG_S, OpenConnection, open_connection


def open_at(server, port, opened_s):
    """Open a connection of a client at a port."""
    return OpenConnection(server, ("127.0.0.1", port), opened_s)


def test_the_young_ones_are_named_newest_first():
    """Not itself, none that is old, none whose client is not known, and none that is closed."""
    server = {}
    open_at(server, 4, 9.99 - YOUNG_S)
    open_at(server, 2, 10.0 - YOUNG_S)
    own = open_at(server, 1, 10.0)
    OpenConnection(server, None, 10.0).close()
    gone = open_at(server, 6, 10.4)
    open_at(server, 3, 10.5)
    gone.close()
    assert own.describe() == (10.0, (3, 2))
    assert own.describe() == (10.0, None)


def test_of_very_many_the_newest_are_named():
    """A thousand clients at a time do not make every first request a long one."""
    server = {}
    own = open_at(server, 1, 10.0)
    for port in range(2, 1002):
        open_at(server, port, 10 + port / 10_000)
    assert own.describe().beside == tuple(range(1001, 745, -1))


def test_a_port_that_is_used_again_is_the_new_connections():
    """Also where the end of the old one is noticed later."""
    server = {}
    old = open_at(server, 1, 10.0)
    open_at(server, 2, 10.1)
    open_at(server, 1, 10.2)
    old.close()
    assert open_at(server, 3, 10.3).describe().beside == (1, 2)


class Server:
    """What all connections of a server share."""


def test_each_server_has_connections_of_its_own():
    """Nothing is kept of a server that is gone."""
    here, there = Server(), Server()
    first = open_connection(here, ("::1", 1))
    second, other = open_connection(here, ("::1", 2)), open_connection(there, ("::1", 3))
    assert (second.describe().beside, other.describe().beside) == ((1,), ())
    first.close()
    assert {here, there} <= set(connection_openings._servers)
    gone = weakref.ref(there)
    del there, other
    assert gone() is None
