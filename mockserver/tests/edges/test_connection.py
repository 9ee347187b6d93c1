"""What a connection's requests are told of its client."""

from asyncio import Event
from collections import deque
from types import SimpleNamespace

from mockserver.edges.connection import Connection


def test_a_client_that_leaves_has_left_before_its_connection_is_gone():
    """What it does next comes over another one, and is to stand after this in the journal."""
    cycle = SimpleNamespace(disconnected=False, message_event=Event())
    connection = object.__new__(Connection)
    connection._unanswered = deque([cycle])
    assert connection.eof_received() is None  # so the transport ends as well
    assert (cycle.disconnected, cycle.message_event.is_set()) == (True, True)
