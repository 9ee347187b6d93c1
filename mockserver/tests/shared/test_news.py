"""Hearing of what other processes enter, whatever becomes of connections meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread

import httpx
import pytest

from mockserver.shared import connection, news
from mockserver.shared.connection import REST_S
from mockserver.shared.news import THREAD, Bell
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.redis_server import APPEND_ONLY, serving_redis
from mockserver.tests.shared.conftest import SharedClient


class Heard:
    """Numbers of exchanges that were heard of; others wait for them."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._bell = Event()

    def note(self, _owner: str | None, exchange) -> None:
        """Hear of one."""
        self.numbers.append(exchange.seq)
        self._bell.set()

    def wait_for(self, number: int) -> None:
        """Wait until one of this number was heard of."""
        while number not in self.numbers:
            assert self._bell.wait(PATIENCE_S), self.numbers
            self._bell.clear()


@contextmanager
def listening(client):
    """Hear of what any process enters."""
    heard = Heard()
    journals = client.store.journals
    with client.emulator.lock:
        journals.add_listener(heard.note, everywhere=True)
    yield heard
    with client.emulator.lock:
        journals.remove_listener(heard.note)


@pytest.fixture
def pair(make_shared):
    """Two clients of one world."""
    return make_shared(), make_shared()


def test_whoever_listens_hears_of_every_exchange_once_and_in_order(pair):
    """From the moment on from which they do, whoever enters it, in which account ever."""
    first, second = pair
    second.submit()
    with listening(first) as heard:
        for key in (KEY, OTHER_KEY, KEY):
            second.submit(key=key)
            first.submit(key=key)
        second.get("/nowhere", key=None)
        heard.wait_for(8)
    assert heard.numbers == [2, 3, 4, 5, 6, 7, 8]


def test_many_exchanges_at_once_are_all_heard_of(pair):
    """More than one batch of them."""
    first, second = pair
    with listening(first) as heard:
        with first.emulator.lock:  # nothing is told meanwhile
            for _ in range(300):
                second.get("/v1/get-user-credits")
        heard.wait_for(300)
    assert heard.numbers == list(range(1, 301))


def test_nothing_is_missed_where_somebody_gets_ahead_of_the_reader(pair):
    """The control plane changes the world while news are read, so that they are read again."""
    first, second = pair
    with listening(first) as heard:
        with first.preceded(lambda: second.advance(1), times=5) as tries:
            second.submit()
            heard.wait_for(1)
        second.submit()
        heard.wait_for(2)
    assert heard.numbers == [1, 2]
    assert len(tries) > 1


def test_those_who_hear_of_their_own_process_alone_hear_of_no_other(pair):
    """As logs do: each process writes what it has answered itself."""
    first, second = pair
    heard = Heard()
    first.store.journals.add_listener(heard.note, everywhere=False)
    second.submit()
    first.submit()
    first.store.journals.remove_listener(heard.note)
    first.submit()
    assert heard.numbers == [2]


def find_news_thread(client):
    """Return the thread that reads news for an emulator, if there is one."""
    return client.store.journals.on_listening.__self__._thread


def test_the_thread_lives_while_somebody_listens(pair):
    """And another one begins when somebody does again."""
    first, second = pair
    assert find_news_thread(first) is None
    for number in (1, 2):
        with listening(first) as heard:
            thread = find_news_thread(first)
            assert thread.name == THREAD
            second.submit()
            heard.wait_for(number)
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
        assert find_news_thread(first) is None


def test_news_are_heard_again_once_a_store_is_back(monkeypatch):
    """What was entered before is not told again, and nothing of after is missed."""
    for module in (connection, news):
        monkeypatch.setattr(module, "REST_S", 0.01)
    with serving_redis(*APPEND_ONLY) as server:
        first, second = SharedClient(server.url), SharedClient(server.url)
        with listening(first) as heard:
            second.submit()
            heard.wait_for(1)
            server.restart()
            while second.post("/v2/ideogram-3").status == 503:
                pass
            heard.wait_for(2)
    assert heard.numbers == [1, 2]


def test_a_store_that_is_gone_is_not_asked_without_a_pause():
    """A second passes between two tries."""
    pauses = []
    bell = Bell("redis://127.0.0.1:9/0", "news", pauses.append)
    for _ in range(3):
        bell.wait()
    assert pauses == [REST_S] * 3


def test_a_bell_that_was_cut_rings_again(pair, raw):
    """Redis may let go of who only listens."""
    first, second = pair
    with listening(first) as heard:
        for number in (1, 2, 3):
            second.submit()
            heard.wait_for(number)
            raw.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    assert heard.numbers == [1, 2, 3]


@pytest.mark.parametrize("path", ["/_mock/requests?wait_s=60&since=1", "/_mock/events?since=1"])
def test_who_waits_at_one_server_is_told_what_another_one_answers(pair, path):
    """By a long poll and by server-sent events."""
    first, second = pair
    second.submit()
    waits = Event()
    begin = first.store.journals.on_listening
    first.store.journals.on_listening = lambda: (begin(), waits.set())
    told = []
    with first.emulator.live() as server:

        def read():
            with httpx.stream("GET", server.url + path, timeout=PATIENCE_S) as answer:
                for line in answer.iter_lines():
                    told.append(line)
                    if '"seq":2' in line:
                        return

        reader = Thread(target=read)
        reader.start()
        assert waits.wait(PATIENCE_S)
        second.submit()
        reader.join(PATIENCE_S)
        assert not reader.is_alive()
    assert sum('"seq":2' in line for line in told) == 1
