"""A connection knows which others were young and open when it was opened."""

import weakref

from mockserver.edges import connection_openings
from mockserver.edges.connection_openings import (
    YOUNG_S,
    OpenConnection,
    Server,
    open_connection,
)
from mockserver.edges.realtime import read_monotonic_s


class Loop:
    """An event loop that comes round when it is told to."""

    def __init__(self):
        self.waiting = []

    def call_soon(self, callback):
        """Keep what the next turn begins with."""
        self.waiting.append(callback)

    def turn(self):
        """Begin the next turn."""
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()


def make_server():
    """Return a server without connections."""
    return Server(Loop().call_soon)


def open_at(server, port, opened_s):
    """Open a connection of a client at a port."""
    return OpenConnection(server, ("127.0.0.1", port), opened_s)


def test_the_young_ones_are_named_newest_first():
    """Not itself, none that is old, none whose client is not known, and none that is closed."""
    server = make_server()
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
    server = make_server()
    own = open_at(server, 1, 10.0)
    for port in range(2, 1002):
        open_at(server, port, 10 + port / 10_000)
    assert own.describe().beside == tuple(range(1001, 745, -1))


def test_a_port_that_is_used_again_is_the_new_connections():
    """Also where the end of the old one is noticed later."""
    server = make_server()
    old = open_at(server, 1, 10.0)
    open_at(server, 2, 10.1)
    open_at(server, 1, 10.2)
    old.close()
    assert open_at(server, 3, 10.3).describe().beside == (1, 2)


class Shared:
    """What all connections of a server share."""


def test_what_is_opened_in_the_turn_in_which_another_first_asks_was_open_before():
    """The loop tells of a connection after it has read what came on those that it knew."""
    loop, server = Loop(), Shared()
    first = open_connection(server, ("::1", 1), loop.call_soon)
    before_s = first.describe().opened_s
    asked_s = read_monotonic_s()
    beside = open_connection(server, ("::1", 2), loop.call_soon)
    assert before_s <= beside.describe().opened_s <= asked_s
    loop.turn()
    told_s = read_monotonic_s()
    assert open_connection(server, ("::1", 3), loop.call_soon).describe().opened_s >= told_s


def test_only_the_first_request_of_a_connection_makes_the_loop_do_anything():
    """Those of a connection that is kept cost nothing."""
    loop, server = Loop(), Shared()
    own = open_connection(server, ("::1", 1), loop.call_soon)
    for _ in range(3):
        own.describe()
    assert len(loop.waiting) == 1


def test_each_server_has_connections_of_its_own():
    """Nothing is kept of a server that is gone."""
    here, there = Shared(), Shared()
    loop = Loop()
    first, second = (open_connection(here, ("::1", port), loop.call_soon) for port in (1, 2))
    other = open_connection(there, ("::1", 3), loop.call_soon)
    assert (second.describe().beside, other.describe().beside) == ((1,), ())
    first.close()
    assert {here, there} <= set(connection_openings._servers)
    gone = weakref.ref(there)
    del there, other
    assert gone() is None
