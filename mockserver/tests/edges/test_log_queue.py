"""What waits to be logged."""

import msgspec
import pytest

from mockserver.edges import log_queue
from mockserver.edges.log_queue import LogQueue
from mockserver.tests.conftest import KEY, Client


@pytest.fixture(scope="module")
def exchange():
    """Any exchange."""
    client = Client()
    client.submit()
    [found] = client.store.journals.exchanges_of(KEY)
    return found


def test_what_waits_is_taken_once_in_its_order(exchange):
    """The bell is rung when something comes, and is still once it is taken."""
    queue = LogQueue({"fault-1": "status 503"}.get)
    assert not queue.bell.is_set()
    queue.put_exchange(KEY, exchange)
    queue.put_text("a word")
    queue.put_exchange(None, exchange)
    assert queue.bell.is_set()
    assert queue.take() == ([(KEY, exchange, None), "a word", (None, exchange, None)], 0)
    assert not queue.bell.is_set()
    assert queue.take() == ([], 0)
    queue.put_exchange(KEY, exchange)
    assert queue.bell.is_set()


@pytest.mark.parametrize(("bound", "value"), [("MOST_ITEMS", 2), ("MOST_BYTES", 1)])
def test_what_finds_no_room_is_counted(exchange, monkeypatch, bound, value):
    """However long nobody takes what waits, it takes no more memory."""
    monkeypatch.setattr(log_queue, bound, value)
    queue = LogQueue({"fault-1": "status 503"}.get)
    for _ in range(5):
        queue.put_exchange(KEY, exchange)
    items, dropped = queue.take()
    assert len(items) == value
    assert len(items) + dropped == 5
    queue.put_exchange(KEY, exchange)
    assert queue.take() == ([(KEY, exchange, None)], 0)


def test_texts_have_some_room_more(monkeypatch):
    """A failure of the emulator is told even where exchanges find no room, but not for ever."""
    monkeypatch.setattr(log_queue, "MOST_ITEMS", 2)
    queue = LogQueue({"fault-1": "status 503"}.get)
    for _ in range(9):
        queue.put_text("a word")
    assert len(queue.take()[0]) == 4


def test_what_a_rule_does_is_asked_when_it_strikes(exchange):
    """It waits with the exchange; nothing is known of a rule that is gone."""
    queue = LogQueue({"fault-1": "status 503"}.get)
    for fault_id in ("fault-1", "fault-2"):
        queue.put_exchange(KEY, msgspec.structs.replace(exchange, fault_id=fault_id))
    assert [each.fault for each in queue.take()[0]] == ["status 503", None]
