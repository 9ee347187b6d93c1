"""Webhooks are kept, and events queued for those who asked, within bounds."""

import pytest

from mockserver.rules import webhooks
from mockserver.rules.webhooks import Webhook, Webhooks


def hook(name, *types):
    """Return a webhook for these events."""
    return Webhook(name, f"http://127.0.0.1/{name}", types, 0)


@pytest.mark.fact("N5")
def test_only_active_webhooks_of_an_event_are_told():
    """An event is queued for each active webhook that has it among its types."""
    book = Webhooks()
    one, other, silent = hook("a", "NODE_RUN"), hook("b", "NODE_RUN", "GRAPH_RUN"), hook("c")
    gone = hook("d", "NODE_RUN")
    for each in (one, other, silent, gone):
        assert book.add(each)
    gone.is_active = False
    book.enqueue("NODE_RUN", "id", 7, b"{}")
    assert [book.take().webhook for _ in range(2)] == [one, other]
    assert book.take() is None
    assert book.are_active
    book.close()
    assert not book.are_active


def test_the_oldest_inactive_webhook_makes_room(monkeypatch):
    """Where there is no room a webhook is refused, unless one that is inactive can leave."""
    monkeypatch.setattr(webhooks, "MAX_WEBHOOKS", 2)
    book, names = Webhooks(), ("a", "b", "c")
    first, second, third = (hook(name) for name in names)
    assert book.add(first)
    assert book.add(second)
    assert not book.add(third)
    second.is_active = False
    assert book.add(third)
    assert list(book.by_id) == ["a", "c"]


def test_an_event_too_many_is_logged_as_failed(monkeypatch):
    """A full queue loses the event that comes last, and the log says so."""
    monkeypatch.setattr(webhooks, "MAX_QUEUED", 1)
    book, webhook = Webhooks(), hook("a", "NODE_RUN")
    book.add(webhook)
    book.enqueue("NODE_RUN", "first", 0, b"")
    book.enqueue("NODE_RUN", "second", 0, b"")
    assert book.take().request_id == "first"
    assert book.take() is None
    [line] = webhook.logs
    assert (line.request_id, line.outcome) == ("second", "FAILED")
    assert "waiting" in line.error
