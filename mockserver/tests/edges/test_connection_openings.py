"""A connection knows which others were young and open when it was opened."""

from types import SimpleNamespace

from mockserver.edges.connection_openings import YOUNG_S, find_young


def open_connection(port, opened_s):
    """Return what is asked of a connection of a client at a port."""
    return SimpleNamespace(client=("127.0.0.1", port), opened_s=opened_s)


def test_the_young_ones_are_named_newest_first():
    """Not itself, none that is old, none whose client has no port, and none of another kind."""
    own = open_connection(1, 10.0)
    others = [
        open_connection(2, 10.0 - YOUNG_S),
        open_connection(3, 10.5),
        open_connection(4, 9.99 - YOUNG_S),
        SimpleNamespace(client=None, opened_s=10.0),
        SimpleNamespace(client=("127.0.0.1", 6)),
    ]
    assert find_young(own, [own, *others]) == (3, 2)


def test_of_very_many_the_newest_are_named():
    """A thousand clients at a time do not make every first request a long one."""
    own = open_connection(1, 10.0)
    found = find_young(own, [open_connection(port, 10 + port / 10_000) for port in range(2, 1002)])
    assert found == tuple(range(1001, 745, -1))
