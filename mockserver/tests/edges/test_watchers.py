"""Watchers are woken for what they want, once, and cost nothing else: counted, not timed."""

from contextlib import AsyncExitStack
from threading import Thread

import anyio
import pytest

from mockserver.control import journal
from mockserver.control.journal import JournalFilter
from mockserver.edges.watchers import Watcher, Watchers
from mockserver.tests.conftest import KEY, OTHER_KEY, Client

MANY = 1000
CREDITS = "/v1/get-user-credits"


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    """The event loops that the emulator runs on."""
    return request.param


@pytest.fixture
def woken(monkeypatch):
    """Every watcher that was woken, in order, as often as it was."""
    found = []
    wake = Watcher.wake

    def counted(self):
        found.append(self)
        wake(self)

    monkeypatch.setattr(Watcher, "wake", counted)
    return found


@pytest.fixture
def rendered(monkeypatch):
    """The number of each exchange that was rendered, as often as it was."""
    found = []
    render = journal.render_exchange

    def counted(exchange, *args):
        found.append(exchange.seq)
        return render(exchange, *args)

    monkeypatch.setattr(journal, "render_exchange", counted)
    return found


async def stay():
    """Be a reader who does not leave."""
    await anyio.sleep_forever()


async def turn():
    """Let everybody do what there is to do."""
    for _ in range(20):
        await anyio.lowlevel.checkpoint()


@pytest.mark.anyio
async def test_only_those_are_woken_who_want_an_exchange(woken):
    """By key, route and request; nobody is woken for what others do."""
    client = Client()
    watchers = Watchers(client.store.journals, client.emulator.lock)
    client.account()
    client.account(key=OTHER_KEY)
    filters = [
        JournalFilter(api_key=KEY),
        JournalFilter(api_key=OTHER_KEY),
        JournalFilter(),
        JournalFilter(route="submit"),
        JournalFilter(api_key=KEY, request_id="no-such-job"),
        JournalFilter(since=10**9),
    ]
    async with AsyncExitStack() as stack:
        joined = [await stack.enter_async_context(watchers.join(each, stay)) for each in filters]
        client.get(CREDITS)
        await turn()
        assert {joined.index(each) for each in woken} == {0, 2}
        woken.clear()
        client.submit(key=OTHER_KEY)
        await turn()
        assert {joined.index(each) for each in woken} == {1, 2, 3}
    assert client.store.journals.listeners == []


@pytest.mark.anyio
async def test_a_thousand_who_watch_others_do_no_work_for_an_exchange(woken):
    """However many wait for one account, what another one does wakes none of them."""
    client = Client()
    watchers = Watchers(client.store.journals, client.emulator.lock)
    client.account(key=OTHER_KEY)
    async with AsyncExitStack() as stack:
        for _ in range(MANY):
            await stack.enter_async_context(watchers.join(JournalFilter(api_key=KEY), stay))
        for _ in range(20):
            client.get(CREDITS, key=OTHER_KEY)
        await turn()
        assert woken == []
        for _ in range(20):
            client.get(CREDITS)
        await turn()
        assert len(woken) == len(set(woken)) == MANY


@pytest.mark.anyio
async def test_an_exchange_in_another_thread_wakes_too(woken):
    """Exchanges may be entered by any thread; a watcher is woken on its own loop."""
    client = Client()
    watchers = Watchers(client.store.journals, client.emulator.lock)
    async with watchers.join(JournalFilter(), stay) as watcher:
        thread = Thread(target=client.get, args=[CREDITS])
        thread.start()
        assert await watcher.wait_until(float("inf"))
        thread.join()
    assert woken == [watcher]


@pytest.mark.anyio
async def test_who_leaves_and_who_is_sent_home_waits_no_longer():
    """A reader that is gone, a server that stops, and one that has stopped end the waiting."""
    client = Client()
    watchers = Watchers(client.store.journals, client.emulator.lock)

    async def leave():
        return {"type": "http.disconnect"}

    async with watchers.join(JournalFilter(), leave) as watcher:
        assert not await watcher.wait_until(float("inf"))
    async with watchers.join(JournalFilter(), stay) as watcher:
        watchers.close()
        assert not await watcher.wait_until(float("inf"))
    async with watchers.join(JournalFilter(), stay) as watcher:
        assert not await watcher.wait_until(float("inf"))


@pytest.mark.anyio
async def test_an_exchange_is_rendered_once_for_all_who_watch(rendered):
    """A hundred streams of everything tell of the same bytes."""
    client, told = Client(), []
    app = client.emulator.asgi
    number, calls = 100, 5
    scope = {
        "type": "http", "method": "GET", "path": "/_mock/events", "query_string": b"",
        "headers": [], "http_version": "1.1", "scheme": "http", "server": ("localhost", 80),
    }  # fmt: skip
    is_full = anyio.Event()

    async def send(message):
        if message.get("body", b"").startswith(b"event: "):
            told.append(message["body"])
        if len(told) == number * calls:
            is_full.set()

    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(app, scope, stay, send)
        await turn()
        for _ in range(calls):
            client.get(CREDITS)
        await is_full.wait()
        group.cancel_scope.cancel()
    assert len(set(told)) == len(rendered) == calls
