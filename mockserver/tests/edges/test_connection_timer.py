"""The time for the rest of a request: from the first byte of a head, the last of a body."""

from __future__ import annotations

from operator import itemgetter
from types import SimpleNamespace

import pytest

from mockserver.edges.connection_limits import Limits
from mockserver.edges.connection_timer import ConnectionTimer

LIMITS = Limits(head_s=30, body_s=60, linger_s=5)


class Clock:
    """What the timer needs of an event loop, in time that goes when it is told."""

    def __init__(self):
        self.now = 0.0
        self.due = []

    def time(self):
        """Return the seconds that have passed."""
        return self.now

    def call_at(self, when, callback):
        """Call something at an instant, unless its handle is cancelled."""
        call = (when, callback)
        self.due.append(call)
        return SimpleNamespace(cancel=lambda: self.due.remove(call))

    def call_later(self, delay, callback):
        """Call something in so many seconds."""
        return self.call_at(self.now + delay, callback)

    def go_on(self, until):
        """Let time pass, and call what becomes due, in order."""
        while due := [call for call in self.due if call[0] <= until]:
            first = min(due, key=itemgetter(0))
            self.due.remove(first)
            self.now, callback = first
            callback()
        self.now = until


@pytest.fixture
def connection():
    """Return a timer with its clock, its flow and what it has refused, each with the time."""
    clock, refused = Clock(), []
    closed = []
    flow = SimpleNamespace(read_paused=False)
    transport = SimpleNamespace(close=lambda: closed.append(clock.now))
    timer = ConnectionTimer(
        clock,
        LIMITS,
        transport,
        flow,
        lambda error: refused.append((clock.now, error.status, str(error))),
    )
    return SimpleNamespace(clock=clock, timer=timer, flow=flow, refused=refused, closed=closed)


def test_a_head_has_its_time_from_its_first_byte(connection):
    """How much of it has come then does not matter."""
    connection.timer.await_head()
    connection.clock.go_on(100)
    [(at, status, words)] = connection.refused
    assert (at, status) == (30, 408)
    assert "rest of the head did not come within 30 seconds" in words


def test_a_body_has_its_time_from_its_last_byte(connection):
    """A slow body is no broken one."""
    for second in range(0, 200, 50):
        connection.clock.go_on(second)
        connection.timer.await_body()
    connection.clock.go_on(500)
    [(at, _, words)] = connection.refused
    assert at == 150 + 60
    assert "rest of the body did not come within 60 seconds" in words


def test_the_next_head_has_a_time_of_its_own(connection):
    """What was left of the request before is forgotten."""
    connection.timer.await_body()
    connection.clock.go_on(10)
    connection.timer.await_head()
    connection.clock.go_on(100)
    assert [at for at, *_ in connection.refused] == [40]


def test_time_in_which_we_do_not_read_is_not_counted(connection):
    """A body that waits for us begins its time again."""
    connection.timer.await_body()
    connection.flow.read_paused = True
    connection.clock.go_on(150)
    connection.flow.read_paused = False
    connection.clock.go_on(500)
    assert [at for at, *_ in connection.refused] == [180]


@pytest.mark.parametrize("end", ["await_nothing", "stop"])
def test_nothing_happens_to_a_connection_that_waits_for_nothing(connection, end):
    """A request that is whole has its answer when it has it."""
    connection.timer.await_head()
    getattr(connection.timer, end)()
    connection.clock.go_on(100)
    assert (connection.refused, connection.closed) == ([], [])


def test_a_connection_is_closed_after_its_refusal_could_be_read(connection):
    """Five seconds are left to read it, however long the next request would have had."""
    connection.timer.await_request()
    connection.timer.await_leave()
    connection.clock.go_on(100)
    assert connection.closed == [5]


def test_a_connection_is_closed_when_no_request_comes(connection):
    """Each request gives it a new time, and whose client we do not read has no more than others."""
    for second in range(0, 200, 50):
        connection.clock.go_on(second)
        connection.timer.await_request()
    connection.flow.read_paused = True
    connection.clock.go_on(500)
    assert (connection.closed, connection.refused) == ([150 + 75], [])


def test_a_thousand_requests_set_the_clock_once(connection):
    """The event loop hears of a new end only if it is earlier than what it knows."""
    for _ in range(1000):
        connection.timer.await_request()
        connection.timer.await_nothing()
    assert len(connection.clock.due) == 1
    connection.clock.go_on(100)
    assert (connection.clock.due, connection.closed) == ([], [])
    connection.timer.await_request()
    connection.clock.go_on(200)
    assert connection.closed == [175]
